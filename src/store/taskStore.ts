import type { Disposable, Event } from '../core/emitter';
import type { CreationStore } from '../creation/ports/creationStore';
import type { Installation } from '../creation/ports/identity';
import type { MediaCopies } from '../creation/ports/mediaCopies';
import type { StoreCondition, StoreHealth } from '../tracking/ports/health';
import type { DownloadStore, Posters } from '../tracking/ports/downloads';
import type { ListQueryLoader, ListQueryStore } from '../tracking/ports/listQueries';
import type { Stores } from '../tracking/ports/stores';
import { SqliteAnnouncementStore } from './announcements';
import { SqliteAttentionStore } from './attention';
import { SqliteChangeFeed } from './changeFeed';
import { numberOf } from './connection';
import type { DatabaseOptions } from './database';
import { Database } from './database';
import { SqliteCostStore } from './costs';
import { creationStore } from './creationStore';
import { creationFiles } from './lazyCreationFiles';
import { SqliteDemoStore } from './demos';
import { downloadStore } from './downloadStore';
import { SqliteDurationStore } from './durations';
import { SqliteOriginStore } from './origins';
import { SqlitePollQueue } from './pollQueue';
import { posters } from './lazyPosters';
import { LazyTaskSearch } from './lazySearch';
import { SqliteSlotStore } from './slots';
import { SqliteTaskTable } from './taskTable';

/** How long untracked tasks are kept for undo, ms; when a window opens, older ones are deleted. */
const removedTasksLiveMs = 60 * 60_000;

/** All persistent data, in one database file that all windows share. */
export class TaskStore implements Stores, StoreHealth, Disposable {
	readonly tasks: SqliteTaskTable;
	readonly pollQueue: SqlitePollQueue;
	readonly listQueries: ListQueryLoader;
	readonly slots: SqliteSlotStore;
	readonly origins: SqliteOriginStore;
	readonly announcements: SqliteAnnouncementStore;
	readonly durations: SqliteDurationStore;
	readonly costs: SqliteCostStore;
	readonly attention: SqliteAttentionStore;
	readonly demos: SqliteDemoStore;
	readonly creations: CreationStore;
	readonly downloads: DownloadStore;
	readonly posters: Posters;
	readonly media: MediaCopies;
	readonly installation: Installation;
	readonly search: LazyTaskSearch;
	readonly changes: SqliteChangeFeed;
	readonly #database: Database;

	private constructor(database: Database, options: DatabaseOptions) {
		const changes = new SqliteChangeFeed(database, options);
		this.#database = database;
		this.changes = changes;
		this.tasks = new SqliteTaskTable(changes, async () => {
			await this.media.deleteEverything();
			await this.installation.delete();
			await this.posters.deleteEverything();
		});
		this.pollQueue = new SqlitePollQueue(changes, options.clock);
		let lists: Promise<ListQueryStore> | undefined;
		this.listQueries = {
			load: () => (lists ??= import('./listQueries').then(({ SqliteListQueryStore }) => new SqliteListQueryStore(changes))),
		};
		this.slots = new SqliteSlotStore(changes);
		this.origins = new SqliteOriginStore(changes);
		this.announcements = new SqliteAnnouncementStore(changes);
		this.durations = new SqliteDurationStore(changes);
		this.costs = new SqliteCostStore(changes);
		this.attention = new SqliteAttentionStore(changes);
		this.demos = new SqliteDemoStore(changes);
		this.creations = creationStore(changes, database, options);
		this.downloads = downloadStore(changes);
		this.posters = posters(options.directory);
		({ media: this.media, installation: this.installation } = creationFiles(options.directory));
		this.search = new LazyTaskSearch({ database, changes, tasks: this.tasks, options });
	}

	/**
	 * Opens the store of a folder, and starts to delete tasks that were untracked more than an hour ago.
	 * @throws StoreError `noSqlite`, `unusable` or `busy`
	 */
	static async open(options: DatabaseOptions): Promise<TaskStore> {
		const store = new TaskStore(await Database.open(options), options);
		if (!store.readOnly) {
			store.tasks
				.purge(options.clock.now() - removedTasksLiveMs)
				.catch((error: unknown) => options.log.warn(`Failed to delete untracked tasks: ${String(error)}`));
		}
		return store;
	}

	get health(): StoreHealth {
		return this;
	}

	get readOnly(): boolean {
		return this.#database.readOnly;
	}

	/** The condition of the file; anything but `ok` is to be shown. */
	get condition(): StoreCondition {
		return this.#database.condition;
	}

	get onDidChangeCondition(): Event<void> {
		return this.#database.onDidChangeCondition;
	}

	/**
	 * After a damaged or lost file was replaced: the number of recovered tasks, for exactly one caller over all windows, which shows the
	 * notice. Call when the store has opened, and whenever the condition becomes `ok`.
	 */
	async claimRecoveryNotice(): Promise<{ readonly tasks: number } | undefined> {
		const row = this.#database.read((sql) => sql.first('SELECT recovered FROM state'), undefined);
		if (row === undefined || numberOf(row, 'recovered') === undefined || this.readOnly) {
			return undefined;
		}
		return this.#database.write((sql) => {
			const tasks = numberOf(sql.first('SELECT recovered FROM state') ?? {}, 'recovered');
			sql.run('UPDATE state SET recovered = NULL');
			return tasks === undefined ? undefined : { tasks };
		});
	}

	/** See `DailyCopy.copyIfDue`. */
	copyIfDue(): Promise<boolean> {
		return this.#database.copyIfDue();
	}

	/** As `dispose`, and resolves when nothing of the store is open any more; see `Database.close`. */
	async close(): Promise<void> {
		await Promise.all([this.search.close(), this.#database.close()]);
		this.dispose();
	}

	dispose(): void {
		void this.search.close();
		this.#database.dispose();
		this.changes.dispose();
	}
}
