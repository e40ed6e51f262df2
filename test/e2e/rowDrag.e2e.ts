// Rows of kept results, dragged with a real mouse, and what is dropped on the list; posters as their icons.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { taskKey } from '../../src/core/task';
import { sidecarText, type Sidecar } from '../../src/results/sidecar';
import { TaskStore } from '../../src/store/taskStore';
import { storeWorkerFile as workerFile } from '../support/paths';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import type { Theme, Workbench } from './ui';

const themes: readonly Theme[] = ['dark', 'light', 'highContrast', 'highContrastLight'];

describe('rows of kept results', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let workbench: Workbench;
	let file: string;

	sharedJourney({}, async (opened) => {
		({ around, workbench } = opened);
		file = path.join(around.folder, 'kept', 'wave.png');
		mkdirSync(path.dirname(file), { recursive: true });
		copyFileSync(path.join('media', 'demo', 'bloom.png'), file);
		for (const name of ['shots.md', 'links.md', 'links.txt']) {
			writeFileSync(path.join(around.folder, name), '\n');
		}
		const image = around.simulator.create({ action: 'images', action2: 'generations' }, { durationMs: 0, files: ['bloom.png'] });
		const video = around.simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 0, files: ['tide.mp4'] });
		await workbench.track(around.link('images/generations', image));
		await workbench.row('Image Generation').waitFor();
		await workbench.track(around.link('videos/text2video', video));
		await soon(
			'both to succeed',
			async () => (await workbench.tasks()).filter(({ ariaLabel }) => ariaLabel.includes('Succeeded')).length === 2,
		);
		await record(image);
		await soon('the window to know the file', async () => (await workbench.tasks()).some(({ ariaLabel }) => ariaLabel.includes('saved')));
		await workbench.closeNotifications();
	});

	/** Records the kept file as another window would. */
	async function record(id: string): Promise<void> {
		const bytes = readFileSync(file);
		const store = await TaskStore.open({
			directory: path.join(around.dataDir, 'user', 'User', 'globalStorage', 'kling-tasks.kling-tasks'),
			clock: { now: Date.now, after: () => ({ dispose: () => undefined }) },
			log: { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error },
			workerFile,
		});
		const kept = {
			path: file,
			size: bytes.length,
			sha256: createHash('sha256').update(bytes).digest('hex'),
			format: 'png',
			keptAt: Date.now(),
		} as const;
		await store.downloads.recordFile({ task: taskKey({ origin: around.simulator.origin, id }), media: 0 }, kept, Date.now());
		store.dispose();
	}

	/** Drags with the mouse, with Shift held if wanted, as a hand does: in steps. */
	async function drag(from: Locator, to: Locator, withShift = false): Promise<void> {
		const { mouse, keyboard } = workbench.page;
		const at = async (one: Locator): Promise<readonly [number, number]> => {
			const { x, y, width, height } = (await one.boundingBox()) ?? assert.fail();
			return [x + Math.min(width / 2, 80), y + Math.min(height / 2, 60)];
		};
		await mouse.move(...(await at(from)));
		await mouse.down();
		const [x, y] = await at(to);
		await mouse.move(x - 20, y, { steps: 5 });
		if (withShift) {
			await keyboard.down('Shift');
		}
		await mouse.move(x, y, { steps: 5 });
		await mouse.up();
		if (withShift) {
			await keyboard.up('Shift');
		}
	}

	const editors = (): Locator => workbench.page.locator('.part.editor');
	const tab = (name: string): Locator => workbench.page.locator('.tabs-container .tab', { hasText: name });

	it('open their file where they are dropped, those without one their tab', async () => {
		await workbench.closeEditors();
		await drag(workbench.row('Image Generation'), editors());
		await tab('wave.png').waitFor();
		await drag(workbench.row('Text to Video'), editors());
		await tab('Text to Video').waitFor();
		await workbench.shot('row-drag-1-opened');
	});

	it('insert a relative path with Shift', async () => {
		await workbench.closeEditors();
		await workbench.openFile('shots.md');
		const text = workbench.page.locator('.part.editor .monaco-editor .view-lines');
		await text.waitFor();
		await drag(workbench.row('Image Generation'), text, true);
		await soon('the path', async () => (await text.innerText()).includes('kept/wave.png'));
		assert.doesNotMatch(await text.innerText(), /\/kept\/wave|kling-/);
		await workbench.shot('row-drag-2-inserted');
		await workbench.closeEditors();
	});

	// The editor's own providers would insert the resource of the tab: for Markdown as a link, elsewhere as a path.
	for (const name of ['links.md', 'links.txt']) {
		it(`insert their link with Shift where they have no file, into ${name}`, async () => {
			await workbench.openFile(name);
			const text = workbench.page.locator('.part.editor .monaco-editor .view-lines');
			await text.waitFor();
			await drag(workbench.row('Text to Video'), text, true);
			// Lines are wrapped in Markdown.
			const inserted = await soon('the link', async () => (await text.innerText()).replaceAll(/\s/g, '') || undefined);
			await workbench.shot(`row-drag-2-${name}`);
			assert.match(inserted, /^http:\/\/127\.0\.0\.1:\d+\/\S+$/);
			await workbench.closeEditors();
		});
	}

	it('are added by a sidecar that is dropped on the list', async () => {
		const sidecar: Sidecar = {
			format: 'kling-result',
			version: 1,
			task: { origin: around.simulator.origin, operation: 'videos/text2video', id: '853000000000000123' },
			name: 'Dropped tide',
			result: { index: 0, count: 1 },
			file: { format: 'mp4', size: 12, sha256: 'cd'.repeat(32) },
			times: { finished: new Date(Date.now() - 86_400_000).toISOString() },
		};
		const data = await workbench.page.evaluateHandle(
			`(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(sidecarText(sidecar))}], 'tide.mp4.kling-result.json')); return data; })()`,
		);
		const target = workbench.row('Image Generation');
		for (const type of ['dragenter', 'dragover', 'drop']) {
			await target.dispatchEvent(type, { dataTransfer: data });
		}
		await workbench.row('Dropped tide').waitFor();
		await workbench.shot('row-drag-3-dropped');
		await workbench.closeNotifications();
	});

	it('have a small picture as icon once the panel has drawn one, in the hover too', async () => {
		await workbench.openPanel('Image Generation');
		const icon = workbench.row('Image Generation').locator('.custom-view-tree-node-item-icon');
		await soon('the poster as icon', async () => ((await icon.getAttribute('style')) ?? '').includes('posters'));
		// It goes when its row is drawn again, as time passes: its text is read at once.
		const { hover, text } = await workbench.hover(workbench.row('Image Generation'), 'Saved as');
		await soon('its picture', async () => hover.locator('img').evaluate((one: { readonly naturalWidth: number }) => one.naturalWidth > 0));
		const { height } = (await hover.locator('img').boundingBox()) ?? assert.fail();
		assert.equal(Math.round(height), 144, 'what is said under a square picture is to be seen');
		await workbench.shot('row-poster-hover');
		assert.match(text, /Resolution: \d+×\d+/);
	});

	for (const theme of themes) {
		it(`show their pictures in every width in the theme ${theme}`, async () => {
			await workbench.useTheme(theme);
			for (const width of [170, 300]) {
				await workbench.sideBar(width);
				await workbench.shot(`row-poster-${theme}-${width}`);
			}
		});
	}
});
