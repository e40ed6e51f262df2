import type { Disposable, Event } from '../core/emitter';
import type { ApiError, Problem } from '../core/problem';
import type { ActiveTask, EndedTask, Sighting, Task, TaskKey, TaskRef } from '../core/task';

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
	query(ref: TaskRef, apiKey: string, signal: AbortSignal): Promise<LookOutcome>;
}

/** The keys, one per API origin. */
export interface KeyVault {
	get(origin: string): Promise<string | undefined>;
}

/** The right to look at one task. Expires by itself; a look whose claim was lost is dropped. */
export interface Claim {
	readonly task: Task;
	readonly token: string;
}

/** What a look changes, written in one transaction with the claim's release. Times in ms since 1970. */
export interface LookRecord {
	readonly key: TaskKey;
	readonly token: string;
	readonly at: number;
	/** What was seen; absent when the look failed (then `problem` says why). */
	readonly sighting?: Sighting;
	readonly problem?: Problem;
	readonly body?: string;
	/** When to look again; absent: no more looks by themselves. */
	readonly nextLookAt?: number;
	/** The interval just booked, in ms; the next one may grow from it. */
	readonly intervalMs?: number;
	/** An end seen by this look wants telling (not when it answers a command, or corrects an ended task). */
	readonly announce: boolean;
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
}

/**
 * What is remembered. Reads are immediate. Writes wait for the database's lock and keep their order;
 * a returned promise settles when the write is in the file, and rejects only when the store is disposed or the disk refuses.
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
	/** The last answer about a task as text, redacted and cut to 64 KiB. */
	rawAnswer(key: TaskKey): { readonly body: string; readonly at: number } | undefined;
	pausedOrigins(): ReadonlyMap<string, PauseReason>;

	/** Inserts what is new (known keys are left as they are; an untracked one comes back). With `claim`, the new ones are claimed by it; else due now. */
	add(tasks: readonly NewTask[], now: number, claim?: ClaimTerms): Promise<{ readonly added: readonly TaskKey[]; readonly known: readonly TaskKey[] }>;
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

	/** Claims up to `limit` due tasks: of unpaused origins, and of no demo but `demo`. Each claim has a token of its own, made by `newToken`. */
	claimDue(terms: { readonly now: number; readonly until: number; readonly newToken: () => string; readonly limit: number; readonly demo: string | undefined }): Promise<readonly Claim[]>;
	/** Claims one task whether due or not, paused or not (a person asked); undefined when another claim on it is alive or it is gone. */
	claim(key: TaskKey, terms: ClaimTerms): Promise<Claim | undefined>;
	/** Extends a claim; false when it was lost. */
	renew(claim: Claim, now: number, until: number): Promise<boolean>;
	/** Gives a claim back without a look; the task's next look is booked for `nextLookAt`. */
	release(claim: Claim, nextLookAt: number | undefined): Promise<void>;
	/** Writes a look; undefined when the claim was lost or the task is gone (nothing is written). Otherwise the task as it was and as it is. */
	record(look: LookRecord): Promise<{ readonly before: Task; readonly after: Task } | undefined>;
	/** When the next claimable task is due, ms since 1970; undefined when none is. Other windows' live claims count as due when they expire. */
	nextDueAt(now: number, demo: string | undefined): number | undefined;

	/** Pauses an origin's looks; true for the one caller, over all windows, that should say so (until it is resumed). */
	pauseOrigin(origin: string, reason: PauseReason, now: number): Promise<boolean>;
	/** A key was set (`present`) or removed for an origin: raises the key revision for all windows. Set: resumes the origin and makes its paused, unauthorised and not-found tasks due now. Removed: pauses it. */
	noteKey(origin: string, present: boolean, now: number): Promise<void>;

	/** Ends that want telling and that nobody has claimed. */
	pendingAnnouncements(): readonly TaskKey[];
	/** Claims the telling of an end; true for exactly one caller over all windows, ever. */
	claimAnnouncement(key: TaskKey, now: number): Promise<boolean>;

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
 * - `recovering`: the file is damaged and a new one is being filled; writes wait
 */
export type StoreCondition = 'ok' | 'newerSchema' | 'readOnlyDisk' | 'diskFull' | 'diskError' | 'recovering';

/** What a person should be told of the file. */
export interface StoreHealth {
	readonly condition: StoreCondition;
	readonly onDidChangeCondition: Event<void>;
	/** After a damaged file was replaced: how many tasks were recovered, for the one caller over all windows that says so. */
	claimRecovery(): Promise<{ readonly tasks: number } | undefined>;
}
