import { autoCheckpointPages } from './checkpointer';
import type { Connection } from './connection';
import { textOf } from './connection';
import { sqlCode } from './storeError';

/**
 * How SQLite says that the windows cannot share a write-ahead log on this disk (a network's, mostly: the log needs shared memory).
 * SQLITE_CANTOPEN, SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMLOCK, SQLITE_IOERR_SHMMAP (https://sqlite.org/rescode.html). A disk that is too full for it
 * says SQLITE_IOERR_SHMSIZE, and is no such disk.
 */
const refusals: ReadonlySet<number | undefined> = new Set([14, 4618, 5130, 5386]);

/**
 * Sets how commits reach the disk: with a write-ahead log, else with a rollback journal, which keeps the same promises but syncs at every commit.
 * Call with no transaction open, before anything is read.
 * @returns whether there is a write-ahead log
 * @throws SQLite's errors (see `sqlFailure`)
 */
export function setJournal(sql: Connection): boolean {
	try {
		if (textOf(sql.first('PRAGMA journal_mode = WAL') ?? {}, 'journal_mode') === 'wal') {
			// The first read is what maps the shared memory.
			sql.first('SELECT 1 FROM sqlite_schema');
			sql.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${autoCheckpointPages}`);
			return true;
		}
	} catch (error) {
		requireRefusal(error);
	}
	withoutLog(sql);
	return false;
}

/** Lets a file be read that has a write-ahead log where there can be none: takes the log into the file, which needs it alone for a moment. */
export function makeReadable(sql: Connection): void {
	try {
		sql.first('SELECT 1 FROM sqlite_schema');
	} catch (error) {
		requireRefusal(error);
		withoutLog(sql);
	}
}

function withoutLog(sql: Connection): void {
	sql.exec('PRAGMA locking_mode = EXCLUSIVE');
	sql.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; PRAGMA synchronous = FULL');
	// The next read is what lets go of the lock.
	sql.first('SELECT 1 FROM sqlite_schema');
}

function requireRefusal(error: unknown): void {
	if (!refusals.has(sqlCode(error))) {
		throw error;
	}
}
