import type { Problem } from '../../core/problem';
import type { TaskSnapshot, Task, TaskKey } from '../../core/task';
import type { Failures } from '../../core/failureClass';
import type { LimitsOf, RateLimitHint } from './requestSlots';

/** The right to look at one task. Expires by itself; a look whose claim was lost is dropped. */
export interface Claim {
	readonly task: Task;
	/** Also the token of the look's place at its API (see `SlotRequest`). */
	readonly claimId: string;
}

/** The right that a claim gives, and until when (ms since 1970). */
export interface ClaimTerms {
	readonly now: number;
	readonly until: number;
	/** Random, one per look. */
	readonly claimId: string;
	/** The reservation that this claim takes the place of. */
	readonly reservation?: string | undefined;
}

/** New tasks that are claimed from birth by one token, until each is looked at in its turn. */
export interface Reservation {
	readonly reservationId: string;
	/** Ms since 1970; extend it with `renewReservation`. */
	readonly until: number;
}

/** What looks are claimed and foreseen by. */
export interface DueTerms {
	/** Called for each known origin before the file is locked, never while it is. */
	readonly limitsOf: LimitsOf;
	/** The owner's ID that this window has, if any: tasks of others are not claimed. */
	readonly owner: string | undefined;
}

/** What every check leaves behind, written in one transaction with the claim's release. Times in ms since 1970. */
interface RecordBase {
	readonly key: TaskKey;
	readonly claimId: string;
	readonly at: number;
	readonly body?: string;
	/** How many checks in a row have failed; absent: none. */
	readonly failures?: Failures;
	/** When to look again; absent: no more looks by themselves. */
	readonly nextPollAt?: number;
	/** The interval just booked, in ms; the next one may grow from it. */
	readonly intervalMs?: number;
	/** What the answer said of the pace; absent when there was no answer, or one that tells nothing of it. */
	readonly rateLimitHint?: RateLimitHint;
}

/** A response showed the task: what that changes is for `applySnapshot` to say. */
export interface SnapshotRecord extends RecordBase {
	readonly snapshot: TaskSnapshot;
	/** Only that the task has become too old to be checked any more. */
	readonly problem?: Problem & { readonly kind: 'tooOld' };
	/** An end seen by this look wants telling (not when it corrects an ended task). */
	readonly announce: boolean;
	/** Until when (ms since 1970) the telling waits for results, or is left to the command that asked; absent: it does not wait, or no longer. */
	readonly holdUntil?: number;
}

/** A check failed: the task stays what it was. */
export interface ProblemRecord extends RecordBase {
	readonly snapshot?: never;
	/** Why. Not kept of a finished task, with which nothing is wrong. */
	readonly problem: Problem;
}

/** What one check brought. */
export type CheckRecord = SnapshotRecord | ProblemRecord;

/** Which task is checked when, and by which window. */
export interface PollQueue {
	/**
	 * When the next look can be begun, ms since 1970: when a claimable task is due and its API has a place; undefined when none is booked. Other windows' live claims
	 * count as due when they expire.
	 */
	nextDueAt(now: number, terms: DueTerms): number | undefined;
	/**
	 * Claims due tasks of origins that do not rest, as many as their APIs have places for when a person's requests are served; the most overdue first, measured by
	 * each task's own interval. Of an origin that is paused, or has refused its key once, one task when it is time to find out whether it still does. Tasks that
	 * were never seen and are refused take a quarter of the rate at most. Each claim has a random token of its own, and holds a place.
	 */
	claimDue(terms: DueTerms & { readonly now: number; readonly until: number }): Promise<readonly Claim[]>;
	/** Claims one task whether due or not, paused or not (a person asked); undefined when another claim on it is alive or it is gone. It has no place yet. */
	claim(key: TaskKey, terms: ClaimTerms): Promise<Claim | undefined>;
	/** Extends a claim and its place; false when the claim was lost. */
	renew(claim: Claim, until: number): Promise<boolean>;
	/** Extends a reservation of new tasks. */
	renewReservation(reservationId: string, until: number): Promise<void>;
	/** Gives a claim and its place back without a look; the task's next look is booked for `nextPollAt`. */
	release(claim: Claim, nextPollAt: number | undefined): Promise<void>;
	/** Writes a look and gives its place back; undefined when the claim was lost or the task is gone (then no more is written). Otherwise the task as it was and as it is. */
	record(check: CheckRecord): Promise<{ readonly before: Task; readonly after: Task } | undefined>;
	/** Brings bookings nearer: each task's to its `at` (ms since 1970), if it has a later one. */
	bringForward(bookings: readonly { readonly key: TaskKey; readonly at: number; readonly intervalMs: number | undefined }[]): Promise<void>;
	/** Books anew what was written by a clock that was ahead: active tasks looked at or tracked in what is now the future, or booked beyond any schedule, are due now. */
	repairTimestamps(now: number): Promise<void>;
}
