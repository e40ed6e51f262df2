import assert from 'node:assert/strict';
import type { TaskStore } from '../../../../src/store/taskStore';
import { plannedOne, recorded, changeTo } from '../../../support/creations';
import { images, plan, statesOf } from '../../../support/downloads';
import { key, newTask, snapshot } from '../../../support/makers';
import { Bench, eachStore, recordCheck } from '../../../support/store';

const t0 = 1_750_000_000_000;
const one = key('one');

describe('a plan for the results of a task', () => {
	const bench = new Bench();
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ store } = opened);
	});
	const finish = (results = images(2), task = one, at = t0 + 1_000): Promise<unknown> =>
		recordCheck(store, task, at, { snapshot: snapshot('succeeded', { results }) });

	it('queues one download for each, in the transaction that stores them', async () => {
		await store.tasks.add([newTask('one', { keep: { ...plan, values: { take: '2' }, requestFile: '../fox.kling.json' } })], t0);
		assert.deepEqual(store.downloads.of(one), []);
		await finish();
		const base = { task: one, state: 'queued', attempts: 0, nextAt: t0 + 1_000 };
		const stored = { ...plan, values: { take: '2' }, requestFile: '../fox.kling.json' };
		assert.deepEqual(store.downloads.of(one), [
			{ ...base, media: 0, plan: stored },
			{ ...base, media: 1, plan: stored },
		]);
		assert.equal(store.downloads.nextDueAt(t0), t0 + 1_000);
	});

	for (const [what, task, status] of [
		['without a plan', newTask('one'), 'succeeded'],
		['of a demo', newTask('one', { keep: plan, owner: 'window' }), 'succeeded'],
		['that failed', newTask('one', { keep: plan }), 'failed'],
		['that runs', newTask('one', { keep: plan }), 'processing'],
	] as const) {
		it(`queues nothing of a task ${what}`, async () => {
			await store.tasks.add([task], t0);
			await recordCheck(store, one, t0 + 1_000, { snapshot: snapshot(status, { results: images(2) }) });
			assert.deepEqual(statesOf(store, one), []);
			assert.equal(store.downloads.nextDueAt(t0), undefined);
		});
	}

	it('queues results that come later, and nothing anew for new links', async () => {
		await store.tasks.add([newTask('one', { keep: plan })], t0);
		await finish([]);
		assert.deepEqual(statesOf(store, one), []);
		await finish(images(1), one, t0 + 2_000);
		await store.downloads.cancel([{ task: one, media: 0 }], t0 + 2_000);
		await finish(
			images(2).map((media) => ({ ...media, url: `${media.url}?again` })),
			one,
			t0 + 3_000,
		);
		assert.deepEqual(statesOf(store, one), ['one 0 failed', 'one 1 queued']);
	});

	it('queues a result without a link when a check has given one', async () => {
		await store.tasks.add([newTask('one', { keep: plan })], t0);
		const [first] = images(1);
		await finish([
			{ kind: 'image', url: '' },
			{ kind: 'image', url: '' },
		]);
		assert.deepEqual(statesOf(store, one), []);
		assert.ok(first);
		await finish([first, { kind: 'image', url: '' }], one, t0 + 2_000);
		assert.deepEqual(statesOf(store, one), ['one 0 queued']);
	});

	it('of a creation is that of its task', async () => {
		const made = await plannedOne(store, 'unit', t0, { details: { keep: plan } });
		assert.deepEqual(made.keep, plan);
		assert.deepEqual(store.creations.get(made.id)?.keep, plan);
		await recorded(store, made, changeTo('uncertain', t0, { sentAt: t0 }));
		const task = await store.creations.accept(
			made.id,
			{ taskId: 'one', body: '{}', snapshot: snapshot('succeeded', { results: images(1) }) },
			t0 + 1_000,
		);
		assert.deepEqual(store.downloads.planOf(task), plan);
		assert.deepEqual(statesOf(store, task), ['one 0 queued']);
	});

	it('of a creation goes to the task whose response shows its external ID, however that was tracked', async () => {
		await plannedOne(store, 'unit', t0, { details: { keep: plan, externalId: 'kt-aaaabbbbccccddddeeeeffff22' } });
		await store.tasks.add([newTask('one')], t0);
		await recordCheck(store, one, t0 + 1_000, {
			snapshot: snapshot('succeeded', { results: images(1), externalTaskId: 'kt-aaaabbbbccccddddeeeeffff22' }),
		});
		assert.deepEqual(store.downloads.planOf(one), plan);
		assert.deepEqual(statesOf(store, one), ['one 0 queued']);
	});

	it('is that of the import for each task', async () => {
		await store.tasks.add([newTask('one'), newTask('two'), newTask('three')], t0);
		await finish(images(1), key('two'));
		await finish(images(1), key('three'));
		const all = [one, key('two'), key('three')];
		const exported = all.flatMap((task) => store.tasks.get(task) ?? []);
		await store.tasks.remove(all, t0);
		await store.tasks.purge(t0);
		await store.tasks.import(exported, t0, (task) => (task.key === key('two') ? undefined : plan));
		assert.deepEqual(
			all.map((task) => store.downloads.planOf(task)),
			[plan, undefined, plan],
		);
		assert.deepEqual(statesOf(store, ...all), ['three 0 queued']);
	});

	it('comes to a task that is untracked meanwhile too: it may be restored', async () => {
		await store.tasks.add([newTask('one')], t0);
		await store.tasks.remove([one], t0);
		await store.downloads.replan(plan);
		await store.tasks.restore([one]);
		assert.deepEqual(store.downloads.planOf(one), plan);
		await store.tasks.remove([one], t0);
		await store.downloads.replan(undefined);
		await store.tasks.restore([one]);
		assert.equal(store.downloads.planOf(one), undefined);
	});
});
