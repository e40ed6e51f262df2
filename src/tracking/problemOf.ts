import type { ApiError, Problem } from '../core/problem';

/**
 * An API error as the problem of a task.
 * @param failures number of consecutive checks that failed this way, including this one
 * @param at ms since 1970
 */
export function problemOf(error: ApiError, failures: number, at: number): Problem {
	return {
		kind: error.kind,
		failures,
		at,
		message: error.message,
		...(error.code !== undefined && { code: error.code }),
		...(error.requestId !== undefined && { requestId: error.requestId }),
	};
}
