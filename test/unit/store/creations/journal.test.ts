import assert from 'node:assert/strict';
import type { CreationId, CreationReason } from '../../../../src/creation/creation';
import type { TaskStore } from '../../../../src/store/taskStore';
import { changeTo, order, planned, plannedOne, recorded, textToVideo, twoUnits } from '../../../support/creations';
import { key, origin, otherOrigin, ref, snapshot } from '../../../support/makers';
import { Bench, eachStore, recordCheck } from '../../../support/store';

const t0 = 1_750_000_000_000;
const day = 24 * 60 * 60_000;

describe('the journal of creates', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	it('keeps what was planned, as it was confirmed', async () => {
		const reason: CreationReason = {
			kind: 'busy',
			error: { kind: 'concurrency', retryable: true, message: 'too many', code: '1303', httpStatus: 429, requestId: 'r', retryAfterMs: 5 },
		};
		const [one, two] = await planned(store, 'unit', t0, {
			count: 2,
			details: {
				body: ['{"image":"', { sha256: 'ab'.repeat(32), size: 7 }, '"}'],
				subject: { name: 'fox', prompt: 'A fox', model: 'kling-v3', mode: 'pro', seconds: 5, priceClass: 'v3 pro 5' },
			},
			without: 'externalId',
		});
		assert.ok(one !== undefined && two !== undefined);
		assert.deepEqual(
			[one.take, two.take, one.state, one.nextAt, one.plannedAt, one.attempts, one.keyCounter],
			[1, 2, 'planned', t0, t0, 0, 0],
		);
		const other = await bench.open(directory);
		assert.deepEqual(other.creations.get(one.id), one);
		assert.deepEqual(other.creations.listed(), [two, one]);
		assert.deepEqual(other.creations.newestOf('file:///requests/fox.kling.json'), two);
		await recorded(other, one, changeTo('waiting', t0 + 1, { reason, nextAt: t0 + 9, sentAt: t0 }));
		assert.deepEqual(store.creations.get(one.id), {
			...one,
			state: 'waiting',
			attempts: 1,
			changedAt: t0 + 1,
			nextAt: t0 + 9,
			sentAt: t0,
			reason,
		});
		assert.equal(store.creations.get('none' as CreationId), undefined);
	});

	it('never gives a take twice: not after a removal, nor to another window', async () => {
		const first = await plannedOne(store, 'unit', t0);
		await store.creations.remove([first.id]);
		assert.equal(store.creations.get(first.id), undefined);
		const other = await bench.open(directory);
		const takes = await Promise.all(
			Array.from({ length: 20 }, async (_, index) => (await plannedOne(index % 2 === 0 ? store : other, 'unit', t0)).take),
		);
		assert.deepEqual(
			takes.toSorted((a, b) => a - b),
			[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21],
		);
		assert.deepEqual([store.creations.highestTake(origin, 'unit'), store.creations.highestTake(otherOrigin, 'unit')], [21, 0]);
	});

	it('refuses an external ID that it has, and then plans nothing', async () => {
		await plannedOne(store, 'unit', t0, { details: { externalId: 'mine' } });
		const again = await store.creations.plan(order('other', t0, { details: { externalId: 'mine' } }));
		assert.deepEqual(again, { kind: 'externalIdTaken', externalId: 'mine' });
		const twice = await store.creations.plan(order('other', t0, { count: 2, details: { externalId: 'new' } }));
		assert.deepEqual(twice, { kind: 'externalIdTaken', externalId: 'new' });
		assert.deepEqual([store.creations.highestTake(origin, 'other'), store.creations.listed().length], [0, 1]);
		const elsewhere = await plannedOne(store, 'unit', t0, {
			operation: { ...textToVideo, origin: otherOrigin },
			details: { externalId: 'mine' },
		});
		assert.equal(elsewhere.take, 1);
	});

	it('plans within the limit of a day, over all windows: what may have been charged counts', async () => {
		const other = await bench.open(directory);
		const [a, b, c, d] = await planned(store, 'unit', t0, { count: 4, dailyLimit: 1.12 });
		assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined);
		const more = (now: number, dailyLimit = 1.12) => other.creations.plan(order('unit', now, { dailyLimit }));
		assert.deepEqual(await more(t0 + day - 1), { kind: 'limit', spent: 1.12, wanted: 0.28, limit: 1.12 });
		await recorded(store, a, changeTo('uncertain', t0 + 1));
		await recorded(store, b, changeTo('leftOpen', t0 + 1));
		await store.creations.remove([b.id]);
		assert.equal((await more(t0 + 2)).kind, 'limit');
		await recorded(store, c, changeTo('rejected', t0 + 3));
		assert.equal(Math.round(store.creations.spent(t0 + 3) * 100), 84);
		assert.equal((await more(t0 + 4)).kind, 'planned');
		await recorded(store, d, changeTo('absent', t0 + 5));
		assert.equal((await more(t0 + 6)).kind, 'planned');
		assert.equal((await more(t0 + 7)).kind, 'limit');
		assert.equal((await more(t0 + day)).kind, 'planned', 'a day later');
	});

	it('gives no second limit when the clock is set back', async () => {
		await plannedOne(store, 'unit', t0, { dailyLimit: 0.28 });
		const early = await store.creations.plan(order('unit', t0 - 10 * day, { dailyLimit: 0.28 }));
		assert.deepEqual(early, { kind: 'limit', spent: 0.28, wanted: 0.28, limit: 0.28 });
		const allowed = await plannedOne(store, 'unit', t0 - 10 * day, { dailyLimit: 0.56 });
		assert.equal(allowed.plannedAt, t0 - 10 * day);
		assert.equal(Math.round(store.creations.spent(t0 - 10 * day) * 100), 56);
		assert.equal(store.creations.spent(t0 + day), 0);
	});

	it('plans what has no known price whatever the limit is', async () => {
		const { estimate } = await plannedOne(store, 'unit', t0, { dailyLimit: 0, without: 'estimate' });
		assert.deepEqual([estimate, store.creations.spent(t0)], [undefined, 0]);
	});

	it('counts what a task has cost instead of the estimate, once that is known', async () => {
		const made = await plannedOne(store, 'unit', t0);
		const task = await store.creations.accept(made.id, { taskId: 'one', body: '{}' }, t0 + 1);
		assert.equal(store.creations.spent(t0 + 1), 0.28);
		await recordCheck(store, task, t0 + 2, { snapshot: snapshot('succeeded', { unitsDeducted: '1.5' }) });
		assert.deepEqual(store.creations.get(made.id)?.cost, { unitKind: 'video', units: 1.5, dollars: 0.21 });
		assert.deepEqual(store.creations.get(made.id)?.estimate, twoUnits);
		assert.equal(store.creations.spent(t0 + 2), 0.21);
		for (const [id, unitsDeducted] of [
			['negative', '-1'],
			['no number', 'free'],
			['none', undefined],
		] as const) {
			const odd = await plannedOne(store, 'unit', t0 + 3);
			await store.creations.accept(odd.id, { taskId: id, body: '{}' }, t0 + 3);
			await recordCheck(store, key(id), t0 + 4, { snapshot: snapshot('succeeded', unitsDeducted === undefined ? {} : { unitsDeducted }) });
			assert.equal(store.creations.get(odd.id)?.cost, undefined, id);
		}
		const failed = await plannedOne(store, 'unit', t0 + 5);
		await store.creations.accept(failed.id, { taskId: 'failed', body: '{}' }, t0 + 5);
		await recordCheck(store, key('failed'), t0 + 6, { snapshot: snapshot('failed', { unitsDeducted: '0' }) });
		assert.equal(store.creations.get(failed.id)?.cost?.dollars, 0);
		const unpriced = await plannedOne(store, 'unit', t0 + 7, {
			operation: { origin, action: 'images', action2: 'generations' },
			without: 'estimate',
		});
		await store.creations.accept(unpriced.id, { taskId: 'image', body: '{}' }, t0 + 7);
		await recordCheck(store, key('image'), t0 + 8, { snapshot: snapshot('succeeded', { unitsDeducted: '8' }) });
		assert.deepEqual(store.creations.get(unpriced.id)?.cost, { unitKind: 'image', units: 8, dollars: 0.028 });
	});

	it('keeps the tasks of a unit in sight: succeeded ones that are tracked, newest first', async () => {
		for (const [id, status] of [
			['one', 'succeeded'],
			['two', 'succeeded'],
			['three', 'failed'],
			['four', 'processing'],
		] as const) {
			const made = await plannedOne(store, 'unit', t0);
			const task = await store.creations.accept(made.id, { taskId: id, body: '{}' }, t0);
			assert.equal(store.creations.ofTask(task)?.id, made.id);
			await recordCheck(store, task, t0 + 1, { snapshot: snapshot(status) });
		}
		assert.deepEqual(
			store.creations.tasksOf(origin, 'unit').map((task) => task.ref.id),
			['two', 'one'],
		);
		await store.tasks.remove([key('two')], t0 + 2);
		assert.deepEqual(
			store.creations.tasksOf(origin, 'unit').map((task) => task.ref.id),
			['one'],
		);
		assert.deepEqual([store.creations.ofTask(key('two'))?.take, store.creations.ofTask(ref('x').id as never)], [2, undefined]);
		assert.deepEqual(store.creations.tasksOf(otherOrigin, 'unit'), []);
	});

	it('announces its changes to all windows, and claims to none', async () => {
		const other = await bench.open(directory);
		const seen: string[] = [];
		store.creations.onDidChangeCreations(() => seen.push('here'));
		other.creations.onDidChangeCreations(() => seen.push('there'));
		other.changes.onDidChange(() => seen.push('tasks there'));
		const made = await plannedOne(store, 'unit', t0);
		assert.deepEqual(seen, ['here']);
		other.changes.checkForOthers();
		assert.deepEqual(seen, ['here', 'there']);
		const claim = await store.creations.claim(made.id, t0, t0 + 8_000, 'claim');
		assert.ok(claim);
		await store.creations.renew(claim, t0 + 9_000);
		other.changes.checkForOthers();
		assert.deepEqual(seen, ['here', 'there']);
		await store.creations.step(claim, changeTo('sending', t0));
		other.changes.checkForOthers();
		assert.deepEqual(seen, ['here', 'there', 'here', 'there']);
		await store.creations.remove([made.id]);
		other.changes.checkForOthers();
		assert.deepEqual(seen.length, 4, 'one that is being sent stays');
	});

	it('keeps what was learned of external IDs until another key is set', async () => {
		await plannedOne(store, 'unit', t0);
		await store.creations.recordProof(textToVideo, 'honoured', 0);
		assert.deepEqual(
			[store.creations.proof(textToVideo), store.creations.proof({ ...textToVideo, action2: 'image2video' })],
			['honoured', 'unknown'],
		);
		await store.origins.noteKey(origin, true, t0, false);
		await store.origins.noteKey(origin, false, t0);
		assert.deepEqual([store.creations.keyCounter(origin), store.creations.proof(textToVideo)], [0, 'honoured']);
		await store.origins.noteKey(origin, true, t0);
		assert.deepEqual([store.creations.keyCounter(origin), store.creations.proof(textToVideo)], [1, 'unknown']);
		await store.creations.recordProof(textToVideo, 'ignored', 0);
		assert.equal(store.creations.proof(textToVideo), 'unknown', 'of the key before');
		await store.creations.recordProof(textToVideo, 'ignored', 1);
		assert.equal(store.creations.proof(textToVideo), 'ignored');
		assert.equal((await plannedOne(store, 'unit', t0)).keyCounter, 1);
	});
});
