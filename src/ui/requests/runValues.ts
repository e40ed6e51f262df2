import { resolveRequest, type ResolvedRequest } from '../../requests/resolve';
import type { RequestFile } from '../../requests/requestFile';
import type { RequestFacts } from '../../requests/fileFacts';

/** `2026-03-14`, on this machine's calendar; `now` in ms since 1970. */
export function dateOf(now: number): string {
	const date = new Date(now);
	const two = (part: number): string => String(part).padStart(2, '0');
	return [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
}

/**
 * What each take of a request sends, the first one first. One at a time: each may be large.
 * @param now ms since 1970
 * @param first the number of the first take
 */
export function* takesOf(file: RequestFile, facts: RequestFacts, now: number, first = 1): Iterable<ResolvedRequest> {
	const date = dateOf(now);
	for (let take = first; take < first + file.repeat.count; take++) {
		yield resolveRequest(file, facts, { take, date });
	}
}
