import assert from 'node:assert/strict';
import type { TaskStore } from '../../../src/store/taskStore';
import { key, newTasks } from '../../support/makers';
import { Bench, eachStore } from '../../support/store';

const t0 = 1_750_000_000_000;

describe('TaskStore', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
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
});
