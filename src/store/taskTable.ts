import type { KeepPlan } from '../core/download';
import type { OperationPath } from '../core/operation';
import type { ActiveTask, FinishedTask, Task, TaskKey } from '../core/task';
import { isFinished, taskKey } from '../core/task';
import type { Reservation } from '../tracking/ports/pollQueue';
import type { ActiveEntry, FailingTasks, FinishedPart, NewTask, TaskCounts, TaskTable } from '../tracking/ports/tasks';
import type { ChangeSet, SqliteChangeFeed } from './changeFeed';
import { deleteAll, deleteWithParts, forAll, inChunks, nextTurn } from './chunks';
import type { Connection } from './connection';
import { numberOf, requiredNumber, requiredText } from './connection';
import { keyPages, runningTasks, failingTasks } from './listReads';
import { activeEntries, countFinished, finishedKeys, finishedOperations, demoKeys } from './groupReads';
import { integer } from './sqlValues';
import { statements } from './statements';
import { keyOf, readTask } from './taskRow';
import { addTask, change, getTask, changeList } from './taskWrites';

/** The lists of tasks. The contract of each method: see `TaskTable`. */
export class SqliteTaskTable implements TaskTable {
	readonly #feed: SqliteChangeFeed;
	readonly #deleteFiles: () => Promise<void>;

	/** @param deleteFiles deletes what is kept beside the database */
	constructor(feed: SqliteChangeFeed, deleteFiles: () => Promise<void>) {
		this.#feed = feed;
		this.#deleteFiles = deleteFiles;
	}

	get(key: TaskKey): Task | undefined {
		return this.#feed.read((sql) => getTask(sql, key), undefined);
	}

	active(): readonly ActiveTask[] {
		return this.#feed.read((sql) => sql.all(statements.active).map(readTask), []).filter((task) => !isFinished(task));
	}

	finished(limit: number): readonly FinishedTask[] {
		return this.#feed.read((sql) => sql.all(statements.finished, { limit: integer(limit) }).map(readTask), []).filter(isFinished);
	}

	counts(): TaskCounts {
		return this.#counts(statements.counts);
	}

	demoCounts(): TaskCounts {
		return this.#counts(statements.ownedCounts);
	}

	#counts(statement: string): TaskCounts {
		const none = { active: 0, finished: 0, unviewed: 0, unviewedFailed: 0 };
		return this.#feed.read((sql) => {
			const row = sql.first(statement);
			return row === undefined
				? none
				: {
						active: requiredNumber(row, 'active'),
						finished: requiredNumber(row, 'finished'),
						unviewed: requiredNumber(row, 'unviewed'),
						unviewedFailed: requiredNumber(row, 'unviewed_failed'),
					};
		}, none);
	}

	keyPages(list: 'active' | 'finished'): Iterable<readonly TaskKey[]> {
		return keyPages((body) => this.#feed.read(body, []), list);
	}

	activeEntries(): Iterable<readonly ActiveEntry[]> {
		return activeEntries((body) => this.#feed.read(body, []));
	}

	finishedKeys(part: FinishedPart): Iterable<readonly TaskKey[]> {
		return finishedKeys((body) => this.#feed.read(body, []), part);
	}

	countFinished(part: FinishedPart): number {
		return this.#feed.read((sql) => countFinished(sql, part), 0);
	}

	finishedOperations(): readonly OperationPath[] {
		return this.#feed.read(finishedOperations, []);
	}

	demoKeys(): readonly TaskKey[] {
		return this.#feed.read(demoKeys, []);
	}

	running(limit: number): readonly ActiveTask[] {
		return this.#feed.read((sql) => runningTasks(sql, limit), []);
	}

	failing(): readonly FailingTasks[] {
		return this.#feed.read(failingTasks, []);
	}

	hasResults(): boolean {
		return this.#feed.read((sql) => numberOf(sql.first(statements.hasResults) ?? {}, 'found') === 1, false);
	}

	withId(id: string): readonly TaskKey[] {
		return this.#feed
			.read((sql) => sql.all(statements.withId, { id }), [])
			.toSorted((a, b) => requiredNumber(b, 'number') - requiredNumber(a, 'number'))
			.map(keyOf);
	}

	tracks(origin: string): boolean {
		return this.#feed.read((sql) => sql.first(statements.tracks, { origin }) !== undefined, false);
	}

	rawResponse(key: TaskKey): { readonly body: string; readonly at: number } | undefined {
		return this.#feed.read((sql) => {
			const row = sql.first(statements.rawResponse, { key });
			return row && { body: requiredText(row, 'body'), at: requiredNumber(row, 'at') };
		}, undefined);
	}

	async add(
		tasks: readonly NewTask[],
		now: number,
		reservation?: Reservation,
	): Promise<{ readonly added: readonly TaskKey[]; readonly known: readonly TaskKey[] }> {
		const added = new Set<TaskKey>();
		const known = new Set<TaskKey>();
		const folded = new Map<TaskKey, NewTask>();
		for (const task of tasks) {
			const key = taskKey(task.ref);
			folded.set(key, folded.get(key) ?? task);
		}
		await inChunks(this.#feed, [...folded.values()], (sql, changes, task) => {
			const key = taskKey(task.ref);
			// The transaction may run more than once; the last run counts.
			added.delete(key);
			known.delete(key);
			(addTask(sql, changes, task, now, reservation) ? added : known).add(key);
		});
		return { added: [...added], known: [...known] };
	}

	async import(
		tasks: readonly Task[],
		now: number,
		keepOf?: (task: Task) => KeepPlan | undefined,
	): Promise<{ readonly added: readonly TaskKey[]; readonly known: readonly TaskKey[] }> {
		const { importTasks } = await import('./importTasks');
		return importTasks(this.#feed, tasks, now, keepOf);
	}

	rename(key: TaskKey, name: string | undefined): Promise<void> {
		return this.#feed.write((sql, changes) => {
			change(sql, changes, key, 'name = :name', { name: name ?? null });
		});
	}

	changeOperation(key: TaskKey, { action, action2 }: OperationPath, now: number): Promise<void> {
		return this.#feed.write((sql, changes) => {
			// A check in flight uses the wrong path, and problems of earlier ones say nothing about the right one.
			change(
				sql,
				changes,
				key,
				`action = :action, action2 = :action2, next_poll_at = iif(finished_at IS NULL, :now, NULL), interval_ms = NULL, unlisted = 0,
					problem_kind = NULL, problem_failures = NULL, problem_at = NULL, problem_message = NULL, problem_code = NULL, problem_request_id = NULL,
					claim_id = NULL, claim_until = NULL`,
				{ action, action2, now: integer(now) },
			);
		});
	}

	async remove(keys: readonly TaskKey[], now: number): Promise<void> {
		await inChunks(this.#feed, keys, (sql, changes, key) => {
			changeList(sql, changes, key, 'removed_at = :now', 'removed_at IS NULL', { now: integer(now) });
		});
	}

	async restore(keys: readonly TaskKey[]): Promise<void> {
		await inChunks(this.#feed, keys, (sql, changes, key) => {
			changeList(sql, changes, key, 'removed_at = NULL', 'removed_at IS NOT NULL', {});
		});
	}

	async removeFinished(now: number, which: 'all' | 'viewed' = 'all'): Promise<readonly TaskKey[]> {
		const removed: TaskKey[] = [];
		await forAll(
			this.#feed,
			which === 'viewed' ? statements.viewedBefore : statements.finishedBefore,
			(sql, changes, key) => {
				changeList(sql, changes, key, 'removed_at = :now', 'removed_at IS NULL', { now: integer(now) });
				return key;
			},
			removed,
		);
		return removed;
	}

	async markViewed(keys: readonly TaskKey[] | 'all', now: number): Promise<void> {
		const view = (sql: Connection, changes: ChangeSet, key: TaskKey): TaskKey => {
			const row = sql.first('SELECT 1 FROM tasks WHERE key = :key AND finished_at IS NOT NULL AND viewed_at IS NULL', { key });
			if (row !== undefined) {
				change(sql, changes, key, 'viewed_at = :now', { now: integer(now) });
			}
			return key;
		};
		if (keys === 'all') {
			await forAll(this.#feed, statements.unviewedBefore, view, []);
		} else {
			await inChunks(this.#feed, keys, view);
		}
	}

	async deleteEverything(): Promise<void> {
		// The journal first, so that its rows are not changed for each deleted task. All are begun at once: what is added from now on is new.
		await deleteWithParts(this.#feed, async () => {
			await Promise.all(
				(['creations', 'units', 'downloads', 'tasks'] as const).map((table) =>
					deleteAll(this.#feed, `SELECT rowid FROM ${table} LIMIT :limit`, {}, table),
				),
			);
		});
		// The last slice may have deleted rows.
		await nextTurn();
		await this.#feed.write((sql, changes) => {
			// Another window may have added tasks between the transactions. They keep their origins: without one a task is never due.
			sql.exec(
				'DELETE FROM owners; DELETE FROM durations; DELETE FROM costs; DELETE FROM request_slots; DELETE FROM request_starts; DELETE FROM list_queries; DELETE FROM windows; DELETE FROM proofs; DELETE FROM origins WHERE origin NOT IN (SELECT origin FROM tasks UNION SELECT origin FROM creations); UPDATE state SET recovered = NULL, copied_at = 0, copying_until = 0, salt = hex(randomblob(8)), expiry_notice_at = NULL',
			);
			changes.epoch();
			changes.creations();
			changes.keyRevision();
		});
		await this.#deleteFiles();
		await this.#feed.eraseDeletedContent();
	}

	/** Permanently deletes the tasks that were removed from the lists before a time (ms since 1970). */
	purge(before: number): Promise<void> {
		return deleteWithParts(this.#feed, () => deleteAll(this.#feed, statements.removedBefore, { before: integer(before) }));
	}
}
