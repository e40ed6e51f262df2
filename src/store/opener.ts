import { randomUUID } from 'node:crypto';
import { accessSync, constants, renameSync } from 'node:fs';
import type { Log } from '../tracking/ports/host';
import type { Connection } from './connection';
import { numberOf } from './connection';
import type { Copier } from './copy';
import type { StoreFiles } from './files';
import { holderOf } from './holder';
import type { Identity } from './identity';
import { identityOf } from './identity';
import { openReadable, setJournal } from './journal';
import { inTransaction, openFile, openInMemory, retryMs, schemaVersion, userVersion } from './openFile';
import type { Recovery } from './recovery/recovery';
import type { SchemaCheck } from './schemaCheck';
import { DamageError, FileMovedError, sqlCode, sqlFailure, StoreError } from './storeError';
import type { Timers } from './timers';

/** After this time (ms), waiting for another process is reported, and a short read counts as a disk error. */
const timeoutMs = 10_000;
/** SQLITE_IOERR_SHORT_READ. One cause: the WAL was deleted while windows had the file open; they switch to another file within seconds. */
const shortRead = 522;

/** A file in use. */
export interface Attached {
	readonly connection: Connection;
	readonly number: number;
	readonly condition: 'ok' | 'newerSchema' | 'readOnlyDisk';
	readonly identity: Identity;
	/** `PRAGMA schema_version` at the last successful check of the schema. */
	readonly schema: number;
}

interface Parts {
	readonly files: StoreFiles;
	readonly migrations: readonly string[];
	readonly check: SchemaCheck;
	readonly copier: Copier;
	readonly loadRecovery: () => Promise<Recovery>;
	readonly log: Log;
	readonly timers: Timers;
	/** Called once for each opening that has waited ten seconds for a file that another process holds. */
	readonly onWaiting: (path: string) => void;
}

/** Opens the file in use. Creates, migrates or recovers it as needed, and waits for other windows that do so. */
export class Opener {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/**
	 * Opens the file of the highest number; creates the next one if it is damaged.
	 * @param isFirst whether no file has been opened yet: a read-only one is accepted then
	 * @param signal ends waiting for other processes; without it, there is no limit
	 * @throws SQLite's errors; StoreError `disposed`, or `busy` if the signal was aborted
	 */
	async attach(isFirst: boolean, signal?: AbortSignal): Promise<Attached> {
		const { files, log, timers, onWaiting } = this.#parts;
		files.makeFolder();
		const waited = { isLong: false, isReported: false };
		const timer = timers.after(timeoutMs, () => (waited.isLong = true));
		try {
			// Three damaged files in a row: a fault of the disk.
			for (let damaged = 0; ;) {
				const number = files.highest() ?? 1;
				try {
					return await this.#attachFile(number);
				} catch (error) {
					const failure = sqlFailure(error);
					if (failure === 'damaged' && ++damaged < 3 && this.isWritable(number)) {
						log.warn(`Failed to open kling-${number}.db, which is damaged: ${String(error)}`);
						files.make(number + 1);
					} else if (failure === 'busy' || (sqlCode(error) === shortRead && !waited.isLong)) {
						if (waited.isLong && !waited.isReported) {
							waited.isReported = true;
							onWaiting(files.path(number));
						}
						if (signal?.aborted === true) {
							throw new StoreError('busy', error, await holderOf(files.path(number), log));
						}
						await timers.wait(retryMs);
					} else {
						const reading = isFirst && (failure === 'full' || failure === 'disk') ? this.#readInstead(number, error) : undefined;
						if (reading === undefined) {
							throw error;
						}
						return reading;
					}
				}
			}
		} finally {
			timer.dispose();
		}
	}

	/** Whether the folder, and the file if it exists, are writable. */
	isWritable(number: number): boolean {
		const { files } = this.#parts;
		try {
			accessSync(files.directory, constants.W_OK);
			if (files.has(number)) {
				accessSync(files.path(number), constants.W_OK);
			}
			return true;
		} catch {
			return false;
		}
	}

	async #attachFile(number: number): Promise<Attached> {
		const { files, migrations, check } = this.#parts;
		if (!this.isWritable(number)) {
			return this.#reading(number, 'readOnlyDisk');
		}
		files.make(number);
		const path = files.path(number);
		const { file } = identityOf(path, false);
		const connection = openReadable(path);
		try {
			const version = userVersion(connection);
			if (version > migrations.length) {
				connection.close();
				return this.#reading(number, 'newerSchema');
			}
			check.require(connection, version);
			if (version === 0) {
				await this.#fill(connection, number);
			} else if (version < migrations.length) {
				await this.#migrate(connection, number);
			}
			const hasLog = setJournal(connection, files.temporary(`probe.${randomUUID()}`));
			requireAllTasks(connection);
			const identity = identityOf(path, hasLog);
			if (identity.file !== file) {
				throw new FileMovedError();
			}
			return { connection, number, condition: 'ok', identity, schema: schemaVersion(connection) };
		} catch (error) {
			connection.close();
			throw error;
		}
	}

	/** Opens a file for reading because the disk is too full for a WAL; undefined if the file is empty. */
	#readInstead(number: number, error: unknown): Attached | undefined {
		const reading = this.#reading(number, 'readOnlyDisk');
		if (userVersion(reading.connection) === 0) {
			reading.connection.close();
			return undefined;
		}
		this.#parts.log.error(`Failed to open kling-${number}.db for writing`, error);
		return reading;
	}

	/**
	 * Opens a file for reading only. An empty database instead if a newer version's file has a view in place of a table: it could run code.
	 */
	#reading(number: number, condition: 'newerSchema' | 'readOnlyDisk'): Attached {
		const { files, migrations, check } = this.#parts;
		const identity = identityOf(files.path(number), false);
		let connection = this.#openForReading(number);
		try {
			if (condition === 'newerSchema' && !check.hasPlainTables(connection)) {
				connection.close();
				connection = openInMemory(migrations);
			} else if (condition === 'readOnlyDisk' && userVersion(connection) <= migrations.length) {
				check.require(connection, userVersion(connection));
			}
			return { connection, number, condition, identity, schema: schemaVersion(connection) };
		} catch (error) {
			connection.close();
			throw error;
		}
	}

	#openForReading(number: number): Connection {
		const path = this.#parts.files.path(number);
		const connection = openFile(path, 'read');
		try {
			userVersion(connection);
			return connection;
		} catch (error) {
			connection.close();
			if (sqlFailure(error) !== 'disk') {
				throw error;
			}
			// There is no WAL, so the file alone is complete.
			return openFile(path, 'immutable');
		}
	}

	/**
	 * Creates the schema in an empty file, and imports from earlier files and the copy. WAL mode is set afterwards: until then no memory is
	 * shared with windows that still have a deleted file of this number open.
	 */
	async #fill(connection: Connection, number: number): Promise<void> {
		const { files, migrations, check, loadRecovery } = this.#parts;
		await inTransaction(connection, async () => {
			if (files.hasAbove(number)) {
				throw new FileMovedError();
			}
			if (userVersion(connection) > 0) {
				return;
			}
			check.require(connection, 0);
			files.removeStaleMemory(number);
			for (const step of migrations) {
				connection.exec(step);
			}
			// The first file has nothing to import.
			if (number > 1 || files.hasCopy()) {
				await (await loadRecovery()).importFrom(connection, number);
			}
			connection.exec(`PRAGMA user_version = ${migrations.length}`);
		});
	}

	async #migrate(connection: Connection, number: number): Promise<void> {
		const { files, migrations, copier } = this.#parts;
		const from = userVersion(connection);
		await copier.copy(number, (temporary) =>
			inTransaction(connection, () => {
				// If another window has migrated meanwhile, its copy is kept.
				if (userVersion(connection) !== from) {
					return;
				}
				renameSync(temporary, files.copy);
				for (const step of migrations.slice(from)) {
					connection.exec(step);
				}
				connection.exec(`PRAGMA user_version = ${migrations.length}`);
			}),
		);
	}
}

/**
 * Reads beyond page 1, which alone may be intact, and compares the number of tasks with the counted one: a file that has lost rows is
 * damaged, although SQLite reads it. Takes a millisecond at 100,000 tasks.
 * @throws DamageError; SQLite's errors
 */
function requireAllTasks(connection: Connection): void {
	const row = connection.first('SELECT tasks = (SELECT count(*) FROM tasks) AS agrees FROM state');
	if (row === undefined || numberOf(row, 'agrees') !== 1) {
		throw new DamageError('the number of rows in tasks differs from state.tasks');
	}
}
