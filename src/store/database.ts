import type { Clock, Log } from '../tracking/ports/host';
import type { Disposable, Event } from '../core/emitter';
import type { StoreCondition } from '../tracking/ports/health';
import type { SearchWords } from '../tracking/ports/search';

import { Checkpointer } from './checkpointer';
import { Condition } from './condition';
import type { Connection } from './connection';
import { requiredNumber } from './connection';
import { Copier } from './copy';
import { CurrentFile } from './currentFile';
import { DailyCopy } from './dailyCopy';
import { StoreFiles } from './files';
import { FileSwitch } from './fileSwitch';
import type { CommittedFile } from './flush';
import { Opener } from './opener';
import { loadSqlite } from './openFile';
import { Reader } from './reader';
import { migrations as ownMigrations } from './schema';
import { SchemaCheck } from './schemaCheck';
import { StoreError } from './storeError';
import { Threads } from './thread';
import { Timers } from './timers';
import type { WriteDecision } from './writeQueue';
import { WriteQueue } from './writeQueue';

export interface DatabaseOptions {
	/** Absolute path; created if missing. */
	readonly directory: string;
	readonly clock: Clock;
	readonly log: Log;
	/** The bundle of `store.worker.ts`, absolute. */
	readonly workerFile: string;
	/** The words that people see, for the search; called when it is first used. */
	readonly searchWords?: () => SearchWords;
	/** Replaces our schema, for tests of migrations. */
	readonly migrations?: readonly string[];
	/** Number of commits between two checkpoints, for tests. */
	readonly checkpointEvery?: number;
	/**
	 * Called once when opening has waited ten seconds for a file that another process holds. Opening continues.
	 * @param holder that process if known, for example `sqlitebrowser (4711)`
	 */
	readonly onWaiting?: (holder: string | undefined) => void;
	/**
	 * Ends waiting for a file that another process holds; without it, opening waits without limit. When it is aborted, opening rejects
	 * within 300 ms with StoreError `busy`, and nothing is open. Recovery or a migration in progress is not interrupted: restarted each
	 * time, it might never finish.
	 */
	readonly signal?: AbortSignal;
}

/** How long closing waits for a rescue in progress, ms: VS Code gives extensions five seconds to deactivate. */
const closingMs = 4_000;

/**
 * The only caller of SQL. Uses the file `kling-N.db` with the highest number.
 *
 * A damaged file stays where it is. `kling-(N+1).db` is created empty and exclusively; the first window that takes its write lock fills it
 * from the earlier files and the copy, in one transaction, so a window that dies meanwhile leaves it empty for the next. Every write
 * checks, under the lock, whether a file of a higher number exists: once it does, nobody writes to the old one. It also checks whether the
 * open file is still the one at its path; if not, `Rescue` makes the next file.
 *
 * Reads are immediate. Writes keep their order and wait for other processes and for the disk (`WriteQueue`); `condition` reports the cause.
 */
export class Database implements Disposable {
	readonly #timers: Timers;
	readonly #threads: Threads;
	readonly #condition: Condition;
	readonly #current: CurrentFile;
	readonly #switch: FileSwitch;
	readonly #reader: Reader;
	readonly #queue: WriteQueue;
	readonly #dailyCopy: DailyCopy;
	/** The number of the file of the last commit. */
	#committed = 0;

	private constructor(options: DatabaseOptions) {
		const { clock, log, migrations = ownMigrations } = options;
		const files = new StoreFiles(options.directory);
		const timers = (this.#timers = new Timers(clock));
		const threads = (this.#threads = new Threads(options.workerFile));
		const condition = (this.#condition = new Condition(log));
		const check = new SchemaCheck(migrations);
		const current = (this.#current = new CurrentFile({ files, migrations, check, condition, log, timers }));
		const copier = new Copier(files, threads);
		const checkpointer = new Checkpointer(log, threads, options.checkpointEvery);
		const loadRecovery = async () => {
			const { Recovery } = await import('./recovery/recovery');
			if (timers.isDisposed) {
				throw new StoreError('disposed');
			}
			return new Recovery({ files, migrations, log, timers, letGo: () => current.hold(undefined) });
		};
		const onWaiting = (path: string) => void this.#switch.waited(path);
		const opener = new Opener({ files, migrations, check, copier, loadRecovery, log, timers, onWaiting });
		this.#queue = new WriteQueue({
			timers,
			log,
			connection: () => current.connection,
			judge: (sql) => this.#judge(sql),
			committed: () => {
				this.#committed = current.number;
				if (current.hasLog) {
					checkpointer.committed(current.path);
				}
				condition.committed();
			},
			onDiskError: (kind, error) => this.#switch.failed(kind, error),
		});
		this.#switch = new FileSwitch({
			files,
			current,
			condition,
			opener,
			loadRecovery,
			queue: this.#queue,
			log,
			timers,
			onWaiting: options.onWaiting,
		});
		this.#reader = new Reader({ current, condition, fileSwitch: this.#switch, log, timers });
		this.#dailyCopy = new DailyCopy({
			files,
			clock,
			log,
			timers,
			copier,
			source: {
				number: () => current.number,
				isUsable: () => this.#switch.leaving === undefined && !this.readOnly,
				write: (body) => this.write(body),
				foundDamage: (number, error) => {
					if (number === current.number) {
						this.#switch.leave('damaged', error);
					}
				},
			},
		});
	}

	/**
	 * Opens the folder's database. Creates, migrates or recovers it as needed, and waits for other windows that do so.
	 * @throws StoreError `noSqlite`, `unusable` or `busy`
	 */
	static async open(options: DatabaseOptions): Promise<Database> {
		loadSqlite();
		const database = new Database(options);
		try {
			await database.#switch.open(options.signal);
		} catch (error) {
			database.dispose();
			throw error instanceof StoreError ? error : new StoreError('unusable', error);
		}
		database.#dailyCopy.start();
		return database;
	}

	get condition(): StoreCondition {
		return this.#condition.value;
	}

	get onDidChangeCondition(): Event<void> {
		return this.#condition.onDidChange;
	}

	/** Fires when another file is in use, or when reads that failed are possible again: everything must be read again. */
	get onDidReplace(): Event<void> {
		return this.#current.onDidReplace;
	}

	/** Whether writes are refused: permanently if a newer version wrote the file, else until the folder is writable. */
	get readOnly(): boolean {
		return this.#condition.isReadOnly;
	}

	/** Runs statements that only read. Returns `fallback` while the file cannot be read; `onDidReplace` fires when it can. */
	read<T>(body: (sql: Connection) => T, fallback: T): T {
		return this.#reader.read(body, fallback);
	}

	/**
	 * Runs `body` in its own transaction, after all earlier writes. It may run more than once, but is committed once.
	 * `committed` is called right after the commit, before the promise settles.
	 * Rejects with StoreError `readOnly` or `disposed`, or with any error of `body`.
	 */
	write<T>(body: (sql: Connection) => T, committed?: (value: T) => void): Promise<T> {
		if (this.#timers.isDisposed || this.readOnly) {
			return Promise.reject(new StoreError(this.#timers.isDisposed ? 'disposed' : 'readOnly'));
		}
		return this.#queue.push(body, committed);
	}

	/**
	 * A number that changes with the commits of other processes (`PRAGMA data_version`). Takes microseconds, one listing of the folder and
	 * three `stat` calls included. Switches to another file if there is a newer one, or if the open one is no longer at its path.
	 */
	dataVersion(): number | undefined {
		if (this.#current.hasFileMoved()) {
			this.#switch.leave('moved');
		}
		return this.read((sql) => requiredNumber(sql.first('PRAGMA data_version') ?? {}, 'data_version'), undefined);
	}

	/**
	 * Erases the content of deleted rows: the copy, the earlier files, temporary files, free pages and the WAL. Call after the deletion.
	 * If other windows read all the time, the WAL is emptied when the last window closes.
	 */
	async eraseDeletedContent(): Promise<void> {
		this.#dailyCopy.forget();
		await this.#current.eraseDeletedContent();
	}

	/** The file of this window's last commit; see `flushLog`. */
	committedFile(): CommittedFile {
		const { path, hasLog } = this.#current;
		const number = this.#committed;
		return {
			path,
			hasLog,
			isInUse: () => this.#switch.leaving === undefined && this.#current.number === number && !this.#current.hasFileMoved(),
		};
	}

	/** Absolute path of the file in use. */
	get path(): string {
		return this.#current.path;
	}

	/** See `DailyCopy.copyIfDue`. */
	copyIfDue(): Promise<boolean> {
		return this.#dailyCopy.copyIfDue();
	}

	/**
	 * As `dispose`, and resolves when the threads have exited too. If the file has been lost, first saves the content that only this
	 * connection can still read.
	 */
	async close(): Promise<void> {
		if (!this.#timers.isDisposed && this.#current.hasFileMoved()) {
			this.#switch.leave('moved');
		}
		if (this.#switch.leaving !== undefined) {
			await Promise.race([this.#switch.leaving, this.#timers.wait(closingMs).catch(() => undefined)]);
		}
		this.dispose();
		await this.#threads.close();
	}

	/** Attempts the waiting writes once more, rejects the others, and closes the file. */
	dispose(): void {
		if (this.#timers.isDisposed) {
			return;
		}
		this.#queue.drain();
		this.#timers.dispose();
		void this.#threads.close();
		this.#queue.dispose();
		this.#condition.dispose();
		this.#current.dispose();
	}

	/** Called under the write lock, before each write. */
	#judge(sql: Connection): WriteDecision {
		if (this.#current.hasFileMoved()) {
			this.#switch.leave('moved');
			return 'stop';
		}
		if (this.#current.isNewer(sql)) {
			this.#condition.set('newerSchema');
			return 'refuse';
		}
		this.#current.checked(sql);
		return 'go';
	}
}
