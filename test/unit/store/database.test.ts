import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrations } from '../../../src/store/schema';
import { TaskStore } from '../../../src/store/taskStore';
import { Bench, claimOf, recordCheck, raw } from '../../support/store';
import { keptFile } from '../../support/downloads';
import { ids, key, newTasks, snapshot, terms } from '../../support/makers';
import { realClock } from '../../support/clock';
import { soon } from '../../support/retry';
import { activeResources } from '../../support/handles';
import { storeWorkerFile as workerFile } from '../../support/paths';

const t0 = 1_750_000_000_000;

/** A store whose write-ahead log is watched. */
interface Logged {
	readonly store: TaskStore;
	/** Adds so many new tasks by each of so many calls. */
	readonly add: (calls: number, tasks: number) => Promise<void>;
	readonly added: () => number;
	/** The pages of the log. */
	readonly pages: () => number;
	/** The tasks that a reader finds in the file without its log. */
	readonly inFile: () => number;
}

describe('the database file', function () {
	this.timeout(30_000);
	const bench = new Bench();
	afterEach(() => bench.clear());

	const version = (file: string): unknown => raw(file, (database) => database.prepare('PRAGMA user_version').get()?.['user_version']);

	it('is created in a folder that does not exist yet, with a write-ahead log', async () => {
		const directory = join(bench.directory(), 'deep', 'er');
		await bench.open(directory);
		assert.equal(
			raw(join(directory, 'kling-1.db'), (database) => database.prepare('PRAGMA journal_mode').get()?.['journal_mode']),
			'wal',
		);
		assert.equal(version(join(directory, 'kling-1.db')), migrations.length);
	});

	it('cannot be opened without node:sqlite, which is a StoreError', async () => {
		const original = Object.getOwnPropertyDescriptor(process, 'getBuiltinModule');
		assert.ok(original);
		Object.defineProperty(process, 'getBuiltinModule', { ...original, value: () => undefined });
		try {
			await assert.rejects(TaskStore.open({ directory: bench.directory(), clock: realClock(), log: bench.log, workerFile }), {
				name: 'StoreError',
				kind: 'noSqlite',
			});
		} finally {
			Object.defineProperty(process, 'getBuiltinModule', original);
		}
	});

	it("cannot be opened where a file has the folder's name", async () => {
		const directory = join(bench.directory(), 'file');
		writeFileSync(directory, '');
		await assert.rejects(bench.open(directory), { name: 'StoreError', kind: 'unusable' });
	});

	it('of a newer version is read and not written', async () => {
		const directory = bench.directory();
		const file = join(directory, 'kling-1.db');
		const first = await bench.open(directory);
		await first.tasks.add(newTasks(['one']), t0);
		first.dispose();
		raw(file, (database) => database.exec('ALTER TABLE tasks ADD COLUMN mood TEXT; PRAGMA user_version = 99'));
		const store = await bench.open(directory);
		assert.equal(store.health.condition, 'newerSchema');
		assert.equal(store.health.readOnly, true);
		assert.equal(store.tasks.active()[0]?.ref.id, 'one');
		await assert.rejects(store.tasks.rename(key('one'), 'x'), { kind: 'readOnly' });
		assert.equal(await store.health.claimRecoveryNotice(), undefined);
		store.changes.checkForOthers();
		store.dispose();
		assert.equal(version(file), 99);
		assert.deepEqual(readdirSync(directory), ['kling-1.db']);
	});

	it('has another name than the file used before the first version, which is not touched', async () => {
		const directory = bench.directory();
		const earlier = join(directory, 'tasks-1.db');
		raw(earlier, (database) => database.exec('CREATE TABLE tasks (a TEXT); PRAGMA user_version = 3'));
		const store = await bench.open(directory);
		assert.equal(store.health.condition, 'ok');
		await store.tasks.add(newTasks(['one']), t0);
		assert.equal(version(earlier), 3);
		assert.equal(version(join(directory, 'kling-1.db')), 1);
	});

	it('of a newer version without our tables reads as empty and throws nothing', async () => {
		const directory = bench.directory();
		raw(join(directory, 'kling-1.db'), (database) => database.exec('CREATE TABLE things (a TEXT); PRAGMA user_version = 99'));
		const store = await bench.open(directory);
		assert.equal(store.health.condition, 'newerSchema');
		assert.deepEqual(store.tasks.active(), []);
		assert.deepEqual(store.tasks.counts(), { active: 0, finished: 0, unviewed: 0, unviewedFailed: 0 });
		assert.equal(store.pollQueue.nextDueAt(t0, terms()), undefined);
	});

	it('that a newer version migrates while we have it open is no longer written', async () => {
		const directory = bench.directory();
		const store = await bench.open(directory);
		await store.tasks.add(newTasks(['one']), t0);
		let changes = 0;
		store.health.onDidChangeCondition(() => changes++);
		const newer = await bench.open(directory, { migrations: [...migrations, 'ALTER TABLE tasks ADD COLUMN mood TEXT'] });
		assert.equal(newer.tasks.get(key('one'))?.status, 'submitted');
		await assert.rejects(store.tasks.rename(key('one'), 'x'), { kind: 'readOnly' });
		assert.equal(store.health.readOnly, true);
		assert.equal(changes, 1);
		assert.equal(store.tasks.get(key('one'))?.name, undefined);
		await newer.tasks.rename(key('one'), 'y');
	});

	it('of an older version is copied, then migrated, once, by the first window', async () => {
		const directory = bench.directory();
		const old = await bench.open(directory);
		await old.tasks.add(newTasks(['one']), t0);
		old.dispose();
		const newer = { migrations: [...migrations, 'ALTER TABLE tasks ADD COLUMN mood TEXT'] };
		const [a, b] = await Promise.all([bench.open(directory, newer), bench.open(directory, newer)]);
		assert.equal(a.tasks.counts().active, 1);
		assert.equal(b.tasks.counts().active, 1);
		assert.equal(version(join(directory, 'kling-1.db')), migrations.length + 1);
		assert.equal(version(join(directory, 'kling-copy.db')), migrations.length);
	});

	it('in a read-only folder is read', async () => {
		const directory = bench.directory();
		const first = await bench.open(directory);
		await first.tasks.add(newTasks(['one', 'two']), t0);
		await recordCheck(first, key('one'), t0, { snapshot: snapshot('succeeded') });
		await first.downloads.recordFile({ task: key('one'), media: 0 }, keptFile(1), t0);
		first.dispose();
		chmodSync(join(directory, 'kling-1.db'), 0o444);
		chmodSync(directory, 0o555);
		// The superuser can write everywhere, so the child runs as nobody.
		const child = bench.child('unit/store/readOnly', [directory], process.getuid?.() === 0 ? { uid: 65_534 } : {});
		assert.deepEqual(await child.message(1), {
			condition: 'readOnlyDisk',
			readOnly: true,
			counts: { active: 1, finished: 1, unviewed: 1, unviewedFailed: 0 },
			status: 'succeeded',
			kept: ['/results/1.mp4'],
			refusal: 'StoreError: store: readOnly',
		});
		chmodSync(directory, 0o755);
		assert.deepEqual(readdirSync(directory), ['kling-1.db']);
	});

	it('on a full disk keeps every write until there is space, and reports the condition', async () => {
		const directory = bench.directory();
		// The limit applies to this connection only: the other window has space for the deletion.
		const store = await bench.open(directory, {
			clock: realClock(20),
			migrations: [...migrations.slice(0, -1), `${migrations.at(-1) ?? ''}; PRAGMA max_page_count = 64`],
		});
		const other = await bench.open(directory);
		const conditions: string[] = [];
		store.health.onDidChangeCondition(() => conditions.push(store.health.condition));
		const body = 'x'.repeat(60_000);
		const demo = 'http://127.0.0.1:4001';
		await store.tasks.add(
			[...ids(20).map((id) => ({ ref: { origin: demo, action: 'videos', action2: 'effects', id }, owner: 'd' })), ...newTasks(['one'])],
			t0,
		);
		const writes: Promise<unknown>[] = [];
		for (const id of ids(20)) {
			const claim = await claimOf(store, key(id, demo), t0).catch(() => undefined);
			if (claim === undefined) {
				break;
			}
			writes.push(
				store.pollQueue.record({
					key: key(id, demo),
					claimId: claim.claimId,
					at: t0,
					announce: false,
					snapshot: snapshot('processing'),
					body,
				}),
			);
			if (store.health.condition === 'diskFull') {
				break;
			}
		}
		assert.deepEqual(conditions, ['diskFull']);
		let isWritten = false;
		const last = store.tasks.rename(key('one'), 'patient').then(() => (isWritten = true));
		assert.equal(store.tasks.counts().active, 21);
		assert.equal(isWritten, false);
		await other.demos.delete('d');
		await last;
		await Promise.all(writes);
		assert.equal(store.tasks.get(key('one'))?.name, 'patient');
		assert.deepEqual(conditions, ['diskFull', 'ok']);
	});

	async function logged(options: { readonly checkpointEvery?: number } = {}): Promise<Logged> {
		const directory = bench.directory();
		const file = join(directory, 'kling-1.db');
		const store = await bench.open(directory, options);
		let added = 0;
		return {
			store,
			add: async (calls, tasks) => {
				for (let call = 0; call < calls; call++) {
					await store.tasks.add(newTasks(Array.from({ length: tasks }, () => `t${added++}`)), t0);
				}
			},
			added: () => added,
			pages: () => statSync(`${file}-wal`).size / 4_096,
			inFile: () => {
				const alone = join(bench.directory(), 'alone.db');
				copyFileSync(file, alone);
				return raw(alone, (database) => Number(database.prepare('SELECT count(*) AS n FROM tasks').get()?.['n']));
			},
		};
	}

	it('is not checkpointed by a commit, which would wait for the disk', async () => {
		// How many commits a call makes, and with it how many pages, depends on the speed of the machine.
		const { add, added, pages, inFile } = await logged({ checkpointEvery: 1_000_000 });
		while (pages() <= 1_500 && added() < 20_000) {
			await add(1, 50);
		}
		assert.ok(pages() > 1_500, `SQLite would have run a checkpoint at 1,000 pages, and the log has ${pages()}`);
		assert.equal(inFile(), 0);
	});

	it('is checkpointed by a thread, which every hundredth commit lets begin', async () => {
		const { store, add, added, pages, inFile } = await logged();
		await add(90, 1);
		assert.equal(inFile(), 0);
		// A commit beside it may keep it from reaching the end, as in a busy window.
		await soon('the tasks in the file', async () => {
			await add(20, 200);
			return inFile() >= 90;
		});
		await soon('a commit that uses the log from its beginning again', async () => {
			const before = pages();
			await add(1, 1);
			return pages() === before;
		});
		assert.equal(store.tasks.counts().active, added());
		assert.deepEqual(
			bench.log.lines.filter((line) => line.startsWith('warn Failed to checkpoint')),
			[],
		);
	});

	it('is closed together with the thread that works on it', async () => {
		const store = await bench.open(bench.directory(), { checkpointEvery: 10 });
		const threads = (): number => activeResources((kind) => kind === 'MessagePort').length;
		await soon('the exit of the threads of earlier tests', () => threads() === 0);
		for (let added = 0; threads() === 0; added++) {
			assert.ok(added < 20, 'a thread is running');
			await store.tasks.add(newTasks([`t${added}`]), t0);
		}
		await store.close();
		assert.equal(threads(), 0);
	});

	describe('its copy', () => {
		it('is made once a day over all windows', async () => {
			const directory = bench.directory();
			const stores = await Promise.all([bench.open(directory), bench.open(directory), bench.open(directory)]);
			await stores[0].tasks.add(newTasks(['one']), t0);
			const made = await Promise.all(stores.map((store) => store.copyIfDue()));
			assert.equal(made.filter(Boolean).length, 1);
			assert.equal(await stores[1].copyIfDue(), false);
			assert.equal(
				raw(join(directory, 'kling-copy.db'), (database) => database.prepare('SELECT count(*) AS n FROM tasks').get()?.['n']),
				1,
			);
			raw(join(directory, 'kling-1.db'), (database) => database.exec('UPDATE state SET copied_at = copied_at - 86400000'));
			assert.equal(await stores[1].copyIfDue(), true);
		});

		it('is made by the first window that has been open for a minute', async () => {
			const directory = bench.directory();
			await bench.open(directory, { clock: realClock(600) });
			await soon('the copy', () => existsSync(join(directory, 'kling-copy.db')));
		});

		it('that another window makes while all data is deleted is not kept', async () => {
			const directory = bench.directory();
			const store = await bench.open(directory);
			const other = await bench.open(directory);
			await store.tasks.add(newTasks(ids(300)), t0);
			const copying = other.copyIfDue();
			await store.tasks.deleteEverything();
			assert.equal(await copying, false);
			assert.ok(!existsSync(join(directory, 'kling-copy.db')));
		});

		it('replaces a file that was deleted', async () => {
			const directory = bench.directory();
			const store = await bench.open(directory);
			await store.tasks.add(newTasks(['one']), t0);
			await store.copyIfDue();
			store.dispose();
			const elsewhere = join(directory, 'elsewhere');
			mkdirSync(elsewhere);
			for (const name of readdirSync(directory).filter((file) => file.startsWith('kling-1'))) {
				renameSync(join(directory, name), join(elsewhere, name));
			}
			const again = await bench.open(directory);
			assert.equal(again.tasks.counts().active, 1);
			assert.deepEqual(await again.health.claimRecoveryNotice(), { tasks: 1 });
		});
	});
});
