import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Media } from '../../../src/core/media';
import type { TaskSnapshot, TaskKey, TaskRef, TaskStatus } from '../../../src/core/task';
import { taskKey } from '../../../src/core/task';
import type { DatabaseOptions } from '../../../src/store/database';
import { TaskStore } from '../../../src/store/taskStore';
import { storeWorkerFile as workerFile } from './storeWorkerFile';
import type { Claim, DueTerms, PollQueue, ProblemRecord, SnapshotRecord } from '../../../src/tracking/ports/pollQueue';
import type { Clock, Log } from '../../../src/tracking/ports/host';
import type { Disposable } from '../../../src/core/emitter';
import type { NewTask } from '../../../src/tracking/ports/tasks';
import type { TasksChange } from '../../../src/tracking/ports/changes';

export const origin = 'https://api.kling.example';
export const otherOrigin = 'https://other.kling.example';

/** The system clock; `speed` shortens timers, but does not change the time of day. */
export function realClock(speed = 1): Clock {
	return {
		now: () => Date.now(),
		after(ms, callback) {
			const timer = setTimeout(callback, ms / speed);
			return { dispose: () => clearTimeout(timer) };
		},
	};
}

/** Real timers, but a constant time: tests pass times themselves. */
export function stillClock(): Clock {
	const now = Date.now();
	return { ...realClock(), now: () => now };
}

/** Keeps the log lines for assertions. */
export class MemoryLog implements Log {
	readonly lines: string[] = [];
	debug(message: string): void {
		this.lines.push(`debug ${message}`);
	}
	info(message: string): void {
		this.lines.push(`info ${message}`);
	}
	warn(message: string): void {
		this.lines.push(`warn ${message}`);
	}
	error(message: string, error?: unknown): void {
		this.lines.push(`error ${message} ${String(error)}`);
	}
}

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

	own<T extends Disposable>(thing: T): T {
		this.#owned.push(thing);
		return thing;
	}

	/** Starts one of this folder's `*.child.ts`. */
	child(name: string, args: readonly string[], options: { readonly uid?: number } = {}): Child {
		return this.own(
			new Child(
				fork(join(__dirname, `${name}.child.js`), args, {
					execArgv: ['--no-warnings'],
					...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
				}),
			),
		);
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

/** A child process and its messages. */
export class Child {
	readonly #process: ChildProcess;
	readonly messages: unknown[] = [];
	readonly pid: number | undefined;
	readonly #waiting = new Set<() => void>();
	#hasExited = false;

	constructor(process: ChildProcess) {
		this.#process = process;
		this.pid = process.pid;
		process.on('message', (message) => {
			this.messages.push(message);
			this.#wake();
		});
		process.on('exit', () => {
			this.#hasExited = true;
			this.#wake();
		});
	}

	send(message: string): void {
		this.#process.send(message);
	}

	kill(): void {
		this.#process.kill('SIGKILL');
	}

	/** Waits for the `count`th message (from 1) and returns it. */
	async message(count: number): Promise<unknown> {
		while (this.messages.length < count) {
			if (this.#hasExited) {
				throw new Error(`the child ended after ${this.messages.length} messages`);
			}
			await this.#something();
		}
		return this.messages[count - 1];
	}

	async exited(): Promise<void> {
		while (!this.#hasExited) {
			await this.#something();
		}
	}

	dispose(): void {
		if (!this.#hasExited) {
			this.kill();
		}
	}

	#something(): Promise<void> {
		return new Promise((resolve) => this.#waiting.add(resolve));
	}

	#wake(): void {
		for (const resolve of this.#waiting) {
			resolve();
		}
		this.#waiting.clear();
	}
}

export function ref(id: string, of: string = origin): TaskRef {
	return { origin: of, action: 'videos', action2: 'text2video', id };
}

export function key(id: string, of: string = origin): TaskKey {
	return taskKey(ref(id, of));
}

/** Terms of due tasks: of all origins, without an owner or of this one. */
export function terms(owner?: string, inFlight = 4, maxPerMinute = 1_000_000): DueTerms {
	return { owner, limitsOf: () => ({ maxConcurrent: inFlight, maxPerMinute }) };
}

export function newTasks(ids: readonly string[], of: string = origin): readonly NewTask[] {
	return ids.map((id) => ({ ref: ref(id, of) }));
}

export function ids(count: number, prefix = 't'): readonly string[] {
	return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

export const video: Media = { kind: 'video', url: 'https://media.kling.example/one.mp4', id: 'm1', durationSeconds: 5 };

export function snapshot(status: TaskStatus, more: Partial<TaskSnapshot> = {}): TaskSnapshot {
	return { status, rawStatus: status, results: status === 'succeeded' ? [video] : [], ...more };
}

let nextIds = 0;
function newId(): string {
	return `token-${process.pid}-${++nextIds}`;
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

export function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => void setTimeout(resolve, ms));
}

/** Waits until a condition is true, for up to 20 s. */
export async function until(holds: () => boolean, what: string): Promise<void> {
	for (const end = Date.now() + 20_000; !holds();) {
		if (Date.now() > end) {
			throw new Error(`waited in vain: ${what}`);
		}
		await sleep(10);
	}
}
