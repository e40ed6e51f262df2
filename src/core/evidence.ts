import type { FinishedStatus, FinishedTask, TaskSnapshot, TaskStatus } from './task';
import { isFinishedStatus } from './task';

/**
 * How far one response proves that a task is over.
 * - `certain`: it is
 * - `repeated`: it is when a second response says the same ten seconds later
 * - `repeatedLate`: it is when a second response says the same five minutes later
 */
export type Evidence = 'certain' | 'repeated' | 'repeatedLate';

/** After how long (ms) a response that says the same makes an end certain. */
const confirmationMs = { certain: 0, repeated: 10_000, repeatedLate: 5 * 60_000 } as const satisfies Record<Evidence, number>;

/** Timers are not exact: a second response may come so much earlier (ms). */
const tolerance = 500;

/** An end that a response has said and that waits for its confirmation. */
export interface UnconfirmedStatus {
	readonly status: FinishedStatus;
	/** When it was first said, ms since 1970. */
	readonly at: number;
}

/**
 * What a response says of a task that is active until now.
 * - `active`: it goes on; a verdict that was waiting stays only if the response says nothing about it
 * - `unconfirmed`: it is over, if a response at `confirmAt` (ms since 1970) says so too
 * - `finished`: it is over
 */
export type StatusDecision =
	| { readonly kind: 'active'; readonly unconfirmed?: UnconfirmedStatus }
	| { readonly kind: 'unconfirmed'; readonly unconfirmed: UnconfirmedStatus; readonly confirmAt: number }
	| { readonly kind: 'finished' };

/**
 * Decides whether a task is over.
 * @param unconfirmed what an earlier response said and nothing has confirmed or denied since
 * @param reported the response's status and how far it proves an end; no evidence counts as certain
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
	// A verdict from the future was written by a clock that has been set back since.
	const first = unconfirmed?.status === reported.status && unconfirmed.at <= now ? unconfirmed : { status: reported.status, at: now };
	return now - first.at >= wait - tolerance
		? { kind: 'finished' }
		: { kind: 'unconfirmed', unconfirmed: first, confirmAt: first.at + wait };
}

/**
 * Whether a response about a finished task counts. It says the same end, or that what had failed succeeded, beyond doubt: a success is never taken back, as gateways call
 * a task failed or expired once its record is gone. While results are awaited, the same end counts only beyond doubt too, or where the response names the task: else a
 * link that is nobody's would be taken for the result.
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
