import type { Problem } from '../../core/problem';
import type { TaskSnapshot, Task, TaskKey } from '../../core/task';
import type { Failures } from '../../core/failureClass';
import type { LimitsOf, RateLimitHint } from './requestSlots';

/** The right to check one task. It expires unless renewed; the response of a check whose claim was lost is discarded. */
export interface Claim {
	readonly task: Task;
	/** Also the ID of the check's request slot (see `SlotRequest`). */
	readonly claimId: string;
}

/** Terms of a claim. Times in ms since 1970. */
export interface ClaimTerms {
	readonly now: number;
	readonly until: number;
	/** Random, one per check. */
	readonly claimId: string;
	/** The reservation that this claim replaces. */
	readonly reservation?: string | undefined;
}

/** A claim on new tasks from the moment they are stored until each is checked. */
export interface Reservation {
	readonly reservationId: string;
	/** Ms since 1970; extend it with `renewReservation`. */
	readonly until: number;
}

/** What `nextDueAt` and `claimDue` depend on. */
export interface DueTerms {
	/** Called for each known origin before the file is locked, never during the lock. */
	readonly limitsOf: LimitsOf;
	/** This window's owner ID, if any: tasks of other owners are not claimed. */
	readonly owner: string | undefined;
}

/** What every check records, in one transaction with the claim's release. Times in ms since 1970. */
interface RecordBase {
	readonly key: TaskKey;
	readonly claimId: string;
	readonly at: number;
	readonly body?: string;
	/** How many checks in a row have failed; absent: none. */
	readonly failures?: Failures;
	/** When to check next; absent: only when a person asks. */
	readonly nextPollAt?: number;
	/** The interval just booked (ms), from which the next one grows. */
	readonly intervalMs?: number;
	/** What the response says about the rate limit; absent when there was no response, or one that says nothing about it. */
	readonly rateLimitHint?: RateLimitHint;
}

/** A response showed the task. `applySnapshot` decides what that changes. */
export interface SnapshotRecord extends RecordBase {
	readonly snapshot: TaskSnapshot;
	/** Set only when the task has become too old to be checked. */
	readonly problem?: Problem & { readonly kind: 'tooOld' };
	/** If the task finishes by this check it is announced (not when a finished task is corrected). */
	readonly announce: boolean;
	/** Until when (ms since 1970) the announcement waits for results, or is left to the command that asked; absent: it does not wait. */
	readonly holdUntil?: number;
}

/** A check failed; the task's status is unchanged. */
export interface ProblemRecord extends RecordBase {
	readonly snapshot?: never;
	/** Why it failed. Not stored for a finished task. */
	readonly problem: Problem;
}

/** What one check recorded. */
export type CheckRecord = SnapshotRecord | ProblemRecord;

/** A check that is due earlier than it is booked. */
export interface EarlierBooking {
	readonly key: TaskKey;
	/** The booking that it replaces, ms since 1970. */
	readonly instead: number;
	/** ms since 1970; earlier than `instead`. */
	readonly at: number;
	readonly intervalMs: number | undefined;
}

/** Which task is checked when, and by which window. */
export interface PollQueue {
	/**
	 * When the next check can start, ms since 1970: when a claimable task is due and its API has a free slot; undefined when none is booked.
	 * A task that another window has claimed counts as due when the claim expires.
	 */
	nextDueAt(now: number, terms: DueTerms): number | undefined;
	/**
	 * Claims due tasks, most overdue first (relative to their interval), each with a claim ID and a slot. Skips origins that are cooling down
	 * and never takes slots that manual requests wait for. Of an origin that is paused, or has rejected its key once, it claims one task when
	 * that is to be checked again. Tasks that were never found and fail take at most a quarter of the rate.
	 */
	claimDue(terms: DueTerms & { readonly now: number; readonly until: number }): Promise<readonly Claim[]>;
	/**
	 * Claims one task for a person, whether or not it is due or paused; undefined when it is claimed already or not tracked. The claim has no
	 * slot yet.
	 */
	claim(key: TaskKey, terms: ClaimTerms): Promise<Claim | undefined>;
	/** Renews a claim and its slot; false when the claim was lost. */
	renew(claim: Claim, until: number): Promise<boolean>;
	/** Renews a reservation of new tasks. */
	renewReservation(reservationId: string, until: number): Promise<void>;
	/** Releases the tasks of a reservation that have not been claimed yet: they are due now. */
	releaseReservation(reservationId: string): Promise<void>;
	/** Releases a claim and its slot without a record; the task's next check is booked for `nextPollAt`. */
	release(claim: Claim, nextPollAt: number | undefined): Promise<void>;
	/**
	 * Records a check and releases its claim and slot. Returns the task before and after; undefined, with nothing recorded, when the claim
	 * was lost or the task is not tracked.
	 */
	record(check: CheckRecord): Promise<{ readonly before: Task; readonly after: Task } | undefined>;
	/** Moves bookings forward, each to its `at`, unless the task has been checked or booked otherwise since `instead` was read. */
	bringForward(bookings: readonly EarlierBooking[]): Promise<void>;
	/**
	 * Repairs what was written while the clock was ahead: active tasks checked or tracked in the future, or booked later than any schedule
	 * allows, are due now.
	 */
	repairTimestamps(now: number): Promise<void>;
}
