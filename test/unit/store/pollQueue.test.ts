import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Problem } from '../../../src/core/problem';
import type { TaskStore } from '../../../src/store/taskStore';
import { ids, key, newTasks, origin, otherOrigin, ref, snapshot, terms } from '../../support/makers';
import { Bench, claimDue, claimOf, eachStore, events, raw, recordCheck } from '../../support/store';

const t0 = 1_750_000_000_000;
const notFound: Problem = { kind: 'notFound', failures: 3, at: t0, message: 'task not found', code: '1203' };

describe('the poll queue', () => {
	const bench = new Bench();
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ store } = opened);
	});

	it('knows when the next task can be claimed', async () => {
		assert.equal(store.pollQueue.nextDueAt(t0, terms()), undefined);
		await store.tasks.add(newTasks(['one']), t0 + 500);
		await store.tasks.add(newTasks(['two'], otherOrigin), t0 + 900);
		assert.equal(store.pollQueue.nextDueAt(t0, terms()), t0 + 500);
		await claimOf(store, key('one'), t0);
		assert.equal(store.pollQueue.nextDueAt(t0, terms()), t0 + 900);
		await store.origins.pause(otherOrigin, 'noKey', t0);
		assert.equal(store.pollQueue.nextDueAt(t0, terms()), t0 + 8_000);
		await store.origins.pause(origin, 'noKey', t0);
		assert.equal(store.pollQueue.nextDueAt(t0, terms()), t0 + 60 * 60_000, 'the next probe, an hour later');
	});

	it('gives tasks that are refused and were never found a quarter of the rate', async () => {
		const limits = { maxConcurrent: 8, maxPerMinute: 40 };
		const tasks = Array.from({ length: 30 }, (_, index) => `absent-${index}`);
		await store.tasks.add(newTasks([...tasks, 'alive']), t0);
		for (const id of tasks) {
			await recordCheck(store, key(id), t0, {
				problem: notFound,
				failures: { transient: 0, refused: 1, persistent: 0 },
				nextPollAt: t0 + 5_000,
			});
		}
		await recordCheck(store, key('alive'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 30_000 });
		const claimed: string[] = [];
		for (let now = t0 + 5_000; now < t0 + 60_000; now += 1_000) {
			for (const { task, claimId } of await store.pollQueue.claimDue({
				now,
				until: now + 8_000,
				limitsOf: () => limits,
				owner: undefined,
			})) {
				claimed.push(task.ref.id);
				await store.pollQueue.release({ task, claimId }, now + 3_600_000);
			}
		}
		assert.equal(claimed.filter((id) => id.startsWith('absent')).length, 10);
		assert.equal(claimed.filter((id) => id === 'alive').length, 1, 'the others are still checked');
		assert.equal(
			store.pollQueue.nextDueAt(t0 + 59_000, { limitsOf: () => limits, owner: undefined }),
			t0 + 65_000,
			'a minute after the first of the ten',
		);
	});

	it('brings bookings forward, but none that another window has replaced meanwhile', async () => {
		await store.tasks.add(newTasks(['far', 'checked', 'ended']), t0);
		await recordCheck(store, key('far'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 60_000, intervalMs: 60_000 });
		await recordCheck(store, key('checked'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 61_000, intervalMs: 60_000 });
		await recordCheck(store, key('ended'), t0, { snapshot: snapshot('succeeded') });
		await store.pollQueue.bringForward(
			['far', 'checked', 'ended'].map((id) => ({ key: key(id), instead: t0 + 60_000, at: t0 + 20_000, intervalMs: 20_000 })),
		);
		const booked = ['far', 'checked', 'ended'].map((id) => store.tasks.get(key(id))?.nextPollAt);
		assert.deepEqual(booked, [t0 + 20_000, t0 + 61_000, undefined]);
		assert.equal(store.tasks.get(key('far'))?.intervalMs, 20_000);
	});
});

describe('claims', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	it('go to the most overdue tasks first, relative to their intervals, each with its own ID', async () => {
		await store.tasks.add(newTasks(['slow', 'quick', 'slower', 'new']), t0);
		await recordCheck(store, key('slow'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 10_000, intervalMs: 20_000 });
		await recordCheck(store, key('quick'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 17_000, intervalMs: 5_000 });
		await recordCheck(store, key('slower'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 10_000, intervalMs: 60_000 });
		const claims = await claimDue(store, t0 + 20_000, 3);
		assert.deepEqual(
			claims.map((claim) => claim.task.ref.id),
			['new', 'quick', 'slow'],
		);
		assert.equal(new Set(claims.map((claim) => claim.claimId)).size, 3);
	});

	it('read the rate limits of an API before the file is locked', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		const origins: string[] = [];
		const limitsOf = (of: string) => {
			raw(join(directory, 'kling-1.db'), (database) => database.exec('BEGIN IMMEDIATE; ROLLBACK'));
			origins.push(of);
			return { maxConcurrent: 4, maxPerMinute: 40 };
		};
		const claims = await store.pollQueue.claimDue({ now: t0, until: t0 + 8_000, limitsOf, owner: undefined });
		assert.deepEqual([claims.length, origins], [1, [origin]]);
	});

	it('of one origin do not use the slots of another', async () => {
		await store.tasks.add(newTasks(ids(3)), t0);
		await store.tasks.add(newTasks(ids(3), otherOrigin), t0);
		assert.equal((await claimDue(store, t0, 2)).length, 4);
	});

	it('skip tasks that are not due, paused, removed, finished or claimed', async () => {
		await store.tasks.add(newTasks(['later']), t0 + 100);
		await store.tasks.add(newTasks(['removed', 'ended', 'claimed']), t0);
		await store.tasks.add(newTasks(['paused'], otherOrigin), t0);
		await store.tasks.remove([key('removed')], t0);
		await recordCheck(store, key('ended'), t0, { snapshot: snapshot('failed') });
		await claimOf(store, key('claimed'), t0);
		await store.origins.pause(otherOrigin, 'noKey', t0);
		assert.deepEqual(await claimDue(store, t0 + 1), []);
	});

	it('are taken over when they expire, and the late check is dropped', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		const [first] = await claimDue(store, t0);
		assert.deepEqual(await claimDue(store, t0 + 7_999), []);
		const [second] = await claimDue(store, t0 + 8_000);
		assert.ok(first && second);
		assert.equal(await store.pollQueue.renew(first, t0 + 16_000), false);
		assert.equal(
			await store.pollQueue.record({
				key: key('one'),
				claimId: first.claimId,
				at: t0 + 8_001,
				announce: true,
				snapshot: snapshot('succeeded'),
			}),
			undefined,
		);
		assert.equal(store.tasks.get(key('one'))?.status, 'submitted');
		assert.ok(
			await store.pollQueue.record({
				key: key('one'),
				claimId: second.claimId,
				at: t0 + 8_001,
				announce: true,
				snapshot: snapshot('succeeded'),
			}),
		);
	});

	it('last while they are renewed', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		const [claim] = await claimDue(store, t0);
		assert.ok(claim);
		assert.equal(await store.pollQueue.renew(claim, t0 + 12_000), true);
		assert.deepEqual(await claimDue(store, t0 + 11_999), []);
		assert.equal((await claimDue(store, t0 + 12_000)).length, 1);
	});

	it('made before the clock was set back an hour do not block', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		await claimOf(store, key('one'), t0 + 3_600_000);
		assert.equal((await claimDue(store, t0 + 1)).length, 1);
	});

	it('by a person need no due or unpaused task, only an unclaimed one', async () => {
		await store.tasks.add(newTasks(['one']), t0 + 60_000);
		await store.origins.pause(origin, 'auth', t0);
		assert.ok(await store.pollQueue.claim(key('one'), { now: t0, until: t0 + 8_000, claimId: 'a' }));
		assert.equal(await store.pollQueue.claim(key('one'), { now: t0 + 1, until: t0 + 8_001, claimId: 'b' }), undefined);
		assert.equal(await store.pollQueue.claim(key('none'), { now: t0, until: t0 + 8_000, claimId: 'c' }), undefined);
	});

	it('of demo tasks go only to the window that runs the demo', async () => {
		await store.tasks.add([{ ref: ref('demo', { origin: 'http://127.0.0.1:4001' }), owner: 'mine' }], t0);
		assert.deepEqual(await claimDue(store, t0), []);
		assert.deepEqual(await claimDue(store, t0, 10, 'other'), []);
		assert.equal(store.pollQueue.nextDueAt(t0, terms()), undefined);
		assert.equal(store.pollQueue.nextDueAt(t0, terms('mine')), t0);
		assert.equal((await claimDue(store, t0, 10, 'mine')).length, 1);
	});

	it('change no facts and fire no event', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		const changes = events(store);
		const [claim] = await claimDue(store, t0);
		assert.ok(claim);
		await store.pollQueue.renew(claim, t0 + 9_000);
		await store.pollQueue.release(claim, t0);
		assert.deepEqual(changes, []);
		await store.pollQueue.release(await claimOf(store, key('one'), t0), t0 + 5_000);
		assert.deepEqual(changes, [{ keys: new Set([key('one')]), listChanged: false }]);
		assert.equal(store.tasks.get(key('one'))?.nextPollAt, t0 + 5_000);
	});

	it('that were lost cannot be released', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		const claim = await claimOf(store, key('one'), t0);
		const taken = await claimOf(store, key('one'), t0 + 8_000);
		await store.pollQueue.release(claim, t0 + 99_000);
		assert.equal(store.tasks.get(key('one'))?.nextPollAt, t0);
		assert.equal(await store.pollQueue.renew(taken, t0 + 17_000), true);
	});
});
