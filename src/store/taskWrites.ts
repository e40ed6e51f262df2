import type { Task, TaskKey } from '../core/task';
import { taskKey } from '../core/task';
import type { Reservation } from '../tracking/ports/pollQueue';
import type { NewTask } from '../tracking/ports/tasks';
import type { ChangeSet } from './changeFeed';
import type { Connection, Params } from './connection';
import { numberOf } from './connection';
import { optional, integer } from './sqlValues';
import { statements } from './statements';
import { readTask } from './taskRow';

export function getTask(sql: Connection, key: TaskKey): Task | undefined {
	const row = sql.first(statements.get, { key });
	return row && readTask(row);
}

/** Returns true if the task is new, or was untracked and is restored. */
export function addTask(sql: Connection, changes: ChangeSet, task: NewTask, now: number, reservation: Reservation | undefined): boolean {
	const key = taskKey(task.ref);
	const { origin, action, action2, id } = task.ref;
	const isNewOrigin = sql.run('INSERT OR IGNORE INTO origins (origin) VALUES (:origin)', { origin }) > 0;
	const row = sql.first('SELECT removed_at FROM tasks WHERE key = :key', { key });
	if (row !== undefined && numberOf(row, 'removed_at') === undefined) {
		if (isNewOrigin) {
			// The origin's row was missing; its tasks are due again.
			changes.epoch();
		}
		addPrompt(sql, changes, key, task);
		addPlan(sql, changes, key, task);
		return false;
	}
	const columns = {
		action,
		action2,
		claim_id: reservation?.reservationId ?? null,
		claim_until: optional(reservation?.until),
	};
	const booked = integer(reservation?.until ?? now);
	const revision = changes.markListChanged(key);
	if (row === undefined) {
		sql.run(
			`INSERT INTO tasks (key, origin, id, status, tracked_at, next_poll_at, name, prompt, owner, price_class, keep, revision, list_revision, action, action2, claim_id, claim_until)
				VALUES (:key, :origin, :id, 'submitted', :now, :booked, :name, :prompt, :owner, :priceClass, :keep, :revision, :revision, :action, :action2, :claim_id, :claim_until)`,
			{
				...columns,
				key,
				origin,
				id,
				now: integer(now),
				booked,
				name: task.name ?? null,
				prompt: task.prompt ?? null,
				owner: task.owner ?? null,
				priceClass: task.priceClass ?? null,
				keep: task.keep === undefined ? null : JSON.stringify(task.keep),
				revision,
			},
		);
	} else {
		// Restored as it was, but with the operation given now.
		update(sql, key, {
			...columns,
			removed_at: null,
			...(task.name === undefined ? {} : { name: task.name }),
			...(task.priceClass === undefined ? {} : { price_class: task.priceClass }),
			revision,
			list_revision: revision,
		});
		addPrompt(sql, changes, key, task);
		addPlan(sql, changes, key, task);
		sql.run('UPDATE tasks SET next_poll_at = :booked WHERE key = :key AND finished_at IS NULL', { key, booked });
	}
	return true;
}

/** A later paste may add a prompt, and never replaces one. */
function addPrompt(sql: Connection, changes: ChangeSet, key: TaskKey, { prompt }: NewTask): void {
	if (prompt !== undefined && sql.first('SELECT 1 FROM tasks WHERE key = :key AND prompt IS NULL', { key }) !== undefined) {
		change(sql, changes, key, 'prompt = :prompt', { prompt });
	}
}

/** A plan is never replaced: results may be in its folder. A task that has results has them queued by the triggers. */
function addPlan(sql: Connection, changes: ChangeSet, key: TaskKey, { keep }: NewTask): void {
	if (keep !== undefined && sql.first('SELECT 1 FROM tasks WHERE key = :key AND keep IS NULL AND owner IS NULL', { key }) !== undefined) {
		change(sql, changes, key, 'keep = :keep', { keep: JSON.stringify(keep) });
	}
}

/** Sets columns of a task that is in the lists. @param assignments SQL of ours, never from outside */
export function change(sql: Connection, changes: ChangeSet, key: TaskKey, assignments: string, params: Params): void {
	if (sql.first('SELECT 1 FROM tasks WHERE key = :key AND removed_at IS NULL', { key }) !== undefined) {
		sql.run(`UPDATE tasks SET ${assignments}, revision = :revision WHERE key = :key`, {
			...params,
			key,
			revision: changes.markChanged(key),
		});
	}
}

/** Moves a task between lists if `condition` holds. @param assignments and `condition`: SQL of ours, never from outside */
export function changeList(
	sql: Connection,
	changes: ChangeSet,
	key: TaskKey,
	assignments: string,
	condition: string,
	params: Params,
): void {
	if (sql.first(`SELECT 1 FROM tasks WHERE key = :key AND ${condition}`, { key }) !== undefined) {
		sql.run(`UPDATE tasks SET ${assignments}, revision = :revision, list_revision = :revision WHERE key = :key`, {
			...params,
			key,
			revision: changes.markListChanged(key),
		});
	}
}

/** Sets columns by name; the names are ours, never from outside. */
export function update(sql: Connection, key: TaskKey, columns: Params): void {
	const assignments = Object.keys(columns).map((name) => `${name} = :${name}`);
	sql.run(`UPDATE tasks SET ${assignments.join(', ')} WHERE key = :key`, { ...columns, key });
}
