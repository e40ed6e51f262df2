import { ageOf, isTooOld, type Aged } from './age';
import type { DurationModel } from './durationModel';
import { durationQuantile, nextPollAge } from './durationModel';
import { clamp } from './clamp';
import type { ApiErrorKind } from './problem';
import { apiErrorTraits } from './problemTraits';
import { keyRecheckMs } from './keyRefusal';
import type { FailureClass } from './failureClass';
import { assertNever } from './assertNever';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The longest interval of the schedule and of its back-offs (ms, before jitter). */
export const longestIntervalMs = hour;

/** The first look after the one that tracked a task comes after this time (ms): early enough for what is rejected. */
export const firstWait = 2 * second;
/** Until this age (ms) the law of an operation's durations decides; then looks grow rarer and rarer. */
const modelUntil = 30 * minute;
/** No two looks by the law are closer (ms), nor, while somebody may see the list, further apart. */
const shortestInterval = 2 * second;
const maxVisibleInterval = minute;
/** The same when nobody sees it: however long such tasks took until now, no end stays unnoticed for longer. */
const maxHiddenInterval = 3 * minute;
const maxJitter = 1.5 * second;
/** What passing trouble is doubled from, and the least wait after it, whatever `Retry-After` says (ms). */
const shortestRetry = 5 * second;
/** The end of a task is noticed so late on average (ms) while somebody is at work: this, or a part of what its kind takes; three times that when nobody is. */
const shortestLag = 3 * second;
const lagPart = 0.02;
const unfocusedFactor = 3;

/** Whether somebody is there, in any window of this machine. */
export interface Attention {
	/** A window has the focus. */
	readonly focused: boolean;
	/** A view of the tasks can be seen. */
	readonly visible: boolean;
}

/** What the schedule needs to know of a task. */
export interface PollSubject extends Aged {
	/** How long tasks of its operation take. */
	readonly model: DurationModel;
	/** The interval of the booking before this one (ms, without jitter); undefined before the first. */
	readonly intervalMs?: number | undefined;
	/** Whether a response has ever shown the task: then errors slow its checks down and never end them. */
	readonly isFound: boolean;
}

/** A check that brought an error instead of a sighting. */
export interface FailedCheck {
	readonly kind: ApiErrorKind;
	readonly failureClass: FailureClass;
	/** How many checks in a row have failed by this trouble, this one included (from 1). */
	readonly failures: number;
	/** How long the API asked us to wait (ms); the caller has bounded it to 150 s. */
	readonly retryAfterMs?: number | undefined;
	/** Whether it refused a key that is not yet believed to be refused. */
	readonly isKeySuspect?: boolean;
}

/** When to look again, or why no more by itself. */
export type Booking =
	| {
			/** Ms since 1970, jitter included. */
			readonly at: number;
			/** The schedule's interval (ms, without jitter), from which the next may grow. A failed look leaves it as it was. */
			readonly intervalMs: number | undefined;
	  }
	| { readonly stopped: 'tooOld' | 'neverFound' };

/**
 * Books the look after a look at an active task.
 *
 * After a sighting: two seconds after tracking; then where the law of the operation's durations puts the next look, so that the end is noticed three seconds late on average, or 2 % of what such tasks
 * take (see `nextPollAge`); from thirty minutes on half as long again each time, up to an hour. After 30 days by both clocks a response ends the checks.
 * After a failure: see `backOff`; a task that was never seen is given up after a day of refusals.
 *
 * @param failure undefined when the look brought a sighting
 * @param random a number in [0, 1), thrown anew for each call; spreads looks by up to 15 % either way
 */
export function nextPoll(
	subject: PollSubject,
	failure: FailedCheck | undefined,
	now: number,
	attention: Attention,
	random: number,
): Booking {
	const age = ageOf(subject, now);
	// What says nothing of the task does not say either that our clock was right when it was tracked.
	if ((failure === undefined || failure.failureClass === 'refused') && isTooOld(subject, now)) {
		return { stopped: 'tooOld' };
	}
	const regular = regularInterval(subject, age, attention);
	if (failure === undefined) {
		const wait = age === undefined || age >= modelUntil ? jittered(regular, random) : jitterBounded(regular, random);
		return { at: now + wait, intervalMs: regular };
	}
	const base = age === undefined || age >= modelUntil ? clamp(regular, shortestRetry, minute) : shortestRetry;
	const own = backOff(failure, base, subject.isFound);
	if (own === undefined) {
		return { stopped: 'neverFound' };
	}
	const wait =
		failure.retryAfterMs === undefined
			? jittered(own, random)
			: // Spread to later only: the API said not to come earlier. What no repeating mends is not repeated sooner for that.
				Math.round(Math.max(failure.retryAfterMs, failure.failureClass === 'transient' ? base : own) * (1 + 0.15 * random));
	return { at: now + wait, intervalMs: subject.intervalMs };
}

/** How late (ms) the end of such a task is noticed on average. */
export function lagOf(model: DurationModel, { focused }: Pick<Attention, 'focused'>): number {
	return Math.max(shortestLag, lagPart * durationQuantile(model, 0.5)) * (focused ? 1 : unfocusedFactor);
}

/** The interval after a sighting (ms, without jitter). Unknown age counts as old: it must not mean looks every few seconds for days. */
function regularInterval({ intervalMs, model }: PollSubject, age: number | undefined, attention: Attention): number {
	if (age === undefined || age >= modelUntil) {
		return Math.min(Math.max(intervalMs ?? 0, 20 * second) * 1.5, longestIntervalMs);
	}
	if (intervalMs === undefined) {
		return firstWait;
	}
	return modelInterval(model, age, lagOf(model, attention), attention);
}

/** The interval (ms) by an operation's law, for a task of this age (ms) whose end is to be noticed so late (ms) on average. */
export function modelInterval(model: DurationModel, age: number, lagMs: number, { visible }: Pick<Attention, 'visible'>): number {
	const interval = Math.min(nextPollAge(model, age, lagMs), modelUntil) - age;
	return Math.round(clamp(interval, shortestInterval, visible ? maxVisibleInterval - maxJitter : maxHiddenInterval));
}

/** The waits (ms) after the first refusals of a task that was never seen: a fresh one may not be visible yet. Then hourly ... */
const notFoundRetries = [5 * second, 15 * second, 45 * second, 120 * second, 300 * second] as const;
/** ... for a day; after that only a person asks for it. */
const notFoundHours = 24;

/**
 * The wait after a failed check (ms, without jitter); undefined when there is no next one by itself.
 * - passing trouble: ten seconds, doubled per failure, up to ten minutes, or two while the network is away; from thirty minutes of age on it begins with up to two minutes
 * - a refused task that was seen before: a minute doubled per failure up to an hour
 * - a refused one that was never seen: `notFoundRetries`, then hourly for a day
 * - what a person or another machine must mend: five minutes doubled per failure up to an hour, so that it goes on by itself afterwards; the check that decides about a refused key comes after ten seconds
 * @param base what passing trouble is doubled from, ms
 */
function backOff({ kind, failureClass, failures, isKeySuspect }: FailedCheck, base: number, isFound: boolean): number | undefined {
	switch (failureClass) {
		case 'transient':
			return doubled(base, failures, apiErrorTraits[kind].isResponse ? 10 * minute : 2 * minute);
		case 'persistent':
			return isKeySuspect === true ? keyRecheckMs : doubled(5 * minute, failures - 1, longestIntervalMs);
		case 'refused':
			if (isFound) {
				return doubled(minute, failures - 1, longestIntervalMs);
			}
			return notFoundRetries[failures - 1] ?? (failures <= notFoundRetries.length + notFoundHours ? hour : undefined);
		default:
			return assertNever(failureClass);
	}
}

function doubled(ms: number, times: number, most: number): number {
	return Math.min(ms * 2 ** Math.min(times, 20), most);
}

/** Spreads a wait by up to 15 % either way. */
function jittered(ms: number, random: number): number {
	return Math.round(ms * (0.85 + 0.3 * random));
}

/** Spreads a look by the law: by up to 15 %, but by no more than a second and a half, or it would miss the time that the law has chosen. */
export function jitterBounded(ms: number, random: number): number {
	return Math.round(ms + Math.min(0.15 * ms, maxJitter) * (2 * random - 1));
}
