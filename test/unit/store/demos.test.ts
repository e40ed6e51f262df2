import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TaskStore } from '../../../src/store/taskStore';
import { newTasks, ref } from '../../support/makers';
import { Bench, eachStore, raw } from '../../support/store';

const t0 = 1_750_000_000_000;

describe('demos', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

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
