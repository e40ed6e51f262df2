import { applySnapshot } from '../core/applySnapshot';
import { omitUndefined } from '../core/omitUndefined';
import { isFinished, isFinishedStatus, taskKey, type TaskKey } from '../core/task';
import type { CreationPlan } from '../creation/creation';
import type { AcceptedTask } from '../creation/ports/creationStore';
import type { ChangeSet } from './changeFeed';
import { recordCheck } from './checkRecord';
import type { Connection } from './connection';
import { textOf } from './connection';
import { settleCreation } from './settleByExternalId';
import { integer } from './sqlValues';
import { addTask, getTask } from './taskWrites';

/** What is known of the creation. `number`: of its row, if the journal has it. */
export type KnownCreation = Pick<CreationPlan, 'operation' | 'subject' | 'keep'> & { readonly number?: number; readonly task?: TaskKey };

/**
 * Stores the task of a creation. See `CreationStore.accept`.
 * @param now ms since 1970
 */
export function acceptCreation(sql: Connection, changes: ChangeSet, creation: KnownCreation, accepted: AcceptedTask, now: number): TaskKey {
	const { operation, subject, task, number, keep } = creation;
	const ref = { ...operation, id: accepted.taskId };
	const key = taskKey(ref);
	if (task === key) {
		return key;
	}
	const known = sql.first('SELECT name, price_class FROM tasks WHERE key = :key', { key }) ?? {};
	const { name, priceClass } = subject;
	addTask(
		sql,
		changes,
		{
			ref,
			...omitUndefined({
				name: textOf(known, 'name') ?? name,
				prompt: subject.prompt,
				priceClass: textOf(known, 'price_class') ?? priceClass,
				keep,
			}),
		},
		now,
		undefined,
	);
	// `addTask` leaves a task that is tracked as it is.
	sql.run(
		'UPDATE tasks SET name = coalesce(name, :name), price_class = coalesce(price_class, :priceClass), revision = :revision WHERE key = :key',
		{ key, name: name ?? null, priceClass: priceClass ?? null, revision: changes.markChanged(key) },
	);
	// Two requests of one creation, both accepted: each task is in the list, and the creation keeps the first.
	if (number !== undefined && task === undefined) {
		sql.run(settleCreation, {
			number,
			task: key,
			now: integer(now),
			revision: changes.creations(),
		});
	}
	applyResponse(sql, changes, key, accepted, now);
	return key;
}

/** Applies what the response to a create says of its task, if that has finished; otherwise the task is due now. */
function applyResponse(sql: Connection, changes: ChangeSet, key: TaskKey, { snapshot, body }: AcceptedTask, now: number): void {
	const before = getTask(sql, key);
	if (before === undefined) {
		return;
	}
	if (snapshot === undefined || !isFinishedStatus(snapshot.status) || isFinished(before)) {
		sql.run('INSERT OR IGNORE INTO responses (key, at, body) VALUES (:key, :at, :body)', { key, at: integer(now), body });
		return;
	}
	const { task, confirmAt, nextResultCheckAt } = applySnapshot(before, snapshot, now);
	// A check of another window that is in flight loses its claim: it would show the same.
	const claimId = `accept ${key}`;
	sql.run('UPDATE tasks SET claim_id = :claimId, claim_until = :now WHERE key = :key', { key, claimId, now: integer(now) });
	recordCheck(sql, changes, {
		key,
		claimId,
		at: now,
		body,
		snapshot,
		announce: true,
		...omitUndefined({ nextPollAt: confirmAt ?? nextResultCheckAt ?? (isFinished(task) ? undefined : now) }),
	});
}
