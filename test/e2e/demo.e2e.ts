// The offline demo, beside a person's own tasks.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { settingsFile } from '../host/server.mjs';
import { soon } from '../support/retry';
import { extensionHosts } from './processes';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import { operationOf, type Player, type Workbench } from './ui';

describe('the offline demo', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let workbench: Workbench;
	let settings: string;

	sharedJourney({}, async (opened) => {
		({ around, workbench } = opened);
		const own = around.simulator.create({ action: 'videos', action2: 'effects' }, { submittedMs: 0, durationMs: 3_600_000 });
		await workbench.track(around.link('videos/effects', own));
		await workbench.row('Video Effects').waitFor();
		settings = await readFile(settingsFile(around.dataDir), 'utf8');
	});

	const labels = async (): Promise<string[]> =>
		(await workbench.tasks()).filter(({ level }) => level === 1).map(({ label }) => operationOf(label));

	it('shows running tasks that make videos, images and audio', async () => {
		await workbench.run('Kling: Try Offline Demo');
		await soon('its tasks', async () => (await labels()).length === 7);
		assert.deepEqual((await labels()).sort(), [
			'Image Generation',
			'Image to Video',
			'Image to Video',
			'Lip Sync',
			'Text to Audio',
			'Text to Video',
			'Video Effects',
		]);
		await workbench.notification('Offline demo running').waitFor();
		await soon('one of each kind to be processed', async () => {
			const rows = (await workbench.tasks())
				.filter(({ ariaLabel }) => ariaLabel.includes('Processing'))
				.map(({ label }) => operationOf(label));
			return ['Image to Video', 'Image Generation', 'Text to Audio'].every((label) => rows.includes(label));
		});
		await workbench.shot('demo-1-running');
	});

	it('shows its first video as soon as it is ready, and it plays', async () => {
		const video = (await workbench.panel('Text to Video')).locator('video');
		await soon('the video to play', () => video.evaluate((one: Player) => one.currentTime > 0.5));
		await workbench.shot('demo-2-playing');
	});

	it('notifies when a task finishes', async () => {
		await workbench.notification('Image Generation finished').waitFor({ timeout: 30_000 });
		await workbench.shot('demo-3-told');
	});

	it('leaves nothing behind when it is stopped', async () => {
		assert.equal(await workbench.offers('Kling: Try Offline Demo'), false);
		await workbench.run('Kling: Stop Offline Demo');
		await soon('its tasks to go', async () => (await labels()).join() === 'Video Effects');
		await soon('its panel to close', async () => (await workbench.page.locator('iframe.webview').count()) === 0);
		await soon('its results not to be counted', async () => (await workbench.badge('Kling Tasks')) === '');
		await workbench.shot('demo-4-stopped');
		assert.equal(await workbench.offers('Kling: Remove API Key'), true);
		assert.equal(await readFile(settingsFile(around.dataDir), 'utf8'), settings);
		await workbench.run('Kling: Refresh All Tasks');
		await soon('the own task to go on', () => workbench.row('Processing').isVisible());
	});

	it('leaves nothing behind when it crashes', async () => {
		await workbench.closeNotifications();
		await workbench.run('Kling: Try Offline Demo');
		await soon('its tasks', async () => (await labels()).length === 7);
		const [host, ...others] = extensionHosts(around.server.pid);
		assert.ok(host !== undefined && others.length === 0);
		process.kill(host, 'SIGKILL');
		await workbench.reopen();
		await soon('the own task', () => workbench.row('Video Effects').isVisible(), 30_000);
		await soon('its tasks to go', async () => (await labels()).join() === 'Video Effects', 30_000);
		await workbench.shot('demo-5-after-crash');
		assert.equal(await workbench.offers('Kling: Remove API Key'), true);
		assert.equal(await workbench.offers('Kling: Try Offline Demo'), true);
	});

	it('sends no request to another host', () => assert.deepEqual(around.context.blocked, []));
});
