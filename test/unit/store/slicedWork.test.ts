import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TaskKey } from '../../../src/core/task';
import type { TaskStore } from '../../../src/store/taskStore';
import { addFinished, Bench, eachStore, raw } from '../../support/store';
import { ids, newTasks, origin } from '../../support/makers';

const t0 = 1_750_000_000_000;
const count = 1_000;
/** Maximum number of tasks in one transaction of a bulk change. */
const mostAtOnce = 200;

describe('a bulk change', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;

	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	const finished = (): void => {
		addFinished(join(directory, 'kling-1.db'), count, t0);
		raw(join(directory, 'kling-1.db'), (database) => database.exec('UPDATE state SET revision = 1'));
		store.dispose();
	};
	const active = async (): Promise<readonly TaskKey[]> => (await store.tasks.add(newTasks(ids(count)), t0)).added;
	const total = (): number =>
		raw(join(directory, 'kling-1.db'), (database) => Number(database.prepare('SELECT count(*) AS count FROM tasks').get()?.['count']));

	/** Counts the turns of the event loop, and records for each change event its turn and the number of tasks it names. */
	async function turnsOf(
		of: TaskStore,
		change: () => Promise<unknown>,
	): Promise<{ readonly turns: readonly number[]; readonly named: readonly number[] }> {
		let turn = 0;
		let next: NodeJS.Immediate;
		const count = (): void => {
			turn++;
			next = setImmediate(count);
		};
		next = setImmediate(count);
		const turns: number[] = [];
		const named: number[] = [];
		const listening = of.changes.onDidChange(({ keys }) => {
			turns.push(turn);
			named.push(keys.size);
		});
		await change();
		listening.dispose();
		clearImmediate(next);
		return { turns, named };
	}

	function assertInSlices({ turns, named }: { readonly turns: readonly number[]; readonly named: readonly number[] }, tasks = count): void {
		assert.ok(turns.length >= tasks / mostAtOnce, `${turns.length} transactions`);
		assert.equal(new Set(turns).size, turns.length, 'the event loop has run between any two of them');
		assert.ok(Math.max(...named) <= mostAtOnce);
	}

	it('of many new tasks is made in slices, between which the event loop turns', async () => {
		assertInSlices(await turnsOf(store, active));
		assert.equal(store.tasks.counts().active, count);
	});

	it('removes many tasks in slices, and restores them in slices', async () => {
		const keys = await active();
		assertInSlices(await turnsOf(store, () => store.tasks.remove(keys, t0)));
		assert.equal(store.tasks.counts().active, 0);
		assertInSlices(await turnsOf(store, () => store.tasks.restore(keys)));
		assert.equal(store.tasks.counts().active, count);
	});

	it('marks all finished tasks viewed in slices, and removes them in slices', async () => {
		finished();
		store = await bench.open(directory);
		// Every other one is already viewed.
		assertInSlices(await turnsOf(store, () => store.tasks.markViewed('all', t0)), count / 2);
		assert.equal(store.tasks.counts().unviewed, 0);
		let removed: readonly unknown[] = [];
		assertInSlices(await turnsOf(store, async () => (removed = await store.tasks.removeFinished(t0))));
		assert.equal(removed.length, count);
		assert.equal(store.tasks.counts().finished, 0);
	});

	it('deletes everything in slices', async () => {
		finished();
		store = await bench.open(directory);
		assertInSlices(await turnsOf(store, () => store.tasks.deleteEverything()));
		assert.equal(total(), 0);
	});

	it('deletes tasks untracked long ago in slices, when a window opens', async () => {
		const keys = await active();
		await store.tasks.remove(keys, Date.now() - 2 * 60 * 60_000);
		store.dispose();
		store = await bench.open(directory);
		const left = total();
		assert.ok(left >= count - mostAtOnce, 'opening has deleted no more than one slice');
		assertInSlices(
			await turnsOf(store, async () => {
				while (total() > 0) {
					await new Promise((resolve) => void setImmediate(resolve));
				}
			}),
			left,
		);
	});

	it('makes many tasks of an origin due in slices when its key is set', async () => {
		await store.tasks.add(newTasks(ids(count)), t0 + 60_000);
		await store.origins.pause(origin, 'auth', t0);
		assertInSlices(await turnsOf(store, () => store.origins.noteKey(origin, true, t0 + 1)));
		assert.equal(store.tasks.active().filter(({ nextPollAt }) => nextPollAt === t0 + 1).length, count);
	});

	it('repairs many times written by a wrong clock in slices', async () => {
		await store.tasks.add(newTasks(ids(count)), t0 + 3_600_000);
		assertInSlices(await turnsOf(store, () => store.pollQueue.repairTimestamps(t0)));
		assert.equal(store.pollQueue.nextDueAt(t0, { limitsOf: () => ({ maxConcurrent: 4, maxPerMinute: 40 }), owner: undefined }), t0);
	});
});
