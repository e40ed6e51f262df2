import { resolveRequest } from '../../requests/resolve';
import type { RequestFile } from '../../requests/requestFile';
import type { RequestFacts } from '../../requests/fileFacts';
import type { ResolvedObject } from '../../requests/resolvedValue';

/** `2026-03-14`, on this machine's calendar; `now` in ms since 1970. */
export function dateOf(now: number): string {
	const date = new Date(now);
	const two = (part: number): string => String(part).padStart(2, '0');
	return [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
}

/** The body of a take, from 1 on; undefined if an expression cannot be replaced. `now` in ms since 1970. */
export function bodyOf(file: RequestFile, facts: RequestFacts, take: number, now: number): ResolvedObject | undefined {
	return resolveRequest(file, facts, { take, date: dateOf(now) }).body;
}

/** The body of each take of a request, the first one first; undefined if an expression cannot be replaced. */
export function bodiesOf(file: RequestFile, facts: RequestFacts, now: number): readonly ResolvedObject[] | undefined {
	const bodies = Array.from({ length: file.repeat.count }, (_, index) => bodyOf(file, facts, index + 1, now));
	return bodies.every((body) => body !== undefined) ? bodies : undefined;
}
