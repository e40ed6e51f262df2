import { rmSync } from 'node:fs';
import type { Clock, Log } from '../tracking/ports/host';
import type { Disposable, Event } from '../core/emitter';
import type { StoreCondition } from '../tracking/ports/health';
import type { Connection } from './connection';
import { numberOf } from './connection';
import { Checkpointer } from './checkpointer';
import { Copier } from './copy';
import { DailyCopy } from './dailyCopy';
import { Emitter } from '../core/emitter';
import { StoreFiles } from './files';
import { holderOf } from './holder';
import { isInPlace } from './identity';
import type { Attached } from './opener';
import { Opener } from './opener';
import { loadSqlite, openInMemory, retryMs, schemaVersion, userVersion } from './openFile';
import type { Recovery } from './recovery/recovery';
import type { Rescue } from './recovery/rescue';
import { migrations as ownMigrations } from './schema';
import { SchemaCheck } from './schemaCheck';
import { DamageError, sqlFailure, StoreError } from './storeError';
import { Threads } from './thread';
import { Timers } from './timers';
import type { Verdict, WriteTrouble } from './writeQueue';
import { WriteQueue } from './writeQueue';

export interface DatabaseOptions {
	/** Absolute path; made when missing. */
	readonly directory: string;
	readonly clock: Clock;
	readonly log: Log;
	/** The bundle of `store.worker.ts`, absolute. */
	readonly workerFile: string;
	/** Another schema than ours, for tests of migration. */
	readonly migrations?: readonly string[];
	/** After how many commits a thread brings the log into the file; for tests whose time stands still while a thread's does not. */
	readonly checkpointEvery?: number;
	/**
	 * Called once when opening has waited for ten seconds for a file that another process holds; it is tried on.
	 * @param holder that process, as far as it is known: `sqlitebrowser (4711)`
	 */
	readonly onWaiting?: (holder: string | undefined) => void;
	/**
	 * Bounds how long opening waits for a file that another process holds; without it, that is for ever. When it is aborted, opening rejects within
	 * 300 ms with StoreError `busy`, and nothing is open. Work that is under way (recovery, a migration) is not interrupted: begun anew each time, it
	 * might never end.
	 */
	readonly signal?: AbortSignal;
}

/** How long a disk that refused is left alone before a file is attached again, ms. */
const slowRetryMs = 5_000;
/** How often a folder that took no writes is tried again, ms. */
const readOnlyRetryMs = 30_000;
/** How long closing waits for what is being saved, ms: the editor gives its extensions five seconds. */
const closingMs = 4_000;
/** More losses than this in one window are none: the file system numbers its files anew, as some of a network's do. */
const mostLosses = 5;
/** Conditions that end with the next commit. */
const passing: ReadonlySet<StoreCondition> = new Set<StoreCondition>(['diskFull', 'diskError', 'locked']);

/**
 * Why a file is left for another.
 * - `moved`: another window has made a file of a higher number, or this one was deleted, moved, or replaced by another file
 * - `damaged`: it cannot be read, or is not as we left it
 * - `retry`: it took no writes, and takes them now
 */
type Leaving = 'moved' | 'damaged' | 'retry';

/**
 * The one door to SQL, over whichever file is in use: the highest-numbered `tasks-N.db`.
 *
 * A damaged one stays where it is: `tasks-(N+1).db` is made empty and exclusively, and whoever takes SQLite's write lock on it first fills it from
 * the earlier files and the copy, in one transaction: a window that dies in the middle leaves it empty for the next. Every write looks, under the lock, whether
 * a newer file exists: from the moment it does, nobody writes to the old one. It also looks whether the file that is open is still the one at its path;
 * if not, `Rescue` makes the next one.
 *
 * Reads are immediate. Writes keep their order and wait for other processes and for the disk (`WriteQueue`); `condition` says for what.
 */
export class Database implements Disposable {
	readonly #files: StoreFiles;
	readonly #log: Log;
	readonly #migrations: readonly string[];
	readonly #timers: Timers;
	readonly #check: SchemaCheck;
	readonly #threads: Threads;
	readonly #copier: Copier;
	readonly #checkpointer: Checkpointer;
	readonly #opener: Opener;
	readonly #loadRecovery: () => Promise<Recovery>;
	readonly #queue: WriteQueue;
	readonly #dailyCopy: DailyCopy;
	readonly #didChangeCondition: Emitter<void>;
	readonly #didReplace: Emitter<void>;
	#attached: Omit<Attached, 'connection'> | undefined;
	/** Of the attached file; while it is left, of what can still be read. */
	#connection: Connection | undefined;
	#condition: StoreCondition = 'ok';
	/** Settles when the file has been left for another; undefined while none is being left. */
	#moving: Promise<void> | undefined;
	/** How often this window's file was lost. */
	#losses = 0;
	#isReadRetryBooked = false;
	#isDisposed = false;

	private constructor(options: DatabaseOptions) {
		const { clock, log, migrations = ownMigrations } = options;
		const files = new StoreFiles(options.directory);
		const timers = new Timers(clock);
		this.#files = files;
		this.#log = log;
		this.#migrations = migrations;
		this.#timers = timers;
		this.#check = new SchemaCheck(migrations);
		this.#threads = new Threads(options.workerFile);
		this.#copier = new Copier(files, this.#threads);
		this.#checkpointer = new Checkpointer(log, this.#threads, options.checkpointEvery);
		this.#loadRecovery = async () => {
			const { Recovery } = await import('./recovery/recovery');
			if (timers.isDisposed) {
				throw new StoreError('disposed');
			}
			return new Recovery({ files, migrations, log, timers, letGo: () => this.#hold(undefined) });
		};
		this.#opener = new Opener({
			files,
			migrations,
			check: this.#check,
			copier: this.#copier,
			loadRecovery: this.#loadRecovery,
			log,
			timers,
			onWaiting: (path) => void this.#waits(path, options),
		});
		this.#queue = new WriteQueue({
			timers,
			log,
			connection: () => this.#connection,
			judge: (sql) => this.#judge(sql),
			committed: () => this.#committed(),
			trouble: (kind, error) => this.#trouble(kind, error),
		});
		this.#dailyCopy = new DailyCopy({ files, clock, log, timers, copier: this.#copier, source: this.#copySource() });
		this.#didChangeCondition = new Emitter(log);
		this.#didReplace = new Emitter(log);
	}

	/**
	 * Opens the folder's database, making, migrating or recovering it as needed. Waits for other windows that do the same.
	 * @throws StoreError `noSqlite`, `unusable` or `busy`
	 */
	static async open(options: DatabaseOptions): Promise<Database> {
		loadSqlite();
		const database = new Database(options);
		try {
			database.#adopt(await database.#opener.attach(true, options.signal));
		} catch (error) {
			database.dispose();
			throw error instanceof StoreError ? error : new StoreError('unusable', error);
		}
		database.#dailyCopy.start();
		return database;
	}

	get condition(): StoreCondition {
		return this.#condition;
	}

	get onDidChangeCondition(): Event<void> {
		return this.#didChangeCondition.event;
	}

	/** Another file is in use now, or reads that failed will succeed: everything must be read anew. */
	get onDidReplace(): Event<void> {
		return this.#didReplace.event;
	}

	/** Writes are refused: for good where a newer version made the file, else until the folder takes them. */
	get readOnly(): boolean {
		return this.#condition === 'newerSchema' || this.#condition === 'readOnlyDisk';
	}

	/** Runs statements that only read. When the file cannot be read just now, `fallback` is returned, and `onDidReplace` follows when it can. */
	read<T>(body: (sql: Connection) => T, fallback: T): T {
		for (let attempt = 1; this.#connection !== undefined; attempt++) {
			try {
				return body(this.#checked(this.#connection));
			} catch (error) {
				const failure = sqlFailure(error);
				switch (failure) {
					case 'busy':
						if (attempt < 3) {
							continue;
						}
						this.#readAgainLater();
						return fallback;
					case 'damaged':
						this.#leave('damaged', error);
						return fallback;
					case 'full':
					case 'disk':
						this.#trouble(failure, error);
						this.#readAgainLater();
						return fallback;
					case 'other':
						if (this.readOnly) {
							// A newer version's file may lack a column of ours, an older one's that we cannot migrate has not got it yet.
							this.#log.warn(`tasks-${this.#number}.db has another schema: ${String(error)}`);
							return fallback;
						}
						throw error;
				}
			}
		}
		return fallback;
	}

	/**
	 * Runs `body` in a transaction of its own, after all earlier writes; it may run more than once, but is committed once.
	 * `committed` is called right after the commit, before the promise settles.
	 * Rejects with StoreError `readOnly` or `disposed`, or with what `body` throws.
	 */
	write<T>(body: (sql: Connection) => T, committed?: (value: T) => void): Promise<T> {
		if (this.#isDisposed || this.readOnly) {
			return Promise.reject(new StoreError(this.#isDisposed ? 'disposed' : 'readOnly'));
		}
		return this.#queue.push(body, committed);
	}

	/**
	 * A number that another process's commits change (`PRAGMA data_version`; microseconds, with the four questions to the file system before it).
	 * Moves on when there is a newer file, or the open one is no longer at its path.
	 */
	dataVersion(): number | undefined {
		if (this.#hasMoved()) {
			this.#leave('moved');
		}
		return this.read((sql) => {
			const row = sql.first('PRAGMA data_version');
			return row && numberOf(row, 'data_version');
		}, undefined);
	}

	/**
	 * Removes for good what deleted rows leave behind: the copy, the earlier files, what is in the making, free pages and the log. Call after the deletion.
	 * When other windows read all the time, the log is emptied by the last one that closes.
	 */
	async forgetTraces(): Promise<void> {
		void this.#copier.cancel();
		rmSync(this.#files.copy, { force: true });
		this.#files.removeTemporary();
		for (const number of this.#files.numbers().filter((other) => other < this.#number)) {
			for (const suffix of ['', '-wal', '-shm']) {
				rmSync(this.#files.path(number) + suffix, { force: true });
			}
		}
		for (let attempt = 1; attempt <= 20; attempt++) {
			try {
				this.#connection?.exec('VACUUM');
				const result = this.#connection?.first('PRAGMA wal_checkpoint(TRUNCATE)');
				if (result === undefined || numberOf(result, 'busy') === 0) {
					return;
				}
			} catch (error) {
				if (sqlFailure(error) !== 'busy') {
					throw error;
				}
			}
			await this.#timers.wait(retryMs);
		}
		this.#log.warn('the log could not be emptied yet: the file is in use');
	}

	/** Copies the file if a day has passed since the last copy and no other window does it. True when it did. */
	copyIfDue(): Promise<boolean> {
		return this.#dailyCopy.copyIfDue();
	}

	/**
	 * As `dispose`, and resolves when the threads that work on the file have ended too. When the file has been lost, what only this
	 * connection still reads is saved first.
	 */
	async close(): Promise<void> {
		if (!this.#isDisposed && this.#hasMoved()) {
			this.#leave('moved');
		}
		if (this.#moving !== undefined) {
			await Promise.race([this.#moving, this.#timers.wait(closingMs).catch(() => undefined)]);
		}
		this.dispose();
		await this.#threads.close();
	}

	/** Tries what is waiting once more, refuses the rest, and closes the file. */
	dispose(): void {
		if (this.#isDisposed) {
			return;
		}
		this.#queue.pump();
		this.#isDisposed = true;
		this.#timers.dispose();
		void this.#threads.close();
		this.#queue.dispose();
		this.#didChangeCondition.dispose();
		this.#didReplace.dispose();
		this.#hold(undefined);
	}

	get #number(): number {
		return this.#attached?.number ?? 0;
	}

	// Conditions

	/** Under the lock, before a write. */
	#judge(sql: Connection): Verdict {
		if (this.#hasMoved()) {
			this.#leave('moved');
			return 'stop';
		}
		const version = userVersion(sql);
		if (version > this.#migrations.length) {
			this.#setCondition('newerSchema');
			return 'refuse';
		}
		this.#checked(sql);
		return 'go';
	}

	/**
	 * Whoever changes the schema while the file is open may put something into it that runs, for ever too: asked before every use (microseconds).
	 * @returns what may be used: where a newer version has a view in a table's place, an empty list
	 * @throws DamageError when the schema is not ours
	 */
	#checked(sql: Connection): Connection {
		const schema = schemaVersion(sql);
		if (this.#attached === undefined || schema === this.#attached.schema) {
			return sql;
		}
		const version = userVersion(sql);
		if (version <= this.#migrations.length) {
			this.#check.require(sql, version);
		} else if (!this.#check.hasPlainTables(sql)) {
			const nothing = openInMemory(this.#migrations);
			this.#hold(nothing);
			this.#attached = { ...this.#attached, schema: schemaVersion(nothing) };
			return nothing;
		}
		this.#attached = { ...this.#attached, schema };
		return sql;
	}

	#committed(): void {
		if (this.#attached?.identity.log !== undefined) {
			this.#checkpointer.committed(this.#files.path(this.#number));
		}
		if (passing.has(this.#condition)) {
			this.#setCondition('ok');
		}
	}

	#trouble(kind: WriteTrouble, error: unknown): void {
		if (kind === 'damaged') {
			this.#leave('damaged', error);
			return;
		}
		if (kind === 'locked') {
			this.#log.warn(`tasks-${this.#number}.db is held by another program: a write has waited for ten seconds`);
		} else {
			this.#log.error(`tasks-${this.#number}.db: the disk refuses`, error);
		}
		if (!this.readOnly) {
			this.#setCondition(kind === 'full' ? 'diskFull' : kind === 'disk' ? 'diskError' : 'locked');
		}
	}

	/** Opening has waited for ten seconds. */
	async #waits(path: string, { onWaiting, log }: DatabaseOptions): Promise<void> {
		const holder = await holderOf(path, log);
		log.warn(`${path} is held by another program${holder === undefined ? '' : `: ${holder}`}`);
		if (this.#isDisposed) {
			return;
		}
		if (this.#attached === undefined) {
			onWaiting?.(holder);
		} else if (this.#moving !== undefined) {
			this.#setCondition('locked');
		}
	}

	#readAgainLater(): void {
		if (this.#isReadRetryBooked) {
			return;
		}
		this.#isReadRetryBooked = true;
		this.#timers.after(retryMs, () => {
			this.#isReadRetryBooked = false;
			this.#didReplace.fire();
		});
	}

	#setCondition(condition: StoreCondition): void {
		if (this.#condition !== condition) {
			this.#condition = condition;
			this.#didChangeCondition.fire();
		}
	}

	// From one file to the next

	#adopt({ connection, ...attached }: Attached): void {
		this.#hold(connection);
		this.#attached = attached;
		this.#setCondition(attached.condition);
		if (attached.condition === 'readOnlyDisk') {
			this.#timers.after(readOnlyRetryMs, () => this.#tryToWrite());
		}
	}

	#hold(connection: Connection | undefined): void {
		this.#connection?.close();
		this.#connection = connection;
		if (this.#isDisposed && connection !== undefined) {
			this.#hold(undefined);
		}
	}

	/** A folder that took no writes may take them by now. */
	#tryToWrite(): void {
		if (this.#opener.isWritable(this.#number)) {
			this.#leave('retry');
		} else {
			this.#timers.after(readOnlyRetryMs, () => this.#tryToWrite());
		}
	}

	/** Whether there is a newer file, or the open one is no longer at its path. */
	#hasMoved(): boolean {
		if (this.#attached === undefined || this.#condition === 'readOnlyDisk') {
			return false;
		}
		if (this.#files.has(this.#number + 1)) {
			return true;
		}
		// What a newer version wrote is for it to save; there may be nothing else to read.
		return this.#isLost() && (this.#condition !== 'newerSchema' || this.#files.highest() !== undefined);
	}

	/**
	 * Whether what is open is no longer what lies at its path, and is to be saved. When its path is empty and there is a file of a higher number, it is not:
	 * Delete All Data removes the earlier files, and what one of them holds must not come back.
	 */
	#isToBeSaved(): boolean {
		return this.#isLost() && (this.#files.has(this.#number) || (this.#files.highest() ?? 0) <= this.#number);
	}

	#isLost(): boolean {
		return (
			this.#attached !== undefined &&
			this.#losses < mostLosses &&
			!isInPlace(this.#files.path(this.#number), this.#attached.identity, this.#log)
		);
	}

	/** Leaves the file for another. Writes wait meanwhile; reads see what the old file still gives. */
	#leave(reason: Leaving, damage?: unknown): void {
		if (this.#moving !== undefined || this.#isDisposed) {
			return;
		}
		if (damage !== undefined) {
			this.#log.error(`tasks-${this.#number}.db is damaged`, damage);
		}
		if (damage instanceof DamageError) {
			// What is not ours is not read any more either.
			this.#hold(undefined);
		}
		if (this.#condition === 'readOnlyDisk' && reason !== 'retry') {
			return;
		}
		this.#queue.stop();
		this.#moving = this.#move(reason).then((attached) => {
			this.#moving = undefined;
			if (this.#isDisposed || attached === undefined) {
				attached?.connection.close();
				return;
			}
			this.#adopt(attached);
			this.#didReplace.fire();
			this.#queue.resume();
		});
	}

	/** Does not reject; undefined when we were disposed meanwhile (the one StoreError on this way). */
	async #move(reason: Leaving): Promise<Attached | undefined> {
		const isOurs = !this.readOnly;
		this.#setCondition('recovering');
		let rescue: Rescue | undefined;
		while (!this.#isDisposed) {
			try {
				const recovery = isOurs && this.#isToBeSaved() ? await this.#loadRecovery() : undefined;
				if (recovery !== undefined && this.#connection !== undefined) {
					this.#losses++;
					rescue ??= recovery.rescue(this.#number, this.#connection);
					await rescue.run(this.#connection, (connection) => this.#hold(connection));
				} else if (reason === 'damaged' && this.#files.highest() === this.#number) {
					this.#files.make(this.#number + 1);
				}
				return await this.#opener.attach(false);
			} catch (error) {
				if (error instanceof StoreError) {
					return undefined;
				}
				const failure = sqlFailure(error);
				if (failure !== 'busy') {
					this.#trouble(failure === 'full' ? 'full' : 'disk', error);
				}
				await this.#timers.wait(failure === 'busy' ? retryMs : slowRetryMs).catch(() => undefined);
			}
		}
		return undefined;
	}

	#copySource(): ConstructorParameters<typeof DailyCopy>[0]['source'] {
		const number = (): number => this.#number;
		const isUsable = (): boolean => this.#moving === undefined && !this.readOnly;
		return {
			get number() {
				return number();
			},
			get isUsable() {
				return isUsable();
			},
			write: (body) => this.write(body),
			foundDamage: (damaged, error) => {
				if (damaged === this.#number) {
					this.#leave('damaged', error);
				}
			},
		};
	}
}
