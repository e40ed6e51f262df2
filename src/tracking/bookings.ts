import { ageOf, type Aged } from '../core/age';
import { omitUndefined } from '../core/omitUndefined';
import type { ApiError } from '../core/problem';
import { apiErrorTraits } from '../core/problemTraits';
import { lateResultsUntilMs } from '../core/lateResults';
import { nextPoll } from '../core/schedule';
import type { Booking, FailedCheck } from '../core/schedule';
import type { FinishedTask, TaskSnapshot, Task } from '../core/task';
import { aliasAfterMs, provesOwnId } from '../core/taskIds';
import { countFailure } from '../core/failureClass';
import type { Failures, FailureClass } from '../core/failureClass';
import { beganOf } from '../core/workBegan';
import type { EngineParts } from './engineHost';

/** What is known about a task's age, and when the work on it began. */
export type Recorded = Aged & Pick<Task, 'status' | 'workBegan'>;

/** How long (ms) after tracking a second response is requested early to confirm an alias. */
const aliasSearchMs = 10 * 60_000;

/** When a task is checked next: applies the schedule to this machine's duration models, attention and key states. */
export class Bookings {
	readonly #parts: Pick<EngineParts, 'store' | 'clock' | 'durationModels' | 'random'>;

	constructor(parts: Pick<EngineParts, 'store' | 'clock' | 'durationModels' | 'random'>) {
		this.#parts = parts;
	}

	/**
	 * Books a task's next check.
	 * @param recorded what the last response says of its age and status
	 * @param now ms since 1970
	 */
	next({ ref, intervalMs, lastCheckedAt }: Task, recorded: Recorded, failure: FailedCheck | undefined, now: number): Booking {
		const { store, clock, durationModels, random } = this.#parts;
		const { trackedAt, createdAt, serverAheadMs } = recorded;
		return nextPoll(
			{
				trackedAt,
				createdAt,
				serverAheadMs,
				intervalMs,
				isFound: lastCheckedAt !== undefined,
				model: durationModels.of(ref),
				began: beganOf(recorded, ageOf(recorded, now) ?? 0),
			},
			failure,
			now,
			store.attention.current(clock.now()),
			random(),
		);
	}

	/** Books the check after a failed one. While the key is suspect, it waits for the check that decides about the key. */
	afterFailure(
		before: Task,
		{ kind, retryAfterMs }: Pick<ApiError, 'kind' | 'retryAfterMs'>,
		failureClass: FailureClass,
		failures: Failures,
		now: number,
	): Booking {
		const isKeySuspect = kind === 'auth' && this.#parts.store.origins.isKeySuspect(before.ref.origin);
		return this.next(before, before, { kind, failureClass, failures: failures[failureClass], retryAfterMs, isKeySuspect }, now);
	}

	/**
	 * Books the next check for a finished task's missing results, after a check that returned none. Books none if no results are awaited, or
	 * no longer.
	 * @param since when the last response about the task came, or it finished; ms since 1970
	 */
	results(
		before: FinishedTask,
		error: Pick<ApiError, 'kind' | 'retryable' | 'retryAfterMs'>,
		since: number,
		now: number,
	): { readonly failures: Failures; readonly nextPollAt?: number } {
		const { failureClass, failures } = countFailure(error, before.failures, undefined);
		const booking = this.afterFailure(before, error, failureClass, failures, now);
		// While the network is down the API has not been asked, so the time limit does not apply.
		const goesOn = before.nextPollAt !== undefined && (!apiErrorTraits[error.kind].isResponse || now - since < lateResultsUntilMs);
		return { failures, ...(goesOn && 'at' in booking && { nextPollAt: booking.at }) };
	}
}

/** A booking as fields of a record; empty when checks stop. */
export function inRecord(booking: Booking): { readonly nextPollAt?: number; readonly intervalMs?: number } {
	return 'at' in booking ? omitUndefined({ nextPollAt: booking.at, intervalMs: booking.intervalMs }) : {};
}

/** Whether a booking ends the checks because the task has become too old (see `isTooOld` of core/age.ts). */
export function stopsAsTooOld(booking: Booking): boolean {
	return !('at' in booking) && booking.stopped === 'tooOld';
}

/**
 * When to check a task again that a response named by another ID, so that a second response can confirm that ID as its alias; undefined if
 * no such check is needed. Limited to recently tracked tasks: an API that uses other IDs does so from the first response on, and one that
 * mixes tasks up for days is not polled every minute.
 */
export function aliasDueAt({ alias, timesNamedItself = 0, trackedAt }: Task, { foreignId }: TaskSnapshot, now: number): number | undefined {
	if (foreignId === undefined || timesNamedItself >= provesOwnId || alias?.isSure === true || now - trackedAt > aliasSearchMs) {
		return undefined;
	}
	const at = (alias?.id === foreignId ? alias.since : now) + aliasAfterMs;
	return at > now ? at : undefined;
}
