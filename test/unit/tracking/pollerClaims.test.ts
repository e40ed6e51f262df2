import assert from 'node:assert/strict';
import { settle } from '../../support/clock';
import { eachMachine, type Machine } from '../../support/engine';
import { processing, refused, snapshotted } from '../../support/fakeKling';
import { key, newTask, taskIds, terms } from '../../support/makers';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('Poller, among several windows,', function () {
	this.timeout(30_000);
	let machine: Machine;
	eachMachine((fresh) => {
		machine = fresh;
	});

	it('keeps its claim during a long check, and another window does not check', async () => {
		const [one, other] = [await machine.window(), await machine.window()];
		one.poller.start();
		other.poller.start();
		machine.kling.latencyMs = 14 * second;
		await machine.track(one, 'a');
		other.store.changes.checkForOthers();
		await machine.clock.advance(13 * second);
		other.poller.wake();
		await machine.clock.advance(500);
		assert.equal(machine.kling.requests.length, 1);
		assert.equal(machine.kling.mostPerTask, 1);
	});

	it('shares the work of one schedule between windows', async () => {
		const windows = [await machine.window(), await machine.window(), await machine.window()];
		for (const { poller } of windows) {
			poller.start();
		}
		for (const window of windows.slice(0, 1)) {
			await machine.track(window, 'a', 'b');
		}
		for (let passed = 0; passed < 400; passed++) {
			await machine.clock.advance(second);
			for (const { store } of windows) {
				store.changes.checkForOthers();
			}
		}
		// The schedule of a video without observed durations, in seconds after tracking.
		const expected = [0, 2, 60.234, 98.594, 133.859, 168.114, 202.067, 236.041, 270.211, 304.683, 339.519, 374.757];
		assert.deepEqual(machine.kling.seconds('a', machine.start), expected);
		assert.deepEqual(machine.kling.seconds('b', machine.start), expected);
	});

	it('discards a check whose claim another window took over', async () => {
		const [one, other] = [await machine.window(), await machine.window()];
		one.poller.start();
		machine.kling.latencyMs = 5 * second;
		machine.kling.script(
			'a',
			snapshotted({ status: 'processing', message: 'to the one' }),
			snapshotted({ status: 'processing', message: 'to the other' }),
		);
		await machine.track(one, 'a');
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
		const [one, other] = [await machine.window(), await machine.window()];
		one.poller.start();
		machine.kling.latencyMs = 2 * second;
		await machine.track(one, 'a');
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
		const [one, other] = [await machine.window(), await machine.window()];
		one.poller.start();
		machine.kling.latencyMs = 10 * second;
		await machine.track(one, ...taskIds(5));
		await machine.clock.advance(second);
		const closing = one.poller.close();
		await settle();
		await closing;
		assert.equal(machine.kling.aborted, 4);
		assert.equal(machine.clock.timers, 0);
		assert.equal(await machine.freeSlots(other), 4);
		const now = machine.clock.now();
		for (const id of taskIds(5)) {
			const claim = await other.store.pollQueue.claim(key(id), { now, until: now + 8 * second, claimId: `of-${id}` });
			assert.ok(claim, id);
			await other.store.pollQueue.release(claim, claim.task.nextPollAt);
		}
		other.poller.start();
		await machine.clock.advance(second);
		assert.equal(machine.kling.requests.length, 8, 'they are due at once');
		assert.deepEqual([...one.log.errors, ...one.log.warnings], []);
		assert.deepEqual(await one.checker.checkNow(key('task-1'), { announce: () => true }), { kind: 'stopped' });
	});

	it('takes over from a crashed window when its claim has expired', async () => {
		const [dead, other] = [await machine.window(), await machine.window()];
		await machine.track(other, 'a');
		const now = machine.clock.now();
		await dead.store.pollQueue.claim(key('a'), { now, until: now + 8 * second, claimId: 'dead' });
		other.poller.start();
		await machine.clock.advance(7.9 * second);
		assert.equal(machine.kling.requests.length, 0);
		await machine.clock.advance(0.2 * second);
		assert.equal(machine.kling.requests.length, 1);
	});

	it('checks the tasks of its own demo only', async () => {
		const [one, other] = [await machine.window(), await machine.window()];
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

	it('discards the response for an operation that was corrected meanwhile', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.latencyMs = second;
		machine.kling.script('a', refused('notFound'), processing());
		await machine.track(window, 'a');
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
});
