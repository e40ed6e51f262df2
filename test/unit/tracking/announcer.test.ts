import assert from 'node:assert/strict';
import type { TaskKey } from '../../../src/core/task';
import { Announcer } from '../../../src/tracking/announcer';
import { OwnDemo } from '../../../src/tracking/ownDemo';
import type { Stores } from '../../../src/tracking/ports/stores';
import type { Engine } from '../../support/engine';
import { key, newTask } from '../../support/makers';
import { Machine } from '../../support/engine';
import { rejects, throws } from '../../support/testStore';
import { succeeded } from '../../support/fakeKling';

const second = 1_000;

interface Voice {
	readonly announcer: Announcer;
	readonly claimed: TaskKey[];
	readonly announced: TaskKey[][];
}

describe('Announcer', function () {
	this.timeout(30_000);
	let machine: Machine;
	const voices: Voice[] = [];
	beforeEach(() => {
		machine = new Machine();
	});
	afterEach(async () => {
		for (const { announcer } of voices.splice(0)) {
			announcer.dispose();
		}
		assert.equal(machine.clock.timers, 0);
		await machine.close();
	});
	const open = async (): Promise<Engine> => await machine.window();
	const voice = ({ store, log }: Engine, focused: boolean, demo?: string): Voice => {
		const ownDemo = new OwnDemo();
		ownDemo.demoId = demo;
		const announcer = new Announcer({ store, clock: machine.clock, log, ownDemo }, focused);
		const events: Voice = { announcer, claimed: [], announced: [] };
		announcer.onDidClaim(({ key }) => events.claimed.push(key));
		announcer.onDidAnnounce((finishedTasks) => events.announced.push(finishedTasks.map(({ key }) => key)));
		announcer.start();
		voices.push(events);
		return events;
	};
	/** Finishes a task as a check would. */
	const end = async (store: Stores, id: string, demo?: string) => {
		const now = machine.clock.now();
		await store.tasks.add([newTask(id, demo === undefined ? {} : { owner: demo })], now, { until: now + 8 * second, reservationId: id });
		const outcome = succeeded();
		assert.ok(outcome.ok);
		await store.pollQueue.record({ key: key(id), claimId: id, at: now, snapshot: outcome.snapshot, announce: true });
	};

	it('claims immediately when focused, and collects further finished tasks for 3 s', async () => {
		const window = await open();
		const { claimed, announced } = voice(window, true);
		await end(window.store, 'a');
		await machine.clock.advance(0);
		assert.deepEqual(claimed, [key('a')]);
		await machine.clock.advance(2 * second);
		await end(window.store, 'b');
		await machine.clock.advance(900);
		assert.deepEqual(announced, []);
		await machine.clock.advance(200);
		assert.deepEqual(announced, [[key('a'), key('b')]]);
		await end(window.store, 'c');
		await machine.clock.advance(3 * second);
		assert.deepEqual(announced, [[key('a'), key('b')], [key('c')]]);
		assert.equal(machine.clock.timers, 0);
	});

	it('leaves a finished task to the focused window', async () => {
		const [back, front] = [await open(), await open()];
		const behind = voice(back, false);
		const before = voice(front, true);
		await end(back.store, 'a');
		await machine.clock.advance(second);
		front.store.changes.checkForOthers();
		await machine.clock.advance(10 * second);
		assert.deepEqual(before.announced, [[key('a')]]);
		assert.deepEqual(behind.claimed, []);
		assert.deepEqual(behind.announced, []);
	});

	it('announces after 1.5 s when unfocused, if no other window did', async () => {
		const window = await open();
		const { claimed, announced } = voice(window, false);
		await end(window.store, 'a');
		await machine.clock.advance(1.4 * second);
		assert.deepEqual(claimed, []);
		await machine.clock.advance(0.2 * second);
		assert.deepEqual(claimed, [key('a')]);
		await machine.clock.advance(3 * second);
		assert.deepEqual(announced, [[key('a')]]);
	});

	it('claims as soon as it is focused', async () => {
		const window = await open();
		const { announcer, claimed } = voice(window, false);
		await end(window.store, 'a');
		await machine.clock.advance(500);
		announcer.setFocused(true);
		await machine.clock.advance(0);
		assert.deepEqual(claimed, [key('a')]);
	});

	it('announces each finished task at most once over windows, whichever is focused', async () => {
		const windows = [await open(), await open(), await open()];
		const events = windows.map((window) => voice(window, true));
		for (const id of ['a', 'b', 'c', 'd', 'e']) {
			const [first] = windows;
			assert.ok(first);
			await end(first.store, id);
			for (const { store } of windows) {
				store.changes.checkForOthers();
			}
			await machine.clock.advance(second);
		}
		await machine.clock.advance(5 * second);
		const announced = events.flatMap((one) => one.announced.flat()).sort();
		assert.deepEqual(
			announced,
			['a', 'b', 'c', 'd', 'e'].map((id) => key(id)),
		);
		assert.deepEqual(events.flatMap(({ claimed }) => claimed).sort(), announced);
	});

	it('announces what a crashed window left unannounced', async () => {
		const window = await open();
		await end(window.store, 'a');
		const later = await open();
		const { announced } = voice(later, true);
		await machine.clock.advance(4 * second);
		assert.deepEqual(announced, [[key('a')]]);
	});

	it('does not announce what was viewed or untracked in the meantime', async () => {
		const window = await open();
		const { announced } = voice(window, true);
		for (const id of ['a', 'b', 'c']) {
			await end(window.store, id);
		}
		await machine.clock.advance(second);
		await window.store.tasks.markViewed([key('a')], machine.clock.now());
		await window.store.tasks.remove([key('b')], machine.clock.now());
		await machine.clock.advance(3 * second);
		assert.deepEqual(announced, [[key('c')]]);
	});

	it('announces finished tasks of its own demo only', async () => {
		const window = await open();
		const other = voice(window, true);
		await end(window.store, 'a', 'demo-1');
		await machine.clock.advance(4 * second);
		assert.deepEqual(other.announced, []);
		const mine = voice(window, true, 'demo-1');
		await machine.clock.advance(4 * second);
		assert.deepEqual(mine.announced, [[key('a')]]);
	});

	it('releases what it has claimed and not announced when its window is closed, and another one announces it', async () => {
		const [one, other] = [await open(), await open()];
		const closing = voice(one, true);
		const staying = voice(other, false);
		await end(one.store, 'a');
		await machine.clock.advance(second);
		assert.deepEqual(closing.claimed, [key('a')]);
		await end(one.store, 'b');
		// The claim of the second announcement is still being written.
		await closing.announcer.close();
		assert.deepEqual(closing.announced, []);
		other.store.changes.checkForOthers();
		await machine.clock.advance(5 * second);
		assert.deepEqual(staying.announced, [[key('a'), key('b')]]);
		assert.deepEqual(one.store.announcements.pending(machine.clock.now()), []);
	});

	it('announces nothing once it is disposed', async () => {
		const window = await open();
		const { announcer, announced } = voice(window, true);
		await end(window.store, 'a');
		await machine.clock.advance(second);
		announcer.dispose();
		await machine.clock.advance(10 * second);
		assert.deepEqual(announced, []);
		assert.equal(machine.clock.timers, 0);
	});
});

describe('Announcer with a failing store', () => {
	it('announces a finished task a little later when it cannot be read in time', async () => {
		const machine = new Machine();
		const { store, log } = await machine.window();
		await store.tasks.add([newTask('a')], machine.clock.now(), { until: machine.clock.now() + 8 * second, reservationId: 'a' });
		const outcome = succeeded();
		assert.ok(outcome.ok);
		await store.pollQueue.record({ key: key('a'), claimId: 'a', at: machine.clock.now(), snapshot: outcome.snapshot, announce: true });
		const announcer = new Announcer({ store, clock: machine.clock, log, ownDemo: new OwnDemo() }, true);
		const announced: TaskKey[] = [];
		announcer.onDidAnnounce((finishedTasks) => announced.push(...finishedTasks.map(({ key }) => key)));
		announcer.start();
		await machine.clock.advance(2 * second);
		const unreadable = store.decorate('tasks', { get: throws('the disk') });
		await machine.clock.advance(2 * second);
		unreadable.dispose();
		assert.deepEqual([announced, log.warnings.length], [[], 1]);
		await machine.clock.advance(2 * second);
		assert.deepEqual(announced, [key('a')]);
		announcer.dispose();
		await machine.close();
	});

	it('retries at the next change', async () => {
		const machine = new Machine();
		const window = await machine.window();
		const broken = window.store.decorate('announcements', { claim: rejects('claim') });
		const announcer = new Announcer({ store: window.store, clock: machine.clock, log: window.log, ownDemo: new OwnDemo() }, true);
		const announced: number[] = [];
		announcer.onDidAnnounce((finishedTasks) => announced.push(finishedTasks.length));
		announcer.start();
		machine.kling.script('a', succeeded());
		machine.kling.script('b', succeeded());
		window.poller.start();
		await window.store.tasks.add([newTask('a')], machine.clock.now());
		await machine.clock.advance(10 * second);
		assert.deepEqual(announced, []);
		broken.dispose();
		await window.store.tasks.add([newTask('b')], machine.clock.now());
		await machine.clock.advance(10 * second);
		assert.deepEqual(announced, [2]);
		announcer.dispose();
		await machine.close();
	});
});
