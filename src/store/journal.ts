import { rmSync } from 'node:fs';
import { autoCheckpointPages } from './checkpointer';
import type { Connection } from './connection';
import { textOf } from './connection';
import { openFile } from './openFile';
import { sqlCode } from './storeError';

/**
 * Result codes by which SQLite reports that windows cannot share a WAL on this disk (usually a network file system: the WAL needs shared
 * memory). SQLITE_CANTOPEN, SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMLOCK, SQLITE_IOERR_SHMMAP (https://sqlite.org/rescode.html).
 * SQLITE_IOERR_SHMSIZE is not among them: it means that the disk is full.
 */
const refusals: ReadonlySet<number | undefined> = new Set([14, 4618, 5130, 5386]);

/**
 * Opens a file for writing, and reads from it once. If the disk allows no WAL and the file has one from elsewhere, the WAL is merged into
 * the file first, which needs exclusive access for a moment.
 * @param path absolute; the file must exist
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
 * Sets the journal mode: WAL if possible, else a rollback journal, which gives the same guarantees but syncs at every commit.
 * @param probe absolute path of a temporary file to test with: other windows may use the database itself without a WAL
 * @returns whether the database uses a WAL
 * @throws SQLite's errors (see `sqlFailure`)
 */
export function setJournal(sql: Connection, probe: string): boolean {
	const hasLog = textOf(sql.first('PRAGMA journal_mode') ?? {}, 'journal_mode') === 'wal' || canHaveLog(probe);
	sql.exec(
		hasLog
			? `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${autoCheckpointPages}`
			: 'PRAGMA synchronous = FULL',
	);
	// The first read maps the WAL's shared memory.
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

/** In exclusive locking mode, set before the first read, SQLite reads a WAL without shared memory (https://sqlite.org/wal.html#noshm). */
function openWithoutLog(path: string): Connection {
	const connection = openFile(path, 'write');
	try {
		connection.exec(
			'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; PRAGMA synchronous = FULL',
		);
		// SQLite releases the exclusive lock at the next read.
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
