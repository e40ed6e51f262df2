// What the extension says of finished tasks, and where its commands and settings are found.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { failureReasons } from '../../src/simulator/tasks';
import { soon } from '../support/retry';
import { sharedJourney } from './journey';
import { asAnotherWindow, type Surroundings } from './surroundings';
import type { Workbench } from './ui';

describe('notices', function () {
	this.timeout(90_000);
	let around: Surroundings;
	let workbench: Workbench;
	/** Finish 20 s after they were created: two results and a failure. */
	let ids: readonly string[] = [];

	sharedJourney({}, async (opened) => {
		({ around, workbench } = opened);
		const { simulator } = around;
		// Made once ever, in place of the buttons for fewer messages.
		await asAnotherWindow(around.dataDir, (store) => store.downloads.claimOffer());
		const video = { action: 'videos', action2: 'text2video' };
		const running = simulator.create(video, { durationMs: 3_600_000 });
		// Known to another key only.
		const lost = '700000000000000042';
		ids = [{}, {}, { failure: failureReasons.risk }].map((options) =>
			simulator.create(video, { submittedMs: 1000, durationMs: 20_000, ...options }),
		);
		await workbench.runAndFill('Track Kling task', [running, lost, ...ids].map((id) => around.link('videos/text2video', id)).join(' '));
		await workbench.quickRows.filter({ hasText: 'Track 5 tasks' }).click();
		await workbench.pickMany(running, lost, ...ids);
		await workbench.notification('Tracking 5 tasks.').waitFor();
		await workbench.closeNotifications();
	});

	/** The buttons of a notification. */
	const buttons = (text: string): Promise<string[]> => workbench.notification(text).locator('.monaco-button').allInnerTexts();

	it('count results and failures apart, in one message', async () => {
		const { clock, faults } = around.simulator;
		const asked = (): readonly number[] => ids.map((id) => around.queries(id));
		const before = asked();
		// The extension checks each task every few seconds: whenever that is, the responses come together.
		const release = new AbortController();
		const held = ids.map((taskId) => faults.next({ fault: { kind: 'held', until: release.signal }, match: { taskId }, times: Infinity }));
		clock.advance(20_000);
		await workbench.run('Kling: Refresh All Tasks');
		await soon('a check of each', () => asked().every((count, index) => count > (before[index] ?? 0)));
		held.forEach((fault) => fault.cancel());
		release.abort();
		await workbench.notification('2 results are ready, 1 task failed').waitFor();
		assert.deepEqual(await buttons('2 results are ready'), ['Show', 'Open Next', 'Only Failures', 'Off']);
	});

	it('show numbers in the status bar, and say in words what they mean', async () => {
		await soon('the numbers', async () => /^Kling Tasks: .* running, .*2 ready, 1 failed$/.test(await workbench.statusText()));
		assert.match((await workbench.klingStatus.innerText()).trim(), /^\d(?:\s+\d){2,3}$/);
		await workbench.hover(workbench.klingStatus, '2 ready, 1 failed');
		await workbench.shot('notices-1-status-bar');
		await workbench.page.mouse.move(600, 300);
	});

	it('open one result after the other, and a failure last', async () => {
		await workbench.press('2 results are ready', 'Open Next');
		for (const left of ['2 more tasks have not been viewed.', '1 more task has not been viewed.']) {
			await workbench.notification(left).waitFor();
			await workbench.webview().getByRole('heading', { level: 1 }).waitFor();
			await workbench.shot(`notices-2-open-next-${left.slice(0, 1)}`);
			await workbench.press(left, 'Open Next');
		}
		await soon('all to be viewed', async () => !/ready|failed/.test(await workbench.statusText()));
		await soon('the failure in front', async () => (await workbench.webview().locator('body').innerText()).includes('risk control'));
		assert.deepEqual(await workbench.notifications(), []);
		await workbench.run('View: Close All Editors');
	});

	it('are made quieter by a button that says what it did, and can be undone', async () => {
		const id = around.simulator.create({ action: 'images', action2: 'generations' }, { durationMs: 20_000 });
		await workbench.track(around.link('images/generations', id));
		await soon('its check', () => around.queries(id) > 0);
		around.simulator.clock.advance(20_000);
		const ready = `Image Generation ${id.slice(-6)} is ready`;
		await workbench.notification(ready).waitFor();
		await workbench.press(ready, 'Only Failures');
		await workbench.notification('Notifications are now shown only when a task fails.').waitFor();
		await workbench.shot('notices-3-only-failures');
		await workbench.press('Notifications are now shown only when a task fails.', 'Undo');
		await workbench.closeNotifications();
	});

	it('ask before results that were not viewed are cleared', async () => {
		await workbench.run('Kling: Clear Finished');
		await workbench.dialog.getByText('Clear 3 viewed tasks? 1 has not been viewed.').waitFor();
		await workbench.shot('notices-4-clear');
		await workbench.dialog.getByRole('button', { name: 'Clear Viewed' }).click();
		await workbench.notification('Cleared 3 finished tasks.').waitFor();
		await soon('the rest', async () => (await workbench.statusText()).endsWith(' 1 ready'));
		await workbench.closeNotifications();
	});

	it('find the commands by “kling”, and the console by the gateway’s name', async () => {
		await workbench.palette('>kling', workbench.quickRows.filter({ hasText: 'Track Kling task' }));
		const labels = await workbench.quickRows.evaluateAll((rows: readonly { getAttribute(name: string): string | null }[]) =>
			rows.map((row) => row.getAttribute('aria-label') ?? ''),
		);
		assert.deepEqual(
			labels.filter((label) => /Network Settings|Show More/.test(label)),
			[],
		);
		await workbench.shot('notices-5-palette');
		await workbench.page.keyboard.press('Escape');
		await workbench.palette('>cometapi', workbench.quickRows.filter({ hasText: 'Kling: Open CometAPI Console' }));
		await workbench.page.keyboard.press('Escape');
	});

	it('explain the settings, and refuse a base URL that would be refused later', async () => {
		await workbench.run('Preferences: Open Settings (UI)');
		const search = workbench.page
			.locator('.settings-editor .suggest-input-container .native-edit-context, .settings-editor .suggest-input-container textarea')
			.first();
		const box = workbench.page.locator('.settings-editor .setting-item-contents', { hasText: 'Base Url' }).locator('input').first();
		await soon('the setting', async () => {
			// The page takes the focus once more when it has read the settings.
			await search.focus();
			await workbench.page.keyboard.press('Control+A');
			await workbench.page.keyboard.type('kling.api');
			await box.waitFor({ timeout: 5000 });
			return true;
		});
		await workbench.shot('notices-6-settings');
		const refusal = workbench.page.locator('.setting-item-validation-message', { hasText: 'Must be an https:// URL such as' });
		await soon('the refusal', async () => {
			// The page is drawn once more a moment after the search.
			await box.click();
			await workbench.page.keyboard.press('Control+A');
			await workbench.page.keyboard.type('http://example.com');
			await delay(500);
			return (await box.inputValue()) === 'http://example.com' && (await refusal.first().isVisible());
		});
		await workbench.shot('notices-7-base-url');
	});

	it('send no request to another host', () => assert.deepEqual(around.context.blocked, []));
});
