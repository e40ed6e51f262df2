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

/** More losses than this in one window are none: the file system numbers its files anew, as some of a network's do. */
const mostLosses = 5;
/** How often emptying the log is tried while others read. */
const emptyingAttempts = 20;

interface Parts {
	readonly files: StoreFiles;
	readonly migrations: readonly string[];
	readonly check: SchemaCheck;
	readonly condition: Condition;
	readonly log: Log;
	readonly timers: Timers;
}

/** The file in use: the one connection to it, whether its schema is ours, and whether it is still the one to use. */
export class CurrentFile implements Disposable {
	readonly #parts: Parts;
	readonly #didReplace: Emitter<void>;
	#attached: Omit<Attached, 'connection'> | undefined;
	#connection: Connection | undefined;
	/** How often this window's file was lost. */
	#losses = 0;
	#isClosed = false;

	constructor(parts: Parts) {
		this.#parts = parts;
		this.#didReplace = new Emitter(parts.log);
	}

	/** 0 while there is none. */
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

	/** Of the file; while it is left for another, of what can still be read. */
	get connection(): Connection | undefined {
		return this.#connection;
	}

	/** See `Database.onDidReplace`. */
	get onDidReplace(): Event<void> {
		return this.#didReplace.event;
	}

	/** Says that everything must be read anew. */
	replaced(): void {
		this.#didReplace.fire();
	}

	use({ connection, ...attached }: Attached): void {
		this.hold(connection);
		this.#attached = attached;
		this.#parts.condition.set(attached.condition);
	}

	/** Closes the connection there is, and takes this one instead; undefined for none. */
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
	 * Whoever changes the schema while the file is open may put something into it that runs, for ever too: asked before every use (microseconds).
	 * @returns what may be used: where a newer version has a view in a table's place, an empty list
	 * @throws DamageError when the schema is not ours
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

	/** Whether there is a newer file, or the open one is no longer at its path. */
	hasListChanged(): boolean {
		const { files, condition } = this.#parts;
		if (this.#attached === undefined || condition.value === 'readOnlyDisk') {
			return false;
		}
		if (files.hasAbove(this.number)) {
			return true;
		}
		// What a newer version wrote is for it to save; there may be nothing else to read.
		return this.#isLost() && (condition.value !== 'newerSchema' || files.highest() !== undefined);
	}

	/**
	 * Whether what is open is no longer what lies at its path, and is to be saved. When its path is empty and there is a file of a higher number, it is not:
	 * Delete All Data removes the earlier files, and what one of them holds must not come back.
	 */
	isToBeSaved(): boolean {
		const { files } = this.#parts;
		return this.#isLost() && (files.has(this.number) || (files.highest() ?? 0) <= this.number);
	}

	/** To be told whenever what was lost is going to be saved. */
	countLoss(): void {
		this.#losses++;
	}

	/**
	 * Removes for good what deleted rows leave behind: the earlier files, free pages and the log. When other windows read all the time, the log is
	 * emptied by the last one that closes.
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
		log.warn(`Failed to empty the log of ${this.name}: the file is in use`);
	}

	/** Closes the connection; one that comes later is closed at once. */
	dispose(): void {
		this.#isClosed = true;
		this.#didReplace.dispose();
		this.hold(undefined);
	}

	#isLost(): boolean {
		return this.#attached !== undefined && this.#losses < mostLosses && !isInPlace(this.path, this.#attached.identity, this.#parts.log);
	}
}
