import { Emitter } from '../core/emitter';
import type { Disposable, Event } from '../core/emitter';
import type { Log } from '../tracking/ports/host';
import type { Condition } from './condition';
import type { Connection } from './connection';
import type { StoreFiles } from './files';
import { requiredNumber } from './connection';
import { isInPlace } from './identity';
import type { Attached } from './opener';
import { openInMemory, retryMs, schemaVersion, userVersion } from './openFile';
import type { SchemaCheck } from './schemaCheck';
import { sqlFailure } from './storeError';
import type { Timers } from './timers';

/** After this many losses in one window, further ones are ignored: some network file systems change the inode of an unchanged file. */
const mostLosses = 5;
/** How often truncating the WAL is attempted while other windows read. */
const emptyingAttempts = 20;

interface Parts {
	readonly files: StoreFiles;
	readonly migrations: readonly string[];
	readonly check: SchemaCheck;
	readonly condition: Condition;
	readonly log: Log;
	readonly timers: Timers;
}

/** The file in use: its only connection, whether its schema is ours, and whether it is still the file to use. */
export class CurrentFile implements Disposable {
	readonly #parts: Parts;
	readonly #didReplace: Emitter<void>;
	#attached: Omit<Attached, 'connection'> | undefined;
	#connection: Connection | undefined;
	/** How often this window has lost its file. */
	#losses = 0;
	#isClosed = false;

	constructor(parts: Parts) {
		this.#parts = parts;
		this.#didReplace = new Emitter(parts.log);
	}

	/** 0 before the first file is open. */
	get number(): number {
		return this.#attached?.number ?? 0;
	}

	get path(): string {
		return this.#parts.files.path(this.number);
	}

	get name(): string {
		return `kling-${this.number}.db`;
	}

	/** Whether commits go to a write-ahead log. */
	get hasLog(): boolean {
		return this.#attached?.identity.log !== undefined;
	}

	/** To the file. During a switch to another file: to whatever can still be read. */
	get connection(): Connection | undefined {
		return this.#connection;
	}

	/** See `Database.onDidReplace`. */
	get onDidReplace(): Event<void> {
		return this.#didReplace.event;
	}

	/** Fires `onDidReplace`. */
	replaced(): void {
		this.#didReplace.fire();
	}

	use({ connection, ...attached }: Attached): void {
		this.hold(connection);
		this.#attached = attached;
		this.#parts.condition.set(attached.condition);
	}

	/** Closes the current connection and replaces it by this one, or by none. */
	hold(connection: Connection | undefined): void {
		this.#connection?.close();
		this.#connection = this.#isClosed ? undefined : connection;
		if (this.#isClosed) {
			connection?.close();
		}
	}

	/** Whether a newer version has migrated the file. */
	isNewer(sql: Connection): boolean {
		return userVersion(sql) > this.#parts.migrations.length;
	}

	/**
	 * Checks the schema before every use (microseconds): another program may change it while the file is open, and add a trigger or a view
	 * that runs code or never ends.
	 * @returns the connection to use; an empty database if a newer version has replaced a table by a view
	 * @throws DamageError if the schema is not ours
	 */
	checked(sql: Connection): Connection {
		const { migrations, check } = this.#parts;
		const schema = schemaVersion(sql);
		if (this.#attached === undefined || schema === this.#attached.schema) {
			return sql;
		}
		if (!this.isNewer(sql)) {
			check.require(sql, userVersion(sql));
		} else if (!check.hasPlainTables(sql)) {
			const nothing = openInMemory(migrations);
			this.hold(nothing);
			this.#attached = { ...this.#attached, schema: schemaVersion(nothing) };
			return nothing;
		}
		this.#attached = { ...this.#attached, schema };
		return sql;
	}

	/** Whether there is a file of a higher number, or the open file is no longer at its path. */
	hasFileMoved(): boolean {
		const { files, condition } = this.#parts;
		if (this.#attached === undefined || condition.value === 'readOnlyDisk') {
			return false;
		}
		if (files.hasAbove(this.number)) {
			return true;
		}
		// A newer version's file is saved by that version. We stay with the open one while the folder holds no other.
		return this.#isLost() && (condition.value !== 'newerSchema' || files.highest() !== undefined);
	}

	/**
	 * Whether the open file is no longer at its path and its content must be saved. Not if its path is empty and there is a file of a
	 * higher number: Delete All Data removes the earlier files, and their content must not come back.
	 */
	isToBeSaved(): boolean {
		const { files } = this.#parts;
		return this.#isLost() && (files.has(this.number) || (files.highest() ?? 0) <= this.number);
	}

	/** Call before the content of a lost file is saved. */
	countLoss(): void {
		this.#losses++;
	}

	/**
	 * Erases the content of deleted rows: the earlier files, free pages and the WAL. If other windows read all the time, the WAL is emptied
	 * when the last window closes.
	 * @throws SQLite's errors
	 */
	async eraseDeletedContent(): Promise<void> {
		const { files, timers, log } = this.#parts;
		for (const number of files.numbers().filter((other) => other < this.number)) {
			files.remove(number);
		}
		for (let attempt = 1; attempt <= emptyingAttempts; attempt++) {
			try {
				this.#connection?.exec('VACUUM');
				const result = this.#connection?.first('PRAGMA wal_checkpoint(TRUNCATE)');
				if (result === undefined || requiredNumber(result, 'busy') === 0) {
					return;
				}
			} catch (error) {
				if (sqlFailure(error) !== 'busy') {
					throw error;
				}
			}
			await timers.wait(retryMs);
		}
		log.warn(`Failed to truncate the WAL of ${this.name}: the file is in use`);
	}

	/** Closes the connection. One passed to `hold` later is closed immediately. */
	dispose(): void {
		this.#isClosed = true;
		this.#didReplace.dispose();
		this.hold(undefined);
	}

	#isLost(): boolean {
		return this.#attached !== undefined && this.#losses < mostLosses && !isInPlace(this.path, this.#attached.identity, this.#parts.log);
	}
}
