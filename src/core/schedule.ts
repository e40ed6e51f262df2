import type { MediaKind } from './media';
import type { ApiErrorKind } from './problem';
import { unreachable } from './unreachable';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Looks at a task stop at this age (ms): its results are deleted by then. */
export const longestWatchMs = 30 * day;
/** The longest interval of the schedule and of its back-offs (ms, before jitter). */
export const longestIntervalMs = hour;

/** A creation earlier than this is no creation: the API is younger (an empty or mistaken field reads as 1970). */
const earliestCreation = Date.UTC(2024, 0, 1);
/** The server's clock and ours may differ by this much (ms) before a creation time says anything about age. */
const clockTolerance = 5 * minute;

/** What the schedule needs to know of a task. Times are ms since 1970. */
export interface LookSubject {
	/** What its operation produces; images and sounds end sooner. */
	readonly media: MediaKind;
	/** On this machine's clock. */
	readonly trackedAt: number;
	/** On the server's clock. */
	readonly createdAt?: number | undefined;
	/** The interval of the booking before this one (ms, without jitter); undefined before the first. */
	readonly intervalMs?: number | undefined;
}

/** A look that brought an error instead of a sighting. */
export interface FailedLook {
	readonly kind: ApiErrorKind;
	/** Whether the same look can succeed later without a person's help; what is passing by its kind may yet be lasting. */
	readonly retryable: boolean;
	/** How many looks in a row have failed this way, this one included (from 1). */
	readonly failures: number;
	/** How long the API asked us to wait (ms); the caller has bounded it to 150 s. */
	readonly retryAfterMs?: number | undefined;
}

/** When to look again, or why no more by itself. */
export type Booking =
	| {
			/** Ms since 1970, jitter included. */
			readonly at: number;
			/** The schedule's interval (ms, without jitter), from which the next may grow. A failed look leaves it as it was. */
			readonly intervalMs: number | undefined;
	  }
	| { readonly stopped: 'tooOld' | 'notFound' };

/**
 * Books the look after a look at an active task.
 *
 * After a sighting: 2 s at first, then 5 s to one minute of age, 10 s to five, 20 s to thirty, then half as long again each
 * time up to an hour; images and audio start with 3 s, to half a minute of age. After 30 days looks stop.
 * After a failure: see `backOff`; `notFound` stops at the third in a row.
 * Source: the intervals of known clients and the measured durations (most videos end in two to five minutes, images in under half a one).
 *
 * @param failure undefined when the look brought a sighting
 * @param dice a number in [0, 1), thrown anew for each call; spreads looks by up to 15 % either way
 */
export function nextLook(subject: LookSubject, failure: FailedLook | undefined, now: number, dice: number): Booking {
	const age = ageOf(subject, now);
	if (age !== undefined && age >= longestWatchMs) return { stopped: 'tooOld' };
	const regular = regularInterval(subject, age);
	if (failure === undefined) {
		return { at: now + jittered(regular, dice), intervalMs: regular };
	}
	if (failure.kind === 'notFound' && failure.failures >= 3) return { stopped: 'notFound' };
	const own = backOff(failure, regular);
	const wait =
		failure.retryAfterMs === undefined
			? jittered(own, dice)
			: // Spread to later only: the API said not to come earlier. What no repeating mends is not repeated sooner for that.
				Math.round(Math.max(failure.retryAfterMs, isLasting(failure) ? own : regular) * (1 + 0.15 * dice));
	return { at: now + wait, intervalMs: subject.intervalMs };
}

/**
 * How old a task is (ms), from the earlier of tracking and creation. Creation counts only where it can be believed: after the
 * API was born, and earlier than tracking by more than clocks differ. Undefined when both lie ahead of us: our clock was set back.
 */
function ageOf(subject: LookSubject, now: number): number | undefined {
	const { trackedAt, createdAt } = subject;
	const believed = createdAt !== undefined && createdAt >= earliestCreation && createdAt < trackedAt - clockTolerance;
	const start = believed ? createdAt : trackedAt;
	if (start <= now) return now - start;
	return start - now <= clockTolerance ? 0 : undefined;
}

/** The interval after a sighting (ms, without jitter). Unknown age counts as old: it must not mean looks every few seconds for days. */
function regularInterval({ media, intervalMs }: LookSubject, age: number | undefined): number {
	if (age === undefined || age >= 30 * minute) {
		return Math.min(Math.max(intervalMs ?? 0, 20 * second) * 1.5, longestIntervalMs);
	}
	if (age >= 5 * minute) return 20 * second;
	if (age >= minute) return 10 * second;
	if (media !== 'video') return age < 30 * second ? 3 * second : 5 * second;
	return intervalMs === undefined ? 2 * second : 5 * second;
}

/**
 * The wait after a failed look (ms, without jitter).
 * - passing trouble: the regular interval (5 s to one minute) doubled per failure, up to ten minutes, or two while the network is away
 * - `notFound`: 5 s, as a fresh task may not be visible yet
 * - what a person or another machine must mend, a server error that no repeating mends among it: five minutes doubled per failure up to an hour, so that it goes on by itself afterwards.
 *   `auth` is here for the case that its origin could not be paused.
 */
function backOff(failure: FailedLook, regular: number): number {
	const { kind, failures } = failure;
	const lasting = doubled(5 * minute, failures - 1, longestIntervalMs);
	switch (kind) {
		case 'rateLimit':
		case 'concurrency':
		case 'server':
			if (isLasting(failure)) return lasting;
			return doubled(between(regular, 5 * second, minute), failures, Math.max(10 * minute, regular));
		case 'unreachable':
			return doubled(between(regular, 5 * second, minute), failures, Math.max(2 * minute, regular));
		case 'notFound':
			return 5 * second;
		case 'auth':
		case 'quota':
		case 'forbidden':
		case 'badRequest':
		case 'policy':
		case 'malformed':
			return lasting;
		default:
			return unreachable(kind);
	}
}

/**
 * Whether two failures in a row count as the same trouble, so that the back-off goes on: passing troubles often
 * alternate (a server error, then a timeout), and so do lasting ones.
 */
export function isSameTrouble(one: ApiErrorKind, other: ApiErrorKind): boolean {
	return troubleOf(one) === troubleOf(other);
}

function troubleOf(kind: ApiErrorKind): 'passing' | 'absent' | 'lasting' {
	switch (kind) {
		case 'rateLimit':
		case 'concurrency':
		case 'server':
		case 'unreachable':
			return 'passing';
		case 'notFound':
			return 'absent';
		case 'auth':
		case 'quota':
		case 'forbidden':
		case 'badRequest':
		case 'policy':
		case 'malformed':
			return 'lasting';
		default:
			return unreachable(kind);
	}
}

function isLasting({ kind, retryable }: FailedLook): boolean {
	return !retryable || troubleOf(kind) === 'lasting';
}

function doubled(ms: number, times: number, most: number): number {
	return Math.min(ms * 2 ** Math.min(times, 20), most);
}

function between(value: number, least: number, most: number): number {
	return Math.min(Math.max(value, least), most);
}

function jittered(ms: number, dice: number): number {
	return Math.round(ms * (0.85 + 0.3 * dice));
}
