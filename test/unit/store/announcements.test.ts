import assert from 'node:assert/strict';
import type { TaskStore } from '../../../src/store/taskStore';
import { key, newTasks, snapshot } from '../../support/makers';
import { Bench, eachStore, recordCheck } from '../../support/store';

const t0 = 1_750_000_000_000;

describe('announcements', () => {
	const bench = new Bench();
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ store } = opened);
	});

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
