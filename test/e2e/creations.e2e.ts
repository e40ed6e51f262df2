// Creates that have no task yet, and the tasks that were made of requests: as rows, in every width and theme, with what can be done.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Creation, CreationId } from '../../src/creation/creation';
import { TaskStore } from '../../src/store/taskStore';
import { storeWorkerFile as workerFile } from '../support/paths';
import { soon } from '../support/retry';
import { addCreation, apiError, type Standing } from '../support/shownCreations';
import { sharedJourney } from './journey';
import { storageFolder, type Surroundings } from './surroundings';
import type { Theme, Workbench } from './ui';

const themes: readonly Theme[] = ['dark', 'light', 'highContrast'];
/** Of the side bar, px: the smallest, VS Code's own, and a wide one. */
const widths = [170, 300, 480] as const;
const request =
	'{\n  "operation": "videos/text2video",\n  "body": {\n    "model_name": "kling-v3",\n    "prompt": "A fox in the snow"\n  }\n}\n';
const lost = { kind: 'lost', error: apiError('unreachable', 'read ECONNRESET', { code: 'ECONNRESET' }) } as const;

describe('creates without a task', function () {
	this.timeout(120_000);
	let around: Surroundings;
	let workbench: Workbench;
	let store: TaskStore;

	sharedJourney({}, async (opened) => {
		({ around, workbench } = opened);
		const directory = storageFolder(around.dataDir);
		const log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };
		// Another window of the same person.
		store = await TaskStore.open({ directory, clock: { now: Date.now, after: () => ({ dispose: () => undefined }) }, log, workerFile });
		await writeFile(path.join(around.folder, 'fox.kling.json'), request);
	});
	after(() => store.dispose());

	const add = (name: string, standing: Standing, more: Partial<Pick<Creation, 'subject'>> = {}): Promise<CreationId> =>
		addCreation(store.creations, name.replace(/\W+/g, '-'), Date.now(), standing, {
			operation: { origin: around.simulator.origin, action: 'videos', action2: 'text2video' },
			subject: { name, prompt: `${name}: a fox in the snow, wide shot`, model: 'kling-v3', mode: 'std', seconds: 5 },
			source: { uri: pathToFileURL(path.join(around.folder, 'fox.kling.json')).href, text: request },
			...more,
		});

	it('are rows: what goes on by itself under Running, what needs a person under Needs Attention', async () => {
		await add('harbour, take 2', { state: 'waiting', reason: { kind: 'busy' }, nextAt: Date.now() + 1_800_000 });
		await add('fox, take 1', { state: 'uncertain', reason: lost, sentAt: Date.now() });
		await add('crowd scene', {
			state: 'rejected',
			reason: { kind: 'rejected', error: apiError('badRequest', 'Image pixel is invalid', { code: '1201' }), isFree: true },
		});
		await add('tide', { state: 'absent', reason: lost });
		await add('lighthouse', { state: 'uncertain', reason: { kind: 'exists', otherTaskId: '871234567890123456' } });
		await add('dawn', { state: 'planned', reason: { kind: 'late' } });
		const shown = async (): Promise<readonly string[]> =>
			(await workbench.tree()).map(({ level, label, description }) => `${level === 1 ? '' : '  '}${label} | ${description}`);
		const expected = [
			'Running | 1',
			'  harbour, take 2 | busy, next try in 29 min',
			'Needs Attention | 5',
			'  dawn | not sent: confirm it once more',
			'  lighthouse | Kling has a task with this ID',
			'  tide | did not arrive',
			'  crowd scene | Image pixel is invalid',
			'  fox, take 1 | Kling may or may not have it',
		];
		await soon('the rows', async () => JSON.stringify(await shown()) === JSON.stringify(expected), 20_000).catch(() => undefined);
		assert.deepEqual(await shown(), expected);
		await soon('the status bar', async () => (await workbench.statusText()).startsWith('Kling Tasks: 1 running, 5 need attention'));
	});

	it('say in the hover what happened and what happens next, with nothing that can be followed', async () => {
		const { hover, text } = await workbench.hover(workbench.row('fox, take 1'), 'External ID');
		for (const fact of [
			'the response was lost',
			'may have charged for it',
			'Prompt: fox, take 1: a fox',
			'Estimate: 4 units',
			'Request file: fox.kling.json',
		]) {
			assert.ok(text.includes(fact), text);
		}
		assert.equal(await hover.locator('a, img').count(), 0);
		await workbench.shot('creations-hover');
		await workbench.page.mouse.move(0, 0);
	});

	it('offer in their menu what can be done', async () => {
		await workbench.row('fox, take 1').click({ button: 'right' });
		const menu = workbench.page.locator('.monaco-menu:visible');
		await menu.waitFor();
		const entries = (await menu.locator('.action-menu-item').allInnerTexts()).map((text) => text.trim());
		assert.deepEqual(entries, [
			'Look Now',
			'I Have the ID…',
			'Send Again',
			'Leave Open',
			'Open CometAPI Console',
			'Show Request',
			'Run Again',
		]);
		await workbench.shot('creations-menu');
		await workbench.page.keyboard.press('Escape');
	});

	it('are sent again only after a question that names the risk and the price', async () => {
		await workbench.contextMenu(workbench.row('fox, take 1'), 'Send Again');
		await workbench.dialog.getByText('may be paid twice').first().waitFor();
		await workbench.shot('creations-send-again');
		await workbench.page.keyboard.press('Escape');
		await workbench.dialog.waitFor({ state: 'hidden' });
	});

	it('open their request file', async () => {
		await workbench.row('fox, take 1').click();
		await workbench.page.locator('.monaco-editor .view-line', { hasText: 'A fox in the snow' }).first().waitFor();
		await workbench.shot('creations-request');
		await workbench.closeEditors();
	});

	it('name what may have been charged before all data is deleted', async () => {
		await workbench.run('Kling: Delete All Data…');
		await workbench.dialog.getByText('may have been charged').first().waitFor();
		await workbench.shot('creations-delete');
		await workbench.page.keyboard.press('Escape');
		await workbench.dialog.waitFor({ state: 'hidden' });
	});

	it('of a task that was made here are in its panel, and say what to change when it failed', async () => {
		const made = await add('opening shot', { state: 'uncertain', reason: lost });
		const id = around.simulator.create({ action: 'videos', action2: 'text2video' }, { submittedMs: 0, durationMs: 0, files: ['dawn.mp4'] });
		await store.creations.accept(made, { taskId: id, body: '{}' }, Date.now());
		const failed = await add('market', { state: 'uncertain', reason: lost });
		const failedId = around.simulator.create(
			{ action: 'videos', action2: 'text2video' },
			{ submittedMs: 0, durationMs: 0, failure: 'Image pixel is invalid' },
		);
		await store.creations.accept(failed, { taskId: failedId, body: '{}' }, Date.now());
		await soon('the results', async () => {
			const rows = await workbench.tasks();
			return (
				rows.some(({ ariaLabel }) => /^opening shot, .*Succeeded/.test(ariaLabel)) &&
				rows.some(({ ariaLabel }) => /^market, .*Failed/.test(ariaLabel))
			);
		});
		await workbench.closeNotifications();
		let panel = await workbench.openPanel('opening shot');
		await panel.getByText('opening shot: a fox in the snow, wide shot').waitFor();
		await workbench.shot('creations-panel');
		panel = await workbench.openPanel('market');
		await panel.getByText('Use an image with at least 300 pixels').waitFor();
		await workbench.shot('creations-panel-failed');
		await panel.getByRole('button', { name: 'Show Request' }).first().click();
		await workbench.page.locator('.monaco-editor .view-line', { hasText: 'A fox in the snow' }).first().waitFor();
		await workbench.closeEditors();
	});

	for (const theme of themes) {
		it(`are readable in every width in the theme ${theme}`, async () => {
			await workbench.useTheme(theme);
			for (const width of widths) {
				await workbench.sideBar(width);
				await workbench.shot(`creations-${theme}-${width}`);
			}
		});
	}

	it('sends no request to another host', () => assert.deepEqual(around.context.blocked, []));
});
