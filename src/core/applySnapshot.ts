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
import { learnAlias, provesOwnId, type Alias } from './taskIds';

/** What a response changes. Times are ms since 1970. */
export interface AppliedSnapshot {
	/**
	 * The task after the response, without a problem, failures and a booking: `problem`, `failures`, `nextPollAt` and `intervalMs` are missing, and whoever
	 * books the next check adds them.
	 */
	readonly task: Task;
	/** It was active and is finished now: it changes lists and is to be announced. A finished task never is so again. */
	readonly justFinished: boolean;
	/** False where a finished task stays as it is, because the response says something that is not believed of it. Always true of an active task. */
	readonly isBelieved: boolean;
	/** The response says that the task is over, and another one at this time is to confirm it. Until then it stays what it was. */
	readonly confirmAt?: number;
	/** A success lacks results, and this is when to check for them; missing where none are awaited, or no longer. Only where `isBelieved`. */
	readonly nextResultCheckAt?: number;
	/** How long the task took, of one that has just finished where the server said both times; never of one that has an owner. */
	readonly duration?: Observation;
}

/**
 * Decides what a response about a task changes. The poller books the next check by it before it writes; the store applies it to the row, inside the transaction, and
 * writes the task.
 * - Finished is final. An end that is not beyond doubt is confirmed first (see evidence.ts); a finished task can be corrected, and is never active again.
 * - What a response leaves out and cannot change any more is kept; reason and progress are those of the last response.
 * - What is kept of a response is bounded (see resultBounds.ts).
 * - The age by which the next check is booked still counts from `before.trackedAt`: the first response may set `task.trackedAt` anew.
 * @param before the task as it is stored now
 * @param now ms since 1970 on this machine's clock
 * @param isAliasTaken whether another tracked task of the same API has the ID that the response names (`foreignId`), or was named by it. Only the store knows; the poller
 * has no use for the alias and leaves it out
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
			duration: before.owner === undefined ? durationOf(snapshot) : undefined,
		}),
	};
}

/** A finished task seen again: fresh links, results that came later, a correction, or nothing that is believed. */
function applyToFinished(before: FinishedTask, snapshot: TaskSnapshot, now: number, isAliasTaken: boolean): AppliedSnapshot {
	const { status } = snapshot;
	const finished = omitUndefined({ finishedAt: before.finishedAt, viewedAt: before.viewedAt, resultChecks: before.resultChecks });
	if (!isFinishedStatus(status) || !isBelievedOfFinished(before, snapshot)) {
		const facts = omitUndefined({ ...unbooked(before), lastCheckedAt: now, ...learnedIds(before, snapshot, now, isAliasTaken) });
		return { task: { ...facts, ...finished, status: before.status }, justFinished: false, isBelieved: false };
	}
	const awaitsResults = before.nextPollAt !== undefined;
	// A person may ask before the next check is due.
	const isDue = before.nextPollAt !== undefined && now >= before.nextPollAt;
	const results = status === before.status && snapshot.results.length < before.results.length ? before.results : snapshot.results;
	// A response that brings no more and says nothing of how many there will be leaves open whether that was all.
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

/** The facts of a task after a response that counts; its status and what follows from that are the caller's. */
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
		trackedAt: before.lastCheckedAt === undefined ? trackedAnew(facts, now) : before.trackedAt,
		lastCheckedAt: now,
		results: keepsResults ? before.results : reported.results,
		resultsLeftOut: keepsResults ? before.resultsLeftOut : reported.resultsLeftOut === 0 ? undefined : reported.resultsLeftOut,
		serverAheadMs: reported.respondedAt === undefined ? before.serverAheadMs : reported.respondedAt - now,
	});
}

/** A task as it is while nothing is booked and nothing is wrong with it. */
function unbooked(task: TrackedTask): TrackedTask {
	return omitUndefined({ ...task, problem: undefined, failures: undefined, nextPollAt: undefined, intervalMs: undefined });
}

/** What is kept of a response: all but what is about the response itself. */
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

/** What a response teaches of the ID that its API names a task by; of a finished task too, whatever else is believed of the response. */
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

/** How long a task took by the times of the response that finished it; an API that never moves `updatedAt` on says nothing. */
function durationOf({ createdAt, updatedAt, status }: TaskSnapshot): Observation | undefined {
	return createdAt !== undefined && updatedAt !== undefined && updatedAt > createdAt
		? { ms: updatedAt - createdAt, failed: status === 'failed' }
		: undefined;
}
