import type { Media } from './media';
import type { TaskStatus } from './task';

/** A success may be reported some time before its results: it is checked again for them, and its announcement waits a little. */

/** The waits (ms) before the checks for results that were missing, one after the other. */
export const resultWaits: readonly number[] = [5_000, 30_000, 120_000, 600_000];
/** How long (ms) an announcement waits for results at most: the first two of these checks. */
export const longestHoldMs = 35_000;
/** Checks for results that fail go on for so long (ms) after the end. */
export const lateResultsUntilMs = 24 * 60 * 60_000;

/** Whether a success lacks results: it has none, or fewer than the response says that there will be. */
export function missesResults({
	status,
	results,
	expectedResults,
}: {
	readonly status: TaskStatus;
	readonly results: readonly Media[];
	readonly expectedResults?: number;
}): boolean {
	return status === 'succeeded' && results.length < Math.max(1, expectedResults ?? 1);
}
