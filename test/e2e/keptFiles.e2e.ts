// The panel of results that are kept as files: without a network, from folders of any name.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { taskKey } from '../../src/core/task';
import { soon } from '../support/retry';
import { indexAtTheEnd } from '../support/video';
import { sharedJourney } from './journey';
import { asAnotherWindow, storageFolder, type Surroundings } from './surroundings';
import { type Player, type Workbench } from './ui';

describe('results that are kept as files, in the panel', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;
	let id: string;
	let file: string;

	sharedJourney({}, async (opened) => {
		({ around, workbench } = opened);
		id = around.simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 0, files: ['tide.mp4'] });
		await workbench.track(around.link('videos/text2video', id));
		await workbench.row('Succeeded').waitFor();
		await workbench.closeNotifications();
		const folder = path.join(around.dataDir, 'kept #1, 100 % “雨の橋” it’s; (a) &amp; b? x=y');
		mkdirSync(folder);
		file = path.join(folder, 'rain #2 50%25? \'a\' "b" 雨;,.mp4');
		writeFileSync(file, indexAtTheEnd());
		await record(file);
		await soon('the window to know it', async () => (await workbench.tasks())[0]?.ariaLabel.includes('saved') === true);
	});

	/** Records a kept file as another window would. */
	const record = (kept: string): Promise<void> =>
		asAnotherWindow(around.dataDir, (store) =>
			store.downloads.recordFile(
				{ task: taskKey({ origin: around.simulator.origin, id }), media: 0 },
				{ path: kept, size: statSync(kept).size, sha256: 'ab'.repeat(32), format: 'mp4', keptAt: Date.now() },
				Date.now(),
			),
		);

	it('play with the host of their link gone', async () => {
		await around.simulator.close();
		const panel = await workbench.openPanel('Text to Video');
		const video = panel.locator('video');
		await soon('the video to play', () => video.evaluate((one: Player) => one.currentTime > 0.2));
		await workbench.shot('kept-1-offline');
		// The editor of today sends what is requested; the oldest supported one sends everything, which is played from memory.
		const isFloor = process.env['VSCODE_TEST_HOST'] === 'floor';
		assert.match(await video.evaluate((one: { readonly currentSrc: string }) => one.currentSrc), isFloor ? /^blob:/ : /^https:.+rain%20/);
		for (const seconds of [4, 1, 3]) {
			await video.evaluate((one: { currentTime: number }, wanted) => void (one.currentTime = wanted), seconds);
			await soon(`second ${seconds}`, () =>
				video.evaluate(
					(one: Player & { readonly seeking: boolean }, wanted) =>
						!one.seeking && one.readyState >= 2 && one.currentTime >= wanted && one.currentTime < wanted + 2,
					seconds,
				),
			);
		}
		assert.deepEqual(around.context.blocked, []);
	});

	it('say what is in their file, and get a poster', async () => {
		const panel = await workbench.panel('Text to Video');
		await panel.getByText('H.264, MP3').waitFor();
		const poster = path.join(storageFolder(around.dataDir), 'posters', `${'ab'.repeat(32)}.webp`);
		await soon('the poster', () => existsSync(poster));
		assert.equal(readFileSync(poster).subarray(8, 12).toString(), 'WEBP');
		await workbench.shot('kept-2-facts');
	});

	it('that were moved are said to be gone, with what can be done', async () => {
		await workbench.closeEditors();
		renameSync(file, `${file}.moved`);
		const panel = await workbench.openPanel('Text to Video');
		await panel.locator('header').getByText('The saved file was moved or deleted.').waitFor();
		await panel.locator('header').getByRole('button', { name: 'Locate…' }).waitFor();
		await workbench.shot('kept-3-missing');
		assert.deepEqual(await workbench.axe(panel), []);
	});

	it('that are too large for the panel are not loaded, and it says so and where they are', async () => {
		await workbench.closeEditors();
		const large = path.join(path.dirname(file), 'large.mp4');
		writeFileSync(large, '');
		truncateSync(large, 600 * 1024 * 1024);
		await record(large);
		const panel = await workbench.openPanel('Text to Video');
		// In a browser there is no default app.
		await panel.getByText('The saved file is too large for this page (629.1 MB). “Copy Path” says where it is.').waitFor();
		await panel.getByRole('button', { name: 'Copy Path' }).first().waitFor();
		await workbench.shot('kept-4-large');
		assert.deepEqual(await workbench.axe(panel), []);
	});
});
