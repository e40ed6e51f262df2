// Stores on files of a test's own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Disposable } from '../../src/core/emitter';
import type { TaskKey } from '../../src/core/task';
import type { DatabaseOptions } from '../../src/store/database';
import { TaskStore } from '../../src/store/taskStore';
import type { TasksChange } from '../../src/tracking/ports/changes';
import type { Claim, PollQueue, ProblemRecord, SnapshotRecord } from '../../src/tracking/ports/pollQueue';
import { Child } from './childProcess';
import { stillClock } from './clock';
import { MemoryLog } from './log';
import { origin, terms } from './makers';
import { storeWorkerFile as workerFile } from './paths';

/** Folders and the stores opened in them; call `clear` after each test. */
export class Bench {
	readonly log = new MemoryLog();
	readonly #owned: Disposable[] = [];
	readonly #directories: string[] = [];

	directory(): string {
		const directory = mkdtempSync(join(tmpdir(), 'kling-store-'));
		this.#directories.push(directory);
		return directory;
	}

	async open(
		directory: string,
		{ clock = stillClock(), ...options }: Partial<Omit<DatabaseOptions, 'directory' | 'log'>> = {},
	): Promise<TaskStore> {
		return this.own(await TaskStore.open({ directory, clock, log: this.log, workerFile, ...options }));
	}

	/** Closes a store, makes noise of its file, as a failing disk would of its header, and opens what is recovered. */
	async reopenDamaged(store: TaskStore, directory: string): Promise<TaskStore> {
		await store.close();
		const file = join(directory, 'kling-1.db');
		writeFileSync(file, 'noise'.repeat(4_000));
		for (const suffix of ['-wal', '-shm']) {
			rmSync(file + suffix, { force: true });
		}
		return await this.open(directory);
	}

	own<T extends Disposable>(thing: T): T {
		this.#owned.push(thing);
		return thing;
	}

	/** Starts a `*.child.ts`, given by its path below `test`. */
	child(...terms: Parameters<typeof Child.start>): Child {
		return this.own(Child.start(...terms));
	}

	clear(): void {
		for (const thing of this.#owned.splice(0).reverse()) {
			thing.dispose();
		}
		for (const directory of this.#directories.splice(0)) {
			rmSync(directory, { recursive: true, force: true });
		}
	}
}

/**
 * Gives each test of a suite a store in a folder of its own; to be called where the suite is described.
 * @param begin gets them before each test
 */
export function eachStore(bench: Bench, begin: (opened: { readonly directory: string; readonly store: TaskStore }) => void): void {
	beforeEach(async () => {
		const directory = bench.directory();
		begin({ directory, store: await bench.open(directory) });
	});
	afterEach(() => bench.clear());
}

let nextIds = 0;
function newId(): string {
	return `token-${process.pid}-${++nextIds}`;
}

/** Claims the tasks that are due, for eight seconds. */
export function claimDue(store: TaskStore, now: number, limit = 10, owner?: string): ReturnType<TaskStore['pollQueue']['claimDue']> {
	return store.pollQueue.claimDue({ now, until: now + 8_000, ...terms(owner, limit) });
}

/** Claims one task, or fails the test. */
export async function claimOf(store: TaskStore, task: TaskKey, now: number): Promise<Claim> {
	const claim = await store.pollQueue.claim(task, { now, until: now + 8_000, claimId: newId() });
	if (claim === undefined) {
		throw new Error(`${task} is claimed`);
	}
	return claim;
}

/** The outcome of a check; a finished task is to be announced by default. */
type Brought<T> = Omit<T, 'key' | 'claimId' | 'at' | 'announce'> & { readonly announce?: boolean };

/** One complete check: claim and record. */
export async function recordCheck(
	store: TaskStore,
	task: TaskKey,
	at: number,
	what: Brought<SnapshotRecord> | Brought<ProblemRecord>,
): ReturnType<PollQueue['record']> {
	const { claimId } = await claimOf(store, task, at);
	const base = { key: task, claimId, at };
	return store.pollQueue.record(what.snapshot === undefined ? { ...what, ...base } : { announce: true, ...what, ...base });
}

export function events(store: TaskStore): TasksChange[] {
	const changes: TasksChange[] = [];
	store.changes.onDidChange((change) => changes.push(change));
	return changes;
}

/** Accesses the file directly, without the store. */
export function raw<T>(path: string, read: (database: DatabaseSync) => T): T {
	const database = new DatabaseSync(path);
	try {
		return read(database);
	} finally {
		database.close();
	}
}

/** Writes many finished tasks (`e1`, `e2` …, every other one viewed) directly into a file. */
export function addFinished(path: string, count: number, at: number): void {
	raw(path, (database) =>
		database.exec(`
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
			INSERT INTO tasks (key, origin, action, action2, id, status, results, tracked_at, finished_at, viewed_at, revision, list_revision)
			SELECT '${origin} e' || i, '${origin}', 'videos', 'text2video', 'e' || i, 'succeeded',
				'[{"kind":"video","url":"https://media.kling.example/' || i || '.mp4"}]', ${at} + i, ${at} + i, iif(i % 2, ${at}, NULL), 1, 1 FROM n`),
	);
}

/** Writes one kept file of 1,000 bytes for each of those tasks directly into a file. */
export function addKept(path: string, at: number): void {
	raw(path, (database) =>
		database.exec(`
			INSERT INTO downloads (task_key, media, state, keep, path, size, sha256, format, kept_at)
			SELECT key, 0, 'kept', '{"folder":"/results","fileName":"{date}-{name}-{n}"}', '/results/' || id || '.mp4', 1000, printf('%064x', number), 'mp4', ${at} + number
				FROM tasks WHERE id LIKE 'e%'`),
	);
}
