// The program of the store's threads (see `Threads`): runs one task, posts the outcome, and exits; or replies to questions.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { Connection, requiredNumber, textOf } from './connection';
import { loadSqlite } from './openFile';
import { searcher, type SearchQuestion } from './searchThread';
import { DamageError, sqlFailure } from './storeError';
import type { ThreadFailure, ThreadTask } from './thread';

/** How long a copy waits for other processes, ms: nothing is blocked meanwhile. */
const copyTimeoutMs = 5_000;
/** How long a checkpoint waits for readers, ms: it blocks writers meanwhile. */
const checkpointTimeoutMs = 100;

/** Checks the file first, and the copy's task counter afterwards: a copy of a damaged file must never replace a good copy. */
function copy(from: string, to: string): void {
	const { DatabaseSync } = loadSqlite();
	const source = new Connection(new DatabaseSync(from, { readOnly: true, timeout: copyTimeoutMs }));
	requireSound(textOf(source.first('PRAGMA quick_check(1)') ?? {}, 'quick_check') === 'ok');
	source.run('VACUUM INTO :to', { to });
	source.close();
	const made = new Connection(new DatabaseSync(to, { readOnly: true }));
	requireSound(requiredNumber(made.first('SELECT tasks = (SELECT count(*) FROM tasks) AS agrees FROM state') ?? {}, 'agrees') === 1);
	made.close();
}

function requireSound(isSound: boolean): void {
	if (!isSound) {
		throw new DamageError('the file is not consistent');
	}
}

/**
 * The first pass (PASSIVE) blocks no writer. The second one (RESTART) does, but has almost nothing left to copy; it makes the WAL start
 * again from its beginning. Its busy timeout is short because it holds the write lock while waiting for readers. The last transaction
 * writes the first page of the new WAL, which SQLite syncs: otherwise the next commit in an extension host would wait for that. It sets
 * `user_version`, because SQLite writes that even when the value is the same.
 */
function checkpoint(file: string): void {
	const { DatabaseSync } = loadSqlite();
	// Does not create the file if it no longer exists.
	const database = new Connection(new DatabaseSync(`${pathToFileURL(file).href}?mode=rw`, { timeout: checkpointTimeoutMs }));
	database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0');
	database.exec('PRAGMA wal_checkpoint(PASSIVE)');
	if (requiredNumber(database.first('PRAGMA wal_checkpoint(RESTART)') ?? {}, 'busy') === 0) {
		database.exec('BEGIN IMMEDIATE');
		const version = requiredNumber(database.first('PRAGMA user_version') ?? {}, 'user_version');
		database.exec(`PRAGMA user_version = ${version}; COMMIT`);
	}
	database.close();
}

function run(task: Exclude<ThreadTask, { kind: 'search' }>): ThreadFailure | undefined {
	try {
		if (task.kind === 'copy') {
			copy(task.from, task.to);
		} else {
			checkpoint(task.file);
		}
		return undefined;
	} catch (error) {
		return { failure: sqlFailure(error), message: String(error) };
	}
}

const task = workerData as ThreadTask;
if (task.kind === 'search') {
	const reply = searcher(task.words);
	parentPort?.on('message', (question: SearchQuestion) => parentPort?.postMessage(reply(question)));
} else {
	parentPort?.postMessage(run(task));
}
