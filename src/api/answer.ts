import { defined } from '../core/defined';
import type { Evidence } from '../core/evidence';
import type { ApiError } from '../core/problem';
import type { Sighting } from '../core/task';
import type { TaskIds } from '../core/taskIds';
import { headerRequestId, readError, saysAllIsWell } from './apiError';
import { carriedStatus, externalIdOf, namedBy, namedId } from './carriers';
import { saysError, saysWrong } from './errorMarks';
import type { Fields } from './json';
import { asText, fieldsOf, first, isFields, parseJson, textOf, unwrapped } from './json';
import { readExpectedCount, readFailReasonLink, readParentVideo, readResults } from './media';
import { plainStatus, statusWord } from './statusWords';
import { timeOf } from './times';

/** What a response says: a sighting of the task, or why there is none. */
export type Reading = { readonly ok: true; readonly sighting: Sighting } | { readonly ok: false; readonly error: ApiError };

/** The task that was asked for. */
export interface Asked extends TaskIds {
	/** The API's origin, on which relative links are. */
	readonly origin?: string;
}

/**
 * Reads any HTTP status and body as a sighting or an error; never throws, whatever the input.
 *
 * The body's objects are called levels: the body itself, its `data`, `data.data` and `data.data.data`. Kling answers with two of them
 * (an envelope and the task), the gateway's wrapper with up to four, a callback or a flat response with one. Of a list the task that was asked for counts,
 * or the only one.
 *
 * - A level that carries the task's status (see `carriedStatus`) makes a sighting, whatever the envelope's code says; what an end is worth says its `evidence`.
 * - Else a reported error (a code, an `error`, a failure without a task, an HTTP status other than 2xx) is an error.
 * - Else a response that shows a task, or names another one, is a sighting of status `unknown`: the task is checked again.
 * - Else nothing was said about a task (`{"code":"success","data":null}`, a page, an empty body, a list of several): `malformed`.
 *
 * @param headers names in any case
 */
export function readAnswer(httpStatus: number, body: string, headers: Readonly<Record<string, string>>, asked: Asked): Reading {
	const levels = levelsOf(parseJson(body), asked);
	const lowerHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
	const sighting = readSighting(httpStatus, levels, lowerHeaders, asked);
	return sighting === undefined ? { ok: false, error: readError(httpStatus, levels, body, lowerHeaders) } : { ok: true, sighting };
}

/** The body's objects, outermost first. */
function levelsOf(body: unknown, asked: TaskIds): readonly Fields[] {
	const levels: Fields[] = [];
	let value = unwrapped(body);
	while (levels.length < 4) {
		const only: unknown = Array.isArray(value) ? itemAsked(value, asked) : value;
		if (!isFields(only)) break;
		levels.push(only);
		value = unwrapped(only['data']);
	}
	return levels;
}

/** The item of a list that is the task asked for, or the only item. */
function itemAsked(list: readonly unknown[], { id }: TaskIds): unknown {
	return list.length === 1 ? list[0] : list.find((item) => isFields(item) && (textOf(item, 'task_id') ?? textOf(item, 'id')) === id);
}

function readSighting(httpStatus: number, levels: readonly Fields[], headers: Readonly<Record<string, string>>, asked: Asked): Sighting | undefined {
	const said = saidStatus(httpStatus, levels, asked);
	if (said === undefined) return undefined;
	const { status, raw, evidence } = said;
	const innermost = levels.toReversed();
	const named = namedBy(levels, asked);
	// What else stands in a response about another task is that task's.
	if (named.whose === 'other') return defined({ status, rawStatus: raw, results: [], taskId: namedId(levels), foreignId: named.id, answeredAt: dateOf(headers) });
	const linked = readResults(innermost, asked.origin);
	const failReasonLink = linked.length > 0 || status !== 'succeeded' ? [] : readFailReasonLink(innermost);
	return defined({
		status,
		rawStatus: raw,
		evidence: evidence === 'certain' ? undefined : evidence,
		message: status === 'failed' ? (failureText(innermost) ?? raw) : undefined,
		progress: first(levels, progressOf),
		results: [...linked, ...failReasonLink],
		expectedResults: status === 'succeeded' ? readExpectedCount(innermost) : undefined,
		parentVideo: readParentVideo(innermost, asked.origin),
		createdAt: first(innermost, (fields) => timeOf(fields, 'created_at', 'create_time', 'createdAt', 'submit_time')),
		updatedAt: first(innermost, (fields) => timeOf(fields, 'updated_at', 'update_time', 'updatedAt', 'finished_at', 'ended_at', 'completed_at', 'finish_time', 'end_time')),
		answeredAt: dateOf(headers),
		taskId: namedId(levels),
		externalTaskId: first(innermost, externalIdOf),
		unitsDeducted: first(innermost, unitsOf),
		requestId: first(levels, (fields) => textOf(fields, 'request_id')) ?? headerRequestId(headers),
		action: first(levels, (fields) => textOf(fields, 'action')),
	});
}

/** The status that a response gives the task; undefined when it is an error, or says nothing of a task. */
function saidStatus(httpStatus: number, levels: readonly Fields[], asked: TaskIds): { readonly status: Sighting['status']; readonly raw: string; readonly evidence?: Evidence } | undefined {
	const carried = carriedStatus(httpStatus, levels, asked);
	const meaning = carried?.word.meaning;
	if (meaning === 'noTask') return undefined;
	if (carried !== undefined && meaning !== undefined && meaning !== 'unknown') return { status: meaning, raw: carried.word.raw, ...(carried.evidence && { evidence: carried.evidence }) };
	if (!isOk(httpStatus) || levels.some((fields) => saysWrong(fields) || saysError(fields))) return undefined;
	// The innermost word first: the outermost may be the envelope's own.
	const word = carried?.word ?? first(levels.toReversed(), (fields) => statusWord(textOf(fields, 'task_status')) ?? plainStatus(fields));
	const named = namedBy(levels, asked).whose;
	// An end that is nobody's is the request's own, or that of something else.
	if (named === 'nobody' && (word?.meaning === 'failed' || word?.meaning === 'noTask')) return undefined;
	if ((word === undefined || (named === 'nobody' && word.meaning === 'succeeded')) && !showsTask(levels)) return undefined;
	const isActive = named !== 'other' && (word?.meaning === 'submitted' || word?.meaning === 'processing');
	return { status: isActive ? word.meaning : 'unknown', raw: word?.raw ?? '' };
}

/** Whether a response without a status word is about a task at all. */
function showsTask(levels: readonly Fields[]): boolean {
	const [body, data] = levels;
	if (levels.some((fields) => 'task_id' in fields || 'task_status' in fields || 'task_result' in fields)) return true;
	return body !== undefined && asText(body['code']) !== undefined && data !== undefined && Object.keys(data).length > 0;
}

function isOk(httpStatus: number): boolean {
	return httpStatus >= 200 && httpStatus < 300;
}

/** Why a task failed, in the API's words. Levels innermost first. */
function failureText(levels: readonly Fields[]): string | undefined {
	return (
		first(levels, (fields) => textOf(fields, 'task_status_msg')) ??
		first(levels, (fields) => words(textOf(fields, 'fail_reason'))) ??
		first(levels, errorText) ??
		first(levels, (fields) => {
			const message = textOf(fields, 'message');
			return message === undefined || saysAllIsWell(message) ? undefined : message;
		})
	);
}

/** A text that is no link: older gateways leave the result's link in `fail_reason`. */
function words(text: string | undefined): string | undefined {
	return text === undefined || /^https?:\/\//i.test(text) ? undefined : text;
}

function errorText(fields: Fields): string | undefined {
	return textOf(fieldsOf(fields, 'error'), 'message') ?? textOf(fields, 'error');
}

/** 0 to 1 from `"30%"`, `"30"`, `30` or `0.3`; a whole 1 is one percent. */
function progressOf(fields: Fields): number | undefined {
	const text = asText(fields['progress']);
	const match = text === undefined ? null : /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text);
	if (match === null) return undefined;
	const value = Number(match[1]);
	return Math.min(1, match[2] === '%' || value >= 1 ? value / 100 : value);
}

/** The moment at which an answer was given, by its `Date` header (RFC 9110, 6.6.1; whole seconds). */
function dateOf(headers: Readonly<Record<string, string>>): number | undefined {
	const at = Date.parse(headers['date'] ?? '');
	return Number.isNaN(at) || at < 0 ? undefined : at;
}

function unitsOf(fields: Fields): string | undefined {
	const units = textOf(fields, 'final_unit_deduction');
	return units !== undefined && /^\d+(?:\.\d+)?$/.test(units) ? units : undefined;
}
