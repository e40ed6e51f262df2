import assert from 'node:assert/strict';
import type { TaskStore } from '../../../src/store/taskStore';
import { ids, key, newTasks, origin, snapshot } from '../../support/makers';
import { Bench, claimOf, eachStore, events, recordCheck } from '../../support/store';

const t0 = 1_750_000_000_000;

describe('the change feed', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
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
