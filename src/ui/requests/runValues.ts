import { resolveRequest, type ResolvedRequest } from '../../requests/resolve';
import type { RequestFile } from '../../requests/requestFile';
import type { RequestFacts } from '../../requests/fileFacts';

/** `2026-03-14`, on this machine's calendar; `now` in ms since 1970. */
export function dateOf(now: number): string {
	const date = new Date(now);
	const two = (part: number): string => String(part).padStart(2, '0');
	return [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
}

/** What each take of a request sends, the first one first. `now` in ms since 1970. */
export function takesOf(file: RequestFile, facts: RequestFacts, now: number): readonly ResolvedRequest[] {
	const date = dateOf(now);
	return Array.from({ length: file.repeat.count }, (_, index) => resolveRequest(file, facts, { take: index + 1, date }));
}
