// Several windows on one database: which one checks, how often, and in which order.
import assert from 'node:assert/strict';
import type { Engine } from '../../support/engine';
import { key, newTask, taskIds } from '../../support/makers';
import { Machine } from '../../support/engine';
import { sever } from '../../support/testStore';
import { processing, refused, succeeded } from '../../support/fakeKling';
import { mostWithin } from '../../support/spans';

const second = 1_000;
const minute = 60 * second;

describe('windows that share an API', function () {
	this.timeout(60_000);
	let machine: Machine;

	beforeEach(() => {
		machine = new Machine();
		machine.limits = { maxConcurrent: 4, maxPerMinute: 40 };
		machine.kling.latencyMs = 300;
	});
	afterEach(async () => {
		await machine.close();
	});

	/** A window that polls and reads what others write. */
	const open = async (): Promise<Engine> => {
		const window = await machine.window();
		window.watch.start();
		window.poller.start();
		return window;
	};
	const add = ({ store }: Engine, wanted: readonly string[], ago = 0) =>
		store.tasks.add(
			wanted.map((id) => newTask(id)),
			machine.clock.now() - ago,
		);
	const times = () => machine.kling.requests.map(({ at }) => at);
	/** The most requests in any sixty seconds. */
	const busiestMinute = () => mostWithin(times(), minute);

	it('let none of 200 tasks starve, and send at most forty requests a minute, four at a time', async () => {
		const windows = [await open(), await open(), await open()];
		const [first] = windows;
		assert.ok(first);
		// Of every age: checked every few seconds, every twenty, and rarely.
		const groups = [taskIds(60, 'young'), taskIds(80, 'grown'), taskIds(60, 'old')] as const;
		await add(first, groups[0]);
		await add(first, groups[1], 10 * minute);
		await add(first, groups[2], 120 * minute);
		await machine.clock.advance(60 * minute);
		assert.ok(busiestMinute() <= 40, String(busiestMinute()));
		assert.ok(machine.kling.mostInFlight <= 4);
		assert.equal(machine.kling.mostPerTask, 1);
		assert.ok(machine.kling.requests.length > 60 * 30, `${machine.kling.requests.length} checks in an hour: the allowed rate is used`);
		const end = machine.clock.now();
		for (const [group, most] of [
			[groups[0], 12 * minute],
			[groups[1], 12 * minute],
			[groups[2], 60 * minute],
		] as const) {
			for (const id of group) {
				const at = [machine.start, ...machine.kling.requests.filter(({ ref }) => ref.id === id).map((request) => request.at), end];
				const longest = Math.max(...at.slice(1).map((one, index) => one - (at[index] ?? 0)));
				assert.ok(longest <= most, `${id} was not checked for ${longest / minute} minutes`);
			}
		}
		for (const { log } of windows) {
			assert.deepEqual([log.errors, log.warnings], [[], []]);
		}
	});

	it('give requested checks priority, in whichever window', async () => {
		const [busy, quiet] = [await open(), await open()];
		await add(busy, taskIds(100));
		await machine.clock.advance(2 * minute);
		const before = machine.kling.count('task-100');
		const result = quiet.checker.checkNow(key('task-100'), { announce: () => true });
		await machine.clock.advance(4 * second);
		assert.equal(machine.kling.count('task-100'), before + 1);
		assert.equal((await result).kind, 'updated');
		const refresh = quiet.tracker.refresh(taskIds(6).map((id) => key(id)));
		const asked = machine.kling.requests.length;
		await machine.clock.advance(20 * second);
		// A tenth of the rate is left to background checks.
		const next = machine.kling.requests.slice(asked, asked + 10).map(({ ref }) => ref.id);
		assert.deepEqual(
			taskIds(6).filter((id) => !next.includes(id)),
			[],
		);
		assert.ok((await refresh).every((outcome) => outcome.result.kind === 'updated'));
		assert.ok(busiestMinute() <= 40);
	});

	it('check a hundred new tasks one after the other, and announce those that finish too late for the command to report', async () => {
		const [one] = [await open(), await open()];
		for (const id of taskIds(100)) {
			machine.kling.script(id, succeeded());
		}
		const tracked = one.tracker.track(taskIds(100).map((id) => newTask(id)));
		await machine.clock.advance(4 * minute);
		const outcomes = await tracked;
		assert.ok(outcomes.every(({ kind }) => kind === 'updated'));
		assert.deepEqual(
			taskIds(100).map((id) => machine.kling.count(id)),
			taskIds(100).map(() => 1),
		);
		const announced = outcomes.flatMap((outcome) => (outcome.kind === 'updated' && outcome.isAnnounced ? [outcome.task.key] : []));
		assert.equal(announced.length, 64, 'a minute begins 36 requests at once');
		assert.deepEqual([...one.store.announcements.pending(machine.clock.now())].sort(), announced.sort());
		assert.ok(busiestMinute() <= 40);
	});

	it('leave some of the rate to background checks while a person requests many others', async () => {
		const [busy, quiet] = [await open(), await open()];
		await add(busy, taskIds(20));
		await machine.clock.advance(minute);
		const many = taskIds(150).slice(20);
		const before = machine.kling.requests.length;
		const asked = quiet.tracker.track(many.map((id) => newTask(id)));
		await machine.clock.advance(3 * minute);
		// The first check of each of the many was requested.
		const first = new Set(
			machine.kling.requests
				.slice(before)
				.map(({ ref }) => ref.id)
				.filter((id) => many.includes(id)),
		);
		const background = machine.kling.requests.length - before - first.size;
		assert.ok(background >= 9, String(background));
		assert.ok(first.size >= 90, String(first.size));
		assert.ok(busiestMinute() <= 40);
		await machine.clock.advance(3 * minute);
		assert.ok((await asked).every(({ kind }) => kind === 'updated'));
	});

	it('all cool down when one of them was asked to slow down, and one check finds out when that is over', async () => {
		const windows = [await open(), await open(), await open()];
		const slowed = windows[0];
		assert.ok(slowed);
		for (const id of taskIds(30)) {
			machine.kling.script(id, processing());
		}
		await add(slowed, taskIds(30));
		await machine.clock.advance(2 * minute);
		for (const id of taskIds(30)) {
			machine.kling.script(id, refused('rateLimit'));
		}
		const before = machine.kling.requests.length;
		await machine.clock.advance(30 * minute);
		// Those in flight together, then after 10, 20, 40, 80, 160, 320, 600 and 600 s.
		const asked = machine.kling.requests.length - before;
		assert.ok(asked >= 7 && asked <= 4 + 8, `${asked} requests in half an hour`);
		for (const id of taskIds(30)) {
			machine.kling.script(id, processing());
		}
		const again = machine.kling.requests.length;
		await machine.clock.advance(12 * minute);
		assert.equal(
			new Set(machine.kling.requests.slice(again).map(({ ref }) => ref.id)).size,
			30,
			'it resumes automatically, with all of them',
		);
	});

	it('check no earlier than Retry-After says, whichever task it was about', async () => {
		const [one] = [await open(), await open()];
		machine.kling.script('task-1', refused('rateLimit', { retryAfterMs: 90 * second }), processing());
		await add(one, taskIds(1));
		await machine.clock.advance(second);
		await add(one, taskIds(9).slice(1));
		await machine.clock.advance(88 * second);
		assert.equal(machine.kling.requests.length, 1);
		await machine.clock.advance(40 * second);
		assert.equal(new Set(machine.kling.requests.slice(1).map(({ ref }) => ref.id)).size, 9);
	});

	it('take over within ten seconds from one that crashed, with its slots', async () => {
		const doomed = await open();
		machine.kling.latencyMs = 60 * second;
		await add(doomed, taskIds(6));
		await machine.clock.advance(second);
		assert.equal(machine.kling.mostInFlight, 4);
		const other = await open();
		await machine.clock.advance(second);
		// It is killed: nothing of it runs any more.
		sever(doomed.store);
		const before = machine.kling.requests.length;
		await machine.clock.advance(10 * second);
		assert.equal(machine.kling.requests.length - before, 4, 'four slots, for the tasks that were due first');
		assert.deepEqual(other.log.errors, []);
	});

	it('check when another one moved a booking forward', async () => {
		const [one, other] = [await open(), await open()];
		machine.kling.script('task-1', refused('server'), refused('server'), refused('server'), refused('server'), processing());
		await add(one, taskIds(1));
		await machine.clock.advance(75 * second);
		assert.equal(one.store.tasks.get(key('task-1'))?.problem?.failures, 4);
		// The person requests a check, it succeeds, and that window closes.
		const result = one.checker.checkNow(key('task-1'), { announce: () => true });
		await machine.clock.advance(second);
		assert.equal((await result).kind, 'updated');
		await one.poller.close();
		const before = machine.kling.requests.length;
		await machine.clock.advance(3 * second);
		assert.equal(machine.kling.requests.length - before, 1);
		assert.deepEqual(other.log.errors, []);
	});

	it('resume within a second after the machine slept, in turn and not in a burst', async () => {
		const [one] = [await open(), await open()];
		await add(one, taskIds(40));
		await machine.clock.advance(10 * minute);
		for (const sleep of [10 * minute, 600 * minute]) {
			machine.clock.jump(sleep);
			const woke = machine.kling.requests.length;
			await machine.clock.advance(second);
			assert.ok(machine.kling.requests.length > woke, 'at once');
			await machine.clock.advance(2 * minute);
			const each = new Set(machine.kling.requests.slice(woke).map(({ ref }) => ref.id));
			assert.equal(each.size, 40);
			assert.ok(busiestMinute() <= 40);
			assert.ok(machine.kling.mostInFlight <= 4);
		}
	});

	it('continue within their rate when the clock jumps an hour ahead and back', async () => {
		const [one] = [await open(), await open()];
		await add(one, taskIds(5));
		await machine.clock.advance(2 * minute);
		machine.clock.jump(60 * minute);
		await machine.clock.advance(2 * minute);
		machine.clock.jump(-60 * minute);
		const before = machine.kling.requests.length;
		await machine.clock.advance(5 * minute);
		const each = taskIds(5).map((id) => machine.kling.requests.slice(before).filter(({ ref }) => ref.id === id).length);
		assert.ok(
			each.every((count) => count >= 6 && count <= 20),
			each.join(', '),
		);
	});

	it('check sooner when any window gains attention', async () => {
		const [one, other] = [await open(), await open()];
		other.attention.start();
		await add(one, taskIds(1));
		await machine.clock.advance(10 * second);
		other.store.changes.checkForOthers();
		const booked = one.store.tasks.get(key('task-1'))?.nextPollAt ?? 0;
		assert.ok(booked > machine.start + 55 * second, 'booked without attention');
		other.setFocused(true);
		await machine.clock.advance(second);
		one.store.changes.checkForOthers();
		const focused = one.store.tasks.get(key('task-1'))?.nextPollAt ?? 0;
		assert.ok(focused < booked - 5 * second, `${(booked - focused) / second} s sooner`);
		// While the list is visible, no interval is longer than a minute.
		other.setVisible(true);
		await machine.clock.advance(second);
		one.store.changes.checkForOthers();
		const observed = one.store.tasks.get(key('task-1'));
		assert.ok((observed?.nextPollAt ?? 0) <= (observed?.lastCheckedAt ?? 0) + 61.5 * second);
		assert.deepEqual([one.log.errors, other.log.errors], [[], []]);
	});

	it('know whether any of them is focused, as long as there are active tasks', async () => {
		const [one, other] = [await open(), await open()];
		one.attention.start();
		other.attention.start();
		const isFocused = () => other.store.attention.current(machine.clock.now()).focused;
		one.setFocused(true);
		await machine.clock.advance(second);
		assert.equal(isFocused(), false, 'not recorded while nothing is active');
		await add(one, taskIds(1));
		await machine.clock.advance(5 * minute);
		assert.equal(isFocused(), true);
		one.setFocused(false);
		other.setFocused(true);
		await machine.clock.advance(second);
		assert.equal(isFocused(), true);
		other.setFocused(false);
		await machine.clock.advance(second);
		assert.equal(isFocused(), false);
		// One that crashes while focused counts for half a minute.
		one.setFocused(true);
		await machine.clock.advance(second);
		one.attention.dispose();
		assert.equal(isFocused(), true);
		await machine.clock.advance(31 * second);
		assert.equal(isFocused(), false);
		other.setFocused(true);
		await machine.clock.advance(second);
		await other.attention.close();
		assert.equal(isFocused(), false, 'one that closes takes its note back');
	});
});
