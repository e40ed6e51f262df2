import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Problem } from '../../../src/core/problem';
import { isFinished } from '../../../src/core/task';
import type { TaskStore } from '../../../src/store/taskStore';
import { key, newTasks, ref, snapshot, terms, video } from '../../support/makers';
import { Bench, claimOf, eachStore, raw, recordCheck } from '../../support/store';

const t0 = 1_750_000_000_000;
const notFound: Problem = { kind: 'notFound', failures: 3, at: t0, message: 'task not found', code: '1203' };

describe('checks', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	it('record the snapshot, book the next poll and release the claim', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		const observed = snapshot('processing', {
			rawStatus: 'PROCESSING',
			message: 'in line',
			progress: 0.25,
			createdAt: 11,
			updatedAt: 12,
			externalTaskId: 'mine-1',
			unitsDeducted: '3.5',
			requestId: 'r1',
			parentVideo: { id: 'p', url: 'https://media.kling.example/p.mp4', durationSeconds: 5.1 },
		});
		const result = await recordCheck(store, key('one'), t0 + 10.4, { snapshot: observed, nextPollAt: t0 + 5_000.6, intervalMs: 4_990.2 });
		assert.equal(result?.before.status, 'submitted');
		assert.deepEqual(result.after, {
			key: key('one'),
			ref: ref('one'),
			status: 'processing',
			trackedAt: t0,
			lastCheckedAt: t0 + 10,
			nextPollAt: t0 + 5_001,
			intervalMs: 4_990,
			rawStatus: 'PROCESSING',
			message: 'in line',
			progress: 0.25,
			results: [],
			parentVideo: { id: 'p', url: 'https://media.kling.example/p.mp4', durationSeconds: 5.1 },
			createdAt: 11,
			updatedAt: 12,
			externalTaskId: 'mine-1',
			unitsDeducted: '3.5',
			requestId: 'r1',
		});
		assert.deepEqual(store.tasks.get(key('one')), result.after);
		await claimOf(store, key('one'), t0 + 11);
	});

	it("finish a task at the server's time, else at ours, and may be followed by a check for its results", async () => {
		await store.tasks.add(newTasks(['one', 'two']), t0);
		await recordCheck(store, key('one'), t0 + 10, { snapshot: snapshot('succeeded', { updatedAt: t0 - 5 }), nextPollAt: t0 + 99 });
		await recordCheck(store, key('two'), t0 + 20, { snapshot: snapshot('failed', { message: 'risk control' }) });
		const tasks = store.tasks.finished(10);
		assert.deepEqual(
			tasks.map((task) => [task.ref.id, task.finishedAt, task.nextPollAt]),
			[
				['two', t0 + 20, undefined],
				['one', t0 - 5, t0 + 99],
			],
		);
		assert.deepEqual(tasks[1]?.results, [video]);
		assert.equal(tasks[0]?.message, 'risk control');
	});

	it('that fail keep all facts and store the problem; a successful one clears it', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('processing', { progress: 0.5 }), nextPollAt: t0 + 2 });
		const problem: Problem = { kind: 'server', failures: 2, at: t0 + 2, message: 'bad gateway', code: '502', requestId: 'r' };
		const failed = await recordCheck(store, key('one'), t0 + 2, { problem, nextPollAt: t0 + 9 });
		assert.deepEqual(failed?.after.problem, problem);
		assert.equal(failed.after.progress, 0.5);
		assert.equal(failed.after.lastCheckedAt, t0 + 1);
		assert.equal(failed.after.nextPollAt, t0 + 9);
		const good = await recordCheck(store, key('one'), t0 + 9, { snapshot: snapshot('processing'), nextPollAt: t0 + 20 });
		assert.equal(good?.after.problem, undefined);
	});

	it('can stop for a problem', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		await recordCheck(store, key('one'), t0, { problem: notFound });
		assert.equal(store.tasks.get(key('one'))?.nextPollAt, undefined);
		assert.equal(store.pollQueue.nextDueAt(t0, terms()), undefined);
		assert.equal(store.tasks.counts().active, 1);
	});

	it('never make a finished task active again', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('succeeded') });
		await store.tasks.markViewed([key('one')], t0 + 2);
		for (const status of ['submitted', 'processing', 'unknown'] as const) {
			const result = await recordCheck(store, key('one'), t0 + 3, { snapshot: snapshot(status), nextPollAt: t0 + 9 });
			assert.ok(result && isFinished(result.after));
			assert.equal(result.after.status, 'succeeded');
			assert.deepEqual(result.after.results, [video]);
			assert.equal(result.after.finishedAt, t0 + 1);
			assert.equal(result.after.viewedAt, t0 + 2);
		}
		const failed = await recordCheck(store, key('one'), t0 + 4, { problem: notFound, nextPollAt: t0 + 9 });
		assert.equal(failed?.after.status, 'succeeded');
	});

	it('of a finished task may correct it, without an announcement', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('failed', { message: 'late' }) });
		await store.announcements.claim(key('one'), t0 + 1);
		await store.tasks.markViewed([key('one')], t0 + 2);
		const fresh = { ...video, url: 'https://media.kling.example/fresh.mp4' };
		const result = await recordCheck(store, key('one'), t0 + 3, {
			snapshot: snapshot('succeeded', { results: [fresh], updatedAt: t0 + 3 }),
		});
		assert.ok(result && isFinished(result.after));
		assert.equal(result.after.status, 'succeeded');
		assert.equal(result.after.message, undefined);
		assert.deepEqual(result.after.results, [fresh]);
		assert.equal(result.after.finishedAt, t0 + 1);
		assert.equal(result.after.viewedAt, t0 + 2);
		assert.deepEqual(store.announcements.pending(Date.now()), []);
	});

	it('that no longer list results remove none', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('succeeded') });
		await recordCheck(store, key('one'), t0 + 2, { snapshot: snapshot('succeeded', { results: [] }) });
		assert.deepEqual(store.tasks.get(key('one'))?.results, [video]);
	});

	it('of a task untracked meanwhile are dropped', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		const claim = await claimOf(store, key('one'), t0);
		await store.tasks.remove([key('one')], t0 + 1);
		assert.equal(
			await store.pollQueue.record({
				key: key('one'),
				claimId: claim.claimId,
				at: t0 + 2,
				announce: true,
				snapshot: snapshot('succeeded'),
			}),
			undefined,
		);
		await store.tasks.restore([key('one')]);
		assert.equal(store.tasks.get(key('one'))?.status, 'submitted');
		assert.deepEqual(store.announcements.pending(Date.now()), []);
	});

	it('keep the raw response, cut to 64 KiB between characters', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('processing'), body: '{"a":1}', nextPollAt: t0 });
		assert.deepEqual(store.tasks.rawResponse(key('one')), { body: '{"a":1}', at: t0 + 1 });
		await recordCheck(store, key('one'), t0 + 2, { problem: notFound, nextPollAt: t0 });
		assert.equal(store.tasks.rawResponse(key('one'))?.at, t0 + 1);
		for (const [body, expected] of [
			['x'.repeat(70_000), 'x'.repeat(65_536)],
			[`${'x'.repeat(65_535)}\u{1f3ac}y`, 'x'.repeat(65_535)],
			[`xx${'\u20ac'.repeat(30_000)}`, `xx${'\u20ac'.repeat(21_844)}`],
			[`x${'\u20ac'.repeat(21_845)}`, `x${'\u20ac'.repeat(21_845)}`],
		] as const) {
			await recordCheck(store, key('one'), t0 + 3, { problem: notFound, body, nextPollAt: t0 });
			assert.equal(store.tasks.rawResponse(key('one'))?.body, expected);
		}
		assert.equal(store.tasks.rawResponse(key('none')), undefined);
	});

	it('ignore stored results that we did not write', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		for (const [text, expected] of [
			['[', []],
			['{"kind":"video"}', []],
			[
				'[null, 3, {"kind":"text","url":"x"}, {"kind":"image"}, {"kind":"image","url":"https://m.example/i.png","durationSeconds":"5"}]',
				[{ kind: 'image', url: 'https://m.example/i.png' }],
			],
		] as const) {
			raw(join(directory, 'kling-1.db'), (database) => database.prepare('UPDATE tasks SET results = ?, facts = ?').run(text, text));
			assert.deepEqual(store.tasks.get(key('one'))?.results, expected);
		}
	});

	it('note how far the server’s clock is ahead, from the last response with a time', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		await recordCheck(store, key('one'), t0, { snapshot: snapshot('processing', { respondedAt: t0 + 90_000 }) });
		assert.equal(store.tasks.get(key('one'))?.serverAheadMs, 90_000);
		await recordCheck(store, key('one'), t0 + 5_000, { snapshot: snapshot('processing') });
		assert.equal(store.tasks.get(key('one'))?.serverAheadMs, 90_000);
		await recordCheck(store, key('one'), t0 + 9_000, { snapshot: snapshot('processing', { respondedAt: t0 }) });
		assert.equal(store.tasks.get(key('one'))?.serverAheadMs, -9_000);
	});
});
