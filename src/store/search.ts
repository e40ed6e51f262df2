import { joinWork } from '../core/abort';
import { Disposables } from '../core/disposables';
import type { Disposable } from '../core/emitter';
import type { TaskKey } from '../core/task';
import type { TaskSearch } from '../tracking/ports/search';
import type { SqliteChangeFeed } from './changeFeed';
import type { Database, DatabaseOptions } from './database';
import type { SearchQuestion } from './searchThread';
import type { SqliteTaskTable } from './taskTable';
import { StoreError } from './storeError';
import { startServer, ThreadError, type ThreadServer } from './thread';

/** How long (ms) the thread with the index stays after the last search. */
const idleMs = 10 * 60_000;

/** What a search needs. */
export interface SearchParts {
	readonly database: Pick<Database, 'path'>;
	readonly changes: Pick<SqliteChangeFeed, 'onDidChange'>;
	readonly tasks: Pick<SqliteTaskTable, 'counts'>;
	/** See `DatabaseOptions`. */
	readonly options: Pick<DatabaseOptions, 'clock' | 'workerFile' | 'searchWords'>;
}

/**
 * The search over all tasks. A thread has them in memory, from the first search on; it reads what has changed before each reply. Nothing of
 * it is on disk. Entry point of dist/search.js. The contract: see `TaskSearch`.
 */
export class SqliteTaskSearch implements TaskSearch {
	readonly #own = new Disposables();
	readonly #parts: SearchParts;
	#thread: ThreadServer<SearchQuestion, readonly TaskKey[]> | undefined;
	#idle: Disposable | undefined;
	/** Settles when the search before has: those that wait may be cancelled meanwhile. Never rejects. */
	#before: Promise<unknown> = Promise.resolve();
	#isClosed = false;

	constructor(parts: SearchParts) {
		this.#parts = parts;
		// Also when another window has deleted all data.
		this.#own.own(
			parts.changes.onDidChange(({ listChanged }) => {
				if (listChanged && this.#thread !== undefined && isEmpty(parts.tasks)) {
					void this.#stop();
				}
			}),
		);
	}

	/** Rejects also with ThreadError if the file cannot be read, and with StoreError `disposed`. */
	async find(text: string, limit: number, signal?: AbortSignal): Promise<readonly TaskKey[]> {
		const found = this.#before.then(async () => (signal?.aborted === true ? [] : this.#ask(text, limit)));
		this.#before = found.catch(() => undefined);
		return joinWork(found, [signal]);
	}

	/** Resolves when the thread has exited. */
	async close(): Promise<void> {
		this.#isClosed = true;
		this.#own.dispose();
		await this.#stop();
	}

	async #ask(text: string, limit: number, isRetry = false): Promise<readonly TaskKey[]> {
		const { database, options } = this.#parts;
		if (this.#isClosed) {
			throw new StoreError('disposed');
		}
		this.#idle?.dispose();
		this.#idle = options.clock.after(idleMs, () => void this.#stop());
		this.#thread ??= startServer(options.workerFile, {
			kind: 'search',
			words: options.searchWords?.() ?? { operations: {}, statuses: {} },
		});
		const thread = this.#thread;
		try {
			return await thread.ask({ file: database.path, text, limit });
		} catch (error) {
			if (this.#thread === thread) {
				void this.#stop();
			}
			if (!isRetry && error instanceof ThreadError && error.failure === 'cancelled') {
				// The thread exited without a reply: it had died before, or was stopped because all data were deleted.
				return this.#ask(text, limit, true);
			}
			throw error;
		}
	}

	async #stop(): Promise<void> {
		const thread = this.#thread;
		this.#thread = undefined;
		this.#idle?.dispose();
		await thread?.stop();
	}
}

function isEmpty(tasks: SearchParts['tasks']): boolean {
	const { active, finished } = tasks.counts();
	return active + finished === 0;
}
