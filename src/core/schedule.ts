import { ageOf, isTooOld, type Aged } from './age';
import type { DurationModel } from './durationModel';
import { durationQuantile, nextPollAge } from './finishTimes';
import type { FinishTimes } from './finishTimes';
import type { Began } from './phases';
import { finishTimesAfter, waitsTooLong } from './phases';
import { clamp } from './clamp';
import type { ApiErrorKind } from './problem';
import { apiErrorTraits } from './problemTraits';
import { keyRecheckMs } from './keyRejection';
import type { FailureClass } from './failureClass';
import { assertNever } from './assertNever';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The longest interval of polls and of back-offs (ms, before jitter). */
export const longestIntervalMs = hour;

/**
 * Wait (ms) between tracking a task and its second check. While no task of its operation has finished: early enough for rejections. While a
 * view of the tasks is visible: most tasks start within two seconds, and the row would show "Submitted" for minutes.
 */
export const firstWait = 2 * second;
/** Up to this age (ms) the duration model sets the interval; after it the interval grows each time. */
const modelUntil = 30 * minute;
/** The shortest interval (ms) by the duration model, and the longest while a view of the tasks is visible. */
const shortestInterval = 2 * second;
const maxVisibleInterval = minute;
/** The longest interval (ms) by the duration model while no view is visible, however long earlier tasks took. */
const maxHiddenInterval = 3 * minute;
const maxJitter = 1.5 * second;
/** The base of the back-off after transient failures, and the shortest wait after one, whatever `Retry-After` says (ms). */
const shortestRetry = 5 * second;
/**
 * The average delay (ms) with which a finished task is noticed while a window is focused: this, or a part of the median duration if that is
 * longer. Three times that while none is focused.
 */
const shortestLag = 3 * second;
const lagPart = 0.02;
const unfocusedFactor = 3;

/** Whether a person is using any window of this machine. */
export interface Attention {
	/** A window has the focus. */
	readonly focused: boolean;
	/** A view of the tasks is visible. */
	readonly visible: boolean;
}

/** What the schedule needs to know about a task. */
export interface PollSubject extends Aged {
	/** How long tasks of its operation take. */
	readonly model: DurationModel;
	/** When the work on it began; undefined if nothing is known of that. */
	readonly began?: Began | undefined;
	/** The interval before this check (ms, without jitter); undefined before the first. */
	readonly intervalMs?: number | undefined;
	/** Whether a response has ever shown the task. If so, errors slow its checks down but never end them. */
	readonly isFound: boolean;
}

/** A check that brought an error instead of a snapshot. */
export interface FailedCheck {
	readonly kind: ApiErrorKind;
	readonly failureClass: FailureClass;
	/** How many consecutive checks have failed in this class, including this one (from 1). */
	readonly failures: number;
	/** How long the API asked us to wait (ms), bounded to 150 s by the caller. */
	readonly retryAfterMs?: number | undefined;
	/** Whether it rejected a key and the rejection is not confirmed yet. */
	readonly isKeySuspect?: boolean;
}

/** When the next check is due, or why there is none. */
export type Booking =
	| {
			/** ms since 1970, jitter included. */
			readonly at: number;
			/** The interval (ms, without jitter), from which the next one may grow. Unchanged after a failed check. */
			readonly intervalMs: number | undefined;
	  }
	| { readonly stopped: 'tooOld' | 'neverFound' };

/**
 * Schedules the next check of an active task.
 *
 * After a snapshot: two seconds after tracking if no task of the operation has finished yet or a view of the tasks is visible; then by the
 * duration model of the operation, so that a finished task is noticed on average three seconds late, or 2 % of the median duration (see `nextPollAge`). From thirty minutes
 * of age the interval grows by half each time, up to an hour. After 30 days by both clocks, a response ends the checks.
 * After a failure: see `backOff`. A task that was never found is given up after a day of refusals.
 *
 * @param failure undefined if the check brought a snapshot
 * @param random a number in [0, 1), new for each call; spreads checks by up to 15 % either way
 */
export function nextPoll(
	subject: PollSubject,
	failure: FailedCheck | undefined,
	now: number,
	attention: Attention,
	random: number,
): Booking {
	const age = ageOf(subject, now);
	// A failure that says nothing about the task does not end its checks: our clock may have been wrong when the task was tracked.
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
			: // Jitter only adds: the API asked not to come earlier. Non-retryable errors ignore a Retry-After below their own back-off.
				Math.round(Math.max(failure.retryAfterMs, failure.failureClass === 'transient' ? base : own) * (1 + 0.15 * random));
	return { at: now + wait, intervalMs: subject.intervalMs };
}

/** The average delay (ms) with which a finished task of this operation is noticed. */
export function lagOf(model: DurationModel, { focused }: Pick<Attention, 'focused'>): number {
	return Math.max(shortestLag, lagPart * durationQuantile(model, 0.5)) * (focused ? 1 : unfocusedFactor);
}

/**
 * The interval after a snapshot (ms, without jitter). An unknown age counts as old; otherwise the task could be polled every few seconds
 * for days.
 */
function regularInterval({ intervalMs, model, began }: PollSubject, age: number | undefined, attention: Attention): number {
	if (age === undefined || age >= modelUntil) {
		return Math.min(Math.max(intervalMs ?? 0, 20 * second) * 1.5, longestIntervalMs);
	}
	if (intervalMs === undefined && (attention.visible || !model.isLearned)) {
		return firstWait;
	}
	return modelInterval(finishTimes(model, began), age, lagOf(model, attention), attention);
}

/** When a task finishes, by what is known about when the work on it began. */
export function finishTimes(model: DurationModel, began: Began | undefined): FinishTimes {
	return began === undefined || model.phases === undefined || waitsTooLong(model.phases, began)
		? model
		: finishTimesAfter(model.phases, began);
}

/** The interval (ms) by the duration model, for a task of this age (ms) that is to be noticed `lagMs` (ms) late on average. */
export function modelInterval(times: FinishTimes, age: number, lagMs: number, { visible }: Pick<Attention, 'visible'>): number {
	const interval = Math.min(nextPollAge(times, age, lagMs), modelUntil) - age;
	return Math.round(clamp(interval, shortestInterval, visible ? maxVisibleInterval - maxJitter : maxHiddenInterval));
}

/** The waits (ms) after the first refusals of a task that was never found: a new task may not be visible yet. */
const notFoundRetries = [5 * second, 15 * second, 45 * second, 120 * second, 300 * second] as const;
/** How many hourly checks follow these; after them only a manual refresh checks the task. */
const notFoundHours = 24;

/**
 * The wait after a failed check (ms, without jitter); undefined if there is no next check.
 * - transient: ten seconds, doubled per failure, up to ten minutes, or two without a response; from thirty minutes of age it starts with up
 *   to two minutes
 * - refused, found before: one minute, doubled per failure, up to an hour
 * - refused, never found: `notFoundRetries`, then hourly for a day
 * - persistent: five minutes, doubled per failure, up to an hour, so that tracking resumes after the cause is gone; ten seconds for the
 *   check that decides about a rejected key
 * @param base the wait that is doubled after transient failures, ms
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

/** Spreads a wait from the duration model by up to 15 %, but at most 1.5 s: more would miss the time that the model chose. */
export function jitterBounded(ms: number, random: number): number {
	return Math.round(ms + Math.min(0.15 * ms, maxJitter) * (2 * random - 1));
}
