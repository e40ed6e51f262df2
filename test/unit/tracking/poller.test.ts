import assert from 'node:assert/strict';
import { eachMachine, type Machine } from '../../support/engine';
import { processing, snapshotted, succeeded } from '../../support/fakeKling';
import { key, ref, taskIds } from '../../support/makers';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('Poller', function () {
	this.timeout(30_000);
	let machine: Machine;
	eachMachine((fresh) => {
		machine = fresh;
	});

	it('checks immediately, then by the schedule, and never again once the task has finished', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.script('a', processing(), processing(), processing(), succeeded());
		await machine.track(window, 'a');
		await machine.clock.advance(2 * hour);
		assert.deepEqual(machine.kling.seconds('a', machine.start), [0, 2, 60.234, 98.594]);
		assert.equal(window.store.tasks.get(key('a'))?.status, 'succeeded');
		assert.deepEqual(window.store.announcements.pending(machine.clock.now()), [key('a')]);
		assert.equal(machine.clock.timers, 0);
		assert.deepEqual(window.log.errors, []);
	});

	it('learns how long tasks wait and how long the work takes, and polls a waiting task by both', async () => {
		const window = await machine.window();
		window.store.decorate('attention', { current: () => ({ focused: true, visible: false }) });
		window.poller.start();
		/** A task that waits and works so many seconds, by a server that says when its status changed. */
		const run = async (id: string, waits: number, works: number): Promise<number[]> => {
			const createdAt = machine.clock.now();
			machine.kling.script(id, () => {
				const respondedAt = machine.clock.now();
				const age = (respondedAt - createdAt) / second;
				const [status, since] =
					age < waits
						? (['submitted', 0] as const)
						: age < waits + works
							? (['processing', waits] as const)
							: (['succeeded', waits + works] as const);
				const results = status === 'succeeded' ? [{ kind: 'video', url: 'https://media.example/clip.mp4' } as const] : [];
				return snapshotted({ status, results, createdAt, respondedAt, updatedAt: createdAt + since * second });
			});
			await machine.track(window, id);
			await machine.clock.advance(hour);
			return machine.kling.seconds(id, createdAt);
		};
		for (const [index, id] of taskIds(12).entries()) {
			// A minute or five in the queue, then always a minute of work.
			await run(id, index % 2 === 0 ? 60 : 300, 60);
		}
		const { phases } = window.durationModels.of(ref('a'));
		assert.ok(phases);
		const checks = await run('late', 300, 60);
		const between = (from: number, to: number): number => checks.filter((at) => at > from && at <= to).length;
		// Few while it waits: only the end of a short wait is looked for. Most where the work ends.
		assert.ok(between(2, 300) <= 8, checks.join(' '));
		assert.ok(between(300, 340) <= 1, checks.join(' '));
		const noticed = (checks.at(-1) ?? Infinity) - 360;
		assert.ok(noticed >= 0 && noticed < 10, checks.join(' '));
	});

	it('has no timer when nothing is active', async () => {
		const window = await machine.window();
		window.poller.start();
		await machine.clock.advance(0);
		assert.deepEqual([machine.clock.timers], [0]);
		await machine.track(window, 'a');
		await machine.clock.advance(0);
		assert.equal(machine.clock.timers, 1);
		await window.tracker.untrack([key('a')]);
		await machine.clock.advance(0);
		assert.equal(machine.clock.timers, 0);
		assert.equal(machine.kling.requests.length, 1);
	});

	it('checks four tasks at a time and each once', async () => {
		const window = await machine.window();
		window.poller.start();
		machine.kling.latencyMs = second;
		await machine.track(window, ...taskIds(10));
		await machine.clock.advance(2.9 * second);
		assert.equal(machine.kling.mostInFlight, 4);
		assert.equal(machine.kling.requests.length, 10);
		assert.deepEqual(
			taskIds(10).map((id) => machine.kling.count(id)),
			taskIds(10).map(() => 1),
		);
	});

	it('checks what became due in ten hours of sleep, four at a time', async () => {
		const window = await machine.window();
		window.poller.start();
		await machine.track(window, ...taskIds(20));
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
			taskIds(20).map((id) => machine.kling.count(id)),
			taskIds(20).map(() => 1),
		);
	});

	it('notices without help within five minutes that the machine slept', async () => {
		const window = await machine.window();
		window.poller.start();
		await machine.track(window, 'a');
		await machine.clock.advance(day);
		machine.kling.requests.length = 0;
		machine.clock.jump(10 * hour);
		await machine.clock.advance(5 * minute);
		assert.equal(machine.kling.requests.length, 1);
	});

	it('resumes polling unfinished tasks when a window opens', async () => {
		const first = await machine.window();
		first.poller.start();
		await machine.track(first, 'a');
		await machine.clock.advance(10 * second);
		await first.poller.close();
		const before = machine.kling.requests.length;
		machine.clock.jump(3 * hour);
		const second_ = await machine.window();
		second_.poller.start();
		await machine.clock.advance(0);
		assert.equal(machine.kling.requests.length, before + 1);
	});

	it('stops after 30 days, and records that without marking the task failed', async () => {
		const window = await machine.window();
		window.poller.start();
		await machine.track(window, 'a');
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
		const window = await machine.window();
		window.poller.start();
		await machine.track(window, 'a');
		await machine.clock.advance(second);
		machine.clock.jump(-3 * day);
		await machine.clock.advance(5 * minute);
		const checks = machine.kling.count('a');
		assert.ok(checks >= 8 && checks <= 20, `${checks} checks in five minutes, as of a task tracked now`);
		const booked = (window.store.tasks.get(key('a'))?.nextPollAt ?? Infinity) - machine.clock.now();
		assert.ok(booked > 0 && booked < hour, `next check in ${booked} ms`);
	});
});
