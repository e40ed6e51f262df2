import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mock } from 'node:test';
import { Connection } from '../../../src/store/connection';
import type { TaskStore } from '../../../src/store/taskStore';
import { addFinished, Bench, eachStore, recordCheck } from '../../support/store';
import { ids, key, newTasks, origin, otherOrigin, snapshot } from '../../support/makers';

const t0 = 1_750_000_000_000;

describe('reads of lists', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;

	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	const addFailing = (id: string, kind: 'quota' | 'notFound' | 'auth', failures: number, nextPollAt?: number): Promise<unknown> =>
		recordCheck(store, key(id), t0, { problem: { kind, failures, at: t0 }, ...(nextPollAt === undefined ? {} : { nextPollAt }) });

	describe('the keys of a list', () => {
		it('come in the order of the list, complete, in pages of a thousand', async () => {
			store.dispose();
			addFinished(join(directory, 'kling-1.db'), 2_500, t0);
			store = await bench.open(directory);
			const pages = [...store.tasks.keyPages('finished')];
			assert.deepEqual(
				pages.map((page) => page.length),
				[1_000, 1_000, 500],
			);
			assert.deepEqual(
				pages.flat(),
				Array.from({ length: 2_500 }, (_, index) => key(`e${2_500 - index}`)),
			);
		});

		it('are complete where all have the same time', async () => {
			await store.tasks.add(newTasks(ids(1_001)), t0);
			const found = [...store.tasks.keyPages('active')].flat();
			assert.equal(found.length, 1_001);
			assert.deepEqual([found[0], found.at(-1)], [key('t1000'), key('t0')]);
		});

		it('are read page by page, only as far as requested', async () => {
			store.dispose();
			addFinished(join(directory, 'kling-1.db'), 1_500, t0);
			store = await bench.open(directory);
			const read: number[] = [];
			for (const page of store.tasks.keyPages('finished')) {
				read.push(page.length);
				if (read.length === 1) {
					await store.tasks.remove([key('e1')], t0);
				}
			}
			assert.deepEqual(read, [1_000, 499]);
		});

		it('of an empty list are no page', () => {
			assert.deepEqual([...store.tasks.keyPages('active'), ...store.tasks.keyPages('finished')], []);
		});
	});

	describe('the running tasks', () => {
		it('are those that were checked and have no problem, the earliest poll first, up to a limit', async () => {
			await store.tasks.add(newTasks(['never', 'late', 'soon', 'sick', 'over', 'gone']), t0);
			await store.tasks.add(newTasks(['else'], otherOrigin), t0);
			const observed = (id: string, nextPollAt: number, of = origin): Promise<unknown> =>
				recordCheck(store, key(id, of), t0, { snapshot: snapshot('processing'), nextPollAt });
			await observed('late', t0 + 300);
			await observed('soon', t0 + 100);
			await observed('else', t0 + 200, otherOrigin);
			await observed('gone', t0 + 1);
			await addFailing('sick', 'quota', 1, t0 + 1);
			await recordCheck(store, key('over'), t0, { snapshot: snapshot('succeeded') });
			await store.tasks.remove([key('gone')], t0);
			assert.deepEqual(
				store.tasks.running(9).map((task) => task.ref.id),
				['soon', 'else', 'late'],
			);
			assert.deepEqual(
				store.tasks.running(1).map((task) => task.ref.id),
				['soon'],
			);
			await store.origins.pause(otherOrigin, 'noKey', t0);
			assert.deepEqual(
				store.tasks.running(9).map((task) => task.ref.id),
				['soon', 'late'],
			);
		});
	});

	describe('failing tasks', () => {
		it('are counted by problem', async () => {
			await store.tasks.add(newTasks(['fine', 'poor', 'poorer', 'odd', 'lost']), t0);
			await addFailing('poor', 'quota', 1, t0 + 1);
			await addFailing('poorer', 'quota', 1, t0 + 1);
			await addFailing('odd', 'notFound', 2, t0 + 1);
			await addFailing('lost', 'notFound', 3);
			assert.deepEqual(store.tasks.failing(), [
				{ problem: { kind: 'notFound', failures: 2 }, tasks: 1, stopped: 0 },
				{ problem: { kind: 'notFound', failures: 3 }, tasks: 1, stopped: 1 },
				{ problem: { kind: 'quota', failures: 1 }, tasks: 2, stopped: 0 },
			]);
		});

		it('are all of an origin while it is paused, except finished and untracked ones', async () => {
			await store.tasks.add(newTasks(['a', 'b', 'c', 'd', 'e']), t0);
			await addFailing('b', 'quota', 1, t0 + 1);
			await addFailing('c', 'notFound', 3);
			await recordCheck(store, key('d'), t0, { snapshot: snapshot('succeeded') });
			await addFailing('e', 'quota', 1, t0 + 1);
			await store.tasks.remove([key('e')], t0);
			await store.origins.pause(origin, 'auth', t0);
			assert.deepEqual(store.tasks.failing(), [{ problem: { kind: 'auth', failures: 0 }, tasks: 3, stopped: 1 }]);
			await store.origins.noteKey(origin, true, t0);
			assert.deepEqual(store.tasks.failing(), [{ problem: { kind: 'notFound', failures: 3 }, tasks: 1, stopped: 0 }]);
		});

		it('with an error code are counted by it', async () => {
			await store.tasks.add(newTasks(['a', 'b']), t0);
			await recordCheck(store, key('a'), t0, {
				problem: { kind: 'unreachable', failures: 1, at: t0, code: 'HTTP 407' },
				nextPollAt: t0 + 1,
			});
			await recordCheck(store, key('b'), t0, {
				problem: { kind: 'unreachable', failures: 1, at: t0, code: 'ECONNREFUSED' },
				nextPollAt: t0 + 1,
			});
			assert.deepEqual(store.tasks.failing(), [
				{ problem: { kind: 'unreachable', failures: 1, code: 'ECONNREFUSED' }, tasks: 1, stopped: 0 },
				{ problem: { kind: 'unreachable', failures: 1, code: 'HTTP 407' }, tasks: 1, stopped: 0 },
			]);
		});
	});

	it('know whether a finished task has a result', async () => {
		await store.tasks.add(newTasks(['a', 'b', 'c']), t0);
		await recordCheck(store, key('a'), t0, { snapshot: snapshot('failed') });
		await recordCheck(store, key('b'), t0, {
			snapshot: snapshot('processing', { results: [{ kind: 'image', url: 'https://media.kling.example/early.png' }] }),
			nextPollAt: t0 + 1,
		});
		assert.equal(store.tasks.hasResults(), false);
		await recordCheck(store, key('c'), t0, { snapshot: snapshot('succeeded') });
		assert.equal(store.tasks.hasResults(), true);
		await store.tasks.remove([key('c')], t0);
		assert.equal(store.tasks.hasResults(), false);
	});

	it('reread durations only when something has changed', async () => {
		const [{ ref } = { ref: undefined }] = newTasks(['a']);
		assert.ok(ref);
		await store.durations.add([{ ...ref, observations: [{ ms: 1_000, failed: false }] }]);
		const first = store.durations.of(ref);
		const other = await bench.open(directory);
		await other.durations.add([{ ...ref, observations: [{ ms: 2_000, failed: false }] }]);
		assert.equal(store.durations.of(ref), first, 'no change was noticed');
		await store.tasks.rename(key('a'), 'x');
		await store.tasks.add(newTasks(['a']), t0);
		assert.deepEqual(store.durations.of(ref), [
			{ ms: 1_000, failed: false },
			{ ms: 2_000, failed: false },
		]);
		const second = store.durations.of(ref);
		await store.tasks.rename(key('a'), 'x');
		assert.equal(store.durations.of(ref), second, 'a change of anything else does not cause a read');
	});

	it('read durations once for each change of the lists, however often active tasks are checked', async () => {
		const active = ids(50);
		await store.tasks.add(newTasks(active), t0);
		const reads = mock.method(Connection.prototype, 'all').mock;
		const asked = (): number => reads.calls.filter((call) => call.arguments[0].includes('FROM durations')).length;
		try {
			for (const [index, id] of active.entries()) {
				await recordCheck(store, key(id), t0 + index, {
					snapshot: snapshot('processing', { progress: index / 50 }),
					nextPollAt: t0 + 60_000,
				});
				for (const { ref } of newTasks(active)) {
					store.durations.of(ref);
				}
			}
			// One read of the newest row number, one of the durations.
			assert.equal(asked(), 2);
			await recordCheck(store, key('t1'), t0 + 30_000, { snapshot: snapshot('succeeded', { createdAt: t0, updatedAt: t0 + 20_000 }) });
			for (const { ref } of newTasks(active)) {
				assert.deepEqual(store.durations.of(ref), [{ ms: 20_000, failed: false }]);
			}
			assert.equal(asked(), 4);
		} finally {
			reads.restore();
		}
	});
});

describe('reserved tasks', () => {
	const bench = new Bench();
	afterEach(() => bench.clear());

	it('are due when their reservation ends; a renewal postpones that, and a release makes the task due now', async () => {
		const store = await bench.open(bench.directory(), { clock: { now: () => t0, after: () => ({ dispose: () => undefined }) } });
		const terms = { limitsOf: () => ({ maxConcurrent: 4, maxPerMinute: 100 }), owner: undefined };
		await store.tasks.add(newTasks(ids(450)), t0, { reservationId: 'mine', until: t0 + 8_000 });
		assert.equal(store.pollQueue.nextDueAt(t0, terms), t0 + 8_000);
		await store.pollQueue.renewReservation('mine', t0 + 11_000);
		assert.equal(store.pollQueue.nextDueAt(t0, terms), t0 + 11_000);
		assert.deepEqual(
			[...store.tasks.keyPages('active')].flat().map((each) => store.tasks.get(each)?.nextPollAt),
			Array.from({ length: 450 }, () => t0 + 11_000),
		);
		const claim = await store.pollQueue.claim(key('t0'), { claimId: 'look', now: t0, until: t0 + 8_000, reservation: 'mine' });
		assert.equal(claim?.task.nextPollAt, t0);
		const task = store.tasks.get(key('t1'));
		assert.ok(task);
		await store.pollQueue.release({ task, claimId: 'mine' }, task.nextPollAt);
		assert.equal(store.tasks.get(key('t1'))?.nextPollAt, t0);
		assert.equal(store.pollQueue.nextDueAt(t0, terms), t0);
	});
});
