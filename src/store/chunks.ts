import type { TaskKey } from '../core/task';
import type { ChangeSet, SqliteChangeFeed } from './changeFeed';
import type { Connection, Params } from './connection';
import { numberOf } from './connection';
import { keyOf } from './taskRow';

/** How many tasks one transaction of a bulk change takes at most. */
export const chunkSize = 200;

/** How long such a transaction takes tasks, ms: the extension host is shared, and others' work waits for it. */
const chunkMs = 20;

/** How many tasks one statement deletes: each takes its response, up to 64 KiB, along. */
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

/** For all tasks that a statement finds and that have not changed since the call began; each call of `each` takes its task out of what it finds. */
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

/** Deletes the tasks that a statement finds. */
export async function deleteAll(feed: SqliteChangeFeed, found: string, params: Params): Promise<void> {
	while (await feed.write((sql, changes) => deleteTasks(sql, changes, found, params))) {
		await nextTurn();
	}
}

/** The extension host serves others before this goes on. */
export function nextTurn(): Promise<void> {
	return new Promise((resolve) => void setImmediate(resolve));
}

/** Works on the items until the time of a chunk is over, on one at least, and says on how many it did. */
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

/** Deletes one chunk of the tasks that a statement finds; true when there may be more. */
function deleteTasks(sql: Connection, changes: ChangeSet, found: string, params: Params): boolean {
	const end = performance.now() + chunkMs;
	let isMore: boolean;
	let total = 0;
	do {
		const deleted = sql.run(`DELETE FROM tasks WHERE number IN (${found})`, { ...params, limit: deletedAtOnce });
		total += deleted;
		isMore = deleted === deletedAtOnce;
	} while (isMore && total < chunkSize && performance.now() < end);
	if (total > 0) {
		changes.epoch();
	}
	return isMore;
}
