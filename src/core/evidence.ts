import type { FinishedStatus, FinishedTask, TaskSnapshot, TaskStatus } from './task';
import { isFinishedStatus } from './task';

/**
 * How far one response proves that a task is finished.
 * - `certain`: it is
 * - `repeated`: only if a second response says the same ten seconds later
 * - `repeatedLate`: only if a second response says the same five minutes later
 */
export type Evidence = 'certain' | 'repeated' | 'repeatedLate';

/** How long (ms) after the first response a second one confirms a final status. */
const confirmationMs = { certain: 0, repeated: 10_000, repeatedLate: 5 * 60_000 } as const satisfies Record<Evidence, number>;

/** Timers are not exact: the second response may come this much earlier (ms). */
const tolerance = 500;

/** A final status that one response reported and that is not confirmed yet. */
export interface UnconfirmedStatus {
	readonly status: FinishedStatus;
	/** When it was first reported, ms since 1970. */
	readonly at: number;
}

/**
 * What a response means for an active task.
 * - `active`: still active; an unconfirmed status is kept only if the response does not deny it
 * - `unconfirmed`: finished if a response at `confirmAt` (ms since 1970) says so again
 * - `finished`: finished
 */
export type StatusDecision =
	| { readonly kind: 'active'; readonly unconfirmed?: UnconfirmedStatus }
	| { readonly kind: 'unconfirmed'; readonly unconfirmed: UnconfirmedStatus; readonly confirmAt: number }
	| { readonly kind: 'finished' };

/**
 * Decides whether an active task is finished.
 * @param unconfirmed a final status reported earlier, neither confirmed nor denied since
 * @param reported the response's status and its evidence; no evidence means certain
 * @param now ms since 1970
 */
export function decideStatus(
	unconfirmed: UnconfirmedStatus | undefined,
	reported: { readonly status: TaskStatus; readonly evidence?: Evidence },
	now: number,
): StatusDecision {
	if (!isFinishedStatus(reported.status)) {
		// An unknown status neither confirms nor denies.
		return reported.status === 'unknown' && unconfirmed !== undefined ? { kind: 'active', unconfirmed } : { kind: 'active' };
	}
	const wait = confirmationMs[reported.evidence ?? 'certain'];
	if (wait === 0) {
		return { kind: 'finished' };
	}
	// A time in the future was written before the clock was set back.
	const first = unconfirmed?.status === reported.status && unconfirmed.at <= now ? unconfirmed : { status: reported.status, at: now };
	return now - first.at >= wait - tolerance
		? { kind: 'finished' }
		: { kind: 'unconfirmed', unconfirmed: first, confirmAt: first.at + wait };
}

/**
 * Whether a response about a finished task counts. It must report the same status, or, beyond doubt, that a failed task succeeded. A
 * success is never taken back: gateways report failed or expired once the record is deleted.
 * If the evidence is not certain while late results are awaited, the response must also name the task. Otherwise a link of another task
 * could be taken for its result.
 */
export function isBelievedOfFinished(
	{ status, nextPollAt }: Pick<FinishedTask, 'status' | 'nextPollAt'>,
	reported: Pick<TaskSnapshot, 'status' | 'evidence' | 'taskId' | 'foreignId'>,
): boolean {
	if (!isFinishedStatus(reported.status) || (status === 'succeeded' && reported.status === 'failed')) {
		return false;
	}
	if (reported.evidence === undefined) {
		return true;
	}
	const namesIt = reported.taskId !== undefined && reported.foreignId === undefined;
	return reported.status === status && (nextPollAt === undefined || namesIt);
}
