import type { ApiError, Problem } from '../core/problem';

/**
 * A failed look as the problem of its task.
 * @param failures how many looks in a row have failed this way, this one included
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
