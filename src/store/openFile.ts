import type * as Sqlite from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Connection, requiredNumber } from './connection';
import { StoreError } from './storeError';

/** How long a statement may wait for another process's lock, ms: the extension host is shared. */
const busyTimeoutMs = 50;
/** Delay (ms) before the next attempt at a lock that another process holds. */
export const retryMs = 150;

/**
 * SQLite, loaded at first use, so that views still work in an editor whose runtime lacks it.
 * @throws StoreError `noSqlite`
 */
export function loadSqlite(): typeof Sqlite {
	const sqlite: typeof Sqlite | undefined = builtin();
	if (sqlite === undefined) {
		throw new StoreError('noSqlite');
	}
	return sqlite;
}

function builtin(): typeof Sqlite | undefined {
	return process.getBuiltinModule('node:sqlite');
}

/**
 * How a file is opened.
 * - `write`: for reading and writing; the file must exist
 * - `make`: as `write`, and created if missing
 * - `read`: for reading, including the WAL of other processes
 * - `immutable`: for reading in a folder where SQLite cannot create a WAL
 */
export type OpenMode = 'write' | 'make' | 'read' | 'immutable';

const uriParameters: Readonly<Record<OpenMode, string>> = {
	write: 'mode=rw',
	make: 'mode=rwc',
	read: 'mode=ro',
	immutable: 'mode=ro&immutable=1',
};

/**
 * Opens one file, with an untrusted schema: triggers and views in it cannot call functions that have side effects.
 * @param path absolute
 * @param timeoutMs how long a statement may wait for another process's lock
 * @throws SQLite's errors (see `sqlFailure`); a file that is missing is `disk`
 */
export function openFile(path: string, mode: OpenMode, timeoutMs = busyTimeoutMs): Connection {
	const { DatabaseSync } = loadSqlite();
	const name = `${pathToFileURL(path).href}?${uriParameters[mode]}`;
	const readOnly = mode === 'read' || mode === 'immutable';
	const connection = new Connection(new DatabaseSync(name, { readOnly, timeout: timeoutMs, enableForeignKeyConstraints: true }));
	connection.exec('PRAGMA trusted_schema = OFF');
	return connection;
}

/** An in-memory database with these steps of the schema. */
export function openInMemory(migrations: readonly string[]): Connection {
	const { DatabaseSync } = loadSqlite();
	const connection = new Connection(new DatabaseSync(':memory:'));
	for (const step of migrations) {
		connection.exec(step);
	}
	return connection;
}

/** The number of schema steps that a file has; 0 if it is empty. */
export function userVersion(sql: Connection): number {
	return requiredNumber(sql.first('PRAGMA user_version') ?? {}, 'user_version');
}

/** A number that changes with every change of the schema, by any program. */
export function schemaVersion(sql: Connection): number {
	return requiredNumber(sql.first('PRAGMA schema_version') ?? {}, 'schema_version');
}

/** Runs `body` in a transaction that holds the write lock from its start. */
export async function inTransaction(sql: Connection, body: () => void | Promise<void>): Promise<void> {
	sql.exec('BEGIN IMMEDIATE');
	try {
		await body();
		sql.exec('COMMIT');
	} catch (error) {
		sql.rollback();
		throw error;
	}
}
