import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TaskStore } from '../../../../src/store/taskStore';
import { Bench, recordCheck, raw } from '../../../support/store';
import { key, newTasks, snapshot } from '../../../support/makers';
import { soon } from '../../../support/retry';
import { storeWorkerFile as workerFile } from '../../../support/paths';

const t0 = 1_750_000_000_000;
const hour = 60 * 60_000;

describe('the content of earlier files', function () {
	this.timeout(20_000);
	const bench = new Bench();
	let directory: string;
	beforeEach(() => (directory = bench.directory()));
	afterEach(() => bench.clear());

	const path = (number: number): string => join(directory, `kling-${number}.db`);
	const names = (store: TaskStore): readonly string[] =>
		[...store.tasks.active(), ...store.tasks.finished(100)].map(({ ref }) => ref.id).sort();
	const noise = (file: string): void => writeFileSync(file, 'noise'.repeat(4_000));

	/** Opens the list, does something, and closes it. */
	async function session(body: (store: TaskStore) => Promise<unknown>): Promise<void> {
		const store = await bench.open(directory);
		await body(store);
		await store.close();
	}

	/** Erases the header of a file, so that the next file is filled from it. */
	function loseHeader(number: number): void {
		const file = path(number);
		raw(file, (database) => database.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE'));
		writeFileSync(file, Buffer.alloc(100), { flag: 'r+' });
	}

	it('is read, newest first, when the last file and the copy are unreadable', async () => {
		await session((store) => store.tasks.add(newTasks(['a', 'b']), t0));
		loseHeader(1);
		await session((store) => store.tasks.rename(key('a'), 'Sea'));
		loseHeader(2);
		await session((store) => store.tasks.rename(key('b'), 'Sky'));
		assert.ok(existsSync(path(3)));
		noise(path(3));
		const store = await bench.open(directory);
		assert.deepEqual(names(store), ['a', 'b']);
		assert.equal(store.tasks.get(key('a'))?.name, 'Sea');
		// Only the third file had the other name.
		assert.equal(store.tasks.get(key('b'))?.name, undefined);
		assert.deepEqual(await store.health.claimRecoveryNotice(), { tasks: 2 });
	});

	it('is left by open windows for any file of a higher number that appears, which windows that open use too', async () => {
		const store = await bench.open(directory);
		await store.tasks.add(newTasks(['a']), t0);
		const elsewhere = bench.directory();
		const other = await bench.open(elsewhere);
		await other.tasks.add(newTasks(['b']), t0);
		await other.close();
		copyFileSync(join(elsewhere, 'kling-1.db'), path(4));
		store.changes.checkForOthers();
		await soon('the other file', () => store.health.condition === 'ok' && names(store).includes('b'));
		await store.tasks.add(newTasks(['c']), t0);
		assert.deepEqual(names(store), ['b', 'c']);
		assert.deepEqual(names(await bench.open(directory)), ['b', 'c']);
		assert.ok(existsSync(path(1)));
	});

	it('is not read when the last file is complete: tasks deleted since stay deleted', async () => {
		await session((store) => store.tasks.add(newTasks(['a', 'b', 'c']), t0));
		loseHeader(1);
		await session(async (store) => {
			await store.copyIfDue();
			await store.tasks.remove([key('b')], t0);
		});
		// Opening deletes tasks that were untracked more than an hour ago.
		const purging = await TaskStore.open({
			directory,
			clock: { now: () => t0 + 2 * hour, after: () => ({ dispose: () => undefined }) },
			log: bench.log,
			workerFile,
		});
		await purging.tasks.rename(key('a'), 'Sea');
		await purging.close();
		loseHeader(2);
		const store = await bench.open(directory);
		assert.ok(existsSync(path(3)));
		await store.tasks.restore([key('b')]);
		assert.deepEqual(names(store), ['a', 'c']);
	});

	it('of a copy newer than the file is imported: an older file was restored', async () => {
		await session((store) => store.tasks.add(newTasks(['a']), t0));
		const older = join(directory, 'older');
		copyFileSync(path(1), older);
		await session(async (store) => {
			await store.tasks.add(newTasks(['b']), t0);
			await store.tasks.rename(key('a'), 'Sea');
			await store.copyIfDue();
		});
		renameSync(older, path(1));
		loseHeader(1);
		const store = await bench.open(directory);
		assert.deepEqual(names(store), ['a', 'b']);
		assert.equal(store.tasks.get(key('a'))?.name, 'Sea');
	});

	it('of a finished task wins over an active one of a newer revision, and a task announced in any file is announced', async () => {
		await session(async (store) => {
			await store.tasks.add(newTasks(['a', 'b']), t0);
			await recordCheck(store, key('a'), t0 + 1, { snapshot: snapshot('succeeded') });
			await store.announcements.claim(key('a'), t0 + 2);
			await store.copyIfDue();
			for (const name of ['1', '2', '3']) {
				await store.tasks.rename(key('b'), name);
			}
		});
		// The task is active again in the file, as if another window had started with an old one.
		raw(path(1), (database) =>
			database.exec(
				"UPDATE tasks SET status = 'processing', finished_at = NULL, revision = 99 WHERE id = 'a'; UPDATE announcements SET claimed_at = NULL; UPDATE state SET tasks = 3",
			),
		);
		const store = await bench.open(directory);
		assert.ok(existsSync(path(2)));
		assert.equal(store.tasks.get(key('a'))?.status, 'succeeded');
		assert.deepEqual(store.announcements.pending(Date.now()), []);
		assert.equal(store.tasks.get(key('b'))?.name, '3');
	});

	it('stays deleted after all data was deleted, although a window still has one of the files open', async () => {
		await session((store) => store.tasks.add(newTasks(['a', 'b']), t0));
		const stopped = await bench.open(directory);
		// Another window switched from a damaged file, and the person deleted all data there.
		copyFileSync(path(1), path(2));
		const other = await bench.open(directory);
		await other.tasks.rename(key('a'), 'Sea');
		await other.tasks.deleteEverything();
		assert.deepEqual(
			readdirSync(directory).filter((name) => name.endsWith('.db')),
			['kling-2.db'],
		);
		const late = stopped.tasks.add(newTasks(['late']), t0);
		await late;
		assert.deepEqual(names(stopped), ['late']);
		other.changes.checkForOthers();
		assert.deepEqual(names(other), ['late']);
		rmSync(path(1), { force: true });
	});
});
