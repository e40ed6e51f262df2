import type { Media } from './media';
import type { TaskStatus } from './task';

/** A success may be reported before its results: it is checked again for them, and its announcement waits for a limited time. */

/** The waits (ms) before each of the checks for missing results. */
export const resultWaits: readonly number[] = [5_000, 30_000, 120_000, 600_000];
/** How long (ms) an announcement waits for results at most: the first two of these checks. */
export const longestHoldMs = 35_000;
/** How long (ms) after the task finished failing checks for results are repeated. */
export const lateResultsUntilMs = 24 * 60 * 60_000;

/** Whether a success lacks results: it has none, or fewer than the response announces. */
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
