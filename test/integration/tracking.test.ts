import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Simulator } from '../../src/simulator/simulator';
import { failureReasons, type NewTaskOptions } from '../../src/simulator/tasks';
import { isFinished, taskKey, type Task, type TaskKey } from '../../src/core/task';
import type { NotificationChoice } from '../../src/ui/settings';
import { taskItem } from '../../src/ui/tree/taskItem';
import { terms } from '../support/makers';
import { finishesAnyTime } from '../support/simulator';
import { cleanSlate, removeKey, setBaseUrl, setKey, suiteSimulator, type Parts } from '../support/extension';
import { Messages } from './tools/messages';
import { Picks } from './tools/pick';
import { soon } from '../support/retry';

const apiKey = 'sk-integration-0123456789abcdef';
const wrongKey = 'sk-integration-of-someone-else';
const video = { action: 'videos', action2: 'text2video' };

describe('tracking, from the command to the message', function () {
	this.timeout(40_000);
	let parts: Parts;
	let simulator: Simulator;
	let messages: Messages;
	const suite = suiteSimulator(apiKey);

	beforeEach(async () => {
		parts = await cleanSlate();
		simulator = suite.get();
		messages = new Messages();
		await parts.store.durations.add([{ origin: simulator.origin, ...video, observations: finishesAnyTime }]);
	});
	afterEach(() => messages.dispose());
	after(() => setNotifications(undefined));

	/** A task at Kling that is processed after 10 s and ends after a minute, by the simulator's clock. */
	const create = (options: NewTaskOptions = {}): string => simulator.create(video, { submittedMs: 10_000, durationMs: 60_000, ...options });
	const track = async (id: string): Promise<TaskKey> => {
		await vscode.commands.executeCommand('kling.trackTask', `videos/text2video ${id}`);
		return taskKey({ origin: simulator.origin, id });
	};
	const task = (key: TaskKey): Task => {
		const found = parts.store.tasks.get(key);
		assert.ok(found, 'the task is tracked');
		return found;
	};
	const becomes = (key: TaskKey, status: Task['status']): Promise<Task> =>
		soon(`the task becomes ${status}`, () => {
			const now = task(key);
			return now.status === status && now;
		});
	const rowShows = (key: TaskKey): string => {
		const { description } = taskItem(task(key), Date.now());
		return typeof description === 'string' ? description : '';
	};

	it('shows every stage without being asked, notifies once, and opens the result', async () => {
		await setKey(simulator.origin, apiKey);
		const id = create();
		const key = await track(id);
		assert.equal(task(key).status, 'submitted');
		assert.deepEqual(
			simulator.requests.all().map(({ kind, taskId, authorization }) => ({ kind, taskId, authorization })),
			[{ kind: 'query', taskId: id, authorization: 'correct' }],
			'the command looked once, with the key',
		);
		assert.deepEqual(messages.all, [], 'a task that runs needs no message');

		simulator.clock.advance(20_000);
		await becomes(key, 'processing');
		simulator.clock.advance(60_000);
		const finished = await becomes(key, 'succeeded');
		assert.ok(isFinished(finished) && finished.results[0]?.kind === 'video');
		assert.equal(parts.store.tasks.counts().unviewed, 1);
		assert.deepEqual(messages.all, [], 'an end waits three seconds for company');

		const label = `Text to Video ${id.slice(-6)}`;
		const notification = await messages.next(/ready/);
		assert.deepEqual(
			[notification.severity, notification.text, notification.buttons],
			['info', `${label} is ready`, ['Open', 'Save', 'Only Failures', 'Off']],
		);
		const asked = simulator.requests.all({ taskId: id }).length;
		await vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key });
		assert.deepEqual(
			[parts.store.announcements.pending(Date.now()), parts.store.pollQueue.nextDueAt(Date.now(), terms())],
			[[], undefined],
		);

		notification.press('Open');
		await soon('the result’s tab', () => resultTabs().length === 1);
		await soon('the task is viewed', () => parts.store.tasks.counts().unviewed === 0);
		assert.equal(await parts.store.announcements.claim(key, Date.now()), false, 'nobody can tell it again');
		assert.equal(messages.all.length, 1, 'told once');
		assert.equal(simulator.requests.all({ taskId: id, kind: 'query' }).length, asked + 1, 'an ended task is not asked about');
	});

	it('shows a task that the first check finds finished, and does not announce it', async () => {
		await setKey(simulator.origin, apiKey);
		const id = create();
		simulator.clock.advance(90_000);
		const key = await track(id);
		assert.equal(task(key).status, 'succeeded');
		const shown = await messages.next(/already finished/);
		assert.deepEqual([shown.text, shown.buttons], [`Text to Video ${id.slice(-6)} has already finished.`, ['Open']]);
		assert.deepEqual(parts.store.announcements.pending(Date.now()), []);
		await track(id);
		await messages.next(/already tracked/);
		assert.equal(parts.store.tasks.counts().finished, 1);
	});

	it('notifies of tasks that finish together in one message', async () => {
		await setKey(simulator.origin, apiKey);
		for (const options of [{}, { failure: failureReasons.pixels, durationMs: 60_000 }, {}]) {
			await track(create(options));
		}
		simulator.clock.advance(90_000);
		await vscode.commands.executeCommand('kling.refreshAll');
		assert.deepEqual(parts.store.tasks.counts(), { active: 0, finished: 3, unviewed: 3, unviewedFailed: 1 });
		const notification = await messages.next(/ready/);
		assert.deepEqual(
			[notification.severity, notification.text, notification.buttons],
			['warning', '2 results are ready, 1 task failed', ['Show', 'Open Next', 'Only Failures', 'Off']],
		);
		assert.equal(messages.all.length, 1);
	});

	it('notifies of failures only if so set, with their reason', async () => {
		await setKey(simulator.origin, apiKey);
		await setNotifications('failures');
		const failing = create({ failure: failureReasons.pixels, durationMs: 60_000 });
		for (const id of [failing, create()]) {
			await track(id);
		}
		simulator.clock.advance(90_000);
		await vscode.commands.executeCommand('kling.refreshAll');
		const notification = await messages.next(/failed/);
		assert.deepEqual(
			[notification.severity, notification.text, notification.buttons],
			[
				'warning',
				`Text to Video ${failing.slice(-6)} failed: Image pixel is invalid. Use an image with at least 300 pixels in width and height.`,
				['Open', 'Off'],
			],
		);
		assert.equal(messages.all.length, 1);
	});

	it('keeps tasks of a rejected key, shows one message, and resumes with the right one', async () => {
		await setKey(simulator.origin, wrongKey);
		const key = await track(create());
		assert.equal(task(key).problem?.kind, 'auth');
		assert.match(rowShows(key), /^API key rejected/);
		await track(create());
		const notification = await messages.next(/rejected/);
		assert.deepEqual([notification.severity, notification.buttons], ['warning', ['Set API Key']]);
		assert.match(
			notification.text,
			new RegExp(`^${new URL(simulator.origin).host} rejected the API key \\(.*\\)\\. Set another key to resume tracking\\.$`),
		);
		await vscode.commands.executeCommand('kling.refreshAll');
		assert.equal(parts.store.origins.paused().get(simulator.origin), 'auth');
		assert.ok(
			(parts.store.pollQueue.nextDueAt(Date.now(), terms()) ?? 0) > Date.now() + 50 * 60_000,
			'a paused origin is asked once an hour',
		);

		await setKey(simulator.origin, apiKey);
		await soon('a look with the right key', () => task(key).problem === undefined && task(key).lastCheckedAt);
		assert.equal(parts.store.origins.paused().size, 0);
		assert.equal(messages.all.length, 1, 'said once');
	});

	it('keeps tasks without a key, sends no request, and starts when there is one', async () => {
		const key = await track(create());
		assert.match(rowShows(key), /^needs API key/);
		const notification = await messages.next(/No API key/);
		assert.deepEqual(notification.buttons, ['Set API Key']);
		await track(create());
		assert.deepEqual([messages.all.length, simulator.requests.all().length], [1, 0]);
		await setKey(simulator.origin, apiKey);
		await soon('a look', () => task(key).lastCheckedAt);
	});

	it('survives the removal of the key during a check', async () => {
		await setKey(simulator.origin, apiKey);
		const id = create();
		const key = await track(id);
		simulator.faults.next({ fault: { kind: 'late', ms: 1000 } });
		const refreshing = vscode.commands.executeCommand('kling.refreshTask', { kind: 'task', key });
		await soon('the second look is on its way', () => simulator.requests.all({ taskId: id }).length === 2);
		await removeKey(simulator.origin);
		await refreshing;
		await soon(
			'the origin rests',
			() => task(key).problem?.kind === 'noKey' && parts.store.origins.paused().get(simulator.origin) === 'noKey',
		);
		assert.ok((parts.store.pollQueue.nextDueAt(Date.now(), terms()) ?? 0) > Date.now() + 50 * 60_000);
		assert.equal(simulator.requests.all({ taskId: id }).length, 2, 'without a key nothing is asked');
		assert.ok(messages.all.length <= 1, 'said once at most');
		simulator.clock.advance(90_000);
		await setKey(simulator.origin, apiKey);
		await becomes(key, 'succeeded');
	});

	it('finds a task in a text of megabytes, and meanwhile the extension host serves others', async () => {
		const id = create();
		let turns = 0;
		const beat = setInterval(() => turns++, 1);
		await vscode.commands.executeCommand(
			'kling.trackTask',
			`${'2031-05-04 INFO nothing new of it\n'.repeat(100_000)}GET ${simulator.origin}/kling/v1/videos/text2video/${id}\n`,
		);
		clearInterval(beat);
		assert.deepEqual(
			parts.store.tasks.active().map(({ ref }) => ref.id),
			[id],
		);
		assert.ok(turns > 20, `${turns} beats`);
	});

	describe('of input that cannot be tracked', () => {
		const shown = async (text: string, pattern: RegExp): Promise<readonly string[]> => {
			await vscode.commands.executeCommand('kling.trackTask', text);
			const { buttons } = await messages.next(pattern);
			assert.deepEqual([parts.store.tasks.counts().active, simulator.requests.all().length], [0, 0]);
			return buttons;
		};

		it('answers nonsense with a sentence and another try', async () => {
			assert.deepEqual(await shown('what is this?', /^No task found in this text\./), ['Try Again']);
		});

		it('refuses an ID with a slash or dots', async () => {
			await shown('videos/text2video/../../secrets', /^No task found in this text\./);
		});

		it('refuses a key, and shows it nowhere', async () => {
			assert.deepEqual(await shown(apiKey, /looks like an API key/), ['Set API Key']);
			assert.ok(messages.all.every(({ text }) => !text.includes(apiKey)));
		});

		it('asks whether a word that may be a key is an ID, with nothing ticked', async () => {
			for (const word of [
				'3f0c1d9e-7a55-4b1e-9d0f-2f6f1d2c7b11',
				'AK-1a2b3c4d5e',
				'sess_1234567890',
				'9k2m4x7q1w8e5r3t6y0u',
				'Q7Zk2LmN8pRsT4vWxYz0Ab',
			]) {
				const picks = new Picks();
				const tracked = vscode.commands.executeCommand('kling.trackTask', word);
				const pick = await picks.next(0);
				assert.deepEqual(
					[pick.rows.map(({ label, detail }) => [label, detail]), pick.selected],
					[[[word, 'may be an API key: select it only if it is a task ID']], []],
				);
				await picks.cancel();
				await tracked;
				picks.dispose();
				assert.deepEqual([parts.store.tasks.counts().active, simulator.requests.all().length], [0, 0]);
			}
		});

		it('refuses more text than is read at once, and more tasks than are tracked at once', async () => {
			await shown('x'.repeat(16_000_001), /^The text is 16\.0 MB; the limit is 16\.0 MB\. Paste the part with the task IDs instead\.$/);
			const tenThousandAndOne = Array.from(
				{ length: 10_001 },
				(_, index) => `videos/text2video 87123456789${String(index).padStart(7, '0')}`,
			).join('\n');
			await shown(tenThousandAndOne, /^The text contains 10001 tasks; the limit is 10000\. Paste a part of it instead\.$/);
		});

		it('sends nothing to a base URL that cannot be used', async () => {
			const good = simulator.origin;
			await setBaseUrl('http://api.kling.example');
			assert.deepEqual(await shown(`videos/text2video ${create()}`, /must start with https/), ['Open Settings']);
			await setBaseUrl('nonsense');
			assert.deepEqual(await shown(`videos/text2video ${create()}`, /not a valid URL/), ['Open Settings']);
			await setBaseUrl(good);
		});
	});
});

async function setNotifications(choice: NotificationChoice | undefined): Promise<void> {
	await vscode.workspace.getConfiguration('kling').update('notifications.show', choice, vscode.ConfigurationTarget.Global);
}

function resultTabs(): readonly vscode.Tab[] {
	return vscode.window.tabGroups.all
		.flatMap(({ tabs }) => tabs)
		.filter(({ input }) => input instanceof vscode.TabInputCustom && input.viewType === 'kling.result');
}
