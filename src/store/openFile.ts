import type * as Sqlite from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Connection, requiredNumber } from './connection';
import { StoreError } from './storeError';

/** How long a statement may wait for another process, ms: the extension host is shared. */
const busyTimeoutMs = 50;
/** How long to wait before a lock that another process holds is tried again, ms. */
export const retryMs = 150;

/**
 * SQLite, loaded at first use, so that an editor whose runtime lacks it can still show its views.
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
 * - `write`: to read and write; it must be there
 * - `make`: as `write`, and made when it is missing
 * - `read`: to read, with the log of whoever writes to it
 * - `immutable`: to read in a folder in which SQLite cannot make its log
 */
export type OpenMode = 'write' | 'make' | 'read' | 'immutable';

const uriParameters: Readonly<Record<OpenMode, string>> = {
	write: 'mode=rw',
	make: 'mode=rwc',
	read: 'mode=ro',
	immutable: 'mode=ro&immutable=1',
};

/**
 * Opens one file. Nothing that somebody wrote into its schema may call a function of ours or of SQLite's that has effects.
 * @param path absolute
 * @throws SQLite's errors (see `sqlFailure`); a file that is missing is `disk`
 */
export function openFile(path: string, mode: OpenMode): Connection {
	const { DatabaseSync } = loadSqlite();
	const name = `${pathToFileURL(path).href}?${uriParameters[mode]}`;
	const readOnly = mode === 'read' || mode === 'immutable';
	const connection = new Connection(new DatabaseSync(name, { readOnly, timeout: busyTimeoutMs, enableForeignKeyConstraints: true }));
	connection.exec('PRAGMA trusted_schema = OFF');
	return connection;
}

/** A database of our own that is nowhere but in memory, with these steps of the schema done. */
export function openInMemory(migrations: readonly string[]): Connection {
	const { DatabaseSync } = loadSqlite();
	const connection = new Connection(new DatabaseSync(':memory:'));
	for (const step of migrations) {
		connection.exec(step);
	}
	return connection;
}

/** Which step of the schema a file has reached; 0 when it is empty. */
export function userVersion(sql: Connection): number {
	return requiredNumber(sql.first('PRAGMA user_version') ?? {}, 'user_version');
}

/** Changes with every change of the schema, by whoever makes it. */
export function schemaVersion(sql: Connection): number {
	return requiredNumber(sql.first('PRAGMA schema_version') ?? {}, 'schema_version');
}

/** Runs `body` in a transaction that holds the write lock from its beginning. */
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
