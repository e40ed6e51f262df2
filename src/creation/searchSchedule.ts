import { operationKey, type OperationPath } from '../core/operation';
import type { Creation, ExternalIdProof } from './creation';

/**
 * How a task is searched for.
 * - `byExternalId`: one query
 * - `inList`: one page of the operation's list
 * - `both`: the query, then the list if that does not show it
 */
export type SearchKind = 'byExternalId' | 'inList' | 'both';

/** One search: when it is due, ms after the last byte was sent. */
interface ScheduledSearch {
	readonly afterMs: number;
	readonly how: SearchKind;
}

/** Where tasks are found by their external IDs, five searches without a find within 5 min are evidence that there is no task. */
const byExternalId = [0, 5_000, 15_000, 60_000, 300_000].map((afterMs): ScheduledSearch => ({ afterMs, how: 'byExternalId' }));

/**
 * The searches for a task whose create has no response, by what is known of external IDs. `undefined` is skipped: so the searches keep their
 * numbers when the proof becomes known in between.
 */
const schedules: Readonly<Record<ExternalIdProof, readonly (ScheduledSearch | undefined)[]>> = {
	honoured: byExternalId,
	unknown: byExternalId.map((search, index) => (index === 1 ? { ...search, how: 'both' } : search)),
	ignored: [undefined, { afterMs: 5_000, how: 'inList' }],
	none: [],
};

/** Operations that finish with the response to their create; they have no lists. */
const synchronous: ReadonlySet<string> = new Set([
	'audio/tts',
	'videos/identify-face',
	'videos/multi-elements/init-selection',
	'videos/multi-elements/add-selection',
	'videos/multi-elements/delete-selection',
	'videos/multi-elements/clear-selection',
	'videos/multi-elements/preview-selection',
]);

/** Whether an operation finishes with the response to its create. */
export function isSynchronous(operation: OperationPath): boolean {
	return synchronous.has(operationKey(operation));
}

/** A search that is to come: its number within the schedule, from 0, when it is due (ms since 1970), and how. */
export interface NextSearch {
	readonly number: number;
	readonly at: number;
	readonly how: SearchKind;
}

/**
 * The next search for a creation's task; undefined if none is left.
 * @param searches how many were made
 * @param sentAt ms since 1970
 */
export function nextSearch(
	{ operation, externalId }: Pick<Creation, 'operation' | 'externalId'>,
	proof: ExternalIdProof,
	searches: number,
	sentAt: number,
): NextSearch | undefined {
	if (externalId === undefined) {
		return undefined;
	}
	for (const [number, search] of schedules[proof].entries()) {
		const how = search && withoutList(search.how, isSynchronous(operation));
		if (number >= searches && search !== undefined && how !== undefined) {
			return { number, at: sentAt + search.afterMs, how };
		}
	}
	return undefined;
}

function withoutList(how: SearchKind, hasNoList: boolean): SearchKind | undefined {
	return !hasNoList ? how : how === 'inList' ? undefined : 'byExternalId';
}
