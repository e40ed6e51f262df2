import assert from 'node:assert/strict';
import { taskKey } from '../../../src/core/task';
import type { Engine } from '../../support/engine';
import { key, newTask, origin, ref, terms } from '../../support/makers';
import { Machine } from '../../support/engine';
import { rejects, throws } from '../../support/testStore';
import { processing, refused, snapshotted, succeeded } from '../../support/fakeKling';
import { settle } from '../../support/clock';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const ids = (count: number) => Array.from({ length: count }, (_, index) => `task-${index + 1}`);

describe('Poller', function () {
	this.timeout(30_000);
	let machine: Machine;
	beforeEach(() => {
		machine = new Machine();
	});
	afterEach(async () => {
		await machine.close();
	});
	const open = async (): Promise<Engine> => await machine.window();
	const track = async ({ store }: Engine, ...wanted: string[]) => {
		await store.tasks.add(
			wanted.map((id) => newTask(id)),
			machine.clock.now(),
		);
	};

	it('checks immediately, then by the schedule, and never again once the task has finished', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.script('a', processing(), processing(), processing(), succeeded());
		await track(window, 'a');
		await machine.clock.advance(2 * hour);
		assert.deepEqual(machine.kling.seconds('a', machine.start), [0, 2, 84.023, 127.702]);
		assert.equal(window.store.tasks.get(key('a'))?.status, 'succeeded');
		assert.deepEqual(window.store.announcements.pending(machine.clock.now()), [key('a')]);
		assert.equal(machine.clock.timers, 0);
		assert.deepEqual(window.log.errors, []);
	});

	it('has no timer when nothing is active', async () => {
		const window = await open();
		window.poller.start();
		await machine.clock.advance(0);
		assert.deepEqual([machine.clock.timers], [0]);
		await track(window, 'a');
		await machine.clock.advance(0);
		assert.equal(machine.clock.timers, 1);
		await window.tracker.untrack([key('a')]);
		await machine.clock.advance(0);
		assert.equal(machine.clock.timers, 0);
		assert.equal(machine.kling.requests.length, 1);
	});

	it('checks four tasks at a time and each once', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.latencyMs = second;
		await track(window, ...ids(10));
		await machine.clock.advance(2.9 * second);
		assert.equal(machine.kling.mostInFlight, 4);
		assert.equal(machine.kling.requests.length, 10);
		assert.deepEqual(
			ids(10).map((id) => machine.kling.count(id)),
			ids(10).map(() => 1),
		);
	});

	it('gives requested checks priority', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.latencyMs = second;
		await track(window, ...ids(12));
		await machine.clock.advance(500);
		const result = window.checker.checkNow(key('task-12'), { announce: () => false });
		await machine.clock.advance(600);
		assert.equal(machine.kling.count('task-12'), 1);
		assert.equal(machine.kling.mostInFlight, 4);
		await machine.clock.advance(second);
		assert.equal((await result).kind, 'updated');
	});

	it('continues with due tasks when the slots of requested checks are free again', async () => {
		const window = await open();
		machine.kling.latencyMs = second;
		await track(window, ...ids(6));
		const asked = ids(4).map((id) => window.checker.checkNow(key(id), { announce: () => true }));
		await settle();
		window.poller.start();
		await machine.clock.advance(900);
		assert.equal(machine.kling.requests.length, 4);
		await machine.clock.advance(200);
		assert.deepEqual(
			machine.kling.requests.slice(4).map(({ ref }) => ref.id),
			['task-5', 'task-6'],
		);
		assert.ok((await Promise.all(asked)).every((result) => result.kind === 'updated'));
	});

	it('keeps its claim during a long check, and another window does not check', async () => {
		const [one, other] = [await open(), await open()];
		one.poller.start();
		other.poller.start();
		machine.kling.latencyMs = 14 * second;
		await track(one, 'a');
		other.store.changes.checkForOthers();
		await machine.clock.advance(13 * second);
		other.poller.wake();
		await machine.clock.advance(500);
		assert.equal(machine.kling.requests.length, 1);
		assert.equal(machine.kling.mostPerTask, 1);
	});

	it('shares the work of one schedule between windows', async () => {
		const windows = [await open(), await open(), await open()];
		for (const { poller } of windows) {
			poller.start();
		}
		for (const window of windows.slice(0, 1)) {
			await track(window, 'a', 'b');
		}
		for (let passed = 0; passed < 400; passed++) {
			await machine.clock.advance(second);
			for (const { store } of windows) {
				store.changes.checkForOthers();
			}
		}
		// The schedule of a video without observed durations, in seconds after tracking.
		const expected = [0, 2, 84.023, 127.702, 166.145, 202.513, 237.878, 272.761, 307.428, 342.058, 376.759];
		assert.deepEqual(machine.kling.seconds('a', machine.start), expected);
		assert.deepEqual(machine.kling.seconds('b', machine.start), expected);
	});

	it('backs off on transient errors and resumes when they are over', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.script('a', refused('server'), refused('unreachable'), refused('server'), processing());
		await track(window, 'a');
		await machine.clock.advance(35 * second);
		assert.deepEqual(machine.kling.seconds('a', machine.start), [0, 10, 30]);
		assert.equal(window.store.tasks.get(key('a'))?.problem?.failures, 3);
		await machine.clock.advance(45 * second);
		// The first snapshot is followed by a check as the first one after tracking is.
		assert.deepEqual(machine.kling.seconds('a', machine.start), [0, 10, 30, 70, 72]);
		assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
	});

	it('does not retry persistent errors soon', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.script('a', refused('server', { retryable: false, code: 'model_not_found' }));
		await track(window, 'a');
		await machine.clock.advance(299 * second);
		assert.equal(machine.kling.count('a'), 1);
		await machine.clock.advance(2 * second);
		assert.equal(machine.kling.count('a'), 2);
	});

	it('never checks earlier than Retry-After says', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.script('a', refused('rateLimit', { retryAfterMs: 90 * second }), processing());
		await track(window, 'a');
		await machine.clock.advance(90 * second);
		assert.equal(machine.kling.count('a'), 1);
		await machine.clock.advance(13 * second);
		assert.ok(machine.kling.count('a') >= 2);
	});

	it('checks what became due in ten hours of sleep, four at a time', async () => {
		const window = await open();
		window.poller.start();
		await track(window, ...ids(20));
		await machine.clock.advance(second);
		assert.equal(machine.kling.requests.length, 20);
		machine.kling.requests.length = 0;
		machine.kling.mostInFlight = 0;
		machine.kling.latencyMs = second;
		machine.clock.jump(10 * hour);
		window.poller.wake();
		await machine.clock.advance(5.9 * second);
		assert.equal(machine.kling.mostInFlight, 4);
		assert.deepEqual(
			ids(20).map((id) => machine.kling.count(id)),
			ids(20).map(() => 1),
		);
	});

	it('notices without help within five minutes that the machine slept', async () => {
		const window = await open();
		window.poller.start();
		await track(window, 'a');
		await machine.clock.advance(day);
		machine.kling.requests.length = 0;
		machine.clock.jump(10 * hour);
		await machine.clock.advance(5 * minute);
		assert.equal(machine.kling.requests.length, 1);
	});

	it('pauses an origin without a key, notifies in one window once, and resumes in every window', async () => {
		const [one, other] = [await open(), await open()];
		machine.keys.clear();
		one.poller.start();
		other.poller.start();
		await track(one, 'a', 'b');
		other.store.changes.checkForOthers();
		await machine.clock.advance(hour);
		assert.equal(machine.kling.requests.length, 0);
		assert.deepEqual([...one.pauses, ...other.pauses], [{ origin, reason: 'noKey' }]);
		assert.equal(one.store.tasks.get(key('a'))?.problem?.kind, 'noKey');

		await machine.setKey(other, 'key-one');
		await machine.clock.advance(0);
		assert.equal(machine.kling.requests.length, 2);
		assert.equal(other.store.tasks.get(key('a'))?.problem, undefined);
		assert.equal(other.store.tasks.get(key('a'))?.status, 'processing');
	});

	it('wakes when another window set the key', async () => {
		const [one, other] = [await open(), await open()];
		machine.keys.clear();
		one.poller.start();
		await track(one, 'a');
		await machine.clock.advance(second);
		await machine.setKey(other, 'key-one');
		await machine.clock.advance(second);
		assert.equal(machine.kling.requests.length, 0);
		one.store.changes.checkForOthers();
		await machine.clock.advance(0);
		assert.equal(machine.kling.requests.length, 1);
	});

	it('pauses an origin whose key is rejected twice, ten seconds apart; a new key resumes it', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.latencyMs = 100;
		for (const id of ids(9)) {
			machine.kling.script(id, refused('auth'));
		}
		await track(window, ...ids(9));
		await machine.clock.advance(9 * second);
		assert.equal(machine.kling.requests.length, 4, 'those that were under way together; the others wait');
		assert.deepEqual(window.pauses, []);
		await machine.clock.advance(3 * second);
		assert.equal(machine.kling.requests.length, 5, 'one check decides');
		assert.deepEqual(window.pauses, [{ origin, reason: 'auth', message: "auth in the API's words" }]);
		assert.equal(window.store.tasks.get(key('task-9'))?.problem?.kind, 'auth');
		for (const id of ids(9)) {
			machine.kling.script(id, processing());
		}
		await machine.setKey(window, 'key-two');
		await machine.clock.advance(second);
		assert.equal(machine.kling.requests.length, 5 + 9);
		assert.ok(machine.kling.requests.slice(5).every(({ apiKey }) => apiKey === 'key-two'));
		assert.equal(window.pauses.length, 1);
	});

	it('resumes without notifying after one rejection that a second check does not repeat', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.script('a', processing(), refused('auth'), processing());
		machine.kling.script('b', processing());
		await track(window, 'a', 'b');
		await machine.clock.advance(3 * day);
		assert.deepEqual(window.pauses, []);
		assert.equal(window.store.origins.paused().size, 0);
		assert.ok(machine.kling.count('a') > 50 && machine.kling.count('b') > 50);
		assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
	});

	it('checks a paused API once an hour, and resumes automatically when the key is accepted again', async () => {
		const window = await open();
		window.poller.start();
		for (const id of ids(9)) {
			machine.kling.script(id, refused('auth'));
		}
		await track(window, ...ids(9));
		await machine.clock.advance(12 * second);
		const before = machine.kling.requests.length;
		await machine.clock.advance(5 * hour);
		assert.equal(machine.kling.requests.length - before, 5);
		for (const id of ids(9)) {
			machine.kling.script(id, processing());
		}
		await machine.clock.advance(hour);
		assert.equal(window.store.origins.paused().size, 0);
		assert.deepEqual(
			ids(9).map((id) => window.store.tasks.get(key(id))?.status),
			ids(9).map(() => 'processing'),
		);
		assert.equal(window.pauses.length, 1);
	});

	it('records on the task that the key cannot be read, and resumes when it can', async () => {
		const window = await open();
		window.poller.start();
		const { keys } = window.host;
		const readable = { ...keys };
		Object.assign(keys, { get: () => Promise.reject(new Error('the keychain is locked')) });
		await track(window, 'a');
		await machine.clock.advance(5 * second);
		const problem = window.store.tasks.get(key('a'))?.problem;
		assert.deepEqual([problem?.kind, problem?.message], ['keyUnreadable', 'the keychain is locked']);
		Object.assign(keys, readable);
		await machine.clock.advance(10 * second);
		assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
		assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
		assert.deepEqual(window.pauses, []);
	});

	it('does not pause for a key that was replaced while it was being rejected', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.latencyMs = second;
		machine.kling.script('a', refused('auth'), processing());
		await track(window, 'a');
		await machine.clock.advance(500);
		let everPaused = false;
		window.store.changes.onDidChange(() => (everPaused ||= window.store.origins.paused().size > 0));
		await machine.setKey(window, 'key-two');
		await machine.clock.advance(1.6 * second);
		assert.equal(everPaused, false);
		assert.deepEqual(
			machine.kling.requests.map(({ apiKey }) => apiKey),
			['key-one', 'key-two'],
		);
		assert.deepEqual(window.pauses, []);
		assert.equal(window.store.origins.paused().size, 0);
		assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
	});

	for (const [change, left] of [
		['removed', undefined],
		['replaced', 'key-two'],
	] as const) {
		it(`does not resume an origin for a key that was ${change} while it was being accepted`, async () => {
			const window = await open();
			window.poller.start();
			machine.kling.latencyMs = second;
			await track(window, 'a');
			await machine.clock.advance(500);
			if (left === undefined) {
				machine.keys.delete(origin);
			} else {
				machine.keys.set(origin, left);
			}
			const reason = left === undefined ? 'noKey' : 'auth';
			await window.store.origins.pause(origin, reason, machine.clock.now());
			await machine.clock.advance(10 * second);
			assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
			assert.equal(window.store.origins.paused().get(origin), reason);
			assert.equal(machine.kling.requests.length, 1);
			assert.deepEqual(window.pauses, []);
		});
	}

	it('ends a pause when a requested check finds the key accepted', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.script('a', refused('auth'), processing());
		await track(window, 'a', 'b');
		machine.kling.script('a', refused('auth'), refused('auth'), processing());
		machine.kling.script('b', refused('auth'), refused('auth'), processing());
		await machine.clock.advance(12 * second);
		assert.equal(window.store.origins.paused().get(origin), 'auth');
		machine.kling.script('a', processing());
		machine.kling.script('b', processing());
		const result = window.checker.checkNow(key('a'), { announce: () => true });
		await machine.clock.advance(second);
		assert.equal((await result).kind, 'updated');
		assert.equal(window.store.origins.paused().size, 0);
		assert.equal(window.store.tasks.get(key('b'))?.status, 'processing');
	});

	it('gives up a task that was never found after a day of refusals, and checks once more after a new key or on request', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.script('a', refused('notFound'));
		await track(window, 'a');
		await machine.clock.advance(3 * day);
		assert.deepEqual(machine.kling.seconds('a', machine.start).slice(0, 8), [0, 5, 20, 65, 185, 485, 4085, 7685]);
		assert.equal(machine.kling.count('a'), 30);
		const problem = window.store.tasks.get(key('a'))?.problem;
		assert.deepEqual([problem?.kind, problem?.isGivenUp], ['notFound', true]);
		assert.equal(machine.clock.timers, 0);
		await machine.setKey(window, 'key-two');
		await machine.clock.advance(hour);
		assert.equal(machine.kling.count('a'), 31);
		const result = window.checker.checkNow(key('a'), { announce: () => true });
		await machine.clock.advance(hour);
		assert.equal((await result).kind, 'failed');
		assert.equal(machine.kling.count('a'), 32);
		assert.equal(machine.clock.timers, 0);
	});

	for (const kind of ['notFound', 'badRequest', 'forbidden', 'policy', 'malformed'] as const) {
		it(`never gives up a task that was found once, whatever says ${kind}`, async () => {
			const window = await open();
			window.poller.start();
			const refusals = Array.from({ length: 40 }, () => refused(kind));
			machine.kling.script('a', processing(), ...refusals, processing(), succeeded());
			await track(window, 'a');
			await machine.clock.advance(5 * second);
			assert.equal(window.store.tasks.get(key('a'))?.problem?.kind, kind, 'the row says what the API says now');
			await machine.clock.advance(3 * day);
			assert.equal(window.store.tasks.get(key('a'))?.status, 'succeeded');
		});
	}

	it('resumes within minutes after minutes of "not found"', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.script('a', ...Array.from({ length: 3 }, () => processing()), () =>
			machine.clock.now() < machine.start + 6 * minute ? refused('notFound') : processing(),
		);
		await track(window, 'a');
		await machine.clock.advance(6 * minute);
		assert.equal(window.store.tasks.get(key('a'))?.problem?.kind, 'notFound');
		await machine.clock.advance(4 * minute);
		assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
	});

	it('does not check more often for days because an API names every task alike', async () => {
		const window = await open();
		window.poller.start();
		for (const id of ['a', 'b']) {
			machine.kling.script(id, snapshotted({ status: 'unknown', rawStatus: 'processing', taskId: 'x', foreignId: 'x' }));
		}
		await track(window, 'a', 'b');
		await machine.clock.advance(2 * hour);
		const before = machine.kling.requests.length;
		await machine.clock.advance(day);
		assert.ok(machine.kling.requests.length - before <= 60, `${machine.kling.requests.length - before} requests in a day`);
	});

	it('backs off when kinds of errors alternate', async () => {
		const window = await open();
		window.poller.start();
		let turn = 0;
		machine.kling.script('a', () => refused(turn++ % 2 === 0 ? 'server' : 'notFound'));
		await track(window, 'a');
		await machine.clock.advance(2 * hour);
		assert.ok(machine.kling.count('a') <= 20, String(machine.kling.count('a')));
	});

	it('finds a new task that becomes visible a little later', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.script('a', refused('notFound'), refused('notFound'), processing());
		await track(window, 'a');
		await machine.clock.advance(21 * second);
		assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
		assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
	});

	it('discards a check whose claim another window took over', async () => {
		const [one, other] = [await open(), await open()];
		one.poller.start();
		machine.kling.latencyMs = 5 * second;
		machine.kling.script(
			'a',
			snapshotted({ status: 'processing', message: 'to the one' }),
			snapshotted({ status: 'processing', message: 'to the other' }),
		);
		await track(one, 'a');
		await machine.clock.advance(100);
		// The first window's timers do not run while its claim expires, as during sleep.
		machine.clock.jump(10 * second);
		const [claim] = await other.store.pollQueue.claimDue({
			now: machine.clock.now(),
			until: machine.clock.now() + 8 * second,
			...terms(),
		});
		assert.equal(claim?.task.key, key('a'));
		await machine.clock.advance(5 * second);
		assert.equal(one.store.tasks.get(key('a'))?.lastCheckedAt, undefined);
		assert.equal(machine.kling.aborted, 1, 'the renewal finds out before the response comes');
		assert.deepEqual(one.log.errors, []);
	});

	it('discards a response that came before the lost claim was noticed', async () => {
		const [one, other] = [await open(), await open()];
		one.poller.start();
		machine.kling.latencyMs = 2 * second;
		await track(one, 'a');
		await machine.clock.advance(100);
		machine.clock.jump(10 * second);
		const now = machine.clock.now();
		const claim = await other.store.pollQueue.claim(key('a'), { now, until: now + 8 * second, claimId: 'the-other' });
		assert.ok(claim);
		await machine.clock.advance(2 * second);
		assert.equal(machine.kling.aborted, 0);
		assert.equal(one.store.tasks.get(key('a'))?.lastCheckedAt, undefined);
		assert.equal(await other.store.pollQueue.renew(claim, now + 8 * second), true);
	});

	it('releases its claims when it is closed', async () => {
		const [one, other] = [await open(), await open()];
		one.poller.start();
		machine.kling.latencyMs = 10 * second;
		await track(one, ...ids(5));
		await machine.clock.advance(second);
		const closing = one.poller.close();
		await settle();
		await closing;
		assert.equal(machine.kling.aborted, 4);
		assert.equal(machine.clock.timers, 0);
		other.poller.start();
		await machine.clock.advance(second);
		assert.equal(machine.kling.requests.length, 8);
		assert.deepEqual([...one.log.errors, ...one.log.warnings], []);
		assert.deepEqual(await one.checker.checkNow(key('task-1'), { announce: () => true }), { kind: 'stopped' });
	});

	it('takes over from a crashed window when its claim has expired', async () => {
		const [dead, other] = [await open(), await open()];
		await track(other, 'a');
		const now = machine.clock.now();
		await dead.store.pollQueue.claim(key('a'), { now, until: now + 8 * second, claimId: 'dead' });
		other.poller.start();
		await machine.clock.advance(7.9 * second);
		assert.equal(machine.kling.requests.length, 0);
		await machine.clock.advance(0.2 * second);
		assert.equal(machine.kling.requests.length, 1);
	});

	it('resumes polling unfinished tasks when a window opens', async () => {
		const first = await open();
		first.poller.start();
		await track(first, 'a');
		await machine.clock.advance(10 * second);
		await first.poller.close();
		const before = machine.kling.requests.length;
		machine.clock.jump(3 * hour);
		const second_ = await open();
		second_.poller.start();
		await machine.clock.advance(0);
		assert.equal(machine.kling.requests.length, before + 1);
	});

	it('checks the tasks of its own demo only', async () => {
		const [one, other] = [await open(), await open()];
		await one.store.tasks.add([newTask('mine', { owner: 'demo-1' }), newTask('real')], machine.clock.now());
		other.store.changes.checkForOthers();
		other.poller.start();
		await machine.clock.advance(second);
		assert.equal(machine.kling.count('mine'), 0);
		assert.equal(machine.kling.count('real'), 1);
		assert.deepEqual(await other.checker.checkNow(key('mine'), { announce: () => true }), { kind: 'busy' });
		one.poller.start();
		one.setDemo('demo-1');
		await machine.clock.advance(second);
		assert.equal(machine.kling.count('mine'), 1);
		one.setDemo(undefined);
		await machine.clock.advance(hour);
		assert.equal(machine.kling.count('mine'), 1);
	});

	it('stops after 30 days, and records that without marking the task failed', async () => {
		const window = await open();
		window.poller.start();
		await track(window, 'a');
		await machine.clock.advance(second);
		machine.clock.jump(30 * day);
		window.poller.wake();
		await machine.clock.advance(day);
		const task = window.store.tasks.get(key('a'));
		assert.equal(task?.status, 'processing');
		assert.equal(task.problem?.kind, 'tooOld');
		assert.equal(task.nextPollAt, undefined);
		assert.equal(machine.kling.count('a'), 2);
		assert.equal(machine.clock.timers, 0);
	});

	it('moves bookings forward that were made before the clock was set back', async () => {
		const window = await open();
		window.poller.start();
		await track(window, 'a');
		await machine.clock.advance(second);
		machine.clock.jump(-3 * day);
		await machine.clock.advance(5 * minute);
		const checks = machine.kling.count('a');
		assert.ok(checks >= 8 && checks <= 20, `${checks} checks in five minutes, as of a task tracked now`);
		const booked = (window.store.tasks.get(key('a'))?.nextPollAt ?? Infinity) - machine.clock.now();
		assert.ok(booked > 0 && booked < hour, `next check in ${booked} ms`);
	});

	it('discards the response for an operation that was corrected meanwhile', async () => {
		const window = await open();
		window.poller.start();
		machine.kling.latencyMs = second;
		machine.kling.script('a', refused('notFound'), processing());
		await track(window, 'a');
		await machine.clock.advance(500);
		await window.tracker.changeOperation(key('a'), { action: 'videos', action2: 'image2video' });
		await machine.clock.advance(1.9 * second);
		assert.deepEqual(
			machine.kling.requests.map(({ ref }) => ref.action2),
			['text2video', 'image2video'],
		);
		const task = window.store.tasks.get(key('a'));
		assert.equal(task?.status, 'processing');
		assert.equal(task.problem, undefined);
	});

	describe('a requested check', () => {
		it('waits for the check that another window is making', async () => {
			const [one, other] = [await open(), await open()];
			one.poller.start();
			machine.kling.latencyMs = 3 * second;
			await track(one, 'a');
			await machine.clock.advance(second);
			other.store.changes.checkForOthers();
			const result = other.checker.checkNow(key('a'), { announce: () => true });
			await machine.clock.advance(3.5 * second);
			assert.equal((await result).kind, 'updated');
			assert.equal(machine.kling.requests.length, 1);
			assert.equal(other.store.tasks.get(key('a'))?.status, 'processing');
		});

		it('takes over when that window has crashed', async () => {
			const [dead, other] = [await open(), await open()];
			await track(other, 'a');
			const now = machine.clock.now();
			await dead.store.pollQueue.claim(key('a'), { now, until: now + 8 * second, claimId: 'dead' });
			const result = other.checker.checkNow(key('a'), { announce: () => true });
			await machine.clock.advance(9.5 * second);
			assert.equal((await result).kind, 'updated');
		});

		it('gives up in the end, and then has no timer', async () => {
			const [hog, other] = [await open(), await open()];
			await track(other, 'a');
			const now = machine.clock.now();
			await hog.store.pollQueue.claim(key('a'), { now, until: now + minute, claimId: 'hog' });
			const result = other.checker.checkNow(key('a'), { announce: () => true });
			await machine.clock.advance(25 * second);
			assert.deepEqual(await result, { kind: 'busy' });
			assert.equal(machine.clock.timers, 0);
			assert.equal(machine.kling.requests.length, 0);
		});

		it('joins a check of this window', async () => {
			const window = await open();
			window.poller.start();
			machine.kling.latencyMs = second;
			await track(window, 'a');
			await machine.clock.advance(500);
			const result = window.checker.checkNow(key('a'), { announce: () => true });
			await machine.clock.advance(600);
			assert.equal((await result).kind, 'updated');
			assert.equal(machine.kling.requests.length, 1);
		});

		it('is not stopped when another caller stops the check it joined', async () => {
			const window = await open();
			machine.kling.latencyMs = second;
			await track(window, 'a');
			const stop = new AbortController();
			const one = window.checker.checkNow(key('a'), { announce: () => true, signal: stop.signal });
			await machine.clock.advance(300);
			const other = window.checker.checkNow(key('a'), { announce: () => true });
			await machine.clock.advance(300);
			stop.abort();
			await machine.clock.advance(3 * second);
			assert.deepEqual(await one, { kind: 'stopped' });
			assert.equal((await other).kind, 'updated');
		});

		it('checks a finished task again: new links, nothing to announce, no problem left on it', async () => {
			const window = await open();
			machine.kling.script(
				'a',
				succeeded('https://media.example/old.mp4'),
				refused('server'),
				processing(),
				succeeded('https://media.example/new.mp4'),
			);
			await track(window, 'a');
			const check = async () => {
				const result = window.checker.checkNow(key('a'), { announce: () => true });
				await machine.clock.advance(second);
				return await result;
			};
			await check();
			assert.deepEqual(window.store.announcements.pending(machine.clock.now()), [key('a')]);
			assert.equal(await window.store.announcements.claim(key('a'), machine.clock.now()), true);
			assert.equal((await check()).kind, 'failed');
			assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
			assert.equal((await check()).kind, 'updated');
			assert.equal(window.store.tasks.get(key('a'))?.status, 'succeeded', 'finished is final');
			assert.equal((await check()).kind, 'updated');
			assert.equal(window.store.tasks.get(key('a'))?.results[0]?.url, 'https://media.example/new.mp4');
			assert.deepEqual(window.store.announcements.pending(machine.clock.now()), []);
			assert.equal(window.store.tasks.get(key('a'))?.nextPollAt, undefined);
			assert.equal(machine.clock.timers, 0);
		});

		it('leaves an old finished task unchanged when a response says that it is active', async () => {
			const window = await open();
			machine.kling.script('a', succeeded(), processing());
			await track(window, 'a');
			for (const passed of [0, 40 * day]) {
				machine.clock.jump(passed);
				const result = window.checker.checkNow(key('a'), { announce: () => true });
				await machine.clock.advance(second);
				assert.equal((await result).kind, 'updated');
			}
			const task = window.store.tasks.get(key('a'));
			assert.equal(task?.status, 'succeeded');
			assert.equal(task.problem, undefined);
			assert.equal(task.results.length, 1);
		});

		it('says when the task is not tracked, and when there is no key', async () => {
			const window = await open();
			assert.deepEqual(await window.checker.checkNow(key('nobody'), { announce: () => true }), { kind: 'gone' });
			await track(window, 'a');
			machine.keys.clear();
			const result = await window.checker.checkNow(key('a'), { announce: () => true });
			assert.ok(result.kind === 'failed');
			assert.equal(result.problem.kind, 'noKey');
			assert.equal(machine.kling.requests.length, 0);
		});
	});
});

describe('Poller with failing parts', () => {
	let machine: Machine;
	beforeEach(() => {
		machine = new Machine();
	});
	afterEach(async () => {
		await machine.close();
	});

	for (const [method, failing] of [
		['claimDue', { claimDue: rejects('claimDue') }],
		['nextDueAt', { nextDueAt: throws('nextDueAt') }],
	] as const) {
		it(`continues after ${method} failed`, async () => {
			const window = await machine.window();
			await window.store.tasks.add([newTask('a')], machine.clock.now());
			const broken = window.store.decorate('pollQueue', failing);
			window.poller.start();
			await machine.clock.advance(50 * second);
			assert.equal(machine.kling.requests.length, 0);
			assert.equal(window.log.errors.length, 1);
			broken.dispose();
			await machine.clock.advance(10 * second);
			assert.equal(machine.kling.requests.length, 1);
			await machine.clock.advance(10 * second);
			assert.equal(machine.kling.requests.length, 2);
			assert.equal(await machine.freeSlots(window), 4);
		});
	}

	for (const [method, failing] of [
		['record', { record: rejects('record') }],
		['renew', { renew: rejects('renew') }],
		['release', { release: rejects('release') }],
	] as const) {
		it(`continues after ${method} failed`, async () => {
			const window = await machine.window();
			await window.store.tasks.add([newTask('a')], machine.clock.now());
			machine.kling.latencyMs = 4 * second;
			if (method === 'release') {
				machine.kling.script('a', () => Promise.reject(new Error('unforeseen')), succeeded());
			} else {
				machine.kling.script('a', succeeded());
			}
			const broken = window.store.decorate('pollQueue', failing);
			window.poller.start();
			await machine.clock.advance(5 * second);
			broken.dispose();
			await machine.clock.advance(2 * minute);
			assert.equal(window.store.tasks.get(key('a'))?.status, 'succeeded');
			assert.equal(machine.kling.requests.length, method === 'renew' ? 1 : 2);
		});
	}

	it('remembers a call that came during a run', async () => {
		const window = await machine.window();
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		const first = window.store.decorate('pollQueue', {
			claimDue: () => {
				first.dispose();
				window.poller.wake();
				throw new Error('the first time');
			},
		});
		window.poller.start();
		await machine.clock.advance(second);
		assert.equal(machine.kling.requests.length, 1);
	});

	it('resumes an origin whose key was set while its absence was being written', async () => {
		const window = await machine.window();
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		machine.keys.clear();
		const pause = window.store.origins.pause.bind(window.store.origins);
		window.store.decorate('origins', {
			pause: async (...terms) => {
				await machine.setKey(window, 'key-one');
				return await pause(...terms);
			},
		});
		window.poller.start();
		await machine.clock.advance(second);
		assert.equal(window.store.origins.paused().size, 0);
		assert.deepEqual(window.pauses, []);
		assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
	});

	it('waits a minute after an unexpected error, for that task alone', async () => {
		const window = await machine.window();
		machine.kling.script('a', () => Promise.reject(new TypeError('unforeseen')), succeeded());
		await window.store.tasks.add([newTask('a'), newTask('b')], machine.clock.now());
		window.poller.start();
		await machine.clock.advance(59 * second);
		assert.equal(machine.kling.count('a'), 1);
		assert.equal(machine.kling.count('b'), 2);
		await machine.clock.advance(2 * second);
		assert.equal(machine.kling.count('a'), 2);
		assert.equal(window.log.errors.length, 1);
	});

	it('survives a failing secret storage and a throwing listener', async () => {
		const window = await machine.window();
		const { host } = window;
		let failing = true;
		const poller = window.poller;
		Object.assign(host.keys, { get: () => (failing ? Promise.reject(new Error('locked')) : Promise.resolve(undefined)) });
		window.onDidPause(() => {
			throw new Error('from a listener');
		});
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		poller.start();
		await machine.clock.advance(second);
		failing = false;
		await machine.clock.advance(minute);
		assert.equal(window.store.origins.paused().get(origin), 'noKey');
		assert.equal(window.pauses.length, 1);
		assert.equal(window.log.errors.length, 1);
		assert.equal(window.log.warnings.length, 1);
	});

	it('does not spin when the store says that something is due but returns no claim', async () => {
		const window = await machine.window();
		let claims = 0;
		window.store.decorate('pollQueue', {
			claimDue: () => {
				claims++;
				return Promise.resolve([]);
			},
		});
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		window.poller.start();
		await machine.clock.advance(10 * second);
		assert.ok(claims > 1 && claims <= 41, `${claims} claims in ten seconds`);
	});

	it('does not check while the store is read-only', async () => {
		const window = await machine.window();
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		window.store.decorate('health', { readOnly: true });
		window.poller.start();
		await machine.clock.advance(hour);
		assert.equal(machine.kling.requests.length, 0);
		assert.equal(machine.clock.timers, 0);
	});

	it('resolves a requested check when the store fails, and keeps no slot', async () => {
		const window = await machine.window();
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		window.store.decorate('pollQueue', { claim: rejects('claim') });
		const result = await window.checker.checkNow(key('a'), { announce: () => true });
		assert.equal(result.kind, 'unexpected');
		assert.equal(await machine.freeSlots(window), 4);
	});

	it('stops waiting for a slot when the person cancels', async () => {
		const window = await machine.window();
		machine.kling.latencyMs = 5 * second;
		await window.store.tasks.add(
			ids(5).map((id) => newTask(id)),
			machine.clock.now(),
		);
		window.poller.start();
		await machine.clock.advance(0);
		const cancel = new AbortController();
		const result = window.checker.checkNow(taskKey(ref('task-5')), { announce: () => true, signal: cancel.signal });
		await machine.clock.advance(second);
		cancel.abort();
		assert.deepEqual(await result, { kind: 'stopped' });
		assert.equal(machine.kling.count('task-5'), 0);
	});
});
