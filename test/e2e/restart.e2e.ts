// Reloads and restarts in the middle of a task.
import assert from 'node:assert/strict';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import { operationOf, type Player, type Workbench } from './ui';

const finished = /Text to Video \d+ is ready/;

describe('a reload or a restart while a task is running', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let workbench: Workbench;
	let running: string;

	sharedJourney({}, (opened) => {
		({ around, workbench } = opened);
	});

	/** What a row says to a screen reader. */
	const heard = async (operation: string): Promise<string> =>
		(await workbench.tasks()).find(({ label }) => operationOf(label) === operation)?.ariaLabel ?? '';

	it('resumes polling after a reload', async () => {
		const { simulator } = around;
		running = simulator.create({ action: 'videos', action2: 'text2video' }, { submittedMs: 1000, durationMs: 60_000 });
		const done = simulator.create({ action: 'videos', action2: 'image2video' }, { durationMs: 0, files: ['tide.mp4'] });
		await workbench.track(around.link('videos/text2video', running));
		await workbench.row('Submitted').waitFor();
		await workbench.track(around.link('videos/image2video', done));
		await workbench.press(/Image to Video \d+ has already finished\./, 'Open');
		const video = (await workbench.panel('Image to Video')).locator('video');
		await soon('the video to play', () => video.evaluate((one: Player) => one.currentTime > 1.5));
		await video.click();
		const queries = around.queries(running);
		simulator.clock.advance(1000);
		await workbench.reload();
		await soon('the row again', async () => (await heard('Text to Video')).includes('Processing'));
		await soon('more looks', () => around.queries(running) > queries);
	});

	it('restores an open panel at its position', async () => {
		const video = (await workbench.panel('Image to Video')).locator('video');
		await soon('the position of before', () => video.evaluate((one: Player) => one.currentTime > 1.4 && one.paused));
		await workbench.shot('restart-1-revived');
		assert.equal(await workbench.badge('Kling'), '');
	});

	it('keeps no link in the page’s saved state', async () => {
		const state = await workbench.webviewState();
		assert.match(state, /"task"/);
		assert.doesNotMatch(state, /https?:.*results|Signature|\.mp4/);
		// What the browser keeps of the window.
		const kept = await soon('the browser to keep it', async () => {
			const all = await workbench.browserStorage();
			return all.includes('kling.result') ? all : '';
		});
		assert.doesNotMatch(kept, /Signature|tide\.mp4/);
	});

	it('shows a task that finished while the server was down, and notifies once', async () => {
		await around.restartServer();
		around.simulator.clock.advance(60_000);
		await workbench.reopen();
		await soon('the row to end', async () => (await heard('Text to Video')).includes('Succeeded'));
		await workbench.notification(finished).waitFor();
		await workbench.shot('restart-2-ended');
		assert.equal(await workbench.countNotifications(finished), 1);
		assert.equal((await workbench.tasks()).length, 2);
	});

	it('does not notify again after another reload', async () => {
		await workbench.reload();
		await soon('the row again', async () => (await heard('Text to Video')).includes('Succeeded'));
		await soon('the badge again', async () => (await workbench.badge('Kling')) === '1');
		// A later end is told: an earlier one would have been by then.
		const later = around.simulator.create({ action: 'images', action2: 'generations' }, { durationMs: 1000 });
		await workbench.track(around.link('images/generations', later));
		await soon('its row', async () => (await workbench.tasks()).length === 3);
		around.simulator.clock.advance(1000);
		await workbench.notification(/Image Generation \d+ is ready/).waitFor();
		assert.equal(await workbench.countNotifications(finished), 0);
	});

	it('sends no request to another host', () => assert.deepEqual(around.context.blocked, []));
});
