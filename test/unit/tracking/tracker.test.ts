import assert from 'node:assert/strict';
import { isFinished } from '../../../src/core/task';
import type { TaskKey } from '../../../src/core/task';
import { Announcer } from '../../../src/tracking/announcer';
import { OwnDemo } from '../../../src/tracking/ownDemo';
import type { Clock } from '../../../src/tracking/ports/host';
import type { RefreshOutcome, TrackOutcome } from '../../../src/tracking/tracker';
import type { Engine } from '../../support/engine';
import { key, newTask, ref, taskIds } from '../../support/makers';
import { Machine } from '../../support/engine';
import { processing, refused, succeeded } from '../../support/fakeKling';

const second = 1_000;
describe('Tracker', function () {
	this.timeout(30_000);
	let machine: Machine;
	let window: Engine;
	beforeEach(async () => {
		machine = new Machine();
		window = await machine.window();
		window.poller.start();
		await machine.clock.advance(0);
	});
	afterEach(async () => {
		await machine.close();
	});
	const track = async (wanted: readonly string[], ms = second): Promise<readonly TrackOutcome[]> => {
		const outcomes = window.tracker.track(wanted.map((id) => newTask(id)));
		await machine.clock.advance(ms);
		return await outcomes;
	};

	it('returns one outcome per reference, in order', async () => {
		await track(['known'], 500);
		machine.kling.script('done', succeeded());
		machine.kling.script('broken', refused('server'));
		const outcomes = await track(['done', 'known', 'running', 'broken', 'done']);
		assert.deepEqual(
			outcomes.map((outcome) => [
				outcome.ref.id,
				outcome.kind,
				outcome.task.status,
				outcome.kind === 'pending' ? outcome.problem?.kind : undefined,
			]),
			[
				['done', 'updated', 'succeeded', undefined],
				['known', 'known', 'processing', undefined],
				['running', 'updated', 'processing', undefined],
				['broken', 'pending', 'submitted', 'server'],
			],
		);
		assert.equal(machine.kling.count('known'), 1);
		assert.equal(machine.kling.count('done'), 1);
	});

	it('does not announce a task that finishes in time to be reported, and announces any later one', async () => {
		machine.kling.script('done', succeeded());
		machine.kling.script('later', processing(), succeeded());
		await track(['done', 'later']);
		assert.deepEqual(window.store.announcements.pending(machine.clock.now()), []);
		await machine.clock.advance(3 * second);
		assert.deepEqual(window.store.announcements.pending(machine.clock.now()), [key('later')]);
	});

	for (const how of ['closed', 'killed'] as const) {
		it(`announces each of 200 finished tasks once although its window is ${how} in the middle of the command`, async () => {
			machine.limits = { maxConcurrent: 4, maxPerMinute: 40 };
			machine.kling.latencyMs = 300;
			const start = machine.clock.now();
			for (const id of taskIds(200)) {
				machine.kling.script(id, () => (id.endsWith('1') || machine.clock.now() > start + 30 * second ? succeeded() : processing()));
			}
			const announced: TaskKey[] = [];
			const speak = ({ store, log }: Engine, clock: Clock): Announcer => {
				const announcer = new Announcer({ store, clock, log, ownDemo: new OwnDemo() }, true);
				announcer.onDidAnnounce((finished) => announced.push(...finished.map(({ key }) => key)));
				announcer.start();
				return announcer;
			};
			const { engine, clock, die } = await machine.mortalWindow();
			engine.poller.start();
			const before = speak(engine, clock);
			const reported: TrackOutcome[] = [];
			void engine.tracker.track(taskIds(200).map((id) => newTask(id))).then((outcomes) => reported.push(...outcomes));
			// While it waits for the rate limit, so that nothing is claimed and not announced.
			await machine.clock.advance(2.6 * 60 * second);
			assert.equal(reported.length, 0, 'the command is not done');
			const isInTheMiddle = announced.length;
			if (how === 'killed') {
				before.dispose();
				die();
			} else {
				const closed = Promise.all([engine.poller.close(), before.close()]);
				await machine.clock.advance(0);
				await closed;
			}
			const next = await machine.window();
			next.poller.start();
			const after = speak(next, machine.clock);
			await machine.clock.advance(20 * 60 * second);
			after.dispose();
			const byCommand = reported.flatMap((outcome) =>
				outcome.kind === 'updated' && isFinished(outcome.task) && !outcome.isAnnounced ? [outcome.task.key] : [],
			);
			assert.ok(isInTheMiddle > 20 && isInTheMiddle < 150, String(isInTheMiddle));
			assert.deepEqual(byCommand, [], 'the closed window shows no message');
			assert.deepEqual(
				[...announced].sort(),
				taskIds(200)
					.map((id) => key(id))
					.sort(),
			);
		});
	}

	it('reports what finished within ten seconds, and among few tasks however late', async () => {
		machine.kling.latencyMs = 3 * second;
		for (const id of taskIds(40)) {
			machine.kling.script(id, succeeded());
		}
		const announced: string[] = [];
		const announcer = new Announcer({ store: window.store, clock: machine.clock, log: window.log, ownDemo: new OwnDemo() }, true);
		announcer.onDidAnnounce((finished) => announced.push(...finished.map(({ ref }) => ref.id)));
		announcer.start();
		const tracking = window.tracker.track(taskIds(40).map((id) => newTask(id)));
		await machine.clock.advance(60 * second);
		announcer.dispose();
		const outcomes = await tracking;
		// Four at a time, three seconds each.
		assert.deepEqual(
			outcomes.flatMap((outcome) => (outcome.kind === 'updated' && !outcome.isAnnounced ? [outcome.ref.id] : [])),
			taskIds(12),
		);
		assert.deepEqual(announced.toSorted(), taskIds(40).slice(12).toSorted());
		const few = taskIds(5).map((id) => `few-${id}`);
		machine.kling.latencyMs = 14 * second;
		for (const id of few) {
			machine.kling.script(id, succeeded());
		}
		const later = window.tracker.track(few.map((id) => newTask(id)));
		await machine.clock.advance(60 * second);
		assert.deepEqual(
			(await later).map((outcome) => outcome.kind === 'updated' && !outcome.isAnnounced),
			[true, true, true, true, true],
		);
		assert.deepEqual(window.store.announcements.pending(machine.clock.now()), []);
	});

	it('announces a task that finishes after a failed first check', async () => {
		machine.kling.script('a', refused('unreachable'), succeeded());
		await track(['a']);
		await machine.clock.advance(10 * second);
		assert.deepEqual(window.store.announcements.pending(machine.clock.now()), [key('a')]);
	});

	it('stores all at once and checks four at a time, each once, announcing none', async () => {
		machine.kling.latencyMs = second;
		for (const id of taskIds(30)) {
			machine.kling.script(id, succeeded());
		}
		const progress: string[] = [];
		const outcomes = window.tracker.track(
			taskIds(30).map((id) => newTask(id)),
			{ onProgress: (done, total) => progress.push(`${done}/${total}`) },
		);
		await machine.clock.advance(100);
		assert.equal(window.store.tasks.counts().active, 30);
		await machine.clock.advance(8 * second);
		assert.equal((await outcomes).filter((outcome) => outcome.kind === 'updated').length, 30);
		assert.equal(machine.kling.mostInFlight, 4);
		assert.equal(machine.kling.requests.length, 30);
		assert.deepEqual(
			progress,
			Array.from({ length: 30 }, (_, index) => `${index + 1}/30`),
		);
		assert.deepEqual(window.store.announcements.pending(machine.clock.now()), []);
		assert.equal(machine.clock.timers, 0);
	});

	it('lets no other window check its tasks while they wait for their turn', async () => {
		const other = await machine.window();
		other.poller.start();
		machine.kling.latencyMs = second;
		const outcomes = window.tracker.track(taskIds(30).map((id) => newTask(id)));
		for (let passed = 0; passed < 4; passed++) {
			await machine.clock.advance(2 * second - 100);
			other.store.changes.checkForOthers();
		}
		await machine.clock.advance(second);
		assert.equal((await outcomes).filter((outcome) => outcome.kind === 'updated').length, 30);
		// The first ones have their second check by now, two seconds later, in either window.
		const firsts = new Set(machine.kling.requests.slice(0, 4).map(({ ref }) => ref.id));
		assert.deepEqual([...firsts], taskIds(4));
		assert.equal(machine.kling.mostPerTask, 1);
	});

	it('stops checking once the key was rejected; the tasks stay, and resume with a new key', async () => {
		for (const id of taskIds(20)) {
			machine.kling.script(id, refused('auth'));
		}
		const outcomes = await track(taskIds(20));
		assert.equal(machine.kling.requests.length, 4);
		assert.ok(outcomes.every((outcome) => outcome.kind === 'pending' && outcome.problem?.kind === 'auth'));
		assert.deepEqual(window.pauses, []);
		await machine.clock.advance(1800 * second);
		assert.equal(machine.kling.requests.length, 5, 'one more check decides');
		assert.equal(window.pauses.length, 1);
		for (const id of taskIds(20)) {
			machine.kling.script(id, processing());
		}
		await machine.setKey(window, 'key-two');
		await machine.clock.advance(second);
		assert.equal(machine.kling.requests.length, 25);
	});

	it('keeps the tasks when it is cancelled, and polls them in the background', async () => {
		machine.kling.latencyMs = second;
		const cancel = new AbortController();
		const tracking = window.tracker.track(
			taskIds(10).map((id) => newTask(id)),
			{ signal: cancel.signal },
		);
		await machine.clock.advance(500);
		cancel.abort();
		await machine.clock.advance(10);
		const outcomes = await tracking;
		assert.ok(outcomes.every((outcome) => outcome.kind === 'pending' && outcome.problem === undefined));
		assert.equal(window.store.tasks.counts().active, 10);
		assert.equal(machine.kling.aborted, 4);
		await machine.clock.advance(3.1 * second);
		assert.ok(taskIds(10).every((id) => window.store.tasks.get(key(id))?.status === 'processing'));
	});

	it('tracks without a key, and reports that', async () => {
		machine.keys.clear();
		const [outcome] = await track(['a']);
		assert.ok(outcome?.kind === 'pending');
		assert.equal(outcome.problem?.kind, 'noKey');
		assert.equal(machine.kling.requests.length, 0);
	});

	it('refreshes all active tasks, and announces those that have finished', async () => {
		await track(['a', 'b']);
		machine.kling.script('b', succeeded());
		const refresh = window.tracker.refresh(undefined);
		await machine.clock.advance(second / 2);
		assert.deepEqual(
			(await refresh).map(({ result }) => result.kind),
			['updated', 'updated'],
		);
		assert.deepEqual(window.store.announcements.pending(machine.clock.now()), [key('b')]);
		const again = window.tracker.refresh([key('b'), key('nobody')]);
		await machine.clock.advance(second / 2);
		assert.deepEqual(
			(await again).map(({ result }) => result.kind),
			['updated', 'gone'],
		);
		assert.equal(machine.kling.count('b'), 3);
	});

	it('refreshes no further task of an origin that rejected the key', async () => {
		await track(taskIds(10));
		machine.kling.requests.length = 0;
		for (const id of taskIds(10)) {
			machine.kling.script(id, refused('auth'));
		}
		const refresh = window.tracker.refresh(undefined);
		await machine.clock.advance(500);
		assert.ok((await refresh).every(({ result }) => result.kind === 'failed' && result.problem.kind === 'auth'));
		assert.equal(machine.kling.requests.length, 4);
	});

	/** Tracks 200 tasks that then have a problem, so that tracking them again checks them once more. */
	const trackWithFailure = async (): Promise<void> => {
		for (const id of taskIds(200)) {
			machine.kling.script(id, refused('server'));
		}
		await track(taskIds(200), 2 * second);
		assert.equal(window.store.tasks.failing()[0]?.tasks, 200);
		await window.poller.close();
		window = await machine.window();
		machine.kling.requests.length = 0;
		machine.kling.mostInFlight = 0;
	};

	it('sends an unreachable origin no more requests than it has slots when 200 tasks are tracked again', async () => {
		await trackWithFailure();
		machine.kling.latencyMs = 15 * second;
		for (const id of taskIds(200)) {
			machine.kling.script(id, refused('unreachable'));
		}
		const outcomes = await track(taskIds(200), 15 * second);
		assert.equal(machine.kling.requests.length, 4);
		assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(['known']));
		assert.equal(outcomes.length, 200);
		const refresh = window.tracker.refresh(undefined);
		await machine.clock.advance(15 * second);
		assert.deepEqual(new Set((await refresh).map(({ result }) => result.kind)), new Set(['failed']));
		assert.equal(machine.kling.requests.length, 8);
	});

	it('checks tasks that are tracked already side by side, as many as the limit of their origin allows, and counts them', async () => {
		await trackWithFailure();
		machine.limits = { maxConcurrent: 8, maxPerMinute: 6_000 };
		machine.kling.latencyMs = second;
		for (const id of taskIds(200)) {
			machine.kling.script(id, processing());
		}
		const counted: string[] = [];
		const tracking = window.tracker.track(
			taskIds(200).map((id) => newTask(id)),
			{ onProgress: (done, total) => counted.push(`${done}/${total}`) },
		);
		await machine.clock.advance(25 * second);
		const outcomes = await tracking;
		assert.equal(machine.kling.mostInFlight, 8);
		assert.equal(machine.kling.requests.length, 200);
		assert.ok(outcomes.every(({ kind, task }) => kind === 'known' && task.problem === undefined));
		assert.deepEqual([counted.length, counted[0], counted.at(-1)], [200, '1/200', '200/200']);
	});

	it('stops checking tasks that are tracked already within a second after it is cancelled', async () => {
		await trackWithFailure();
		machine.kling.latencyMs = 10 * second;
		const cancel = new AbortController();
		const tracking = window.tracker.track(
			taskIds(200).map((id) => newTask(id)),
			{ signal: cancel.signal },
		);
		await machine.clock.advance(2 * second);
		const cancelled = machine.clock.now();
		let took = Infinity;
		void tracking.then(() => (took = machine.clock.now() - cancelled));
		cancel.abort();
		await machine.clock.advance(second);
		assert.ok(took <= second, `${took} ms`);
		assert.equal((await tracking).length, 200);
		assert.deepEqual([machine.kling.requests.length, machine.kling.aborted], [4, 4]);
	});

	it('stops refreshing within a second after it is cancelled, also where it waits for checks of the background, which go on', async () => {
		await trackWithFailure();
		machine.kling.latencyMs = 10 * second;
		window.poller.start();
		while (machine.kling.requests.length === 0) {
			await machine.clock.advance(second);
		}
		const inFlight = machine.kling.requests.map(({ ref }) => key(ref.id));
		const cancel = new AbortController();
		const counted: string[] = [];
		let results: readonly RefreshOutcome[] = [];
		void window.tracker
			.refresh(inFlight, { signal: cancel.signal, onProgress: (done, total) => counted.push(`${done}/${total}`) })
			.then((outcomes) => (results = outcomes));
		await machine.clock.advance(second);
		assert.deepEqual([results.length, counted.length], [0, 0]);
		cancel.abort();
		await machine.clock.advance(second);
		assert.deepEqual(
			results.map(({ result }) => result.kind),
			['stopped', 'stopped', 'stopped', 'stopped'],
		);
		assert.deepEqual(counted, ['1/4', '2/4', '3/4', '4/4']);
		assert.deepEqual([machine.kling.requests.length, machine.kling.aborted], [4, 0]);
	});

	it('leaves all that it has not checked to the background at once when it is cancelled', async () => {
		machine.kling.latencyMs = 10 * second;
		const cancel = new AbortController();
		const tracking = window.tracker.track(
			taskIds(300).map((id) => newTask(id)),
			{ signal: cancel.signal },
		);
		await machine.clock.advance(second);
		let changes = 0;
		window.store.changes.onDidChange(() => changes++);
		cancel.abort();
		await machine.clock.advance(second);
		assert.equal((await tracking).length, 300);
		assert.ok(changes <= 20, `${changes} transactions, not one for each task`);
		assert.deepEqual([machine.kling.aborted, machine.kling.requests.length], [4, 8], 'the background has begun');
		const now = machine.clock.now();
		assert.ok(window.store.tasks.active().every(({ nextPollAt }) => nextPollAt !== undefined && nextPollAt <= now));
	});

	it('corrects the operation of a task that is already tracked, and checks it immediately', async () => {
		await track(['a', 'b']);
		machine.kling.requests.length = 0;
		const tracking = window.tracker.track([{ ref: ref('a', { action: 'images', action2: 'generations' }) }, newTask('b')]);
		await machine.clock.advance(0);
		assert.deepEqual(
			(await tracking).map(({ kind, task }) => [kind, task.ref.action2]),
			[
				['known', 'generations'],
				['known', 'text2video'],
			],
		);
		assert.deepEqual(
			machine.kling.requests.map(({ ref }) => ref),
			[ref('a', { action: 'images', action2: 'generations' })],
		);
	});

	it('untracks and restores', async () => {
		await track(['a']);
		await window.tracker.untrack([key('a')]);
		await machine.clock.advance(600 * second);
		assert.equal(window.store.tasks.get(key('a')), undefined);
		assert.equal(machine.kling.requests.length, 1);
		await window.tracker.restore([key('a')]);
		await machine.clock.advance(0);
		assert.equal(machine.kling.requests.length, 2);
		assert.equal(window.store.tasks.get(key('a'))?.status, 'processing');
	});

	it('checks immediately after an operation was corrected, even if checks had stopped', async () => {
		machine.kling.script('a', refused('notFound'));
		await track(['a'], 60 * second);
		assert.equal(machine.kling.count('a'), 3);
		machine.kling.script('a', processing());
		await window.tracker.changeOperation(key('a'), { action: 'images', action2: 'generations' });
		await machine.clock.advance(0);
		assert.deepEqual(machine.kling.requests.at(-1)?.ref, ref('a', { action: 'images', action2: 'generations' }));
		assert.equal(window.store.tasks.get(key('a'))?.problem, undefined);
	});
});
