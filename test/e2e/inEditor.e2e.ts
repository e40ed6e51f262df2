// From an empty profile to the first result, by an ID alone; then tasks where they stand: in files, the Explorer and the terminal.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { soon } from '../support/retry';
import { journey } from './journey';
import { rightKey, type Surroundings } from './surroundings';
import { installTestExtension } from './testExtension';
import type { Player, Workbench } from './ui';

describe('in the editor', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;
	/** The first task, whose result is open. */
	let first: string;

	journey(
		{
			hasKey: false,
			handsOn: true,
			// The rows of the terminal can be found only where they are elements.
			settings: { 'terminal.integrated.gpuAcceleration': 'off' },
			prepare: ({ dataDir, folder }) => {
				installTestExtension('echo-terminal', path.dirname(folder), dataDir);
			},
		},
		(opened) => {
			({ around, workbench } = opened);
		},
	);

	const create = (action2: string): string =>
		around.simulator.create({ action: 'videos', action2 }, { submittedMs: 0, durationMs: 3_600_000 });
	const isTracked = async (id: string): Promise<boolean> => {
		const rows = await workbench.tree();
		return rows.some(({ label, description }) => label.includes(id.slice(-6)) || description.includes(id.slice(-6)));
	};
	const write = (name: string, text: string): Promise<void> => writeFile(path.join(around.folder, name), text);
	/** Where a text begins that is on the screen. */
	const positionOf = async (selector: string, text: string): Promise<{ readonly x: number; readonly y: number }> => {
		const position: unknown = await workbench.page.evaluate(`(() => {
			for (const line of document.querySelectorAll(${JSON.stringify(selector)})) {
				const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
				for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
					const at = node.data.indexOf(${JSON.stringify(text)});
					if (at === -1) continue;
					const range = document.createRange();
					range.setStart(node, at);
					range.setEnd(node, at + 4);
					const { left, top, height } = range.getBoundingClientRect();
					return { x: left + 12, y: top + height / 2 };
				}
			}
			return undefined;
		})()`);
		assert.ok(typeof position === 'object' && position !== null && 'x' in position && 'y' in position);
		return { x: Number(position.x), y: Number(position.y) };
	};

	it('a person gets from an ID to its playing result by one command and two inputs: the ID and the key', async () => {
		first = around.simulator.create(
			{ action: 'videos', action2: 'text2video' },
			{ submittedMs: 0, durationMs: 60_000, files: ['dawn.mp4'] },
		);
		await workbench.page.evaluate(`(() => {
			const titles = globalThis.titlesOfInputs = [];
			setInterval(() => {
				const title = document.querySelector('.quick-input-widget:not([style*="display: none"]) .quick-input-title')?.textContent.trim() ?? '';
				if (title !== '' && titles.at(-1) !== title) titles.push(title);
			}, 10);
		})()`);
		await workbench.runAndFill('Track Kling task', first);
		await workbench.quickRows.filter({ hasText: `Track ${first}` }).waitFor();
		await workbench.shot('editor-1-paste');
		await workbench.input.press('Enter');
		await soon('the question for the key', async () => (await workbench.input.getAttribute('type')) === 'password');
		await workbench.shot('editor-2-key');
		await workbench.accept(rightKey);
		await soon('the row', () => isTracked(first));
		const saved = workbench.notification('API key saved.');
		await saved.waitFor();
		assert.equal(await saved.getByRole('button', { name: 'Track a Task' }).count(), 0, 'one is tracked already');
		await workbench.shot('editor-3-row');
		around.simulator.clock.advance(60_000);
		await workbench.press(/Text to Video \d+ (?:finished|is ready)/, 'Open');
		const video = workbench.webview().locator('video');
		await soon('the video to play', async () => (await video.evaluate((one: Player) => one.currentTime)) > 0);
		await workbench.shot('editor-4-playing');
		assert.deepEqual(await workbench.page.evaluate('titlesOfInputs'), [
			'Track Kling task',
			`API Key for ${new URL(around.simulator.origin).host}`,
		]);
		await workbench.closeNotifications();
		await workbench.run('View: Close All Editors');
	});

	it('a selection is tracked from the context menu of the editor', async () => {
		const [one, two] = [create('image2video'), create('effects')];
		await write('shots.md', `# Film\n\n- opening: videos/image2video ${one}\n- rain: videos/effects ${two}\n`);
		await workbench.openFile('shots.md');
		const line = workbench.page.locator('.monaco-editor .view-line', { hasText: 'opening' });
		await line.click();
		await workbench.page.keyboard.press('Control+A');
		await line.click({ button: 'right', position: { x: 40, y: 8 } });
		await workbench.page.locator('.monaco-menu .action-item', { hasText: 'Track Kling Tasks in Selection' }).waitFor();
		await workbench.shot('editor-5-selection-menu');
		await workbench.menuItem('Track Kling Tasks in Selection');
		await workbench.quickRows.getByRole('checkbox').first().waitFor();
		await workbench.shot('editor-6-pick');
		await workbench.pickMany('opening', 'rain');
		await workbench.row('opening').waitFor();
		await workbench.row('rain').waitFor();
		await workbench.run('View: Close All Editors');
		await workbench.closeNotifications();
	});

	it('a file is tracked from the context menu of the Explorer', async () => {
		const id = create('lip-sync');
		await write('render.log', `2031-05-04 12:00:01 INFO created ${around.link('videos/lip-sync', id)}\n`);
		await workbench.openView('Explorer');
		await workbench.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'render.log' }).first().click({ button: 'right' });
		await workbench.page.locator('.monaco-menu .action-item', { hasText: 'Track Kling Tasks in File' }).waitFor();
		await workbench.shot('editor-7-file-menu');
		await workbench.menuItem('Track Kling Tasks in File');
		await workbench.openView('Kling');
		await soon('its row', () => isTracked(id));
		await workbench.run('View: Close All Editors');
		await workbench.closeNotifications();
	});

	it('a link of another host asks which API has the task', async () => {
		await workbench.track('https://other.kling.example/kling/v1/videos/text2video/871234567890123456');
		await workbench.quickRows.filter({ hasText: 'other.kling.example' }).waitFor();
		await workbench.shot('editor-11-which-api');
		await workbench.page.keyboard.press('Escape');
	});

	it('a bare ID that is not found is asked about', async () => {
		await workbench.track('871234567890123456');
		await workbench.quickRows.filter({ hasText: 'Text to Video' }).waitFor();
		await workbench.shot('editor-12-not-found');
		await workbench.page.keyboard.press('Escape');
		assert.equal(await isTracked('871234567890123456'), false);
	});

	it('the hover on an ID shows the state of its task, and opens it', async () => {
		await write('notes.md', `The opening is ${first}, see there.\n`);
		await workbench.openFile('notes.md');
		await workbench.page.locator('.monaco-editor .view-line', { hasText: 'opening' }).waitFor();
		const hover = workbench.page.locator('.monaco-hover', { hasText: 'Text to Video' });
		await soon('the hover', async () => {
			const { x, y } = await positionOf('.monaco-editor .view-line', first);
			// The context menu before it has taken the release of the button: until another one the editor shows no hover.
			await workbench.page.mouse.click(x, y + 100);
			await workbench.page.mouse.move(x, y);
			await workbench.page.mouse.move(x + 2, y);
			return hover.waitFor({ timeout: 3000 }).then(
				() => true,
				() => false,
			);
		});
		await workbench.shot('editor-8-hover');
		await hover.getByRole('link', { name: 'Open Result' }).click();
		await workbench.webview().locator('video').waitFor();
		await workbench.run('View: Close All Editors');
	});

	it('an ID in the terminal is a link that opens its task', async () => {
		await workbench.run('Open Echo Terminal');
		const row = workbench.page.locator('.xterm-rows > div');
		await row.filter({ hasText: 'ready' }).waitFor();
		await workbench.page.keyboard.type(`task ${first} is done`);
		await row.filter({ hasText: `${first} is done` }).waitFor();
		await soon('the link', async () => {
			const { x, y } = await positionOf('.xterm-rows > div', first);
			await workbench.page.mouse.move(x - 40, y - 40);
			await workbench.page.mouse.move(x, y, { steps: 4 });
			return workbench.page
				.locator('.monaco-hover, .terminal-hover-target', { hasText: 'Open Kling Task' })
				.waitFor({ timeout: 3000 })
				.then(
					() => true,
					() => false,
				);
		});
		await workbench.shot('editor-9-terminal');
		const { x, y } = await positionOf('.xterm-rows > div', first);
		await workbench.page.keyboard.down('Control');
		await workbench.page.mouse.click(x, y);
		await workbench.page.keyboard.up('Control');
		await workbench.webview().locator('video').waitFor();
		await workbench.shot('editor-10-opened');
		await workbench.run('Terminal: Kill All Terminals');
	});
});
