// From a task that finishes to a file that outlives its link, a reload and the list: with everything that hosts do wrong on the way.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { OperationPath } from '../../src/core/operation';
import { linkFaultOrder, type LinkFaultName } from '../../src/simulator/linkFaults';
import type { MediaName } from '../../src/simulator/media';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import type { Player, Theme, Workbench } from './ui';

/** SHA-256 of the demo's files. */
const dawn = '1df7eb7192e84c34da6428eef1fd7be8c7c5ae830a228abadbcb1a0e7d929848';
const tide = '3b0ffbf511365e00baf990634142c001a5c58c84ab7cd79aea8d1c17b2fe4d5d';
const voice = '01134787362ff5ca01d4c7fd7cdbc889dcee6635a29434b7ae641bc8510beb5c';
const bloom = '00f34195a51754c5522bd77f7a2ab385238c6317adc374b84438cc5e0bdd1171';
const chord = 'c45b0cfa8c70417fc3a168ccafae76755d7465df9aa7b567ce9adbce4a456ab3';

const textToVideo = { action: 'videos', action2: 'text2video' } as const;
const generation = { action: 'images', action2: 'generations' } as const;
const textToAudio = { action: 'audio', action2: 'text-to-audio' } as const;

describe('results that are kept', function () {
	this.timeout(120_000);
	let around: Surroundings;
	let workbench: Workbench;

	sharedJourney({ simulator: { linkLifetimeMs: 3_600_000, links: 'fixed' } }, async (opened) => {
		({ around, workbench } = opened);
		await keepIn('Workspace Folder');
	});

	const keepIn = async (where: string): Promise<void> => {
		await workbench.runAndPick('Kling: Keep All Results…', where);
		await soon('the message', async () => (await workbench.notifications()).length > 0);
		await workbench.closeNotifications();
	};
	const storageFolder = (): string => path.join(around.dataDir, 'user', 'User', 'globalStorage', 'kling-tasks.kling-tasks');
	const resultsFolder = (): string => path.join(around.folder, 'kling-results');
	const names = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
	/** The files of a folder without sidecars, by the beginning of their names, which ends with the date. */
	const digests = (folder: string): Readonly<Record<string, string>> =>
		Object.fromEntries(
			names(folder)
				.filter((name) => !name.endsWith('.kling-result.json'))
				.map((name) => [
					name.replace(/^\d{4}-\d\d-\d\d-/, ''),
					createHash('sha256')
						.update(readFileSync(path.join(folder, name)))
						.digest('hex'),
				]),
		);
	const fileOf = (name: string): string => names(resultsFolder()).find((one) => one.includes(name) && !one.endsWith('.json')) ?? '';
	const heard = async (name: string): Promise<string> => (await workbench.tasks()).find(({ label }) => label === name)?.ariaLabel ?? '';
	const saved = (name: string): Promise<unknown> => soon(`${name} to be saved`, async () => /, saved\b/.test(await heard(name)), 60_000);

	/** Tracks a task, and lets the host of its result do this wrong before it sends the file. @returns its ID */
	async function track(
		name: string,
		operation: OperationPath,
		file: MediaName,
		faults: readonly LinkFaultName[],
		durationMs = 0,
	): Promise<string> {
		const id = around.simulator.create(operation, { durationMs, files: [file] });
		for (const fault of faults) {
			around.simulator.faults.next(linkFaultOrder(fault, id));
		}
		await workbench.track(JSON.stringify({ task_id: id, ...operation, name }));
		await workbench.row(name).waitFor();
		return id;
	}
	const downloadsOf = (id: string) => around.simulator.requests.all({ kind: 'result', taskId: id });

	it('arrive whole although each of three hosts does something else wrong', async () => {
		const cut = await track('Dawn', textToVideo, 'dawn.mp4', ['cut-length', 'range-ignored'], 20_000);
		const busy = await track('Tide', textToVideo, 'tide.mp4', ['503'], 20_000);
		const page = await track('Bloom', generation, 'bloom.png', ['html'], 20_000);
		around.simulator.clock.advance(20_000);
		await workbench.run('Kling: Refresh All Tasks');
		for (const name of ['Dawn', 'Tide', 'Bloom']) {
			await saved(name);
		}
		assert.deepEqual(digests(resultsFolder()), { 'Dawn-1.mp4': dawn, 'Tide-1.mp4': tide, 'Bloom-1.png': bloom });
		assert.deepEqual(
			names(resultsFolder()).filter((name) => name.endsWith('.json')),
			['Bloom', 'Dawn', 'Tide'].map((name) => `${fileOf(name)}.kling-result.json`),
		);
		assert.deepEqual(
			downloadsOf(cut).map(({ status, range }) => [status, range?.replace(/[1-9]\d+/, 'N')]),
			[
				[200, undefined],
				[200, 'bytes=N-'],
			],
		);
		for (const [id, first] of [
			[busy, 503],
			[page, 200],
		] as const) {
			assert.deepEqual(
				downloadsOf(id).map(({ status }) => status),
				[first, 200],
			);
		}
		await workbench.shot('keep-1-saved');
	});

	it('continue after a reload of the window where they were', async () => {
		await workbench.closeNotifications();
		const id = around.simulator.create(textToVideo, { durationMs: 0, files: ['voice.mp4'] });
		around.simulator.faults.next({ fault: { kind: 'slowBody', ms: 20_000 }, match: { on: 'result', taskId: id } });
		await workbench.track(JSON.stringify({ task_id: id, ...textToVideo, name: 'Voice' }));
		await soon('some of it', async () => /saving [1-9]\d? %/.test(await heard('Voice')));
		await workbench.closeNotifications();
		await workbench.shot('keep-2-saving');
		await workbench.reload();
		await saved('Voice');
		const [first, second, ...others] = downloadsOf(id);
		assert.deepEqual([first?.range, others], [undefined, []]);
		assert.match(second?.range ?? '', /^bytes=[1-9]\d{3,}-$/);
		assert.equal(second?.status, 206);
		assert.equal(digests(resultsFolder())['Voice-1.mp4'], voice);
		assert.deepEqual(
			names(resultsFolder()).filter((name) => !/\.(?:mp4|png)(?:\.kling-result\.json)?$/.test(name)),
			[],
		);
		assert.equal(names(resultsFolder()).length, 8);
	});

	it('lie in the library if the setting says so', async () => {
		await keepIn('Library');
		await track('Chord', textToAudio, 'chord.mp3', []);
		await saved('Chord');
		const folder = path.join(storageFolder(), 'library');
		assert.deepEqual(digests(folder), { 'Chord-1.mp3': chord });
		assert.equal(names(folder).length, 2);
		assert.equal(names(resultsFolder()).length, 8);
		await keepIn('Workspace Folder');
	});

	it('say that they wait while their host is out of order', async () => {
		const id = around.simulator.create(textToVideo, { durationMs: 0, files: ['tide.mp4'] });
		around.simulator.faults.next(linkFaultOrder('cut-length', id));
		around.simulator.faults.next({ ...linkFaultOrder('503', id), times: Infinity });
		await workbench.track(JSON.stringify({ task_id: id, ...textToVideo, name: 'Rain' }));
		await soon('it to wait', async () => (await heard('Rain')).includes('waiting to save'));
		assert.equal(names(resultsFolder()).filter((name) => name.endsWith('.part')).length, 1);
		await workbench.closeNotifications();
	});

	it('play when their link has expired and its host is gone', async () => {
		around.simulator.clock.advance(7_200_000);
		await around.simulator.close();
		await workbench.closeEditors();
		const panel = await workbench.openPanel('Dawn');
		const video = panel.locator('video');
		await soon('the video to play', () => video.evaluate((one: Player) => one.currentTime > 0.2));
		for (const seconds of [4, 1]) {
			await video.evaluate((one: { currentTime: number }, wanted) => void (one.currentTime = wanted), seconds);
			await soon(`second ${seconds}`, () =>
				video.evaluate(
					(one: Player & { readonly seeking: boolean }, wanted) =>
						!one.seeking && one.readyState >= 2 && one.currentTime >= wanted && one.currentTime < wanted + 1,
					seconds,
				),
			);
		}
		await panel.getByText('Saved', { exact: true }).first().waitFor();
		assert.match(await panel.locator('body').innerText(), /kling-results[\\/]\S*Dawn-1\.mp4/);
		assert.deepEqual(await workbench.axe(panel), []);
	});

	it('get posters while a page is visible', async () => {
		// A page draws those of all that are kept, one after the other.
		const posters = path.join(storageFolder(), 'posters');
		await soon('the posters', () => [dawn, tide, voice, bloom].every((digest) => names(posters).includes(`${digest}.webp`)), 60_000);
	});

	for (const theme of ['dark', 'light', 'highContrast'] satisfies readonly Theme[]) {
		it(`can be told apart in the theme ${theme}, also in a narrow side bar`, async () => {
			await workbench.useTheme(theme);
			for (const width of [300, 170]) {
				await workbench.sideBar(width);
				const pictures = await Promise.all(
					['Dawn', 'Tide', 'Bloom', 'Voice'].map((name) =>
						workbench.row(name).locator('.custom-view-tree-node-item-icon').getAttribute('style'),
					),
				);
				assert.equal(new Set(pictures.map((style) => /([0-9a-f]{64})\.webp/.exec(style ?? '')?.[1] ?? '')).size, 4, pictures.join('\n'));
				await workbench.shot(`keep-3-${theme}-${width}`);
			}
		});
	}

	it('are opened in the editor by dragging their row there', async () => {
		await workbench.sideBar(300);
		await workbench.drag(workbench.row('Bloom'), workbench.page.locator('.part.editor'));
		await workbench.tab(fileOf('Bloom')).waitFor();
		await workbench.shot('keep-4-dragged');
	});

	it('stay when all data is deleted, as the question says; queue and posters go', async () => {
		await workbench.closeEditors();
		await workbench.run('Kling: Delete All Data…');
		assert.match(await workbench.dialog.innerText(), /5 saved results stay in their folders, /);
		await workbench.shot('keep-5-question');
		await workbench.dialog.getByRole('button', { name: 'Delete All Data' }).click();
		await workbench.notification('All Kling tasks and API keys were deleted.').waitFor();
		await soon('the partial file to go', () => names(resultsFolder()).every((name) => !name.endsWith('.part')));
		assert.deepEqual(digests(resultsFolder()), { 'Dawn-1.mp4': dawn, 'Tide-1.mp4': tide, 'Bloom-1.png': bloom, 'Voice-1.mp4': voice });
		assert.equal(names(resultsFolder()).length, 8);
		assert.deepEqual(names(path.join(storageFolder(), 'posters')), []);
		await workbench.closeNotifications();
	});

	it('bring their tasks back: those of a folder, and one whose sidecar is dropped on the list', async () => {
		await workbench.run('Kling: Track from Sidecars in Folder…');
		await workbench.typePath(`${path.join(storageFolder(), 'library')}/`);
		await workbench.dialog.getByRole('button', { name: 'Track Anyway' }).click();
		await saved('Chord');
		const sidecar = `${fileOf('Dawn')}.kling-result.json`;
		await workbench.openFile(sidecar);
		await workbench.tab(sidecar).waitFor();
		await workbench.drag(workbench.tab(sidecar), workbench.row('Chord'));
		await workbench.dialog.getByRole('button', { name: 'Track Anyway' }).click();
		await saved('Dawn');
		assert.equal((await workbench.tasks()).length, 2);
		await workbench.shot('keep-6-back');
		assert.deepEqual(around.context.blocked, []);
	});
});
