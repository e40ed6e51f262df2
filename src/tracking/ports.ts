import type { Disposable, Event } from '../core/emitter';
import type { Observation } from '../core/durationLaw';
import type { Verdict } from '../core/evidence';
import type { ApiError, Problem } from '../core/problem';
import type { LookBounds } from '../core/rate';
import type { Attention } from '../core/schedule';
import type { ActiveTask, EndedTask, Sighting, Task, TaskKey, TaskRef } from '../core/task';
import type { TaskIds } from '../core/taskIds';
import type { Failures } from '../core/trouble';

export type { Disposable, Event } from '../core/emitter';

/** Time and timers, so that a test can turn the hands. All in ms. */
export interface Clock {
	now(): number;
	/** Calls back once after `ms`; disposing cancels. */
	after(ms: number, callback: () => void): Disposable;
}

/** Where the engine writes what happened. Arguments pass a redactor; never hand it a key. */
export interface Log {
	debug(message: string): void;
	info(message: string): void;
	warn(message: string): void;
	error(message: string, error?: unknown): void;
}

/** What one look brought. `body` is the answer as text (at most 4 MiB), for "show the raw answer"; absent when there was none. */
export type LookOutcome =
	| { readonly ok: true; readonly sighting: Sighting; readonly body: string }
	| { readonly ok: false; readonly error: ApiError; readonly body?: string };

/** Kling over HTTP. Never throws, except the signal's reason when aborted. */
export interface KlingApi {
	/** @param known what else the task is known by */
	query(ref: TaskRef, apiKey: string, signal: AbortSignal, known?: Omit<TaskIds, 'id'>): Promise<LookOutcome>;
}

/** The keys, one per API origin. */
export interface KeyVault {
	get(origin: string): Promise<string | undefined>;
}

/** The right to look at one task. Expires by itself; a look whose claim was lost is dropped. */
export interface Claim {
	readonly task: Task;
	/** Also the token of the look's place at its API (see `PlaceRequest`). */
	readonly token: string;
}

/** How much the API at an origin is asked; all windows keep it together. */
export type BoundsOf = (origin: string) => LookBounds;

/** A request that a person waits for, and its place at the API. Times in ms since 1970. */
export interface PlaceRequest {
	readonly origin: string;
	/** Random, one per request. */
	readonly token: string;
	readonly now: number;
	/** The place is held until then, unless it is renewed. */
	readonly until: number;
	readonly bounds: LookBounds;
}

/**
 * What an answer said of the pace of looks.
 * - `asUsual`: it did not ask to slow down
 * - otherwise it did, and every window's looks at its origin rest (see `restMs` in core/rate.ts): `retryAfterMs` is what it said (ms), `dice` a number in [0, 1)
 */
export type Pace = 'asUsual' | { readonly retryAfterMs: number | undefined; readonly dice: number };

/** What a look changes, written in one transaction with the claim's release. Times in ms since 1970. */
export interface LookRecord {
	readonly key: TaskKey;
	readonly token: string;
	readonly at: number;
	/** What was seen; absent when the look failed (then `problem` says why). */
	readonly sighting?: Sighting;
	readonly problem?: Problem;
	readonly body?: string;
	/** How many checks in a row have failed; absent: none. */
	readonly failures?: Failures;
	/** An end that was said and waits for its confirmation; absent: none. */
	readonly verdict?: Verdict;
	/** Of a success without its results: how often it was checked again for them. */
	readonly resultChecks?: number;
	/** When to look again; absent: no more looks by themselves. */
	readonly nextLookAt?: number;
	/** The interval just booked, in ms; the next one may grow from it. */
	readonly intervalMs?: number;
	/** What the answer said of the pace; absent when there was no answer, or one that tells nothing of it. */
	readonly pace?: Pace;
	/** An end seen by this look wants telling (not when it corrects an ended task). */
	readonly announce: boolean;
	/** Until when (ms since 1970) the telling waits for results, or is left to the command that asked; absent: it does not wait, or no longer. */
	readonly holdUntil?: number;
}

/** Which tasks changed. */
export interface TasksChange {
	/** Tasks whose facts changed; empty when `structure` alone matters. */
	readonly keys: ReadonlySet<TaskKey>;
	/** Tasks came, went, ended or were reopened, or an origin paused or resumed: lists must be read anew. */
	readonly structure: boolean;
}

/** Why an origin's looks are paused: no key is stored, or the API refused the one that is. */
export type PauseReason = 'noKey' | 'auth';

/** How many there are; removed tasks count nowhere. */
export interface TaskCounts {
	readonly active: number;
	readonly ended: number;
	/** Ended and not opened by the person yet. */
	readonly unviewed: number;
}

/** Active tasks that meet the same problem, or have no check booked. */
export interface TroubledTasks {
	/** As on the tasks: while their origin is paused, that. */
	readonly problem?: Pick<Problem, 'kind' | 'code' | 'failures'>;
	readonly tasks: number;
	/** How many of them have no check booked. */
	readonly stopped: number;
}

/** A task to be tracked. */
export interface NewTask {
	readonly ref: TaskRef;
	readonly name?: string;
	/** The token of the demo it belongs to. */
	readonly demo?: string;
}

/** The right that a claim gives, and until when (ms since 1970). */
export interface ClaimTerms {
	readonly now: number;
	readonly until: number;
	/** Random, one per look. */
	readonly token: string;
	/** The reservation that this claim takes the place of. */
	readonly reservation?: string | undefined;
}

/** New tasks that are claimed from birth by one token, until each is looked at in its turn. */
export interface Reservation {
	readonly token: string;
	/** Ms since 1970; extend it with `renewReservation`. */
	readonly until: number;
}

/** What looks are claimed and foreseen by. */
export interface DueTerms {
	readonly boundsOf: BoundsOf;
	/** The token of the demo that this window runs: tasks of others are not claimed. */
	readonly demo: string | undefined;
}

/**
 * What is remembered. Reads are immediate. Writes wait for the database's lock and keep their order;
 * a returned promise settles when the write is in the file, and rejects only when the store is disposed, read-only or damaged. A full or failing disk is waited for.
 */
export interface Tasks {
	readonly onDidChange: Event<TasksChange>;
	/** A key was set, replaced or removed in some window, this one included. */
	readonly onDidChangeKeys: Event<void>;
	/** Set when the file cannot be written: a newer version made it, or the disk is read-only. */
	readonly readOnly: boolean;

	get(key: TaskKey): Task | undefined;
	/** All active tasks, newest tracked first. */
	active(): readonly ActiveTask[];
	/** Ended tasks by the time they ended, newest first. */
	ended(limit: number): readonly EndedTask[];
	counts(): TaskCounts;
	/** Whether a task of this API is tracked. */
	tracks(origin: string): boolean;
	/** The keys of all active tasks, newest tracked first, or of all ended ones, newest ended first, in pages of a thousand at most; each is read when it is asked for. */
	keyPages(list: 'active' | 'ended'): Iterable<readonly TaskKey[]>;
	/** Of the active tasks that were seen and meet no problem, those whose checks are booked first. */
	running(limit: number): readonly ActiveTask[];
	/** The active tasks that meet a problem or have no check booked, counted by what they meet; a group has one task at least. */
	troubled(): readonly TroubledTasks[];
	/** Whether an ended task has a result. */
	hasResults(): boolean;
	/** The last answer about a task as text, redacted and cut to 64 KiB. */
	rawAnswer(key: TaskKey): { readonly body: string; readonly at: number } | undefined;
	pausedOrigins(): ReadonlyMap<string, PauseReason>;
	/** How long the last tasks of an operation at an origin took that were seen to end, newest last; the same array as long as nothing was added. */
	durations(ref: Pick<TaskRef, 'origin' | 'action' | 'action2'>): readonly Observation[];

	/** Adds observations that no task of this list has made. */
	teach(
		lessons: readonly (Pick<TaskRef, 'origin' | 'action' | 'action2'> & { readonly observations: readonly Observation[] })[],
	): Promise<void>;
	/** Inserts what is new (known keys are left as they are; an untracked one comes back). With `reservation`, the new ones are claimed by it and due when it ends; else due now. */
	add(
		tasks: readonly NewTask[],
		now: number,
		reservation?: Reservation,
	): Promise<{ readonly added: readonly TaskKey[]; readonly known: readonly TaskKey[] }>;
	rename(key: TaskKey, name: string | undefined): Promise<void>;
	/** Corrects the operation; the task is due now again if it is active. */
	changeOperation(key: TaskKey, action: string, action2: string, now: number): Promise<void>;
	/** Takes tasks out of every list; `restore` undoes it until they are purged. */
	remove(keys: readonly TaskKey[], now: number): Promise<void>;
	restore(keys: readonly TaskKey[]): Promise<void>;
	/** Takes all ended tasks (no demo) out; the keys are what `restore` wants. */
	removeEnded(now: number): Promise<readonly TaskKey[]>;
	markViewed(keys: readonly TaskKey[] | 'all', now: number): Promise<void>;
	/** Deletes every task, answer and announcement from the file for good. */
	forgetEverything(): Promise<void>;

	/**
	 * Claims due tasks of origins that do not rest, as many as their APIs have places for when a person's requests are served; the most overdue first, measured by
	 * each task's own interval. Of an origin that is paused, or has refused its key once, one task when it is time to find out whether it still does. Tasks that
	 * were never seen and are refused take a quarter of the rate at most. Each claim has a token of its own, made by `newToken`, and holds a place.
	 */
	claimDue(terms: DueTerms & { readonly now: number; readonly until: number; readonly newToken: () => string }): Promise<readonly Claim[]>;
	/** Claims one task whether due or not, paused or not (a person asked); undefined when another claim on it is alive or it is gone. It has no place yet. */
	claim(key: TaskKey, terms: ClaimTerms): Promise<Claim | undefined>;
	/** Extends a claim and its place; false when the claim was lost. */
	renew(claim: Claim, now: number, until: number): Promise<boolean>;
	/** Extends a reservation of new tasks. */
	renewReservation(token: string, until: number): Promise<void>;
	/** Gives a claim and its place back without a look; the task's next look is booked for `nextLookAt`. */
	release(claim: Claim, nextLookAt: number | undefined): Promise<void>;
	/** Writes a look and gives its place back; undefined when the claim was lost or the task is gone (then no more is written). Otherwise the task as it was and as it is. */
	record(look: LookRecord): Promise<{ readonly before: Task; readonly after: Task } | undefined>;
	/**
	 * When the next look can be begun, ms since 1970: when a claimable task is due and its API has a place; undefined when none is booked. Other windows' live claims
	 * count as due when they expire.
	 */
	nextDueAt(now: number, terms: DueTerms): number | undefined;
	/** Books anew what was written by a clock that was ahead: active tasks looked at or tracked in what is now the future, or booked beyond any schedule, are due now. */
	mendTimes(now: number): Promise<void>;

	/**
	 * Takes a place at an API for a request that a person waits for: before any background look, in the order of asking, even while the origin rests.
	 * Undefined when it was given; otherwise when to ask again (ms since 1970). Until then the place in the queue is kept.
	 */
	takePlace(request: PlaceRequest): Promise<number | undefined>;
	/** Extends a place that no claim extends. */
	renewPlace(token: string, until: number): Promise<void>;
	/** Gives a place, or the wait for one, back. */
	leavePlace(origin: string, token: string, now: number, pace?: Pace): Promise<void>;

	/** Brings bookings nearer: each task's to its `at` (ms since 1970), if it has a later one. */
	bringForward(bookings: readonly { readonly key: TaskKey; readonly at: number; readonly intervalMs: number | undefined }[]): Promise<void>;

	/** Notes that a window has a person's attention until `until` (ms since 1970), or none any more. Call again to renew. */
	noteAttention(window: string, attention: Attention, now: number, until: number): Promise<void>;
	/** The attention that all windows of this machine have together. */
	attention(now: number): Attention;

	/** Notes that an origin refused its key: its other checks wait for the one that decides. */
	noteRefusal(origin: string, now: number): Promise<'doubted' | 'decided'>;
	/** Notes that an origin took its key after it had refused it: its checks go on. */
	noteAcceptance(origin: string): Promise<void>;
	/** Whether an origin has refused its key and has not taken it since. */
	isDoubted(origin: string): boolean;
	/** Pauses an origin's looks, but for one an hour; true for the one caller, over all windows, that should say so (until it is resumed). */
	pauseOrigin(origin: string, reason: PauseReason, now: number): Promise<boolean>;
	/** A key was set (`present`) or removed for an origin: raises the key revision for all windows. Set: resumes the origin and makes its paused, unauthorised and not-found tasks due now. Removed: pauses it. */
	noteKey(origin: string, present: boolean, now: number): Promise<void>;

	/** Ends that want telling at `now` (ms since 1970) and that nobody has claimed. */
	pendingAnnouncements(now: number): readonly TaskKey[];
	/** When the first of the ends that wait for their results is to be told without them, ms since 1970. */
	nextHeldAt(now: number): number | undefined;
	/** Claims the telling of an end; true for exactly one caller over all windows, unless it gives it back. */
	claimAnnouncement(key: TaskKey, now: number): Promise<boolean>;
	/** Lets the telling of ends that nobody has claimed wait until `until` (ms since 1970), if it does not wait longer: a command that is about to tell them renews this. */
	holdAnnouncements(keys: readonly TaskKey[], until: number): Promise<void>;
	/** Gives ends back that this window claimed and will not tell: another one tells them. */
	returnAnnouncements(keys: readonly TaskKey[]): Promise<void>;

	/** Notes that a demo lives until `until` (ms since 1970); call again to renew. */
	keepDemo(demo: string, until: number): Promise<void>;
	/** Deletes a demo's tasks. */
	endDemo(demo: string): Promise<void>;
	/** Deletes the tasks of demos that ended without saying so; returns when the next living one would count as dead, if any. */
	removeDeadDemos(now: number): Promise<number | undefined>;

	/** Looks whether another window wrote (`PRAGMA data_version`: microseconds) and fires the events if so. */
	checkForOthers(): void;
}

/**
 * How the file of what is remembered is; not `ok` wants telling.
 * - `newerSchema`: a newer version of this extension wrote it; it is left alone and read
 * - `readOnlyDisk`: the folder takes no writes; the file is read
 * - `diskFull`, `diskError`: writes wait and are tried again until the disk takes them
 * - `locked`: another program has held the file for more than ten seconds; writes wait and are tried again until it lets go
 * - `recovering`: the file is damaged or no longer at its path, and a new one is being filled; writes wait
 */
export type StoreCondition = 'ok' | 'newerSchema' | 'readOnlyDisk' | 'diskFull' | 'diskError' | 'locked' | 'recovering';

/** What a person should be told of the file. */
export interface StoreHealth {
	readonly condition: StoreCondition;
	readonly onDidChangeCondition: Event<void>;
	/** After a file that was damaged or lost has been replaced: how many tasks were recovered, for the one caller over all windows that says so. */
	claimRecovery(): Promise<{ readonly tasks: number } | undefined>;
}
