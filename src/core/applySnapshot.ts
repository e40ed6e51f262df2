import { omitUndefined } from './omitUndefined';
import type { Observation } from './durationModel';
import { isBelievedOfFinished, decideStatus } from './evidence';
import { missesResults, resultWaits } from './lateResults';
import { boundedSnapshot } from './resultBounds';
import { trackedAnew } from './age';
import {
	isFinished,
	isFinishedStatus,
	type ActiveTask,
	type FinishedTask,
	type TaskSnapshot,
	type Task,
	type TaskFacts,
	type TrackedTask,
} from './task';
import { retentionMs } from './retention';
import { queueTimeOf, workBeganBy, type WorkBegan } from './workBegan';
import { learnAlias, provesOwnId, type Alias } from './taskIds';

/** What a response changes. Times are ms since 1970. */
export interface AppliedSnapshot {
	/**
	 * The task after the response. `problem`, `failures`, `nextPollAt` and `intervalMs` are missing: the caller that schedules the next
	 * check adds them.
	 */
	readonly task: Task;
	/** The task was active before and is finished now, so lists change and it is announced. Never true twice for one task. */
	readonly justFinished: boolean;
	/** False if a finished task stays unchanged because the response contradicts it without proof. Always true for an active task. */
	readonly isBelieved: boolean;
	/** When to check again, because the response reports a final status that needs confirmation. The task keeps its status until then. */
	readonly confirmAt?: number;
	/** When to check a success for missing results; undefined if none are missing or no more checks are due. Only set if `isBelieved`. */
	readonly nextResultCheckAt?: number;
	/** How long the task took. Set when it has just finished, the server sent both times, and the task has no owner. */
	readonly duration?: Observation;
}

/**
 * Decides what a response changes. The poller calls it to schedule the next check; the store calls it inside the transaction and writes the
 * result.
 * - Finished is final. A final status that is not certain is confirmed first (see evidence.ts). A finished task can be corrected but never
 *   becomes active again.
 * - Facts that a response omits and that cannot change any more are kept. Message and progress are those of the last response.
 * - The size of what is kept is bounded (see resultBounds.ts).
 * - The next check is scheduled by the age since `before.trackedAt`: the first response may reset `task.trackedAt`.
 * @param before the task as stored
 * @param now ms since 1970 on this machine's clock
 * @param isAliasTaken whether another tracked task of the same API has the ID in `foreignId`, as its own or as an alias. Only the store
 * knows this; the poller omits it because it does not use the alias
 */
export function applySnapshot(before: Task, snapshot: TaskSnapshot, now: number, isAliasTaken = false): AppliedSnapshot {
	return isFinished(before) ? applyToFinished(before, snapshot, now, isAliasTaken) : applyToActive(before, snapshot, now, isAliasTaken);
}

function applyToActive(before: ActiveTask, snapshot: TaskSnapshot, now: number, isAliasTaken: boolean): AppliedSnapshot {
	const { status } = snapshot;
	const decision = decideStatus(before.unconfirmed, snapshot, now);
	if (!isFinishedStatus(status)) {
		const unconfirmed = decision.kind === 'active' ? decision.unconfirmed : undefined;
		return {
			task: { ...mergedFacts(before, snapshot, now, isAliasTaken), ...omitUndefined({ unconfirmed }), status },
			justFinished: false,
			isBelieved: true,
		};
	}
	if (decision.kind === 'unconfirmed') {
		const reported: TaskSnapshot = { ...snapshot, status: before.status, rawStatus: before.rawStatus ?? '', results: before.results };
		return {
			task: { ...mergedFacts(before, reported, now, isAliasTaken), status: before.status, unconfirmed: decision.unconfirmed },
			justFinished: false,
			isBelieved: true,
			confirmAt: decision.confirmAt,
		};
	}
	const lacks = missesResults(snapshot);
	return {
		task: {
			...mergedFacts(before, snapshot, now, isAliasTaken),
			status,
			finishedAt: snapshot.updatedAt ?? now,
			...(lacks && { resultChecks: 0 }),
		},
		justFinished: true,
		isBelieved: true,
		...omitUndefined({
			nextResultCheckAt: lacks ? now + (resultWaits[0] ?? 0) : undefined,
			duration: before.owner === undefined ? durationOf(snapshot, before.workBegan) : undefined,
		}),
	};
}

/** A response about a finished task: fresh links, late results, a correction, or something that is not believed. */
function applyToFinished(before: FinishedTask, snapshot: TaskSnapshot, now: number, isAliasTaken: boolean): AppliedSnapshot {
	const { status } = snapshot;
	const finished = omitUndefined({ finishedAt: before.finishedAt, viewedAt: before.viewedAt, resultChecks: before.resultChecks });
	if (!isFinishedStatus(status) || !isBelievedOfFinished(before, snapshot)) {
		const facts = omitUndefined({ ...unbooked(before), lastCheckedAt: now, ...learnedIds(before, snapshot, now, isAliasTaken) });
		return { task: { ...facts, ...finished, status: before.status }, justFinished: false, isBelieved: false };
	}
	const awaitsResults = before.nextPollAt !== undefined;
	// A manual refresh can come before the next check is due.
	const isDue = before.nextPollAt !== undefined && now >= before.nextPollAt;
	const results = status === before.status && snapshot.results.length < before.results.length ? before.results : snapshot.results;
	// If the response does not say how many results there will be and has no more than before, more may still come.
	const saysNoMore = snapshot.expectedResults === undefined && results.length <= before.results.length;
	const lacks = awaitsResults && (missesResults({ ...snapshot, results }) || (status === before.status && saysNoMore));
	const checks = (before.resultChecks ?? 0) + (isDue ? 1 : 0);
	const wait = resultWaits[checks];
	return {
		task: {
			...mergedFacts(before, snapshot, now, isAliasTaken),
			...finished,
			status,
			...(before.resultChecks !== undefined && { resultChecks: checks }),
		},
		justFinished: false,
		isBelieved: true,
		...omitUndefined({ nextResultCheckAt: !lacks || wait === undefined ? undefined : isDue ? now + wait : before.nextPollAt }),
	};
}

/** The facts of a task after a response that counts, without the status and what depends on it. */
function mergedFacts(before: Task, snapshot: TaskSnapshot, now: number, isAliasTaken: boolean): TrackedTask {
	const reported = boundedSnapshot(snapshot);
	const keepsResults = reported.results.length < before.results.length && reported.status === before.status;
	const facts = {
		...omitUndefined({ ...unbooked(before), message: undefined, progress: undefined, unconfirmed: undefined }),
		...factsOf(reported),
	};
	return omitUndefined({
		...facts,
		...learnedIds(before, snapshot, now, isAliasTaken),
		workBegan: workBeganBy(before, snapshot),
		trackedAt: before.lastCheckedAt === undefined ? trackedAnew(facts, now) : before.trackedAt,
		lastCheckedAt: now,
		results: keepsResults ? before.results : reported.results,
		resultsLeftOut: keepsResults ? before.resultsLeftOut : reported.resultsLeftOut === 0 ? undefined : reported.resultsLeftOut,
		serverAheadMs: reported.respondedAt === undefined ? before.serverAheadMs : reported.respondedAt - now,
	});
}

/** The task without its schedule, problem and failures. */
function unbooked(task: TrackedTask): TrackedTask {
	return omitUndefined({ ...task, problem: undefined, failures: undefined, nextPollAt: undefined, intervalMs: undefined });
}

/** The facts in a response that are kept; what describes the response itself is dropped. */
function factsOf(snapshot: TaskSnapshot): TaskFacts {
	return omitUndefined({
		...snapshot,
		status: undefined,
		evidence: undefined,
		expectedResults: undefined,
		respondedAt: undefined,
		taskId: undefined,
		foreignId: undefined,
		action: undefined,
	});
}

/**
 * What a response shows about the ID that the API uses for a task. Applies to finished tasks too, even if the response is not believed
 * otherwise.
 */
function learnedIds(
	before: Task,
	snapshot: TaskSnapshot,
	now: number,
	isAliasTaken: boolean,
): { readonly alias: Alias | undefined; readonly timesNamedItself: number | undefined } {
	const isOwn = snapshot.taskId !== undefined && snapshot.foreignId === undefined && snapshot.taskId !== before.alias?.id;
	const times = Math.min((before.timesNamedItself ?? 0) + (isOwn ? 1 : 0), provesOwnId);
	return {
		alias: learnAlias(before.alias, times, snapshot, isAliasTaken, now),
		timesNamedItself: times === 0 ? undefined : times,
	};
}

/** How far (ms) `updatedAt` may be ahead of the same response's `Date`, which may come from another server. */
const dateTolerance = 60_000;

/**
 * How long a task took, by the times in its final response. Undefined if the API does not update `updatedAt`, or if the times cannot be
 * right: an update after the response itself, or a duration longer than Kling keeps a task. Learned once, such a duration would delay the
 * checks of every following task.
 */
function durationOf(
	{ createdAt, updatedAt, respondedAt, status }: TaskSnapshot,
	workBegan: WorkBegan | undefined,
): Observation | undefined {
	if (createdAt === undefined || updatedAt === undefined || updatedAt <= createdAt) {
		return undefined;
	}
	const ms = updatedAt - createdAt;
	if (ms > retentionMs || updatedAt > (respondedAt ?? Infinity) + dateTolerance) {
		return undefined;
	}
	return {
		ms,
		failed: status === 'failed',
		...omitUndefined({ queueMs: workBegan === undefined ? undefined : queueTimeOf(createdAt, ms, workBegan) }),
	};
}
