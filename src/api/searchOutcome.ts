import { omitUndefined } from '../core/omitUndefined';
import { isTaskId } from '../core/operation';
import type { OriginOperation } from '../core/task';
import type { SearchOutcome } from '../creation/ports/createApi';
import { apiError, readError } from './apiError';
import { externalIdOf, namedId } from './carriers';
import type { Fields } from './json';
import { isFields, parseJson } from './json';
import { listIn } from './list';
import { levelsOf, readParsed } from './response';

/** A response to a search. Header names are in lower case. */
interface SearchResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** Reads the response to a query by external ID. Never throws, whatever the input. */
export function readFoundTask(response: SearchResponse, { origin }: OriginOperation, externalId: string): SearchOutcome {
	const parsed = parseJson(response.body);
	const levels = levelsOf(parsed, { id: externalId });
	const id = namedId(levels);
	// The response names the task by an ID that is not known yet, and often does not repeat the external one.
	const reading = readParsed(response.status, parsed, response.body, response.headers, {
		id: id ?? externalId,
		externalTaskId: externalId,
		origin,
	});
	if (!reading.ok) {
		const { error } = reading;
		return { kind: error.kind === 'notFound' && error.code !== resourceMissing ? 'notFound' : 'failed', error };
	}
	if (id === undefined || !isTaskId(id)) {
		return { kind: 'failed', error: apiError('malformed', { message: `HTTP ${String(response.status)}`, httpStatus: response.status }) };
	}
	const { snapshot } = reading;
	return {
		kind: 'found',
		task: omitUndefined({
			taskId: id,
			externalId: externalIdIn(levels),
			action: snapshot.action,
			createdAt: snapshot.createdAt,
			snapshot,
			body: response.body,
		}),
	};
}

/** Kling's code for a model or a path that does not exist, which says nothing about a task. */
const resourceMissing = '1203';

/**
 * Reads the response to a list query, for the task with an external ID. Several of them show a gateway that does not keep external IDs apart:
 * then it is not certain which one is meant. Never throws, whatever the input.
 */
export function readListedTask(response: SearchResponse, operation: OriginOperation, externalId: string): SearchOutcome {
	const { status, headers, body } = response;
	const parsed = parseJson(body);
	const list = listIn(status, parsed);
	if (list === undefined) {
		return { kind: 'failed', error: readError(status, levelsOf(parsed, { id: '' }), body, headers) };
	}
	const matches = list.items.filter(
		(item): item is Fields => isFields(item) && externalIdIn(levelsOf(item, { id: externalId })) === externalId,
	);
	const [match] = matches;
	if (match === undefined) {
		return { kind: 'notFound', error: apiError('notFound', { message: `HTTP ${String(status)}`, httpStatus: status }) };
	}
	if (matches.length > 1) {
		return { kind: 'failed', error: apiError('malformed', { message: `${String(matches.length)} × ${externalId}`, httpStatus: status }) };
	}
	try {
		return readFoundTask({ status, headers, body: JSON.stringify({ ...list.envelope, data: match }) }, operation, externalId);
	} catch {
		// Nested too deeply.
		return { kind: 'failed', error: apiError('malformed', { message: `HTTP ${String(status)}`, httpStatus: status }) };
	}
}

function externalIdIn(levels: readonly Fields[]): string | undefined {
	return levels.map(externalIdOf).find((id) => id !== undefined);
}
