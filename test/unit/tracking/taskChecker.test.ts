import assert from 'node:assert/strict';
import { settle } from '../../support/clock';
import { eachMachine, type Machine } from '../../support/engine';
import { processing, refused, succeeded } from '../../support/fakeKling';
import { key, taskIds } from '../../support/makers';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('a requested check', function () {
	this.timeout(30_000);
	let machine: Machine;
	eachMachine((fresh) => {
		machine = fresh;
	});

	it('waits for the check that another window is making', async () => {
		const [one, other] = [await machine.window(), await machine.window()];
		one.poller.start();
		machine.kling.latencyMs = 3 * second;
		await machine.track(one, 'a');
		await machine.clock.advance(second);
		other.store.changes.checkForOthers();
		const result = other.checker.checkNow(key('a'), { announce: () => true });
		await machine.clock.advance(3.5 * second);
		assert.equal((await result).kind, 'updated');
		assert.equal(machine.kling.requests.length, 1);
		assert.equal(other.store.tasks.get(key('a'))?.status, 'processing');
	});

	it('takes over when that window has crashed', async () => {
		const [dead, other] = [await machine.window(), await machine.window()];
		await machine.track(other, 'a');
		const now = machine.clock.now();
		await dead.store.pollQueue.claim(key('a'), { now, until: now + 8 * second, claimId: 'dead' });
		const result = other.checker.checkNow(key('a'), { announce: () => true });
		await machine.clock.advance(9.5 * second);
		assert.equal((await result).kind, 'updated');
	});

	it('gives up in the end, and then has no timer', async () => {
		const [hog, other] = [await machine.window(), await machine.window()];
		await machine.track(other, 'a');
		const now = machine.clock.now();
		await hog.store.pollQueue.claim(key('a'), { now, until: now + minute, claimId: 'hog' });
		const result = other.checker.checkNow(key('a'), { announce: () => true });
		await machine.clock.advance(25 * second);
		assert.deepEqual(await result, { kind: 'busy' });
		assert.equal(machine.clock.timers, 0);
		assert.equal(machine.kling.requests.length, 0);
	});

	it('joins a check of this window', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.latencyMs = second;
		await machine.track(window, 'a');
		await machine.clock.advance(500);
		const result = window.checker.checkNow(key('a'), { announce: () => true });
		await machine.clock.advance(600);
		assert.equal((await result).kind, 'updated');
		assert.equal(machine.kling.requests.length, 1);
	});

	it('is not stopped when another caller stops the check it joined', async () => {
		const window = await machine.window();
		machine.kling.latencyMs = second;
		await machine.track(window, 'a');
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
		const window = await machine.window();
		machine.kling.script(
			'a',
			succeeded('https://media.example/old.mp4'),
			refused('server'),
			processing(),
			succeeded('https://media.example/new.mp4'),
		);
		await machine.track(window, 'a');
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
		const window = await machine.window();
		machine.kling.script('a', succeeded(), processing());
		await machine.track(window, 'a');
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
		const window = await machine.window();
		assert.deepEqual(await window.checker.checkNow(key('nobody'), { announce: () => true }), { kind: 'gone' });
		await machine.track(window, 'a');
		machine.keys.clear();
		const result = await window.checker.checkNow(key('a'), { announce: () => true });
		assert.ok(result.kind === 'failed');
		assert.equal(result.problem.kind, 'noKey');
		assert.equal(machine.kling.requests.length, 0);
	});
});

describe('Poller, beside requested checks,', function () {
	this.timeout(30_000);
	let machine: Machine;
	eachMachine((fresh) => {
		machine = fresh;
	});

	it('gives requested checks priority', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.latencyMs = second;
		await machine.track(window, ...taskIds(12));
		await machine.clock.advance(500);
		const result = window.checker.checkNow(key('task-12'), { announce: () => false });
		await machine.clock.advance(600);
		assert.equal(machine.kling.count('task-12'), 1);
		assert.equal(machine.kling.mostInFlight, 4);
		await machine.clock.advance(second);
		assert.equal((await result).kind, 'updated');
	});

	it('continues with due tasks when the slots of requested checks are free again', async () => {
		const window = await machine.window();
		machine.kling.latencyMs = second;
		await machine.track(window, ...taskIds(6));
		const asked = taskIds(4).map((id) => window.checker.checkNow(key(id), { announce: () => true }));
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
});
