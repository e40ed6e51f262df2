import type { AppliedSnapshot } from '../core/applySnapshot';
import { applySnapshot } from '../core/applySnapshot';
import type { Task } from '../core/task';
import { isFinished, taskKey } from '../core/task';
import type { CheckRecord, SnapshotRecord } from '../tracking/ports/pollQueue';
import type { ChangeSet } from './changeFeed';
import type { Connection, Params } from './connection';
import { textOf } from './connection';
import { addCost } from './costs';
import { addDuration } from './durations';
import { releaseSlot } from './requestSlots';
import { settleByExternalId } from './settleByExternalId';
import { cutToBytes, optional, integer } from './sqlValues';
import { statements } from './statements';
import { problemColumns, rowOf } from './taskRow';
import { getTask, update } from './taskWrites';

/** Maximum size of a stored response, in bytes of UTF-8. */
const responseLimit = 64 * 1024;

/** Writes the outcome of one check, and releases its claim and its request slot; see `PollQueue.record`. */
export function recordCheck(
	sql: Connection,
	changes: ChangeSet,
	check: CheckRecord,
): { readonly before: Task; readonly after: Task } | undefined {
	const { key } = check;
	const row = sql.first('SELECT origin, claim_id, price_class FROM tasks WHERE key = :key', { key }) ?? {};
	releaseSlot(sql, textOf(row, 'origin') ?? '', check.claimId, integer(check.at), check.rateLimitHint);
	const before = textOf(row, 'claim_id') === check.claimId ? getTask(sql, key) : undefined;
	if (before === undefined) {
		return undefined;
	}
	const change = check.snapshot === undefined ? undefined : changeBy(sql, before, check);
	const justFinished = change?.justFinished ?? false;
	const revision = justFinished ? changes.markListChanged(key) : changes.markChanged(key);
	update(sql, key, {
		...(change && rowOf(change.task)),
		...bookingColumns(check, isFinished(change?.task ?? before)),
		claim_id: null,
		claim_until: null,
		revision,
		...(justFinished && { list_revision: revision }),
	});
	if (change !== undefined && check.snapshot?.externalTaskId !== undefined) {
		settleByExternalId(sql, changes, change.task, check.at);
	}
	if (check.body !== undefined) {
		sql.run('INSERT INTO responses (key, at, body) VALUES (:key, :at, :body) ON CONFLICT (key) DO UPDATE SET at = :at, body = :body', {
			key,
			at: integer(check.at),
			body: cutToBytes(check.body, responseLimit),
		});
	}
	const after = getTask(sql, key);
	if (after === undefined) {
		return undefined;
	}
	addDuration(sql, before.ref, change?.duration);
	addCost(sql, before, after, textOf(row, 'price_class'));
	if (check.snapshot !== undefined && isFinished(after)) {
		announce(sql, changes, check, justFinished ? after.finishedAt : undefined);
	}
	return { before, after };
}

function changeBy(sql: Connection, before: Task, { snapshot, at }: SnapshotRecord): AppliedSnapshot {
	const { foreignId } = snapshot;
	return applySnapshot(before, snapshot, at, foreignId !== undefined && contest(sql, before, foreignId, at));
}

/**
 * Whether another task of the same API has the ID that a response uses for this one, as its own ID or as an alias. A task that has it as an
 * alias that is not sure yet starts its waiting period again. The ID is stored even while it is contested, so that no other task gets it.
 */
function contest(sql: Connection, { key, ref: { origin } }: Task, id: string, at: number): boolean {
	const isTaken = sql.first(statements.hasId, { origin, id, key: taskKey({ origin, id }), own: key }) !== undefined;
	sql.run(statements.contestAlias, { origin, id, own: key, now: integer(at) });
	return isTaken;
}

function bookingColumns({ problem, failures, nextPollAt, intervalMs }: CheckRecord, isFinished: boolean): Params {
	return {
		...problemColumns(isFinished ? undefined : problem),
		failed_transient: failures?.transient ?? 0,
		failed_refused: failures?.refused ?? 0,
		failed_persistent: failures?.persistent ?? 0,
		next_poll_at: optional(nextPollAt),
		interval_ms: optional(intervalMs),
	};
}

/** @param finishedAt ms since 1970; undefined unless the task has just finished */
function announce(sql: Connection, changes: ChangeSet, check: SnapshotRecord, finishedAt: number | undefined): void {
	const { key } = check;
	const heldUntil = optional(check.holdUntil);
	if (finishedAt !== undefined && check.announce) {
		sql.run('INSERT OR IGNORE INTO announcements (key, finished_at, held_until) VALUES (:key, :at, :heldUntil)', {
			key,
			at: finishedAt,
			heldUntil,
		});
	} else if (
		heldUntil === null &&
		sql.run('UPDATE announcements SET held_until = NULL WHERE key = :key AND held_until IS NOT NULL', { key }) > 0
	) {
		// No list has changed, but other windows have to read the pending announcements.
		update(sql, key, { list_revision: changes.markListChanged(key) });
	}
}
