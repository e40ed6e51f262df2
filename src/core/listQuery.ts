import { clamp } from './clamp';
import type { ApiError } from './problem';
import { apiErrorTraits } from './problemTraits';

/**
 * A list query returns the newest tasks of an operation at once (`GET /kling/v1/{action}/{action2}?pageNum=1&pageSize=…`): documented by
 * Kling, not by the gateway. It is tried while many tasks are active at an API, because at 40 requests a minute single checks of 60 tasks
 * are up to 90 s late.
 */

/**
 * The list of an operation is tried while more than this many tasks are active at its API. One that has shown tasks is used below that too:
 * even twenty tasks, checked singly, are noticed up to 30 s late.
 */
export const triedAbove = 20;
/** One list query replaces at least this many checks. */
export const fewestTogether = 3;
/** Tasks that are due within this time (ms) are checked together with those that are due: before that time no other list is needed. */
export const reachMs = 3_000;

/** The sizes of a page. Source of the maximum: Kling's documentation. The minimum leaves room for tasks that are not tracked. */
const smallestPage = 50;
export const largestPage = 500;

const minute = 60_000;
/** How long (ms) lists of an operation are not tried again after a response that is no list, or shows none of the tasks ... */
const refusedMs = 24 * 60 * minute;
/** ... and after a failure that says nothing about lists: the single checks find out about that. */
const failedMs = 5 * minute;
/** A list may be this far behind (ms), by a cache for instance: less than single checks would be. */
const toleratedDelayMs = 30_000;
/** A time further ahead than this (ms) was written by a wrong clock. */
export const longestRefusalMs = refusedMs;

/**
 * How many of an operation's newest tasks to request first, for an API with this many active tasks: some may have finished, and others may
 * not be tracked.
 */
export function firstPageSize(active: number): number {
	return clamp(2 * active, smallestPage, largestPage);
}

/**
 * How many to request next: twice as many as were needed, or twice as many as before if tasks were missing.
 * @param depth the position of the last task that was found, from 1
 */
export function nextPageSize(pageSize: number, depth: number, isMissing: boolean): number {
	return clamp(2 * (isMissing ? pageSize : depth), smallestPage, largestPage);
}

/**
 * How long (ms) a list is not queried again that showed a task as active; 0 if it was right. By the server's clock.
 * @param listedAt when the list was sent, ms since 1970; undefined if it does not say
 * @param finishedAt when the task had finished, according to a single check at the same time; undefined if it had not
 */
export function staleListMs(listedAt: number | undefined, finishedAt: number | undefined): number {
	return listedAt !== undefined && finishedAt !== undefined && finishedAt + toleratedDelayMs < listedAt ? refusedMs : 0;
}

/**
 * How long (ms) the list of an operation is not queried again after its response; 0 if it may be queried at once.
 * - It shows a task: 0.
 * - No response, a server error, an overloaded API, or a refusal that is about the key or the account: minutes.
 * - Anything else: a day. Such a gateway has no lists, or lists of another kind.
 * @param shown how many of the tasks it shows
 */
export function listRefusalMs(response: { readonly shown: number } | { readonly error: Pick<ApiError, 'kind'> }): number {
	if ('shown' in response) {
		return response.shown > 0 ? 0 : refusedMs;
	}
	const { kind } = response.error;
	return apiErrorTraits[kind].failureClass === 'transient' || kind === 'auth' || kind === 'quota' ? failedMs : refusedMs;
}
