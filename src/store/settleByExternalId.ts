import type { TaskKey } from '../core/task';
import { isOurExternalId } from '../creation/creation';
import type { ChangeSet } from './changeFeed';
import type { Connection } from './connection';
import { numberOf } from './connection';
import { integer } from './sqlValues';

/** Settles a creation with its task. */
export const settleCreation = `UPDATE creations SET state = 'accepted', task_key = :task, has_task = 1, next_at = NULL, reason = NULL, changed_at = :now,
	claim_id = NULL, claim_until = NULL, revision = :revision WHERE number = :number`;

/** One that is being sent is settled by its own response. Uses the index of external IDs. */
const unsettled = `SELECT number FROM creations WHERE origin = :origin AND external_id = :externalId AND action = :action AND action2 = :action2
	AND state NOT IN ('accepted', 'sending')`;

/** What a task does not have yet, it gets from its creation. */
const complete = `UPDATE tasks SET name = coalesce(tasks.name, made.name), prompt = coalesce(tasks.prompt, made.prompt),
	price_class = coalesce(tasks.price_class, made.price_class), keep = coalesce(tasks.keep, made.keep)
	FROM (SELECT subject ->> 'name' AS name, subject ->> 'prompt' AS prompt, subject ->> 'priceClass' AS price_class, keep
		FROM creations WHERE number = :number AND json_valid(subject)) AS made WHERE key = :key`;

/** A task whose response has shown its external ID. */
interface ShownTask {
	readonly key: TaskKey;
	readonly ref: { readonly origin: string; readonly action: string; readonly action2: string };
	readonly externalTaskId?: string;
}

/**
 * A response that shows an external ID of ours settles its creation, however the task came into the list, also a creation that was given up
 * as absent or left open. A person's own ID may be that of an older task, so it settles nothing.
 * @param now ms since 1970
 */
export function settleByExternalId(sql: Connection, changes: ChangeSet, { key, ref, externalTaskId }: ShownTask, now: number): void {
	if (externalTaskId === undefined || !isOurExternalId(externalTaskId)) {
		return;
	}
	const { origin, action, action2 } = ref;
	const number = numberOf(sql.first(unsettled, { origin, externalId: externalTaskId, action, action2 }) ?? {}, 'number');
	if (number !== undefined) {
		sql.run(settleCreation, { number, task: key, now: integer(now), revision: changes.creations() });
		sql.run(complete, { number, key });
	}
}
