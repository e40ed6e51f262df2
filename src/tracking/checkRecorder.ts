import { operationKey, sameOperation } from '../core/operation';
import type { ApiError, Problem } from '../core/problem';
import { applySnapshot } from '../core/applySnapshot';
import { omitUndefined } from '../core/omitUndefined';
import { longestHoldMs } from '../core/lateResults';
import { agedBy } from '../core/age';
import { isFinished } from '../core/task';
import type { ActiveTask, FinishedTask, Task, TaskKey } from '../core/task';
import { countFailure } from '../core/failureClass';
import { aliasDueAt, inRecord, stopsAsTooOld, type Bookings } from './bookings';
import type { EngineHost } from './engineHost';
import { leaseMs } from './lease';
import type { Keyless } from './originKeys';
import { rateLimitHintOf } from './rateLimitHint';
import type { CheckOutcome } from './ports/kling';
import type { Claim, CheckRecord } from './ports/pollQueue';
import type { RateLimitHint } from './ports/requestSlots';
import { problemOf } from './problemOf';

/** Minimum wait (ms) of a task whose key could not be read. */
const unreadableKeyWaitMs = 60_000;

type SuccessfulOutcome = Extract<CheckOutcome, { readonly ok: true }>;
type FailedOutcome = Extract<CheckOutcome, { readonly ok: false }>;

/**
 * The result of a check.
 * - `updated`: recorded; `task` is the new state
 * - `failed`: `problem` says why; recorded if the task is active
 * - `busy`: another window checks the task, or the task was changed during the check
 * - `gone`: the task is not tracked
 */
export type CheckResult =
	| { readonly kind: 'updated'; readonly task: Task }
	| { readonly kind: 'failed'; readonly task: Task; readonly problem: Problem }
	| { readonly kind: 'busy' }
	| { readonly kind: 'gone' };

/** Records the outcomes of checks, with the booking of the next one. */
export class CheckRecorder {
	readonly #host: Pick<EngineHost, 'store' | 'clock' | 'random' | 'log'>;
	readonly #bookings: Bookings;

	constructor(host: Pick<EngineHost, 'store' | 'clock' | 'random' | 'log'>, bookings: Bookings) {
		this.#host = host;
		this.#bookings = bookings;
	}

	/**
	 * Records a check's outcome, or only releases the claim if there is nothing to record.
	 * @param announce called when the task has finished: whether it may be announced (see `CheckOptions`)
	 */
	async settle(claim: Claim, outcome: CheckOutcome | Keyless, announce: () => boolean): Promise<CheckResult> {
		const { store, clock } = this.#host;
		const { task: before } = claim;
		const { key } = before;
		const now = clock.now();
		const current = store.tasks.get(key);
		if (current === undefined) {
			// Untracked, or its file cannot be read at the moment: it stays due for a window that can.
			await store.pollQueue.release(claim, before.nextPollAt);
			return { kind: 'gone' };
		}
		if (!sameOperation(current.ref, before.ref)) {
			// The response is about an operation that the person has corrected in the meantime.
			await store.pollQueue.release(claim, isFinished(current) ? undefined : now);
			return { kind: 'busy' };
		}
		if (outcome === 'noKey') {
			await store.pollQueue.release(claim, before.nextPollAt);
			return { kind: 'failed', task: store.tasks.get(key) ?? before, problem: { kind: 'noKey', failures: 1, at: now } };
		}
		if ('keyUnreadable' in outcome) {
			return await this.#settleUnreadableKey(claim, outcome.keyUnreadable, now);
		}
		const rateLimitHint = rateLimitHintOf(outcome, this.#host.random());
		if (!outcome.ok) {
			return await this.#settleFailure(claim, outcome, rateLimitHint, now);
		}
		return isFinished(before)
			? await this.#settleFinished(claim, before, outcome, rateLimitHint, now)
			: await this.#settleActive(claim, before, outcome, rateLimitHint, announce, now);
	}

	async #settleActive(
		claim: Claim,
		before: ActiveTask,
		{ snapshot, body }: SuccessfulOutcome,
		rateLimitHint: RateLimitHint | undefined,
		announce: () => boolean,
		now: number,
	): Promise<CheckResult> {
		const { task, justFinished, confirmAt, nextResultCheckAt } = applySnapshot(before, snapshot, now);
		const base = { key: before.key, claimId: claim.claimId, at: now, snapshot, body, ...omitUndefined({ rateLimitHint }) };
		if (justFinished) {
			const holdMs = Math.max(nextResultCheckAt === undefined ? 0 : longestHoldMs, announce() ? 0 : leaseMs);
			return await this.#record(before, {
				...base,
				...omitUndefined({ nextPollAt: nextResultCheckAt, holdUntil: holdMs > 0 ? now + holdMs : undefined }),
				announce: true,
			});
		}
		const recorded = { ...agedBy(before, snapshot, now), ...omitUndefined({ status: task.status, workBegan: task.workBegan }) };
		const booking = this.#bookings.next(before, recorded, undefined, now);
		const at = confirmAt ?? aliasDueAt(before, snapshot, now);
		return await this.#record(before, {
			...base,
			// An unconfirmed final status is checked once more, however old the task is.
			...(at !== undefined && (confirmAt !== undefined || ('at' in booking && at < booking.at))
				? omitUndefined({ nextPollAt: at, intervalMs: 'at' in booking ? booking.intervalMs : undefined })
				: { ...inRecord(booking), ...(stopsAsTooOld(booking) && { problem: tooOldAt(now) }) }),
			announce: false,
		});
	}

	/** A finished task was checked again: new links, late results, or a correction. */
	async #settleFinished(
		claim: Claim,
		before: FinishedTask,
		{ snapshot, body }: SuccessfulOutcome,
		rateLimitHint: RateLimitHint | undefined,
		now: number,
	): Promise<CheckResult> {
		const { isBelieved, nextResultCheckAt } = applySnapshot(before, snapshot, now);
		const base = { key: before.key, claimId: claim.claimId, at: now, snapshot, body, ...omitUndefined({ rateLimitHint }), announce: false };
		if (before.nextPollAt !== undefined && !isBelieved) {
			// The response says nothing about results, so it does not count as a check for them. The held-back announcement keeps its time.
			return await this.#record(before, {
				...base,
				...this.#bookings.results(before, { kind: 'malformed', retryable: true }, before.finishedAt, now),
				holdUntil: now,
			});
		}
		return await this.#record(before, {
			...base,
			...(nextResultCheckAt !== undefined && { nextPollAt: nextResultCheckAt, holdUntil: now }),
		});
	}

	async #settleFailure(
		claim: Claim,
		{ error, body }: FailedOutcome,
		rateLimitHint: RateLimitHint | undefined,
		now: number,
	): Promise<CheckResult> {
		const { store, log } = this.#host;
		const { task: before, claimId } = claim;
		log.info(`Checking ${before.ref.id} (${operationKey(before.ref)}) failed: ${errorWords(error)}`);
		const base = { key: before.key, claimId, at: now, ...omitUndefined({ rateLimitHint }) };
		if (isFinished(before)) {
			// A finished task keeps no problem: only the caller gets it. The rate limit hint still applies to all windows.
			const problem = problemOf(error, 1, now);
			const written = await store.pollQueue.record({
				...base,
				problem,
				...this.#bookings.results(before, error, before.lastCheckedAt ?? before.finishedAt, now),
			});
			return written === undefined ? this.claimLostResult(before.key) : { kind: 'failed', task: written.after, problem };
		}
		const { failureClass, failures } = countFailure(error, before.failures, before.problem?.kind);
		const problem = problemOf(error, failures[failureClass], now);
		const booking = this.#bookings.afterFailure(before, error, failureClass, failures, now);
		const written = await store.pollQueue.record({
			...base,
			failures,
			...omitUndefined({ body }),
			problem: stopsAsTooOld(booking) ? tooOldAt(now) : problem,
			...inRecord(booking),
		});
		return written === undefined ? this.claimLostResult(before.key) : { kind: 'failed', task: written.after, problem };
	}

	/** The secret storage failed to return the key: shown in the row, and retried like other transient failures. */
	async #settleUnreadableKey(claim: Claim, message: string, now: number): Promise<CheckResult> {
		const { store, log } = this.#host;
		const { task: before, claimId } = claim;
		log.warn(`Failed to read the API key of ${before.ref.origin}: ${message}`);
		const { failureClass, failures } = countFailure({ kind: 'server', retryable: true }, before.failures, before.problem?.kind);
		const problem: Problem = { kind: 'keyUnreadable', failures: failures[failureClass], at: now, message };
		const booking = this.#bookings.next(before, before, { kind: 'unreachable', failureClass, failures: failures[failureClass] }, now);
		const nextPollAt = isFinished(before)
			? before.nextPollAt && Math.max(before.nextPollAt, now + unreadableKeyWaitMs)
			: 'at' in booking
				? booking.at
				: undefined;
		const written = await store.pollQueue.record({
			key: before.key,
			claimId,
			at: now,
			failures,
			problem,
			...omitUndefined({ nextPollAt }),
		});
		return written === undefined ? this.claimLostResult(before.key) : { kind: 'failed', task: written.after, problem };
	}

	async #record(before: Task, check: CheckRecord): Promise<CheckResult> {
		const written = await this.#host.store.pollQueue.record(check);
		return written === undefined ? this.claimLostResult(before.key) : { kind: 'updated', task: written.after };
	}

	/** The result of a check whose claim was lost: its response is discarded in favor of the other window's. */
	claimLostResult(key: TaskKey): CheckResult {
		return { kind: this.#host.store.tasks.get(key) === undefined ? 'gone' : 'busy' };
	}
}

function tooOldAt(at: number): Problem & { readonly kind: 'tooOld' } {
	return { kind: 'tooOld', failures: 1, at };
}

/** An error for the log: "not found (HTTP 400, code 1201)". */
function errorWords({ kind, httpStatus, code }: ApiError): string {
	const words = kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
	const details = [httpStatus === undefined ? undefined : `HTTP ${httpStatus}`, code === undefined ? undefined : `code ${code}`];
	const text = details.filter((part) => part !== undefined).join(', ');
	return text === '' ? words : `${words} (${text})`;
}
