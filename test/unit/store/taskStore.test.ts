import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../../src/core/problem';
import { isFinished } from '../../../src/core/task';
import type { TaskStore } from '../../../src/store/taskStore';
import { Bench, claimOf, events, recordCheck, raw } from '../../support/store';
import { ids, key, newTasks, origin, otherOrigin, ref, snapshot, terms, video } from '../../support/makers';

const t0 = 1_750_000_000_000;
const notFound: Problem = { kind: 'notFound', failures: 3, at: t0, message: 'task not found', code: '1203' };

describe('TaskStore', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;

	beforeEach(async () => {
		directory = bench.directory();
		store = await bench.open(directory);
	});
	afterEach(() => bench.clear());

	const due = (now: number, limit = 10, demo?: string): ReturnType<TaskStore['pollQueue']['claimDue']> =>
		store.pollQueue.claimDue({ now, until: now + 8_000, ...terms(demo, limit) });

	describe('adding', () => {
		it('stores a new task as submitted, unchecked and due now', async () => {
			const result = await store.tasks.add([{ ref: ref('one'), name: 'Sea' }], t0);
			assert.deepEqual(result, { added: [key('one')], known: [] });
			assert.deepEqual(store.tasks.get(key('one')), {
				key: key('one'),
				ref: ref('one'),
				name: 'Sea',
				status: 'submitted',
				trackedAt: t0,
				nextPollAt: t0,
				results: [],
			});
			assert.equal(store.pollQueue.nextDueAt(t0, terms()), t0);
		});

		it('folds duplicates and leaves known tasks as they are', async () => {
			await store.tasks.add([{ ref: ref('one'), name: 'Sea' }], t0);
			const result = await store.tasks.add(
				[
					{ ref: ref('one'), name: 'Other' },
					{ ref: ref('two'), name: 'first' },
					{ ref: ref('two'), name: 'second' },
				],
				t0 + 5,
			);
			assert.deepEqual(result, { added: [key('two')], known: [key('one')] });
			assert.equal(store.tasks.get(key('one'))?.name, 'Sea');
			assert.equal(store.tasks.get(key('one'))?.trackedAt, t0);
			assert.equal(store.tasks.get(key('two'))?.name, 'first');
		});

		it('treats the same ID at two origins as two tasks', async () => {
			const { added } = await store.tasks.add([{ ref: ref('one') }, { ref: ref('one', { origin: otherOrigin }) }], t0);
			assert.equal(added.length, 2);
		});

		it('takes more tasks than one transaction holds', async () => {
			const { added, known } = await store.tasks.add(newTasks([...ids(450), 't7']), t0);
			assert.equal(added.length, 450);
			assert.equal(known.length, 0);
			assert.equal(store.tasks.counts().active, 450);
		});

		it('claims new tasks for a reservation, so that no poller checks them too', async () => {
			await store.tasks.add(newTasks(['old']), t0);
			await store.tasks.add(newTasks(['old', 'new']), t0, { until: t0 + 8_000, reservationId: 'mine' });
			assert.deepEqual(
				(await due(t0)).map((claim) => claim.task.ref.id),
				['old'],
			);
			const recorded = await store.pollQueue.record({
				key: key('new'),
				claimId: 'mine',
				at: t0 + 100,
				announce: false,
				snapshot: snapshot('processing'),
				nextPollAt: t0 + 5_000,
			});
			assert.equal(recorded?.after.status, 'processing');
		});

		it('restores an untracked task as it was, with the operation given now', async () => {
			await store.tasks.add([{ ref: ref('one'), name: 'Sea' }], t0);
			await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('processing', { createdAt: 7 }), nextPollAt: t0 + 9_000 });
			await store.tasks.remove([key('one')], t0 + 2);
			const { added } = await store.tasks.add([{ ref: { ...ref('one'), action2: 'effects' } }], t0 + 3);
			assert.deepEqual(added, [key('one')]);
			const task = store.tasks.get(key('one'));
			assert.equal(task?.name, 'Sea');
			assert.equal(task.createdAt, 7);
			assert.equal(task.trackedAt, t0);
			assert.equal(task.nextPollAt, t0 + 3);
			assert.equal(task.ref.action2, 'effects');
		});

		it('restores a finished task as finished, with no poll booked', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('succeeded') });
			await store.tasks.remove([key('one')], t0 + 2);
			await store.tasks.add(newTasks(['one']), t0 + 3);
			assert.equal(store.tasks.get(key('one'))?.status, 'succeeded');
			assert.equal(store.pollQueue.nextDueAt(t0 + 3, terms()), undefined);
		});

		it('makes a known task due again when its origin was lost', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			raw(join(directory, 'kling-1.db'), (database) => database.exec('DELETE FROM origins'));
			assert.equal(store.pollQueue.nextDueAt(t0, terms()), undefined);
			const changes = events(store);
			assert.deepEqual(await store.tasks.add(newTasks(['one']), t0 + 1), { added: [], known: [key('one')] });
			assert.equal(store.pollQueue.nextDueAt(t0, terms()), t0);
			assert.deepEqual(
				changes.map(({ listChanged }) => listChanged),
				[true],
			);
		});
	});

	describe('claims', () => {
		it('go to the most overdue tasks first, relative to their intervals, each with its own ID', async () => {
			await store.tasks.add(newTasks(['slow', 'quick', 'slower', 'new']), t0);
			await recordCheck(store, key('slow'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 10_000, intervalMs: 20_000 });
			await recordCheck(store, key('quick'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 17_000, intervalMs: 5_000 });
			await recordCheck(store, key('slower'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 10_000, intervalMs: 60_000 });
			const claims = await due(t0 + 20_000, 3);
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
			assert.equal((await due(t0, 2)).length, 4);
		});

		it('skip tasks that are not due, paused, removed, finished or claimed', async () => {
			await store.tasks.add(newTasks(['later']), t0 + 100);
			await store.tasks.add(newTasks(['removed', 'ended', 'claimed']), t0);
			await store.tasks.add(newTasks(['paused'], otherOrigin), t0);
			await store.tasks.remove([key('removed')], t0);
			await recordCheck(store, key('ended'), t0, { snapshot: snapshot('failed') });
			await claimOf(store, key('claimed'), t0);
			await store.origins.pause(otherOrigin, 'noKey', t0);
			assert.deepEqual(await due(t0 + 1), []);
		});

		it('are taken over when they expire, and the late check is dropped', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			const [first] = await due(t0);
			assert.deepEqual(await due(t0 + 7_999), []);
			const [second] = await due(t0 + 8_000);
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
			const [claim] = await due(t0);
			assert.ok(claim);
			assert.equal(await store.pollQueue.renew(claim, t0 + 12_000), true);
			assert.deepEqual(await due(t0 + 11_999), []);
			assert.equal((await due(t0 + 12_000)).length, 1);
		});

		it('made before the clock was set back an hour do not block', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await claimOf(store, key('one'), t0 + 3_600_000);
			assert.equal((await due(t0 + 1)).length, 1);
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
			assert.deepEqual(await due(t0), []);
			assert.deepEqual(await due(t0, 10, 'other'), []);
			assert.equal(store.pollQueue.nextDueAt(t0, terms()), undefined);
			assert.equal(store.pollQueue.nextDueAt(t0, terms('mine')), t0);
			assert.equal((await due(t0, 10, 'mine')).length, 1);
		});

		it('change no facts and fire no event', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			const changes = events(store);
			const [claim] = await due(t0);
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

	it('probes a paused origin once an hour, from one window', async () => {
		const other = await bench.open(directory);
		await store.tasks.add(newTasks(['one', 'two', 'three']), t0);
		await store.origins.pause(origin, 'auth', t0);
		const hour = 60 * 60_000;
		const claim = (window: TaskStore, now: number) => window.pollQueue.claimDue({ now, until: now + 8_000, ...terms() });
		assert.deepEqual(await claim(store, t0 + hour - 1), []);
		assert.equal((await claim(store, t0 + hour)).length, 1);
		assert.deepEqual(await claim(other, t0 + hour), []);
		assert.equal((await claim(other, t0 + 2 * hour)).length, 1);
		other.dispose();
	});

	it('lets one check decide after a refused key, while the others wait', async () => {
		await store.tasks.add(newTasks(['one', 'two', 'three']), t0);
		const claim = (now: number) => store.pollQueue.claimDue({ now, until: now + 8_000, ...terms() });
		assert.equal(await store.origins.noteRefusal(origin, t0), 'unconfirmed');
		assert.equal(await store.origins.noteRefusal(origin, t0 + 200), 'unconfirmed', 'a check in flight at the same time confirms nothing');
		assert.deepEqual(await claim(t0 + 9_000), []);
		assert.equal((await claim(t0 + 10_000)).length, 1);
		assert.deepEqual(await claim(t0 + 10_000), []);
		assert.equal(await store.origins.noteRefusal(origin, t0 + 10_100), 'confirmed');
		await store.origins.noteAcceptance(origin);
		assert.equal(store.origins.isKeySuspect(origin), false);
		assert.equal((await claim(t0 + 10_200)).length, 2);
		assert.equal(await store.origins.noteRefusal(origin, t0 + 60_000), 'unconfirmed', 'an accepted check resets the refusal');
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

	describe('checks', () => {
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
	});

	describe('durations', () => {
		const took = (seconds: number, status: 'succeeded' | 'failed' = 'succeeded') =>
			snapshot(status, { createdAt: t0 - 1_000 * seconds, updatedAt: t0 });
		const end = async (id: string, observed: ReturnType<typeof took>, of = origin): Promise<void> => {
			await store.tasks.add([{ ref: ref(id, { origin: of }) }], t0);
			await recordCheck(store, key(id, of), t0, { snapshot: observed });
		};

		it('of finished tasks are kept by origin and operation, failed ones included', async () => {
			await end('one', took(100));
			await end('two', took(2, 'failed'));
			await end('elsewhere', took(50), otherOrigin);
			assert.deepEqual(store.durations.of(ref('')), [
				{ ms: 100_000, failed: false },
				{ ms: 2_000, failed: true },
			]);
			assert.deepEqual(store.durations.of(ref('', { origin: otherOrigin })), [{ ms: 50_000, failed: false }]);
			assert.deepEqual(store.durations.of({ ...ref(''), action2: 'effects' }), []);
		});

		it('are added once per task, and only with both of the server’s times', async () => {
			await end('again', took(100));
			await recordCheck(store, key('again'), t0 + 1, { snapshot: took(100) });
			await end('timeless', snapshot('succeeded', { updatedAt: t0 }));
			await end('backward', snapshot('succeeded', { createdAt: t0 + 5, updatedAt: t0 }));
			assert.equal(store.durations.of(ref('')).length, 1);
		});

		it('of demo tasks are not kept', async () => {
			await store.tasks.add([{ ref: ref('d'), owner: 'mine' }], t0);
			await recordCheck(store, key('d'), t0, { snapshot: took(5) });
			assert.deepEqual(store.durations.of(ref('')), []);
		});

		it('are the newest two hundred', async () => {
			for (const [index, id] of ids(205).entries()) {
				await end(id, took(index + 1));
			}
			const kept = store.durations.of(ref(''));
			assert.deepEqual([kept.length, kept[0]?.ms, kept.at(-1)?.ms], [200, 6_000, 205_000]);
		});

		it('are reread only when a task has finished, in this window or another', async () => {
			await end('one', took(100));
			const before = store.durations.of(ref(''));
			await store.tasks.rename(key('one'), 'named');
			assert.equal(store.durations.of(ref('')), before);
			const other = await bench.open(directory);
			await other.tasks.add(newTasks(['two']), t0);
			await recordCheck(other, key('two'), t0, { snapshot: took(7) });
			store.changes.checkForOthers();
			assert.equal(store.durations.of(ref('')).length, 2);
		});

		it('outlive the tasks, and are deleted with all data', async () => {
			await end('one', took(100));
			await store.tasks.remove([key('one')], t0);
			assert.equal(store.durations.of(ref('')).length, 1);
			await store.tasks.deleteEverything();
			assert.deepEqual(store.durations.of(ref('')), []);
		});
	});

	it('knows how far the server’s clock is ahead, from the last response with a time', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		await recordCheck(store, key('one'), t0, { snapshot: snapshot('processing', { respondedAt: t0 + 90_000 }) });
		assert.equal(store.tasks.get(key('one'))?.serverAheadMs, 90_000);
		await recordCheck(store, key('one'), t0 + 5_000, { snapshot: snapshot('processing') });
		assert.equal(store.tasks.get(key('one'))?.serverAheadMs, 90_000);
		await recordCheck(store, key('one'), t0 + 9_000, { snapshot: snapshot('processing', { respondedAt: t0 }) });
		assert.equal(store.tasks.get(key('one'))?.serverAheadMs, -9_000);
	});

	it('brings bookings forward, and never postpones one', async () => {
		await store.tasks.add(newTasks(['far', 'near', 'ended']), t0);
		await recordCheck(store, key('far'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 60_000, intervalMs: 60_000 });
		await recordCheck(store, key('near'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 1_000, intervalMs: 1_000 });
		await recordCheck(store, key('ended'), t0, { snapshot: snapshot('succeeded') });
		await store.pollQueue.bringForward(['far', 'near', 'ended'].map((id) => ({ key: key(id), at: t0 + 20_000, intervalMs: 20_000 })));
		const booked = ['far', 'near', 'ended'].map((id) => store.tasks.get(key(id))?.nextPollAt);
		assert.deepEqual(booked, [t0 + 20_000, t0 + 1_000, undefined]);
		assert.equal(store.tasks.get(key('far'))?.intervalMs, 20_000);
	});

	describe('announcements', () => {
		it('are pending for finished tasks that are to be announced, and can be claimed only once', async () => {
			await store.tasks.add(newTasks(['told', 'answered', 'running']), t0);
			await recordCheck(store, key('told'), t0 + 1, { snapshot: snapshot('succeeded') });
			await recordCheck(store, key('answered'), t0 + 1, { snapshot: snapshot('failed'), announce: false });
			await recordCheck(store, key('running'), t0 + 1, { snapshot: snapshot('processing'), nextPollAt: t0 });
			assert.deepEqual(store.announcements.pending(Date.now()), [key('told')]);
			assert.equal(await store.announcements.claim(key('told'), t0 + 2), true);
			assert.equal(await store.announcements.claim(key('told'), t0 + 3), false);
			assert.equal(await store.announcements.claim(key('answered'), t0 + 3), false);
			assert.deepEqual(store.announcements.pending(Date.now()), []);
		});

		it('of untracked tasks are not pending', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('succeeded') });
			await store.tasks.remove([key('one')], t0 + 2);
			assert.deepEqual(store.announcements.pending(Date.now()), []);
		});
	});

	describe('what a person does', () => {
		it('renames a task, and removes its name', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await store.tasks.rename(key('one'), 'Sea');
			assert.equal(store.tasks.get(key('one'))?.name, 'Sea');
			await store.tasks.rename(key('one'), undefined);
			assert.equal(store.tasks.get(key('one'))?.name, undefined);
		});

		it('corrects the operation: the task is due now, its problem cleared, a check in flight dropped', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await recordCheck(store, key('one'), t0 + 1, { problem: notFound });
			const claim = await claimOf(store, key('one'), t0 + 2);
			await store.tasks.changeOperation(key('one'), { action: 'videos', action2: 'avatar/image2video' }, t0 + 3);
			const task = store.tasks.get(key('one'));
			assert.equal(task?.ref.action2, 'avatar/image2video');
			assert.equal(task.nextPollAt, t0 + 3);
			assert.equal(task.problem, undefined);
			assert.equal(await store.pollQueue.record({ key: key('one'), claimId: claim.claimId, at: t0 + 4, problem: notFound }), undefined);
		});

		it('corrects the operation of a finished task without booking a poll', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('succeeded') });
			await store.tasks.changeOperation(key('one'), { action: 'videos', action2: 'effects' }, t0 + 3);
			assert.equal(store.tasks.get(key('one'))?.nextPollAt, undefined);
		});

		it('untracks tasks, and restores them with their bookings', async () => {
			await store.tasks.add(newTasks(['one', 'two']), t0);
			await recordCheck(store, key('one'), t0 + 1, {
				snapshot: snapshot('processing'),
				body: 'answer',
				nextPollAt: t0 + 5_000,
				intervalMs: 5_000,
			});
			const before = store.tasks.get(key('one'));
			await store.tasks.remove([key('one')], t0 + 2);
			assert.equal(store.tasks.get(key('one')), undefined);
			assert.deepEqual(
				store.tasks.active().map((task) => task.ref.id),
				['two'],
			);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 0, unviewed: 0 });
			await store.tasks.restore([key('one'), key('none')]);
			assert.deepEqual(store.tasks.get(key('one')), before);
			assert.equal(store.tasks.rawResponse(key('one'))?.body, 'answer');
			assert.deepEqual(store.tasks.counts(), { active: 2, finished: 0, unviewed: 0 });
		});

		it('untracks all finished tasks except those of demos, and restores them', async () => {
			await store.tasks.add(
				[...newTasks(ids(450)), { ref: ref('demo', { origin: 'http://127.0.0.1:4001' }), owner: 'd' }, { ref: ref('active') }],
				t0,
			);
			for (const id of ids(450)) {
				await recordCheck(store, key(id), t0 + 1, { snapshot: snapshot('succeeded') });
			}
			await recordCheck(store, key('demo', 'http://127.0.0.1:4001'), t0 + 1, { snapshot: snapshot('succeeded') });
			const removed = await store.tasks.removeFinished(t0 + 2);
			assert.equal(new Set(removed).size, 450);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 1, unviewed: 1 });
			await store.tasks.restore(removed);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 451, unviewed: 451 });
		});

		it('marks finished tasks as viewed, once', async () => {
			await store.tasks.add(newTasks(['one', 'two', 'active']), t0);
			await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('succeeded') });
			await recordCheck(store, key('two'), t0 + 1, { snapshot: snapshot('succeeded') });
			await store.tasks.markViewed([key('one'), key('active'), key('none')], t0 + 5);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 2, unviewed: 1 });
			const changes = events(store);
			await store.tasks.markViewed('all', t0 + 6);
			assert.deepEqual(changes, [{ keys: new Set([key('two')]), listChanged: false }]);
			assert.deepEqual(store.tasks.counts(), { active: 1, finished: 2, unviewed: 0 });
			assert.deepEqual(
				store.tasks.finished(5).map((task) => task.viewedAt),
				[t0 + 6, t0 + 5],
			);
		});

		it('deletes everything, in the file, its WAL, its copy and the damaged files', async () => {
			await store.tasks.add([{ ref: ref('secretid'), name: 'private name' }], t0);
			await recordCheck(store, key('secretid'), t0 + 1, { snapshot: snapshot('succeeded'), body: 'private answer' });
			await store.origins.pause(otherOrigin, 'noKey', t0);
			await store.copyIfDue();
			assert.deepEqual(found(directory, ['secretid', 'private name', 'private answer']).length > 0, true);
			let keysChanged = 0;
			store.changes.onDidChangeKeys(() => keysChanged++);
			await store.tasks.deleteEverything();
			assert.deepEqual(store.tasks.counts(), { active: 0, finished: 0, unviewed: 0 });
			assert.deepEqual([...store.origins.paused()], []);
			assert.deepEqual(store.announcements.pending(Date.now()), []);
			assert.equal(keysChanged, 1);
			assert.deepEqual(found(directory, ['secretid', 'private name', 'private answer']), []);
			await store.tasks.add(newTasks(['after']), t0 + 9);
			assert.equal(store.tasks.counts().active, 1);
		});

		it('keeps the origin of a task that is tracked while everything is deleted', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			await store.origins.pause(otherOrigin, 'noKey', t0);
			const forgotten = store.tasks.deleteEverything();
			await store.tasks.add(newTasks(['two']), t0);
			await forgotten;
			assert.deepEqual(
				store.tasks.active().map(({ ref: { id } }) => id),
				['two'],
			);
			assert.equal(store.pollQueue.nextDueAt(t0, terms()), t0);
			assert.deepEqual([...store.origins.paused()], []);
		});
	});

	describe('keys', () => {
		it('that are missing or refused pause an origin, and one caller is to report it', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			assert.equal(await store.origins.pause(origin, 'auth', t0 + 1), true);
			assert.equal(await store.origins.pause(origin, 'auth', t0 + 2), false);
			assert.equal(await store.origins.pause(origin, 'noKey', t0 + 3), false);
			assert.deepEqual([...store.origins.paused()], [[origin, 'noKey']]);
		});

		it('that pause an origin are the problem of its active tasks only, and of no other origin', async () => {
			await store.tasks.add([...newTasks(['one', 'ended']), ...newTasks(['other'], otherOrigin)], t0);
			await recordCheck(store, key('one'), t0, { problem: { kind: 'server', failures: 2, at: t0 }, nextPollAt: t0 });
			await recordCheck(store, key('ended'), t0, { snapshot: snapshot('succeeded') });
			await store.origins.pause(origin, 'noKey', t0 + 1);
			assert.deepEqual(store.tasks.get(key('one'))?.problem, { kind: 'noKey', failures: 0, at: t0 + 1 });
			assert.equal(store.tasks.get(key('ended'))?.problem, undefined);
			assert.equal(store.tasks.get(key('other', otherOrigin))?.problem, undefined);
			await store.origins.noteKey(origin, true, t0 + 2);
			assert.equal(store.tasks.get(key('one'))?.problem?.kind, 'server');
		});

		it("that were refused keep the API's message on the task that was refused", async () => {
			await store.tasks.add(newTasks(['one']), t0);
			const problem: Problem = { kind: 'auth', failures: 1, at: t0, message: 'invalid token' };
			await recordCheck(store, key('one'), t0, { problem, nextPollAt: t0 });
			await store.origins.pause(origin, 'auth', t0 + 1);
			assert.deepEqual(store.tasks.get(key('one'))?.problem, problem);
		});

		it('that are set resume the origin: its paused, refused and not-found tasks are due now', async () => {
			await store.tasks.add(newTasks(['booked', 'refused', 'lost', 'old', 'ended']), t0);
			await recordCheck(store, key('booked'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 60_000 });
			await recordCheck(store, key('refused'), t0, { problem: { kind: 'auth', failures: 1, at: t0 } });
			await recordCheck(store, key('lost'), t0, { problem: notFound });
			await recordCheck(store, key('old'), t0, { problem: { kind: 'tooOld', failures: 0, at: t0 } });
			await recordCheck(store, key('ended'), t0, { snapshot: snapshot('succeeded') });
			await store.origins.pause(origin, 'auth', t0 + 1);
			let keysChanged = 0;
			store.changes.onDidChangeKeys(() => keysChanged++);
			await store.origins.noteKey(origin, true, t0 + 2);
			assert.equal(keysChanged, 1);
			assert.deepEqual([...store.origins.paused()], []);
			assert.deepEqual((await due(t0 + 2)).map((claim) => claim.task.ref.id).sort(), ['booked', 'lost', 'refused']);
			assert.equal(store.tasks.get(key('refused'))?.problem, undefined);
			assert.deepEqual(store.tasks.get(key('lost'))?.problem, notFound);
			assert.equal(await store.origins.pause(origin, 'auth', t0 + 3), true);
		});

		it('that are replaced keep the bookings of an origin that was not paused', async () => {
			await store.tasks.add(newTasks(['booked']), t0);
			await recordCheck(store, key('booked'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 + 60_000 });
			await store.origins.noteKey(origin, true, t0 + 2);
			assert.equal(store.tasks.get(key('booked'))?.nextPollAt, t0 + 60_000);
		});

		it('that are removed pause the origin, and no caller is to report it', async () => {
			await store.origins.noteKey(origin, false, t0);
			assert.deepEqual([...store.origins.paused()], [[origin, 'noKey']]);
			assert.equal(await store.origins.pause(origin, 'noKey', t0 + 1), false);
		});
	});

	describe('demos', () => {
		it('that were deleted or have expired leave nothing; renewed ones stay', async () => {
			await store.demos.renew('alive', t0 + 50_000);
			await store.demos.renew('ended', t0 + 50_000);
			await store.demos.renew('dead', t0 + 10);
			await store.tasks.add(
				['alive', 'ended', 'dead'].map((demo, index) => ({ ref: ref(demo, { origin: `http://127.0.0.1:${4001 + index}` }), owner: demo })),
				t0,
			);
			await store.tasks.add(newTasks(['mine']), t0);
			await store.demos.delete('ended');
			assert.equal(await store.demos.deleteExpired(t0 + 20), t0 + 50_000);
			assert.deepEqual(
				store.tasks
					.active()
					.map((task) => task.ref.id)
					.sort(),
				['alive', 'mine'],
			);
			await store.demos.renew('alive', t0 + 90_000);
			assert.equal(await store.demos.deleteExpired(t0 + 60_000), t0 + 90_000);
			assert.equal(await store.demos.deleteExpired(t0 + 90_000), undefined);
			assert.deepEqual(
				store.tasks.active().map((task) => task.ref.id),
				['mine'],
			);
			assert.deepEqual(
				raw(join(directory, 'kling-1.db'), (database) => database.prepare('SELECT count(*) AS n FROM origins').get()?.['n']),
				1,
			);
		});
	});

	it('lists active tasks by time of tracking and finished ones by time of finishing, newest first', async () => {
		await store.tasks.add(newTasks(['a']), t0);
		await store.tasks.add(newTasks(['b', 'c']), t0 + 1);
		await store.tasks.add(newTasks(['d', 'e', 'f']), t0 - 1);
		assert.deepEqual(
			store.tasks.active().map((task) => task.ref.id),
			['c', 'b', 'a', 'f', 'e', 'd'],
		);
		for (const [id, at] of [
			['d', 3],
			['e', 1],
			['f', 2],
		] as const) {
			await recordCheck(store, key(id), t0 + 9, { snapshot: snapshot('succeeded', { updatedAt: t0 + at }) });
		}
		assert.deepEqual(
			store.tasks.finished(2).map((task) => task.ref.id),
			['d', 'f'],
		);
		assert.deepEqual(store.tasks.finished(0), []);
	});

	it('fires each change once, after its commit, and marks changes of the lists', async () => {
		const changes = events(store);
		const counts: number[] = [];
		store.changes.onDidChange(() => counts.push(store.tasks.counts().finished));
		await store.tasks.add(newTasks(['one']), t0);
		await recordCheck(store, key('one'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 });
		await recordCheck(store, key('one'), t0 + 1, { snapshot: snapshot('succeeded') });
		await store.origins.pause(origin, 'auth', t0);
		await store.tasks.rename(key('none'), 'x');
		assert.deepEqual(changes, [
			{ keys: new Set([key('one')]), listChanged: true },
			{ keys: new Set([key('one')]), listChanged: false },
			{ keys: new Set([key('one')]), listChanged: true },
			{ keys: new Set(), listChanged: true },
		]);
		assert.deepEqual(counts, [0, 0, 1, 1]);
	});

	it('survives a listener that throws, and one that writes', async () => {
		store.changes.onDidChange(() => {
			throw new Error('a listener');
		});
		let renamed: Promise<void> | undefined;
		store.changes.onDidChange(() => {
			renamed ??= store.tasks.rename(key('one'), 'from a listener');
		});
		await store.tasks.add(newTasks(['one']), t0);
		await renamed;
		assert.equal(store.tasks.get(key('one'))?.name, 'from a listener');
		assert.ok(bench.log.lines.some((line) => line.includes('a listener')));
	});

	it('keeps its content when it is opened again, and deletes tasks that were untracked an hour ago', async () => {
		const now = Date.now();
		await store.tasks.add(newTasks(['one', 'old', 'recent']), now);
		await store.tasks.remove([key('old')], now - 61 * 60_000);
		await store.tasks.remove([key('recent')], now - 59 * 60_000);
		store.dispose();
		store = await bench.open(directory);
		await store.tasks.restore([key('old'), key('recent')]);
		assert.deepEqual(
			store.tasks
				.active()
				.map((task) => task.ref.id)
				.sort(),
			['one', 'recent'],
		);
	});

	it('refuses writes and reads nothing once it is disposed', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		store.dispose();
		await assert.rejects(store.tasks.rename(key('one'), 'x'), { name: 'StoreError', kind: 'disposed' });
		assert.equal(store.tasks.get(key('one')), undefined);
		store.changes.checkForOthers();
	});

	describe('with another window', () => {
		let other: TaskStore;
		beforeEach(async () => {
			other = await bench.open(directory);
		});

		it('fires exactly its changes: which tasks, and whether lists changed', async () => {
			await store.tasks.add(newTasks(['one', 'two']), t0);
			other.changes.checkForOthers();
			const changes = events(other);
			other.changes.checkForOthers();
			assert.deepEqual(changes, []);
			await recordCheck(store, key('one'), t0, { snapshot: snapshot('processing'), nextPollAt: t0 });
			other.changes.checkForOthers();
			await recordCheck(store, key('two'), t0, { snapshot: snapshot('succeeded') });
			other.changes.checkForOthers();
			await store.origins.pause(origin, 'auth', t0);
			other.changes.checkForOthers();
			await store.tasks.remove([key('one')], t0);
			other.changes.checkForOthers();
			assert.deepEqual(changes, [
				{ keys: new Set([key('one')]), listChanged: false },
				{ keys: new Set([key('two')]), listChanged: true },
				{ keys: new Set(), listChanged: true },
				{ keys: new Set([key('one')]), listChanged: true },
			]);
		});

		it('fires nothing for its claims', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			other.changes.checkForOthers();
			const changes = events(other);
			await claimOf(store, key('one'), t0);
			other.changes.checkForOthers();
			assert.deepEqual(changes, []);
			assert.equal(await other.pollQueue.claim(key('one'), { now: t0 + 1, until: t0 + 9_000, claimId: 'x' }), undefined);
		});

		it('misses none of its changes when both write', async () => {
			await store.tasks.add(newTasks(['one']), t0);
			other.changes.checkForOthers();
			const changes = events(other);
			await store.tasks.rename(key('one'), 'Sea');
			await other.tasks.add(newTasks(['two']), t0);
			assert.deepEqual(changes, [{ keys: new Set([key('one'), key('two')]), listChanged: true }]);
			other.changes.checkForOthers();
			assert.equal(changes.length, 1);
		});

		it('fires its changes of keys, which have an event of their own', async () => {
			let heardKeys = 0;
			other.changes.onDidChangeKeys(() => heardKeys++);
			await store.origins.noteKey(origin, true, t0);
			other.changes.checkForOthers();
			other.changes.checkForOthers();
			assert.equal(heardKeys, 1);
			assert.deepEqual(await Promise.all([other.origins.pause(origin, 'auth', t0), store.origins.pause(origin, 'auth', t0)]), [
				true,
				false,
			]);
		});

		it('names no task when very many have changed, only that lists have', async () => {
			const changes = events(other);
			await store.tasks.add(newTasks(ids(2_100)), t0);
			other.changes.checkForOthers();
			assert.deepEqual(changes, [{ keys: new Set(), listChanged: true }]);
		});
	});
});

/** The texts that occur in the files of a folder, with the file names. */
function found(directory: string, texts: readonly string[]): readonly string[] {
	return readdirSync(directory).flatMap((name) => {
		const bytes = readFileSync(join(directory, name));
		return texts.filter((text) => bytes.includes(text)).map((text) => `${name}: ${text}`);
	});
}
