import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TaskStore } from '../../../src/store/taskStore';
import type { ListQueryStore } from '../../../src/tracking/ports/listQueries';
import { ids, key, newTasks, origin, otherOrigin, ref, snapshot, terms } from '../../support/makers';
import { Bench, raw, recordCheck } from '../../support/store';

const t0 = 1_750_000_000_000;
const minute = 60_000;
const day = 24 * 60 * minute;
const operation = { origin, action: 'videos', action2: 'text2video' };

describe('list queries', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	let lists: ListQueryStore;
	beforeEach(async () => {
		directory = bench.directory();
		store = await bench.open(directory);
		lists = await store.listQueries.load();
	});
	afterEach(() => bench.clear());

	const claim = (now = t0, inFlight = 1, owner?: string, of = lists) => of.claimDue({ now, until: now + 8_000, ...terms(owner, inFlight) });
	/** The IDs that each query covers, in order. */
	const claimed = async (...args: Parameters<typeof claim>) =>
		(await claim(...args)).map(({ tasks }) => tasks.map((task) => task.ref.id).sort());
	/** A check that books the next one in so many ms. */
	const check = (id: string, inMs: number) =>
		recordCheck(store, key(id), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + inMs, intervalMs: 5_000 });
	const knows = (refusedUntil?: number, unlisted: readonly string[] = [], claimId = 'none') =>
		lists.record(
			{ operation, unlisted: unlisted.map((id) => key(id)), pageSize: 60, ...(refusedUntil !== undefined && { refusedUntil }) },
			claimId,
		);

	it('are tried while more than twenty tasks are active at an API, and used below that once they have shown tasks', async () => {
		await store.tasks.add(newTasks(ids(20)), t0);
		assert.deepEqual(await claim(), []);
		await knows();
		const [query] = await claim();
		assert.deepEqual([query?.tasks.length, query?.pageSize, query?.operation], [20, 60, operation]);
		assert.ok(query);
		await lists.release(query, t0);
		await store.tasks.add(newTasks(['more']), t0);
		await knows(t0 + day);
		assert.deepEqual(await claim(), [], 'refused');
		assert.deepEqual(
			(await claimed(t0 + day)).map((all) => all.length),
			[21],
			'tried again after a day',
		);
	});

	it('cover what is due now or within three seconds, of one operation, if that is three tasks', async () => {
		await store.tasks.add(newTasks(ids(22)), t0);
		for (const [index, id] of ids(22).entries()) {
			await check(id, index < 2 ? 0 : index === 2 ? 2_900 : 3_500);
		}
		assert.deepEqual(await claimed(), [['t0', 't1', 't2']]);
		for (const id of ['t0', 't1', 't2']) {
			assert.equal(await store.pollQueue.claim(key(id), { now: t0, until: t0 + 1, claimId: 'x' }), undefined, 'claimed');
		}
	});

	it('wait for three tasks', async () => {
		await store.tasks.add(newTasks(ids(22)), t0);
		for (const [index, id] of ids(22).entries()) {
			await check(id, index < 2 ? 0 : 3_500);
		}
		assert.deepEqual(await claim(), []);
	});

	it('take one slot for each operation, most tasks first, and the slots that are left for a sample, the task that was due first', async () => {
		const ofOther = ids(5, 'other').map((id) => ({ ref: ref(id, { action2: 'image2video' }) }));
		await store.tasks.add([...newTasks(ids(20)), ...ofOther], t0);
		await check('t7', -5_000);
		const queries = await claim(t0, 3);
		assert.deepEqual(
			queries.map(({ operation: { action2 }, tasks, sample }) => [action2, tasks.length, sample?.task.ref.id]),
			[
				['text2video', 19, 't7'],
				['image2video', 5, undefined],
			],
		);
		assert.notEqual(queries[0]?.claimId, queries[0]?.sample?.claimId);
		assert.deepEqual(await store.pollQueue.claimDue({ now: t0, until: t0 + 8_000, ...terms(undefined, 3) }), [], 'no slot is left');
	});

	it('are claimed by one window, and by another one when the claim has expired or was released', async () => {
		const other = await bench.open(directory);
		await store.tasks.add(newTasks(ids(21)), t0);
		other.changes.checkForOthers();
		const theirs = await other.listQueries.load();
		const [query] = await claim();
		assert.ok(query);
		assert.deepEqual(await claim(t0 + 1, 4, undefined, theirs), []);
		assert.equal(await lists.renew(query.claimId, t0 + 16_000), true);
		assert.deepEqual(await claim(t0 + 10_000, 4, undefined, theirs), []);
		assert.equal((await claim(t0 + 16_001, 1, undefined, theirs))[0]?.tasks.length, 21);
		assert.equal(await lists.renew(query.claimId, t0 + 30_000), false, 'lost');
	});

	it('leave out what a list cannot decide: problems, doubts, tasks of other owners, tasks that are not listed', async () => {
		await store.tasks.add(newTasks(ids(26)), t0);
		await store.tasks.add([{ ref: ref('demo'), owner: 'demo-1' }], t0);
		await recordCheck(store, key('t0'), t0, { problem: { kind: 'server', failures: 1, at: t0 }, nextPollAt: t0 });
		await recordCheck(store, key('t1'), t0, { snapshot: { ...snapshot('failed'), evidence: 'repeated' }, nextPollAt: t0 });
		await recordCheck(store, key('t2'), t0, {
			problem: { kind: 'notFound', failures: 1, at: t0 },
			failures: { transient: 0, refused: 1, persistent: 0 },
			nextPollAt: t0,
		});
		await store.tasks.remove([key('t3')], t0);
		const [query] = await claim();
		assert.ok(query);
		assert.deepEqual(
			query.tasks.map((task) => task.ref.id).sort(),
			ids(26)
				.filter((_, index) => index > 3)
				.sort(),
		);
		await knows(undefined, ['t4', 't5'], query.claimId);
		await lists.release(query, t0);
		assert.deepEqual(await claimed(), [
			ids(26)
				.filter((_, index) => index > 5)
				.sort(),
		]);
	});

	it('are not made while the API is paused, its key is suspect, or it is cooling down', async () => {
		await store.tasks.add(newTasks(ids(25)), t0);
		const open = () => lists.pageSizeFor(operation, t0 + 10);
		assert.equal(open(), 50);
		await store.origins.noteRejection(origin, t0);
		assert.deepEqual([await claim(t0 + 10), open()], [[], undefined]);
		await store.origins.noteAcceptance(origin);
		await store.origins.pause(origin, 'auth', t0);
		assert.deepEqual([await claim(t0 + 10), open()], [[], undefined]);
		await store.origins.noteKey(origin, true, t0);
		await store.slots.release(origin, 'none', t0, { retryAfterMs: 30_000, random: 0 });
		assert.deepEqual([await claim(t0 + 10), open()], [[], undefined]);
		assert.equal((await claim(t0 + 31_000)).length, 1);
	});

	it('that are refused are refused for all windows, and no longer with another key, a wrong clock or deleted data', async () => {
		const other = await (await bench.open(directory)).listQueries.load();
		await store.tasks.add(newTasks(ids(25)), t0);
		await knows(t0 + day);
		assert.equal(other.pageSizeFor(operation, t0), undefined);
		assert.equal(other.pageSizeFor({ ...operation, action2: 'image2video' }, t0), 50, 'another operation');
		assert.equal(other.pageSizeFor(operation, t0 - minute), 50, 'written by a clock that was ahead');
		await store.origins.noteKey(origin, true, t0);
		assert.equal(other.pageSizeFor(operation, t0), 50);
		await knows(t0 + day);
		await store.tasks.deleteEverything();
		assert.deepEqual(
			raw(join(directory, 'kling-1.db'), (database) => database.prepare('SELECT * FROM list_queries').all()),
			[],
		);
	});

	it('count as one request each, and a response that asks to slow down ends them', async () => {
		await store.tasks.add(newTasks(ids(30)), t0);
		await store.tasks.add(newTasks(ids(30), otherOrigin), t0);
		const query = (await claim()).find((one) => one.operation.origin === origin);
		assert.ok(query);
		const single = () =>
			store.slots.acquire({ origin, slotId: 's', now: t0 + 1, until: t0 + 8_000, limits: { maxConcurrent: 1, maxPerMinute: 40 } });
		assert.notEqual(await single(), undefined, 'the list query has the slot');
		await lists.release(query, t0 + 1, { retryAfterMs: undefined, random: 0 });
		assert.equal(await single(), undefined);
		assert.deepEqual(
			(await claim(t0 + 2)).filter((one) => one.operation.origin === origin),
			[],
		);
	});

	it('of a task whose operation is corrected may show it again', async () => {
		await store.tasks.add(newTasks(ids(25)), t0);
		const [query] = await claim();
		await knows(undefined, ['t0'], query?.claimId);
		await store.tasks.changeOperation(key('t0'), { action: 'videos', action2: 'image2video' }, t0);
		await store.tasks.changeOperation(key('t0'), operation, t0);
		assert.ok(query);
		await lists.release(query, t0);
		assert.equal((await claim())[0]?.tasks.length, 25);
	});
});
