// Result links that no longer work, and pages that come and go.
import assert from 'node:assert/strict';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import { type Player, type Workbench } from './ui';

describe('result links that fail, in the panel', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let workbench: Workbench;
	/** A finished task, tracked. */
	let id: string;
	let queries: number;

	const loaded = async (): Promise<boolean> =>
		(await workbench.panel('Text to Video')).locator('video').evaluate((one: Player) => one.readyState >= 1);
	const closeTab = (): Promise<void> => workbench.page.locator('.tabs-container .tab.active .tab-actions .action-label').click();
	const close = async (): Promise<void> => {
		await closeTab();
		await soon('the panel to close', async () => (await workbench.page.locator('iframe.webview.ready').count()) === 0);
	};
	const open = async (): Promise<void> => {
		await workbench.row('Text to Video').click();
		await workbench.panel('Text to Video');
	};

	sharedJourney({ simulator: { linkLifetimeMs: 3_600_000 } }, async (opened) => {
		({ around, workbench } = opened);
		id = around.simulator.create({ action: 'videos', action2: 'text2video' }, { durationMs: 0, files: ['tide.mp4'] });
		await workbench.track(around.link('videos/text2video', id));
		await workbench.row('Succeeded').waitFor();
		await workbench.closeNotifications();
	});
	beforeEach(() => {
		queries = around.queries(id);
	});
	afterEach(async () => {
		around.simulator.faults.clear();
		await close();
	});

	it('are used as they are while they work', async () => {
		await open();
		await soon('the video', loaded);
		assert.equal(around.queries(id), queries);
	});

	it('are replaced after one request when they have expired', async () => {
		around.simulator.clock.advance(2 * 3_600_000);
		await open();
		await soon('the video', loaded);
		assert.equal(around.queries(id), queries + 1);
		assert.equal(await (await workbench.panel('Text to Video')).getByText('The link has expired').count(), 0);
	});

	it('are reported as expired, after one request, when the new one fails too; Try Again requests another', async () => {
		const denied = around.simulator.faults.next({
			fault: { kind: 'body', status: 403, body: 'denied' },
			match: { on: 'result', taskId: id },
			times: Infinity,
		});
		await open();
		const panel = await workbench.panel('Text to Video');
		await panel.getByText('The link has expired, and no new one is available. Kling keeps results for 30 days.').waitFor();
		assert.equal(await panel.locator('video').isVisible(), false);
		assert.equal(around.queries(id), queries + 1);
		await workbench.shot('links-1-expired');
		denied.cancel();
		await panel.getByRole('button', { name: 'Try Again' }).click();
		await soon('the video', loaded);
	});

	it('are not reported as expired when another server answers for the result’s host', async () => {
		around.simulator.faults.next({
			fault: { kind: 'body', status: 200, body: '<!DOCTYPE html><title>Sign in</title>', type: 'text/html' },
			match: { on: 'result', taskId: id },
			times: Infinity,
		});
		await open();
		await (await workbench.panel('Text to Video')).getByText('The result could not be loaded.').waitFor();
		assert.equal(around.queries(id), queries);
		await workbench.shot('links-2-not-reached');
	});

	it('are not reported as expired when the file cannot be played', async () => {
		around.simulator.faults.next({
			fault: { kind: 'body', status: 200, body: '\0\0\0\x18ftypisom and no video after it', type: 'video/mp4' },
			match: { on: 'result', taskId: id },
			times: Infinity,
		});
		await open();
		await (await workbench.panel('Text to Video')).getByText('VS Code cannot play this format.').waitFor();
		assert.equal(around.queries(id), queries);
		await workbench.shot('links-3-not-playable');
	});

	it('are reported as failed when no new one could be requested', async () => {
		around.simulator.faults.next({
			fault: { kind: 'body', status: 403, body: 'denied' },
			match: { on: 'result', taskId: id },
			times: Infinity,
		});
		around.simulator.faults.next({ fault: { kind: 'canned', name: 'gatewayNoChannel' }, match: { taskId: id }, times: Infinity });
		await open();
		await (await workbench.panel('Text to Video')).getByText('a new one could not be requested').waitFor();
		await workbench.shot('links-4-not-asked');
	});

	it('are reported as gone when the API no longer has the task, with no later time of expiry', async () => {
		around.simulator.faults.next({
			fault: { kind: 'body', status: 403, body: 'denied' },
			match: { on: 'result', taskId: id },
			times: Infinity,
		});
		around.simulator.faults.next({ fault: { kind: 'canned', name: 'taskNotFound' }, match: { taskId: id }, times: Infinity });
		await open();
		const panel = await workbench.panel('Text to Video');
		await panel.getByText('The API no longer has this result.').waitFor();
		assert.equal(await panel.getByText('Link expires').count(), 0);
		await workbench.shot('links-5-gone');
	});

	it('show in one window with the actions while they work, at 1024 × 700 and at 150 % zoom of 1440 × 900', async () => {
		await open();
		await soon('the video', loaded);
		const panel = await workbench.panel('Text to Video');
		const before = workbench.page.viewportSize();
		for (const [width, height] of [
			[1024, 700],
			[960, 600],
		] as const) {
			await workbench.page.setViewportSize({ width, height });
			await soon(`both at ${width} × ${height}`, async () => {
				const frame = await workbench.page.locator('iframe.webview.ready').first().boundingBox();
				const actions = await panel.getByRole('button', { name: 'More Actions…' }).boundingBox();
				const video = await panel.locator('video').boundingBox();
				assert.ok(frame && actions && video);
				const bottom = frame.y + frame.height;
				return actions.y >= frame.y && video.y > actions.y && video.y + video.height <= bottom && video.height > 150;
			});
			await workbench.shot(`links-8-${width}`);
		}
		await workbench.page.setViewportSize(before ?? { width: 1280, height: 800 });
	});

	it('have a context menu of their own, and the rest of the page none', async () => {
		await open();
		await soon('the video', loaded);
		const panel = await workbench.panel('Text to Video');
		assert.deepEqual(await workbench.pageMenu(panel.locator('video')), [
			'Save Result As…\nCtrl+S',
			'Keep Results',
			'Open in Browser',
			'Continue With…',
			'Copy Result Link',
		]);
		await workbench.shot('links-6-menu');
		await workbench.menuItem('Copy Result Link');
		await soon('the clipboard', async () => (await workbench.page.evaluate<string>('navigator.clipboard.readText()')).includes('.mp4?'));
		await workbench.page.evaluate('navigator.clipboard.writeText("")');
	});

	it('can be copied: the parent video’s own link, not another one', async () => {
		const lipSync = around.simulator.create({ action: 'videos', action2: 'lip-sync' }, { durationMs: 0, parent: id, files: ['voice.mp4'] });
		await workbench.track(around.link('videos/lip-sync', lipSync));
		await workbench.row('Lip Sync').click();
		const panel = await workbench.panel('Lip Sync');
		await panel.getByRole('button', { name: 'Copy Link', description: 'Before' }).click();
		await soon('the clipboard', async () => (await workbench.page.evaluate<string>('navigator.clipboard.readText()')).includes('.mp4?'));
		const copied = await workbench.page.evaluate<string>('navigator.clipboard.readText()');
		assert.equal(copied, await panel.getByRole('region', { name: 'Before' }).locator('video').getAttribute('src'));
		await workbench.shot('links-7-before-after');
		await panel.getByRole('button', { name: 'Open Parent Task' }).click();
		await workbench.panel('Text to Video');
		await workbench.closeNotifications();
		await closeTab();
		await workbench.panel('Lip Sync');
	});

	it('leave the panel able to copy the task ID, and to resume at its position after it was hidden', async () => {
		await open();
		await soon('the video', loaded);
		const panel = await workbench.panel('Text to Video');
		await panel.getByRole('button', { name: 'Copy Task ID' }).click();
		await soon('the clipboard', async () => (await workbench.page.evaluate<string>('navigator.clipboard.readText()')) === id);
		await soon('the video to play by itself', () => panel.locator('video').evaluate((one: Player) => one.currentTime > 1));
		await workbench.openFile('notes.txt');
		await soon('the panel to be hidden', async () => !(await workbench.page.locator('iframe.webview.ready').first().isVisible()));
		await closeTab();
		await soon('the position of before', async () =>
			(await workbench.panel('Text to Video')).locator('video').evaluate((one: Player) => one.currentTime > 0.7 && one.paused),
		);
	});
});
