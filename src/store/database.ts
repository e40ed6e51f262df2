import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import type * as Sqlite from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Clock, Disposable, Event, Log } from '../tracking/ports';
import { Connection, numberOf } from './connection';
import { autoCheckpointPages, Checkpointer } from './checkpointer';
import { copyDatabase } from './copy';
import { Emitter } from '../core/emitter';
import { StoreFiles } from './files';
import { copyWithSoundHeader, removeDatabase } from './header';
import { salvage } from './salvage';
import { migrations as ownMigrations } from './schema';
import { sqlFailure, StoreError } from './storeError';
import type { ThreadRun } from './thread';
import { ThreadError } from './thread';

/**
 * How the database is.
 * - `ok`
 * - `newerSchema`: a newer version of the extension made the file; it is read, never written
 * - `readOnlyDisk`: the folder takes no writes; the file is read, until it does
 * - `diskFull`, `diskError`: writes wait and are tried again until the disk takes them
 * - `recovering`: the file is damaged and a new one is being filled; writes wait
 */
export type StoreCondition = 'ok' | 'newerSchema' | 'readOnlyDisk' | 'diskFull' | 'diskError' | 'recovering';

export interface DatabaseOptions {
	/** Absolute path; made when missing. */
	readonly directory: string;
	readonly clock: Clock;
	readonly log: Log;
	/** Another schema than ours, for tests of migration. */
	readonly migrations?: readonly string[];
	/** After how many commits a thread brings the log into the file; for tests whose time stands still while a thread's does not. */
	readonly checkpointEvery?: number;
}

/** How long a statement may wait for another process, ms: the extension host is shared. */
const busyTimeoutMs = 50;
const retryMs = 150;
const slowRetryMs = 5_000;
/** How long queued writes run before the event loop has its turn, ms. */
const sliceMs = 20;
const copyEveryMs = 24 * 60 * 60_000;
const copyCheckMs = 60 * 60_000;
/** The first copy waits until the window has started, ms. */
const firstCopyCheckMs = 60_000;
/** How often a folder that took no writes is tried again, ms. */
const readOnlyRetryMs = 30_000;
/** A window that copies holds the right to for so long, ms. */
const copyLeaseMs = 10 * 60_000;

interface Job {
	run(sql: Connection): void;
	/** After the commit. */
	done(): void;
	fail(error: unknown): void;
}

interface Attached {
	readonly connection: Connection;
	readonly number: number;
	readonly condition: 'ok' | 'newerSchema' | 'readOnlyDisk';
}

/** Loaded at first use, so that an editor whose runtime lacks it can still show its views. */
function loadSqlite(): typeof Sqlite {
	const sqlite: typeof Sqlite | undefined = builtin();
	if (sqlite === undefined) {
		throw new StoreError('noSqlite');
	}
	return sqlite;
}

function builtin(): typeof Sqlite | undefined {
	return process.getBuiltinModule('node:sqlite');
}

/** Opens one file; `immutable` is for a folder in which SQLite cannot make its log. */
function openFile(path: string, mode: 'write' | 'read' | 'immutable'): Connection {
	const { DatabaseSync } = loadSqlite();
	const name = mode === 'immutable' ? `${pathToFileURL(path).href}?immutable=1` : path;
	return new Connection(new DatabaseSync(name, { readOnly: mode !== 'write', timeout: busyTimeoutMs, enableForeignKeyConstraints: true }));
}

function userVersion(sql: Connection): number {
	const row = sql.first('PRAGMA user_version');
	return (row && numberOf(row, 'user_version')) ?? 0;
}

/**
 * The one door to SQL, and the life of its files: opening, migrations, the daily copy, recovery.
 *
 * The file in use is the highest-numbered `tasks-N.db`. A damaged one stays where it is: `tasks-(N+1).db` is made empty and exclusively, and
 * whoever takes SQLite's write lock on it first fills it from the damaged file and the copy, in one transaction: a window that dies in the
 * middle leaves it empty for the next. Every write looks, under the lock, whether a newer file exists: from the moment it does, nobody writes
 * to the old one.
 *
 * Reads are immediate. Writes keep their order; one that meets another process's lock waits 50 ms, then for its turn on a timer, so that the
 * shared extension host goes on. A full or failing disk is tried again every five seconds: `condition` says so, and nothing is lost.
 */
export class Database implements Disposable {
	readonly #files: StoreFiles;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #migrations: readonly string[];
	readonly #checkpointer: Checkpointer;
	readonly #didChangeCondition: Emitter<void>;
	readonly #didReplace: Emitter<void>;
	readonly #queue: Job[] = [];
	/** Timers that are running, to be ended with us. */
	readonly #timers = new Set<Disposable>();
	#connection: Connection | undefined;
	#number = 0;
	#condition: StoreCondition = 'ok';
	#retry: Disposable | undefined;
	#isPumping = false;
	#isMoving = false;
	#isReadRetryBooked = false;
	#isDisposed = false;
	#copyRun: ThreadRun | undefined;

	private constructor(options: DatabaseOptions) {
		this.#files = new StoreFiles(options.directory);
		this.#clock = options.clock;
		this.#log = options.log;
		this.#migrations = options.migrations ?? ownMigrations;
		this.#checkpointer = new Checkpointer(options.log, options.checkpointEvery);
		this.#didChangeCondition = new Emitter(options.log);
		this.#didReplace = new Emitter(options.log);
	}

	/**
	 * Opens the folder's database, making, migrating or recovering it as needed. Waits for other windows that do the same.
	 * @throws StoreError `noSqlite` or `unusable`
	 */
	static async open(options: DatabaseOptions): Promise<Database> {
		loadSqlite();
		const database = new Database(options);
		try {
			mkdirSync(options.directory, { recursive: true });
			database.#adopt(await database.#attach());
		} catch (error) {
			database.dispose();
			throw error instanceof StoreError ? error : new StoreError('unusable', error);
		}
		database.#after(firstCopyCheckMs, () => database.#copyNowAndThen());
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
				return body(this.#connection);
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
						this.#moveOn(error);
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
		return new Promise<T>((resolve, reject) => {
			if (this.#isDisposed) {
				reject(new StoreError('disposed'));
				return;
			}
			if (this.readOnly) {
				reject(new StoreError('readOnly'));
				return;
			}
			let value: { readonly it: T } | undefined;
			this.#queue.push({
				run: (sql) => {
					value = { it: body(sql) };
				},
				done: () => {
					if (value !== undefined) {
						committed?.(value.it);
						resolve(value.it);
					}
				},
				fail: reject,
			});
			if (this.#retry === undefined) {
				this.#pump();
			}
		});
	}

	/** A number that another process's commits change (`PRAGMA data_version`; microseconds). Moves on to a newer file if there is one. */
	dataVersion(): number | undefined {
		if (this.#condition !== 'readOnlyDisk' && this.#files.has(this.#number + 1)) {
			this.#moveOn();
		}
		return this.read((sql) => {
			const row = sql.first('PRAGMA data_version');
			return row && numberOf(row, 'data_version');
		}, undefined);
	}

	/**
	 * Removes for good what deleted rows leave behind: the copy, the damaged files, free pages and the log. Call after the deletion.
	 * When other windows read all the time, the log is emptied by the last one that closes.
	 */
	async forgetTraces(): Promise<void> {
		void this.#copyRun?.cancel();
		rmSync(this.#files.copy, { force: true });
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
			await this.#wait(retryMs);
		}
		this.#log.warn('the log could not be emptied yet: the file is in use');
	}

	/** Copies the file if a day has passed since the last copy and no other window does it. True when it did. */
	async copyIfDue(): Promise<boolean> {
		const now = this.#clock.now();
		const until = now + copyLeaseMs;
		const isMine = await this.write(
			(sql) =>
				sql.run('UPDATE state SET copying_until = :until WHERE abs(:now - copied_at) >= :every AND NOT (copying_until > :now AND copying_until <= :until)', {
					now,
					until,
					every: copyEveryMs,
				}) > 0,
		);
		if (!isMine || this.#isMoving) {
			return false;
		}
		const number = this.#number;
		this.#files.removeTemporary();
		try {
			return await this.#copy(number, (temporary) =>
				// Under the lock: whoever wants everything forgotten takes the right to copy away, and removes what is there.
				this.write((sql) => {
					const isStillMine = sql.run('UPDATE state SET copied_at = :now, copying_until = 0 WHERE copying_until = :until', { now, until }) > 0;
					if (isStillMine && number === this.#number) {
						renameSync(temporary, this.#files.copy);
					}
					return isStillMine && number === this.#number;
				}),
			);
		} catch (error) {
			const failure = error instanceof ThreadError ? error.failure : sqlFailure(error);
			this.#log.warn(`no copy of tasks-${number}.db: ${String(error)}`);
			if (failure === 'damaged' && number === this.#number) {
				this.#moveOn(error);
			}
			return false;
		}
	}

	/** As `dispose`, and resolves when the threads that work on the file have ended too. */
	async close(): Promise<void> {
		this.dispose();
		await this.#endThreads();
	}

	/** Tries what is waiting once more, refuses the rest, and closes the file. */
	dispose(): void {
		if (this.#isDisposed) {
			return;
		}
		this.#pump();
		this.#isDisposed = true;
		for (const timer of this.#timers) {
			timer.dispose();
		}
		this.#timers.clear();
		void this.#endThreads();
		for (const job of this.#queue.splice(0)) {
			job.fail(new StoreError('disposed'));
		}
		this.#didChangeCondition.dispose();
		this.#didReplace.dispose();
		this.#connection?.close();
		this.#connection = undefined;
	}

	// Writing

	#pump(): void {
		if (this.#isPumping || this.#isMoving || this.#isDisposed) {
			return;
		}
		this.#retry?.dispose();
		this.#retry = undefined;
		this.#isPumping = true;
		try {
			const started = performance.now();
			for (let job = this.#queue[0]; job !== undefined; job = this.#queue[0]) {
				const waitMs = this.#attempt(job);
				if (waitMs !== undefined) {
					this.#retry = this.#after(waitMs, () => this.#pump());
					return;
				}
				if (this.#stopped()) {
					return;
				}
				if (performance.now() - started > sliceMs && this.#queue.length > 0) {
					this.#retry = this.#nextTurn(() => this.#pump());
					return;
				}
			}
		} finally {
			this.#isPumping = false;
		}
	}

	/** A listener, or the attempt itself, may have ended or moved us. */
	#stopped(): boolean {
		return this.#isDisposed || this.#isMoving;
	}

	/** Tries the first job once. Returns how long to wait before the next attempt, in ms; undefined to go on at once. */
	#attempt(job: Job): number | undefined {
		const sql = this.#connection;
		if (sql === undefined) {
			return retryMs;
		}
		try {
			sql.exec('BEGIN IMMEDIATE');
			if (this.#files.has(this.#number + 1)) {
				sql.rollback();
				this.#moveOn();
				return undefined;
			}
			if (userVersion(sql) > this.#migrations.length) {
				sql.rollback();
				this.#setCondition('newerSchema');
				for (const refused of this.#queue.splice(0)) {
					refused.fail(new StoreError('readOnly'));
				}
				return undefined;
			}
			job.run(sql);
			sql.exec('COMMIT');
		} catch (error) {
			const failure = sqlFailure(error);
			try {
				sql.rollback();
			} catch (rollbackError) {
				this.#log.warn(`the rollback failed: ${String(rollbackError)}`);
			}
			switch (failure) {
				case 'damaged':
					this.#moveOn(error);
					return undefined;
				case 'busy':
					return retryMs;
				case 'full':
				case 'disk':
					this.#trouble(failure, error);
					return slowRetryMs;
				case 'other':
					this.#queue.shift();
					job.fail(error);
					return undefined;
			}
		}
		this.#checkpointer.committed(this.#files.path(this.#number));
		this.#queue.shift();
		if (this.#condition === 'diskFull' || this.#condition === 'diskError') {
			this.#setCondition('ok');
		}
		job.done();
		return undefined;
	}

	#trouble(failure: 'full' | 'disk', error: unknown): void {
		this.#log.error(`tasks-${this.#number}.db: the disk refuses`, error);
		if (!this.readOnly) {
			this.#setCondition(failure === 'full' ? 'diskFull' : 'diskError');
		}
	}

	#readAgainLater(): void {
		if (this.#isReadRetryBooked) {
			return;
		}
		this.#isReadRetryBooked = true;
		this.#after(retryMs, () => {
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

	// Opening and moving on

	#adopt(attached: Attached): void {
		this.#connection = attached.connection;
		this.#number = attached.number;
		this.#setCondition(attached.condition);
		if (attached.condition === 'readOnlyDisk') {
			this.#after(readOnlyRetryMs, () => this.#tryToWrite());
		}
	}

	/** A folder that took no writes may take them by now. */
	#tryToWrite(): void {
		if (this.#isWritable(this.#number)) {
			this.#reattach(false);
		} else {
			this.#after(readOnlyRetryMs, () => this.#tryToWrite());
		}
	}

	/**
	 * Leaves a file that another window left, or a damaged one, for the next. Writes wait meanwhile; reads see what the old file still gives.
	 * @param damage the error that shows it; undefined when only the next file is there
	 */
	#moveOn(damage?: unknown): void {
		if (this.#isMoving || this.#isDisposed) {
			return;
		}
		if (damage !== undefined) {
			this.#log.error(`tasks-${this.#number}.db is damaged`, damage);
		}
		if (this.#condition === 'readOnlyDisk') {
			return;
		}
		this.#reattach(damage !== undefined);
	}

	#reattach(isDamaged: boolean): void {
		this.#isMoving = true;
		void this.#move(isDamaged).then((attached) => {
			this.#isMoving = false;
			if (this.#isDisposed || attached === undefined) {
				attached?.connection.close();
				return;
			}
			this.#connection?.close();
			this.#adopt(attached);
			this.#didReplace.fire();
			this.#pump();
		});
	}

	/** Does not reject; undefined when we were disposed meanwhile (the one StoreError on this way). */
	async #move(isDamaged: boolean): Promise<Attached | undefined> {
		this.#setCondition('recovering');
		while (!this.#isDisposed) {
			try {
				if (isDamaged && this.#files.highest() === this.#number) {
					this.#files.makeNext(this.#number + 1);
				}
				return await this.#attach();
			} catch (error) {
				if (error instanceof StoreError) {
					return undefined;
				}
				this.#trouble(sqlFailure(error) === 'full' ? 'full' : 'disk', error);
				await this.#wait(slowRetryMs);
			}
		}
		return undefined;
	}

	/** Opens the highest-numbered file; a damaged one is followed by the next. */
	async #attach(): Promise<Attached> {
		// A third damaged file in a row is the disk's fault, not a file's.
		for (let attempt = 1; ; attempt++) {
			const number = this.#files.highest() ?? 1;
			try {
				return await this.#attachFile(number);
			} catch (error) {
				if (sqlFailure(error) !== 'damaged' || attempt === 3 || !this.#isWritable(number)) {
					throw error;
				}
				this.#log.warn(`tasks-${number}.db is damaged: ${String(error)}`);
				this.#files.makeNext(number + 1);
			}
		}
	}

	async #attachFile(number: number): Promise<Attached> {
		if (!this.#isWritable(number)) {
			return { connection: this.#openForReading(number), number, condition: 'readOnlyDisk' };
		}
		for (;;) {
			const connection = openFile(this.#files.path(number), 'write');
			try {
				const version = userVersion(connection);
				if (version > this.#migrations.length) {
					connection.close();
					return { connection: this.#openForReading(number), number, condition: 'newerSchema' };
				}
				connection.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${autoCheckpointPages}`);
				if (version === 0) {
					await this.#fill(connection, number);
				} else if (version < this.#migrations.length) {
					await this.#migrate(connection, number);
				}
				// Page 1 alone may be sound: the smallest read of ours.
				connection.first('SELECT * FROM state');
				return { connection, number, condition: 'ok' };
			} catch (error) {
				connection.close();
				const failure = sqlFailure(error);
				if ((failure === 'full' || failure === 'disk') && this.#connection === undefined && this.#holdsSchema(number)) {
					// A disk too full for SQLite's log beside the file: what is in it can be shown.
					this.#log.error(`tasks-${number}.db cannot be opened for writing`, error);
					return { connection: this.#openForReading(number), number, condition: 'readOnlyDisk' };
				}
				if (failure !== 'busy' || this.#isDisposed) {
					throw error;
				}
			}
			await this.#wait(retryMs);
		}
	}

	#holdsSchema(number: number): boolean {
		const connection = this.#openForReading(number);
		try {
			return userVersion(connection) > 0;
		} finally {
			connection.close();
		}
	}

	#openForReading(number: number): Connection {
		const path = this.#files.path(number);
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

	#isWritable(number: number): boolean {
		try {
			accessSync(this.#files.directory, constants.W_OK);
			if (existsSync(this.#files.path(number))) {
				accessSync(this.#files.path(number), constants.W_OK);
			}
			return true;
		} catch {
			return false;
		}
	}

	/** Makes the schema in an empty file, and brings in what an earlier file and the copy still hold. */
	async #fill(connection: Connection, number: number): Promise<void> {
		connection.exec('BEGIN IMMEDIATE');
		try {
			if (userVersion(connection) === 0) {
				for (const step of this.#migrations) {
					connection.exec(step);
				}
				await this.#bringIn(connection, number);
				connection.exec(`PRAGMA user_version = ${this.#migrations.length}`);
			}
			connection.exec('COMMIT');
		} catch (error) {
			connection.rollback();
			throw error;
		}
	}

	async #bringIn(target: Connection, number: number): Promise<void> {
		const sources: Connection[] = [];
		const repaired = this.#files.temporary(`repair.${randomUUID()}`);
		const opened = (source: Connection | undefined): Connection | undefined => {
			if (source !== undefined) {
				sources.push(source);
			}
			return source;
		};
		try {
			let earlier: Connection | undefined;
			if (number > 1 && this.#files.has(number - 1)) {
				earlier = opened(this.#openSource(this.#files.path(number - 1), 'write'));
				if (earlier !== undefined) {
					await this.#awaitLastWriter(earlier);
				} else {
					await copyWithSoundHeader(this.#files.path(number - 1), repaired);
					earlier = opened(this.#openSource(repaired, 'write'));
				}
			}
			const copy = this.#files.hasCopy() ? opened(this.#openSource(this.#files.copy, 'immutable')) : undefined;
			if (number > 1 || copy !== undefined) {
				await salvage(target, { damaged: earlier, copy }, () => this.#breathe());
			}
		} finally {
			for (const source of sources) {
				source.close();
			}
			await removeDatabase(repaired);
		}
	}

	/** Undefined when nothing at all can be read from a file. */
	#openSource(path: string, mode: 'write' | 'immutable'): Connection | undefined {
		const connection = openFile(path, mode);
		try {
			connection.all('SELECT name FROM sqlite_schema');
			return connection;
		} catch (error) {
			connection.close();
			if (sqlFailure(error) !== 'damaged') {
				throw error;
			}
			this.#log.warn(`nothing can be read from ${path.slice(this.#files.directory.length + 1)}: ${String(error)}`);
			return undefined;
		}
	}

	/** Who writes to the old file now began before the new one existed; once its lock is free, nobody writes to it any more. */
	async #awaitLastWriter(earlier: Connection): Promise<void> {
		for (let attempt = 1; attempt <= 20; attempt++) {
			try {
				earlier.exec('BEGIN IMMEDIATE; ROLLBACK');
				return;
			} catch (error) {
				earlier.rollback();
				if (sqlFailure(error) !== 'busy') {
					// A file so damaged that it cannot be locked has no writer either.
					return;
				}
			}
			await this.#wait(retryMs);
		}
	}

	async #migrate(connection: Connection, number: number): Promise<void> {
		const from = userVersion(connection);
		await this.#copy(number, (temporary) => {
			connection.exec('BEGIN IMMEDIATE');
			try {
				// Another window may have migrated while we copied: then its copy is the one to keep.
				if (userVersion(connection) === from) {
					renameSync(temporary, this.#files.copy);
					for (const [index, step] of this.#migrations.entries()) {
						if (index >= from) {
							connection.exec(step);
						}
					}
					connection.exec(`PRAGMA user_version = ${this.#migrations.length}`);
				}
				connection.exec('COMMIT');
			} catch (error) {
				connection.rollback();
				throw error;
			}
		});
	}

	// The copy

	#copyNowAndThen(): void {
		void (this.readOnly ? Promise.resolve(false) : this.copyIfDue())
			.catch((error: unknown) => this.#log.error('the daily copy failed', error))
			.then(() => {
				if (!this.#isDisposed) {
					this.#after(copyCheckMs, () => this.#copyNowAndThen());
				}
			});
	}

	async #endThreads(): Promise<void> {
		await Promise.all([this.#copyRun?.cancel(), this.#checkpointer.close()]);
	}

	/**
	 * Writes a copy beside the one there is, and lets `keep` put it into its place.
	 * @throws ThreadError, or what `keep` throws
	 */
	async #copy<T>(number: number, keep: (temporary: string) => T | Promise<T>): Promise<T> {
		const temporary = this.#files.temporary(`copy.${randomUUID()}`);
		const run = copyDatabase(this.#files.path(number), temporary);
		this.#copyRun = run;
		try {
			await run.finished;
			return await keep(temporary);
		} finally {
			this.#copyRun = undefined;
			rmSync(temporary, { force: true });
		}
	}

	// Time

	/** Calls nobody back once we are disposed. */
	#after(ms: number, callback: () => void): Disposable {
		if (this.#isDisposed) {
			return { dispose: () => undefined };
		}
		const timer: Disposable = this.#clock.after(ms, () => {
			this.#timers.delete(timer);
			callback();
		});
		return this.#owned(timer);
	}

	/** Lets the event loop run, then calls back; not a matter of time, so not the clock's. */
	#nextTurn(callback: () => void): Disposable {
		const immediate = setImmediate(() => {
			this.#timers.delete(timer);
			callback();
		});
		const timer: Disposable = { dispose: () => clearImmediate(immediate) };
		return this.#owned(timer);
	}

	#owned(timer: Disposable): Disposable {
		this.#timers.add(timer);
		return {
			dispose: () => {
				this.#timers.delete(timer);
				timer.dispose();
			},
		};
	}

	/** Never settles once we are disposed: nobody waits for us then. */
	#wait(ms: number): Promise<void> {
		return new Promise((resolve) => void this.#after(ms, resolve));
	}

	async #breathe(): Promise<void> {
		await new Promise<void>((resolve) => void setImmediate(resolve));
		if (this.#isDisposed) {
			throw new StoreError('disposed');
		}
	}
}
