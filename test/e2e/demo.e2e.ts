// The offline demo, beside a person's own tasks.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { settingsFile } from '../host/server.mjs';
import { soon } from '../support/retry';
import { extensionHosts } from './processes';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import { type Player, type Workbench } from './ui';

describe('the offline demo', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let workbench: Workbench;
	let settings: string;
	/** The person's own task. */
	let ownLabel: string;

	sharedJourney({}, async (opened) => {
		({ around, workbench } = opened);
		const own = around.simulator.create({ action: 'videos', action2: 'effects' }, { submittedMs: 0, durationMs: 3_600_000 });
		await workbench.track(around.link('videos/effects', own));
		ownLabel = `Video Effects ${own.slice(-6)}`;
		await workbench.row(ownLabel).waitFor();
		settings = await readFile(settingsFile(around.dataDir), 'utf8');
	});

	const labels = async (): Promise<string[]> => (await workbench.tasks()).filter(({ level }) => level === 1).map(({ label }) => label);

	it('shows running tasks that make videos, images and audio', async () => {
		await workbench.run('Kling: Try Offline Demo');
		await soon('its tasks', async () => (await labels()).length === 7);
		assert.deepEqual((await labels()).sort(), [
			'Demo: Chord',
			'Demo: Flowers',
			'Demo: Narrator',
			'Demo: Rejected Prompt',
			'Demo: Sunrise',
			'Demo: Tide',
			ownLabel,
		]);
		await workbench.notification('Demo running: six sample tasks finish within a minute.').waitFor();
		assert.equal(await workbench.notification('Demo running').getByRole('button', { name: /Demo/ }).count(), 0);
		assert.match(await workbench.statusText(), /^Kling Tasks: 1 running/, 'the demo is not counted beside a task of one’s own');
		await soon('one of each kind to be processed', async () => {
			const rows = (await workbench.tasks()).filter(({ ariaLabel }) => ariaLabel.includes('Processing')).map(({ label }) => label);
			return ['Demo: Tide', 'Demo: Flowers', 'Demo: Chord'].every((label) => rows.includes(label));
		});
		await workbench.shot('demo-1-running');
	});

	it('shows its first video as soon as it is ready, and it plays', async () => {
		const video = (await workbench.panel('Demo: Sunrise')).locator('video');
		await soon('the video to play', () => video.evaluate((one: Player) => one.currentTime > 0.5));
		await workbench.webview().getByText('offline demo').first().waitFor();
		await workbench.shot('demo-2-playing');
	});

	it('notifies when a task finishes', async () => {
		await workbench.notification('Demo: Flowers is ready').waitFor({ timeout: 30_000 });
		await workbench.shot('demo-3-told');
	});

	it('says that it is over after its last task, and offers what comes next', async () => {
		const over = workbench.notification('That was the demo.');
		await over.waitFor({ timeout: 60_000 });
		assert.deepEqual(await over.locator('.monaco-button').allInnerTexts(), ['Track a Task', 'Open a Sample Request', 'Remove Demo Tasks']);
		await workbench.shot('demo-4-over');
	});

	it('leaves nothing behind when its tasks are removed', async () => {
		assert.equal(await workbench.offers('Kling: Try Offline Demo'), false);
		await workbench.press('That was the demo.', 'Remove Demo Tasks');
		await soon('its tasks to go', async () => (await labels()).join() === ownLabel);
		await soon('its panel to close', async () => (await workbench.page.locator('iframe.webview').count()) === 0);
		await soon('its results not to be counted', async () => (await workbench.badge('Kling')) === '');
		await workbench.shot('demo-5-removed');
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
		await soon('its tasks to go', async () => (await labels()).join() === ownLabel, 30_000);
		await workbench.shot('demo-6-after-crash');
		assert.equal(await workbench.offers('Kling: Remove API Key'), true);
		assert.equal(await workbench.offers('Kling: Try Offline Demo'), true);
	});

	it('sends no request to another host', () => assert.deepEqual(around.context.blocked, []));
});
