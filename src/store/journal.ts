import { rmSync } from 'node:fs';
import { autoCheckpointPages } from './checkpointer';
import type { Connection } from './connection';
import { textOf } from './connection';
import { openFile } from './openFile';
import { sqlCode } from './storeError';

/**
 * How SQLite says that the windows cannot share a write-ahead log on this disk (a network's, mostly: the log needs shared memory).
 * SQLITE_CANTOPEN, SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMLOCK, SQLITE_IOERR_SHMMAP (https://sqlite.org/rescode.html). A disk that is too full for it
 * says SQLITE_IOERR_SHMSIZE, and is no such disk.
 */
const refusals: ReadonlySet<number | undefined> = new Set([14, 4618, 5130, 5386]);

/**
 * Opens a file to write to, and reads from it. Where there can be no write-ahead log, one that was made elsewhere is taken into the file, which needs it alone
 * for a moment.
 * @param path absolute; the file must be there
 * @throws SQLite's errors (see `sqlFailure`)
 */
export function openReadable(path: string): Connection {
	const connection = openFile(path, 'write');
	try {
		connection.first('SELECT 1 FROM sqlite_schema');
		return connection;
	} catch (error) {
		connection.close();
		requireRefusal(error);
		return openWithoutLog(path);
	}
}

/**
 * Sets how commits reach the disk: with a write-ahead log, else with a rollback journal, which keeps the same promises but syncs at every commit.
 * @param probe the name of a file that can be made and removed: the list itself may be in use without a log by other windows
 * @returns whether there is a write-ahead log
 * @throws SQLite's errors (see `sqlFailure`)
 */
export function setJournal(sql: Connection, probe: string): boolean {
	const hasLog = textOf(sql.first('PRAGMA journal_mode') ?? {}, 'journal_mode') === 'wal' || canHaveLog(probe);
	sql.exec(
		hasLog
			? `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${autoCheckpointPages}`
			: 'PRAGMA synchronous = FULL',
	);
	// The first read is what maps the log's shared memory.
	sql.first('SELECT 1 FROM sqlite_schema');
	return hasLog;
}

function canHaveLog(probe: string): boolean {
	const connection = openFile(probe, 'make');
	try {
		const mode = textOf(connection.first('PRAGMA journal_mode = WAL') ?? {}, 'journal_mode');
		connection.first('SELECT 1 FROM sqlite_schema');
		return mode === 'wal';
	} catch (error) {
		requireRefusal(error);
		return false;
	} finally {
		connection.close();
		for (const suffix of ['', '-wal', '-shm', '-journal']) {
			rmSync(probe + suffix, { force: true, recursive: true });
		}
	}
}

/** SQLite needs no shared memory for the log when it is told, before it reads, that it has the file alone. */
function openWithoutLog(path: string): Connection {
	const connection = openFile(path, 'write');
	try {
		connection.exec(
			'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; PRAGMA synchronous = FULL',
		);
		// The next read is what lets go of the lock.
		connection.first('SELECT 1 FROM sqlite_schema');
		return connection;
	} catch (error) {
		connection.close();
		throw error;
	}
}

function requireRefusal(error: unknown): void {
	if (!refusals.has(sqlCode(error))) {
		throw error;
	}
}
