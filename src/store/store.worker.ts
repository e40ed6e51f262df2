// The program of the store's threads (see `Threads`): does one task, says how it went, and ends.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { Connection, requiredNumber, textOf } from './connection';
import { loadSqlite } from './openFile';
import { DamageError, sqlFailure } from './storeError';
import type { ThreadFailure, ThreadTask } from './thread';

/** How long a copy waits for other processes, ms: it holds up nobody. */
const copyTimeoutMs = 5_000;
/** How long bringing the log in waits for readers, ms: it keeps others from writing meanwhile. */
const checkpointTimeoutMs = 100;

/** Checks the file first, and the copy's own count of tasks afterwards: a copy of a damaged file must never take a good one's place. */
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
 * The first pass keeps nobody from writing. The second one does, but has next to nothing left, and lets the log begin anew; its busy timeout
 * is short, because it waits for readers with the write lock in its hands. The last transaction writes the new log's first page, which
 * SQLite syncs: else the next commit in an extension host would. (A value that does not change is not written; the version of the schema is.)
 */
function checkpoint(file: string): void {
	const { DatabaseSync } = loadSqlite();
	// Never makes a file that is no longer there.
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

function run(task: ThreadTask): ThreadFailure | undefined {
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

parentPort?.postMessage(run(workerData as ThreadTask));
