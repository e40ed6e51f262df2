import type { TaskKey } from '../core/task';
import type { ChangeSet, SqliteChangeFeed } from './changeFeed';
import type { Connection, Params } from './connection';
import { numberOf } from './connection';
import { keyOf } from './taskRow';

/** Maximum number of tasks in one transaction of a bulk change. */
export const chunkSize = 200;

/** Time limit (ms) after which such a transaction takes no further task: the extension host is shared. */
const chunkMs = 20;

/** Number of tasks that one statement deletes: each deletes its response, up to 64 KiB, too. */
const deletedAtOnce = 20;

export async function inChunks<T>(
	feed: SqliteChangeFeed,
	items: readonly T[],
	each: (sql: Connection, changes: ChangeSet, item: T) => unknown,
): Promise<void> {
	for (let start = 0; start < items.length;) {
		if (start > 0) {
			await nextTurn();
		}
		start += await feed.write((sql, changes) =>
			forOneChunk(items.slice(start, start + chunkSize), (item) => void each(sql, changes, item)),
		);
	}
}

/**
 * Calls `each` for all tasks that a statement finds and that have not changed since the call started.
 * @param each must change its task so that the statement no longer finds it
 * @param done receives the keys, chunk by chunk
 */
export async function forAll(
	feed: SqliteChangeFeed,
	found: string,
	each: (sql: Connection, changes: ChangeSet, key: TaskKey) => TaskKey,
	done: TaskKey[],
): Promise<void> {
	let bound: number | undefined;
	for (let isLast = false; !isLast;) {
		const chunk = await feed.write((sql, changes) => {
			bound ??= numberOf(sql.first('SELECT revision FROM state') ?? {}, 'revision') ?? 0;
			const keys = sql.all(found, { bound, limit: chunkSize }).map(keyOf);
			const taken = forOneChunk(keys, (key) => void each(sql, changes, key));
			return { keys: keys.slice(0, taken), isLast: taken === keys.length && keys.length < chunkSize };
		});
		done.push(...chunk.keys);
		isLast = chunk.isLast;
		if (!isLast) {
			await nextTurn();
		}
	}
}

/** Deletes the rows whose row IDs a statement finds. @param table ours, never from outside */
export async function deleteAll(feed: SqliteChangeFeed, found: string, params: Params, table = 'tasks'): Promise<void> {
	while (await feed.write((sql, changes) => deleteRows(sql, changes, found, params, table))) {
		await nextTurn();
	}
}

/** Runs what deletes rows, then removes the partial files of downloads that no row knows any more. A running one is removed by its window. */
export async function deleteWithParts(feed: SqliteChangeFeed, deleteRows: () => Promise<void>): Promise<void> {
	if (feed.read((sql) => sql.first('SELECT 1 FROM downloads WHERE part IS NOT NULL'), undefined)) {
		const { withoutOrphans } = await import('./downloadQueue');
		await withoutOrphans(feed, deleteRows);
	} else {
		await deleteRows();
	}
}

/** Yields to the other work of the extension host. */
export function nextTurn(): Promise<void> {
	return new Promise((resolve) => void setImmediate(resolve));
}

/** Processes items, at least one, until the chunk's time limit. Returns how many were processed. */
function forOneChunk<T>(items: readonly T[], work: (item: T) => void): number {
	const end = performance.now() + chunkMs;
	let done = 0;
	for (const item of items) {
		work(item);
		done++;
		if (performance.now() >= end) {
			break;
		}
	}
	return done;
}

/** Deletes one chunk of the rows that a statement finds; true when there may be more. */
function deleteRows(sql: Connection, changes: ChangeSet, found: string, params: Params, table: string): boolean {
	const end = performance.now() + chunkMs;
	let isMore: boolean;
	let total = 0;
	do {
		const deleted = sql.run(`DELETE FROM ${table} WHERE rowid IN (${found})`, { ...params, limit: deletedAtOnce });
		total += deleted;
		isMore = deleted === deletedAtOnce;
	} while (isMore && total < chunkSize && performance.now() < end);
	if (total > 0) {
		changes.epoch();
	}
	return isMore;
}
