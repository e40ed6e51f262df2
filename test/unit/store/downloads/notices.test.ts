import assert from 'node:assert/strict';
import type { TaskStore } from '../../../../src/store/taskStore';
import { images, plan, statesOf } from '../../../support/downloads';
import { key, newTask, newTasks, ids, snapshot } from '../../../support/makers';
import { planned, recorded, changeTo } from '../../../support/creations';
import { Bench, eachStore, recordCheck } from '../../../support/store';

const t0 = 1_750_000_000_000;
const day = 24 * 60 * 60_000;
const otherPlan = { folder: '/elsewhere', fileName: '{name}' };

describe('what is said once about keeping', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	it('is the offer to keep everything, by one window, once ever', async () => {
		const other = await bench.open(directory);
		const claims = await Promise.all([store, other, store, other].map((of) => of.downloads.claimOffer()));
		assert.deepEqual(claims.filter(Boolean), [true]);
		assert.equal(await (await bench.open(directory)).downloads.claimOffer(), false);
	});

	it('is that links expire, by one window, and not again for a while', async () => {
		const other = await bench.open(directory);
		const claim = (of: TaskStore, now: number): Promise<boolean> => of.downloads.claimExpiryNotice(now, day);
		assert.deepEqual((await Promise.all([store, other].map((of) => claim(of, t0)))).filter(Boolean), [true]);
		assert.deepEqual(
			[await claim(other, t0 + day - 1), await claim(other, t0 + day), await claim(store, t0 + day + 1)],
			[false, true, false],
		);
		// The clock was ahead.
		assert.deepEqual([await claim(store, t0), await claim(store, t0 + 1)], [true, false]);
	});
});

describe('a change of the setting', () => {
	const bench = new Bench();
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ store } = opened);
	});
	const plans = (...tasks: readonly string[]): readonly unknown[] => tasks.map((id) => store.downloads.planOf(key(id))?.folder);

	it('gives active tasks without an owner a plan, if they have none, and takes it from them', async () => {
		await store.tasks.add(newTasks(['active', 'finished']), t0);
		await store.tasks.add([newTask('planned', { keep: otherPlan }), newTask('demo', { owner: 'window' })], t0);
		await recordCheck(store, key('finished'), t0 + 1, { snapshot: snapshot('succeeded', { results: images(1) }) });
		await store.downloads.replan(plan);
		assert.deepEqual(plans('active', 'planned', 'finished', 'demo'), ['/results', '/elsewhere', undefined, undefined]);
		await store.downloads.replan(undefined);
		assert.deepEqual(plans('active', 'planned'), [undefined, undefined]);
	});

	it('concerns creates whose task is not known yet', async () => {
		const [sent, rejected] = await planned(store, 'unit', t0, { count: 2 });
		assert.ok(sent && rejected);
		await recorded(store, rejected, changeTo('rejected', t0));
		await store.downloads.replan(plan);
		assert.deepEqual([store.creations.get(sent.id)?.keep, store.creations.get(rejected.id)?.keep], [plan, undefined]);
		const task = await store.creations.accept(sent.id, { taskId: 'one', body: '{}' }, t0);
		await recordCheck(store, task, t0 + 1, { snapshot: snapshot('succeeded', { results: images(1) }) });
		assert.deepEqual(statesOf(store, task), ['one 0 queued']);
	});

	it('concerns a thousand tasks', async () => {
		await store.tasks.add(newTasks(ids(1_000)), t0);
		await store.downloads.replan(plan);
		assert.deepEqual(plans('t0', 't500', 't999'), ['/results', '/results', '/results']);
	});
});
