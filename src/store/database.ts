import type { Clock, Log } from '../tracking/ports/host';
import type { Disposable, Event } from '../core/emitter';
import type { StoreCondition } from '../tracking/ports/health';
import { Checkpointer } from './checkpointer';
import { Condition } from './condition';
import type { Connection } from './connection';
import { requiredNumber } from './connection';
import { Copier } from './copy';
import { CurrentFile } from './currentFile';
import { DailyCopy } from './dailyCopy';
import { StoreFiles } from './files';
import { FileSwitch } from './fileSwitch';
import { Opener } from './opener';
import { loadSqlite } from './openFile';
import { Reader } from './reader';
import { migrations as ownMigrations } from './schema';
import { SchemaCheck } from './schemaCheck';
import { StoreError } from './storeError';
import { Threads } from './thread';
import { Timers } from './timers';
import type { UnconfirmedStatus } from './writeQueue';
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

/** How long closing waits for what is being saved, ms: the editor gives its extensions five seconds. */
const closingMs = 4_000;

/**
 * The one door to SQL, over whichever file is in use: the highest-numbered `kling-N.db`.
 *
 * A damaged one stays where it is: `kling-(N+1).db` is made empty and exclusively, and whoever takes SQLite's write lock on it first fills it from
 * the earlier files and the copy, in one transaction: a window that dies in the middle leaves it empty for the next. Every write looks, under the lock, whether
 * a newer file exists: from the moment it does, nobody writes to the old one. It also looks whether the file that is open is still the one at its path;
 * if not, `Rescue` makes the next one.
 *
 * Reads are immediate. Writes keep their order and wait for other processes and for the disk (`WriteQueue`); `condition` says for what.
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
	 * Opens the folder's database, making, migrating or recovering it as needed. Waits for other windows that do the same.
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

	/** Another file is in use now, or reads that failed will succeed: everything must be read anew. */
	get onDidReplace(): Event<void> {
		return this.#current.onDidReplace;
	}

	/** Writes are refused: for good where a newer version made the file, else until the folder takes them. */
	get readOnly(): boolean {
		return this.#condition.isReadOnly;
	}

	/** Runs statements that only read. When the file cannot be read just now, `fallback` is returned, and `onDidReplace` follows when it can. */
	read<T>(body: (sql: Connection) => T, fallback: T): T {
		return this.#reader.read(body, fallback);
	}

	/**
	 * Runs `body` in a transaction of its own, after all earlier writes; it may run more than once, but is committed once.
	 * `committed` is called right after the commit, before the promise settles.
	 * Rejects with StoreError `readOnly` or `disposed`, or with what `body` throws.
	 */
	write<T>(body: (sql: Connection) => T, committed?: (value: T) => void): Promise<T> {
		if (this.#timers.isDisposed || this.readOnly) {
			return Promise.reject(new StoreError(this.#timers.isDisposed ? 'disposed' : 'readOnly'));
		}
		return this.#queue.push(body, committed);
	}

	/**
	 * A number that another process's commits change (`PRAGMA data_version`; microseconds, with the listing of the folder and the three questions to the file system before it).
	 * Moves on when there is a newer file, or the open one is no longer at its path.
	 */
	dataVersion(): number | undefined {
		if (this.#current.hasListChanged()) {
			this.#switch.leave('moved');
		}
		return this.read((sql) => requiredNumber(sql.first('PRAGMA data_version') ?? {}, 'data_version'), undefined);
	}

	/**
	 * Removes for good what deleted rows leave behind: the copy, the earlier files, what is in the making, free pages and the log. Call after the deletion.
	 * When other windows read all the time, the log is emptied by the last one that closes.
	 */
	async eraseDeletedContent(): Promise<void> {
		this.#dailyCopy.forget();
		await this.#current.eraseDeletedContent();
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
		if (!this.#timers.isDisposed && this.#current.hasListChanged()) {
			this.#switch.leave('moved');
		}
		if (this.#switch.leaving !== undefined) {
			await Promise.race([this.#switch.leaving, this.#timers.wait(closingMs).catch(() => undefined)]);
		}
		this.dispose();
		await this.#threads.close();
	}

	/** Tries what is waiting once more, refuses the rest, and closes the file. */
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

	/** Under the lock, before a write. */
	#judge(sql: Connection): UnconfirmedStatus {
		if (this.#current.hasListChanged()) {
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
