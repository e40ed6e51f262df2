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

/** After how long waiting for another process is worth a word, and is a failing disk taken for one, ms. */
const timeoutMs = 10_000;
/** SQLITE_IOERR_SHORT_READ: among others, the log was deleted under those who have the file open. They move on to another file within seconds. */
const shortRead = 522;

/** A file that is in use. */
export interface Attached {
	readonly connection: Connection;
	readonly number: number;
	readonly condition: 'ok' | 'newerSchema' | 'readOnlyDisk';
	readonly identity: Identity;
	/** `PRAGMA schema_version` when the schema was last found to be ours. */
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
	/** Called once for each opening that has waited for ten seconds for a file that another process holds. */
	readonly onWaiting: (path: string) => void;
}

/** Opens the file in use, makes, migrates or recovers it as needed, and waits for other windows that do the same. */
export class Opener {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/**
	 * Opens the highest-numbered file; a damaged one is followed by the next.
	 * @param isFirst whether nothing can be shown yet: then a file that can only be read is better than none
	 * @param signal ends the waiting for other processes; without it, that is for as long as they hold the file
	 * @throws SQLite's errors; StoreError `disposed`, and `busy` when the signal was aborted
	 */
	async attach(isFirst: boolean, signal?: AbortSignal): Promise<Attached> {
		const { files, log, timers, onWaiting } = this.#parts;
		files.makeFolder();
		const waited = { isLong: false, isReported: false };
		const timer = timers.after(timeoutMs, () => (waited.isLong = true));
		try {
			// A third damaged file in a row is the disk's fault, not a file's.
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

	/** Whether the folder and the file, if it is there, take writes. */
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

	/** A disk too full for SQLite's log beside the file: what is in it can be shown. */
	#readInstead(number: number, error: unknown): Attached | undefined {
		const reading = this.#reading(number, 'readOnlyDisk');
		if (userVersion(reading.connection) === 0) {
			reading.connection.close();
			return undefined;
		}
		this.#parts.log.error(`Failed to open kling-${number}.db for writing`, error);
		return reading;
	}

	/** What can be read of a file that is not to be written, or nothing: what is not ours is not run. */
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
			// Without a log beside it, the file alone is whole.
			return openFile(path, 'immutable');
		}
	}

	/**
	 * Makes the schema in an empty file, and brings in what earlier files and the copy still hold. The write-ahead log comes afterwards: until
	 * then nobody shares memory with whoever still has a deleted file of this number open.
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
			// The first file of all has nothing to bring in.
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
				// Another window may have migrated while we copied: then its copy is the one to keep.
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
 * The smallest read of ours, since page 1 alone may be sound; and a file that has lost rows is damaged, although SQLite reads it. (A millisecond
 * at 100,000 tasks.)
 * @throws DamageError; SQLite's errors
 */
function requireAllTasks(connection: Connection): void {
	const row = connection.first('SELECT tasks = (SELECT count(*) FROM tasks) AS agrees FROM state');
	if (row === undefined || numberOf(row, 'agrees') !== 1) {
		throw new DamageError('the number of tasks is not the one that was counted');
	}
}
