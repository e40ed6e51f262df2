import type { KeepPlan } from '../core/download';
import { isFinished, type Task, type TaskKey } from '../core/task';
import type { ChangeSet, SqliteChangeFeed } from './changeFeed';
import { inChunks } from './chunks';
import type { Connection, Params } from './connection';
import { numberOf } from './connection';
import { jsonOf } from './downloadRow';
import { integer, optional } from './sqlValues';
import { rowOf } from './taskRow';
import { changeList } from './taskWrites';

/** See `TaskTable.import`. Of several tasks with one key the first counts. Entry point of dist/import.js. */
export async function importTasks(
	feed: SqliteChangeFeed,
	tasks: readonly Task[],
	now: number,
	keepOf: (task: Task) => KeepPlan | undefined = () => undefined,
): Promise<{ readonly added: readonly TaskKey[]; readonly known: readonly TaskKey[] }> {
	const added = new Set<TaskKey>();
	const known = new Set<TaskKey>();
	const byKey = new Map<TaskKey, Task>();
	for (const task of tasks) {
		byKey.set(task.key, byKey.get(task.key) ?? task);
	}
	// The list is newest first, and of tasks of one time the last inserted comes first.
	await inChunks(feed, [...byKey.values()].reverse(), (sql, changes, task) => {
		// The transaction may run more than once; the last run counts.
		added.delete(task.key);
		known.delete(task.key);
		(importTask(sql, changes, task, now, keepOf(task)) ? added : known).add(task.key);
	});
	return { added: [...added], known: [...known] };
}

/** Returns true if the task is new, or was untracked and is restored as it was. */
function importTask(sql: Connection, changes: ChangeSet, task: Task, now: number, keep: KeepPlan | undefined): boolean {
	const { key, ref, name, prompt } = task;
	sql.run('INSERT OR IGNORE INTO origins (origin) VALUES (:origin)', { origin: ref.origin });
	const known = sql.first('SELECT removed_at FROM tasks WHERE key = :key', { key });
	if (known !== undefined) {
		changeList(sql, changes, key, 'removed_at = NULL', 'removed_at IS NOT NULL', {});
		return numberOf(known, 'removed_at') !== undefined;
	}
	const revision = changes.markListChanged(key);
	const finished = isFinished(task);
	const columns: Params = {
		...rowOf(task),
		...ref,
		key,
		name: name ?? null,
		prompt: prompt ?? null,
		keep: jsonOf(keep),
		viewed_at: finished ? optional(task.viewedAt) : null,
		next_poll_at: finished ? null : integer(now),
		revision,
		list_revision: revision,
	};
	const names = Object.keys(columns);
	sql.run(`INSERT INTO tasks (${names.join(', ')}) VALUES (:${names.join(', :')})`, columns);
	return true;
}
