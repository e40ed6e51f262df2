// Two windows of one person, each with an extension host of its own.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from 'playwright-core';
import type { LoggedRequest } from '../../src/simulator/requestLog';
import type { ScenarioOptions } from '../../src/simulator/simulator';
import { soon } from '../support/retry';
import { extensionHosts } from './processes';
import { sharedJourney } from './journey';
import type { Surroundings } from './surroundings';
import { operationOf, type Player, type TreeRow, type Workbench } from './ui';

describe('two windows', function () {
	this.timeout(60_000);
	let around: Surroundings;
	let one: Workbench;
	let two: Workbench;
	/** Those that are there. */
	let windows: readonly Workbench[];
	/** Lies in front when nobody looks at a window. */
	let blank: Page;
	let hostOfOne: number;
	/** The database of both windows. */
	let databaseFile: string;

	sharedJourney({}, async (opened) => {
		({ around, workbench: one } = opened);
		const hosts = extensionHosts(around.server.pid);
		assert.equal(hosts.length, 1);
		hostOfOne = hosts[0] ?? 0;
		two = await around.open();
		windows = [one, two];
		// An extension host that starts without the focus is not told of the first one: the editor's own watch believes to have it then.
		await soon('the extension in both', async () => (await two.welcomeText()).includes('No tasks yet'));
		blank = await around.context.newPage();
		const [file, ...others] = (await readdir(around.dataDir, { recursive: true })).filter((name) => /kling-\d+\.db$/.test(name));
		assert.ok(file !== undefined && others.length === 0);
		databaseFile = path.join(around.dataDir, file);
		for (const window of windows) {
			await window.useRealFocus();
			// Taking the emulated focus away tells nobody: a window has to have had the focus to lose it.
			await window.page.bringToFront();
			await window.listen();
		}
		await blank.bringToFront();
	});

	/** The labels of the tasks that a window lists, without the rows of their results. */
	const labels = async (window: Workbench): Promise<string[]> =>
		(await window.tasks()).filter(({ level }) => level === 1).map(({ label }) => operationOf(label));
	const descriptions = async (window: Workbench): Promise<string[]> => (await window.tasks()).map(({ ariaLabel }) => ariaLabel);
	/** What the first row of a window says. */
	const description = async (window: Workbench): Promise<string> => (await descriptions(window))[0] ?? '';
	const inAll = async (predicate: (window: Workbench) => Promise<boolean>): Promise<boolean> =>
		(await Promise.all(windows.map(predicate))).every(Boolean);
	const heardInAll = async (text: string | RegExp): Promise<number> =>
		(await Promise.all(windows.map((window) => window.recorded(text)))).reduce((sum, times) => sum + times);
	const queriesFor = (taskId: string): readonly LoggedRequest[] => around.simulator.requests.all({ kind: 'query', taskId });

	const track = async (window: Workbench, operation: string, options: ScenarioOptions = {}): Promise<string> => {
		const [action = '', action2 = ''] = operation.split('/');
		const id = around.simulator.create({ action, action2 }, { submittedMs: 5000, durationMs: 10_000, ...options });
		await window.focus();
		await window.track(around.link(operation, id));
		return id;
	};
	/** Tracks a task and waits until all windows show that it runs, and the first look is answered: an end that this one saw would be the command's answer, and not told. */
	const run = async (window: Workbench, operation: string): Promise<string> => {
		const id = await track(window, operation);
		await soon('its first look', () => queriesFor(id).some(({ status }) => status !== undefined));
		const isRunning = ({ label, ariaLabel }: TreeRow): boolean => ariaLabel.includes('Submitted') && label.endsWith(id.slice(-6));
		await soon('its row in all', () => inAll(async (each) => (await each.tasks()).some(isRunning)));
		return id;
	};

	/** How many windows hold that they have the focus: their extension hosts, not only their pages. They note it while tasks run. */
	const focused = (): number => {
		const database = new DatabaseSync(databaseFile, { readOnly: true });
		try {
			return Number(database.prepare('SELECT count(*) AS focused FROM windows WHERE focused = 1').get()?.['focused']);
		} finally {
			database.close();
		}
	};
	const blurAll = async (): Promise<void> => {
		for (const window of windows) {
			await window.useRealFocus();
		}
		await blank.bringToFront();
		await soon('no window to have the focus', () => focused() === 0);
	};
	const focusWindow = async (window: Workbench): Promise<void> => {
		await blurAll();
		await window.focus();
		await soon('one window to have the focus', () => focused() === 1);
	};
	/** The window that tells an end in its status bar, which it does at once. */
	/** Of a task without a name. */
	const ready = (operation: string): RegExp => new RegExp(`${operation} \\d+ is ready`);
	const announcingWindow = (end: string | RegExp): Promise<Workbench> =>
		soon(
			`${String(end)} in a status bar`,
			async () => {
				for (const window of windows) {
					if ((await window.statusItem(end).count()) > 0) {
						return window;
					}
				}
				return undefined;
			},
			// Where nobody has the focus, looks are three times as far apart.
			45_000,
		);
	/** The window in which a message tells an end, by then in the status bar of no other. */
	const notified = async (end: RegExp): Promise<Workbench> => {
		const window = await announcingWindow(end);
		await window.notification(end).waitFor();
		for (const other of windows) {
			if (other !== window) {
				assert.equal(await other.statusItem(end).count(), 0);
			}
		}
		return window;
	};

	it('show the same tasks within moments', async () => {
		await track(one, 'videos/text2video');
		await soon('the row in the one', async () => (await description(one)).includes('Submitted'));
		await soon('the row in the other', async () => (await description(two)).includes('Submitted'), 2500);
		around.simulator.clock.advance(5000);
		await soon('the change in one of them', async () =>
			(await Promise.all(windows.map(description))).some((text) => text.includes('Processing')),
		);
		await soon('the change in both', () => inAll(async (window) => (await description(window)).includes('Processing')), 2500);
		await two.shot('windows-1-other');
	});

	it('notify of a finished task in the one that has the focus', async () => {
		await focusWindow(two);
		around.simulator.clock.advance(5000);
		assert.equal(await notified(ready('Text to Video')), two);
		await two.shot('windows-2-told');
		await soon('the badge in both', () => inAll(async (window) => (await window.badge('Kling')) === '1'));

		await run(two, 'videos/image2video');
		await focusWindow(one);
		around.simulator.clock.advance(10_000);
		assert.equal(await notified(ready('Image to Video')), one);
	});

	it('notify in one of them when both have the focus', async () => {
		await run(one, 'audio/tts');
		for (const window of windows) {
			await window.claimFocus();
		}
		await soon('both to have the focus', () => focused() === 2);
		around.simulator.clock.advance(10_000);
		await notified(ready('Text to Speech'));
	});

	it('notify in one of them, a little later, when none has the focus', async () => {
		const id = await run(one, 'videos/video-extend');
		await blurAll();
		around.simulator.clock.advance(10_000);
		const window = await announcingWindow(ready('Video Extension'));
		// So long it is left to a window that might get the focus.
		const waited = Date.now() - (queriesFor(id).at(-1)?.at ?? 0);
		assert.ok(waited >= 1500, `${waited} ms`);
		assert.equal(await notified(ready('Video Extension')), window);
		await window.shot('windows-3-told-unfocused');
	});

	it('announced each finished task once', async () => {
		// What would be told again comes along with the next end.
		await run(two, 'videos/effects');
		around.simulator.clock.advance(10_000);
		await notified(ready('Video Effects'));
		for (const end of ['Text to Video', 'Image to Video', 'Text to Speech', 'Video Extension', 'Video Effects']) {
			assert.equal(await heardInAll(ready(end)), 1, end);
		}
		let shown = 0;
		for (const window of windows) {
			await window.focus();
			shown += await window.countNotifications('is ready');
		}
		assert.equal(shown, 5);
	});

	it('no longer count as not viewed what one of them showed', async () => {
		await one.focus();
		await soon('the badge in both', () => inAll(async (window) => (await window.badge('Kling')) === '5'));
		await one.openPanel('Text to Video');
		await soon('the badge in both', () => inAll(async (window) => (await window.badge('Kling')) === '4'), 5000);
	});

	it('show what the other one renames and removes, also when no task is active', async () => {
		await one.contextMenu(one.row('Image to Video'), 'Rename Task');
		await one.accept('Opening shot');
		await soon('the name in both', () => inAll(async (window) => (await labels(window)).includes('Opening shot')));
		await two.shot('windows-4-renamed');
		await one.contextMenu(one.row('Opening shot'), 'Remove from List');
		await soon('the row to go in both', () => inAll(async (window) => !(await labels(window)).includes('Opening shot')));
	});

	it('catch up when they get the focus', async () => {
		// A window that nobody looks at, which shows no tasks and has none that run, looks for changes once a minute.
		await two.focus();
		await two.openView('Explorer');
		await one.focus();
		await one.run('Kling: Clear Finished');
		await one.dialog.getByRole('button', { name: 'Clear All' }).click();
		await soon('the badge to go in the one', async () => (await one.badge('Kling')) === '');
		await two.focus();
		await soon('the badge to go in the other', async () => (await two.badge('Kling')) === '');
		await two.openView('Kling');
		await soon('the rows to go', async () => (await labels(two)).length === 0);
	});

	it('both show the tasks of a demo that runs in one', async () => {
		for (const window of windows) {
			await window.focus();
			await window.run('View: Close All Editors');
			await window.closeNotifications();
		}
		await one.focus();
		await one.run('Kling: Try Offline Demo');
		await two.focus();
		await soon('its tasks', () => inAll(async (window) => (await labels(window)).length === 6));
		await soon('some of them to go on', () =>
			inAll(async (window) => (await descriptions(window)).filter((text) => text.includes('Processing')).length > 2),
		);
		await two.shot('windows-5-demo-other');
	});

	it('open a result of the other one’s demo', async () => {
		await soon('a result', async () => (await descriptions(two)).some((text) => text.includes('Succeeded')));
		const video = (await two.openPanel('Demo: Sunrise')).locator('video');
		await soon('the video to play', () => video.evaluate((player: Player) => player.currentTime > 0.5));
		await two.shot('windows-6-demo-result');
	});

	it('leave checking and notifying to the one that runs the demo, also when the other has the focus', async () => {
		// The simulator runs within the one, so nobody sees who asks it. But only the one has its key: a look of the
		// other would have paused the demo for want of a key, and said so, and none of this would go on.
		for (const end of ['Demo: Flowers is ready', 'Demo: Chord is ready']) {
			await one.notification(end).waitFor();
		}
		await one.shot('windows-7-demo-told');
		assert.deepEqual(
			await Promise.all(['Demo: Flowers is ready', 'Demo: Chord is ready', 'API key'].map((text) => two.recorded(text))),
			[0, 0, 0],
		);
		assert.equal(await one.recorded('Demo: Flowers is ready'), 1);
	});

	it('both no longer show its tasks when the demo is stopped', async () => {
		assert.equal(await two.offers('Kling: Stop Offline Demo'), false);
		await one.focus();
		await one.run('Kling: Stop Offline Demo');
		await soon('its tasks to go', () => inAll(async (window) => (await labels(window)).length === 0));
		await soon('its panels to close', () => inAll(async (window) => (await window.page.locator('iframe.webview').count()) === 0));
		await soon('its results not to be counted', () => inAll(async (window) => (await window.badge('Kling')) === ''));
		await two.shot('windows-8-demo-stopped');
	});

	it('take over what a killed one was checking, and announce it once', async () => {
		const id = await track(one, 'videos/lip-sync', { faults: [{ kind: 'silence' }] });
		await soon('the look that nobody answers', () => queriesFor(id).length === 1);
		around.simulator.clock.advance(10_000);
		process.kill(hostOfOne, 'SIGKILL');
		await one.page.close();
		windows = [two];
		await two.focus();
		// Until its claim expires, eight seconds after the last renewal.
		await soon('the other one to look', () => queriesFor(id).length === 2);
		await two.notification(ready('Lip Sync')).waitFor();
		await two.shot('windows-9-taken-over');
		await run(two, 'videos/motion-control');
		around.simulator.clock.advance(10_000);
		await notified(ready('Motion Control'));
		assert.equal(await two.recorded(ready('Lip Sync')), 1);
	});

	it('send one request for both', () => {
		for (const { taskId = '' } of around.simulator.requests.all({ kind: 'query' })) {
			const times = queriesFor(taskId).map(({ at }) => at);
			const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
			assert.ok(
				gaps.every((gap) => gap > 1000),
				`${taskId}: ${gaps.join(', ')}`,
			);
		}
	});
});
