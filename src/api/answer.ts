import { defined } from '../core/defined';
import { isTaskId } from '../core/operation';
import type { ApiError } from '../core/problem';
import type { Sighting, TaskStatus } from '../core/task';
import { isErrorCode, headerRequestId, readError, saysAllIsWell } from './apiError';
import type { Fields } from './json';
import { asText, fieldsOf, first, isFields, numberOf, parseJson, textOf } from './json';
import { readFailReasonLink, readParentVideo, readResults } from './media';

/** What an answer says: a sighting of the task, or why there is none. */
export type Reading = { readonly ok: true; readonly sighting: Sighting } | { readonly ok: false; readonly error: ApiError };

/**
 * Reads any HTTP status and body as a sighting or an error; never throws, whatever the input.
 *
 * The body's objects are called levels: the body itself, its `data`, `data.data` and `data.data.data`. Kling answers with two of them
 * (an envelope and the task), the gateway's wrapper with up to four, a callback or a flat answer with one; a list of one counts as its item.
 *
 * - A recognised status word is a sighting, whatever the envelope's code says.
 * - Else a reported error (a code, an `error`, an HTTP status other than 2xx) is an error.
 * - Else an answer that shows a task (an unrecognised word, a task id, a filled `data`) is a sighting of status `unknown`: it is looked at again.
 * - Else nothing was said about a task (`{"code":"success","data":null}`, a page, an empty body, a list of several): `malformed`.
 *
 * @param headers names in any case
 */
export function readAnswer(httpStatus: number, body: string, headers: Readonly<Record<string, string>> = {}): Reading {
	const levels = levelsOf(parseJson(body));
	const lowerHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
	const sighting = readSighting(httpStatus, levels, lowerHeaders);
	return sighting === undefined ? { ok: false, error: readError(httpStatus, levels, body, lowerHeaders) } : { ok: true, sighting };
}

/** The body's objects, outermost first. */
function levelsOf(body: unknown): readonly Fields[] {
	const levels: Fields[] = [];
	let value = body;
	while (levels.length < 4) {
		const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
		if (!isFields(only)) break;
		levels.push(only);
		value = only['data'];
	}
	return levels;
}

function readSighting(httpStatus: number, levels: readonly Fields[], headers: Readonly<Record<string, string>>): Sighting | undefined {
	const innermost = levels.toReversed();
	const linked = readResults(innermost);
	const failReasonLink = linked.length > 0 ? [] : readFailReasonLink(innermost);
	const word = decidingWord(statusWords(httpStatus, levels, linked.length > 0), linked.length + failReasonLink.length > 0);
	const status = word?.meaning ?? 'unknown';
	if (status === 'noTask' || (status === 'unknown' && !showsTask(httpStatus, levels, word))) return undefined;
	return defined({
		status,
		rawStatus: word?.raw ?? '',
		message: status === 'failed' ? (failureText(innermost) ?? word?.raw) : undefined,
		progress: first(levels, progressOf),
		results: status === 'succeeded' ? [...linked, ...failReasonLink] : linked,
		parentVideo: readParentVideo(innermost),
		createdAt: first(innermost, (fields) => timeOf(fields, 'created_at', 'create_time', 'submit_time')),
		updatedAt: first(innermost, (fields) => timeOf(fields, 'updated_at', 'update_time', 'completed_at', 'finish_time')),
		answeredAt: dateOf(headers),
		taskId: taskIdOf(levels),
		externalTaskId: first(innermost, (fields) => textOf(fieldsOf(fields, 'task_info'), 'external_task_id') ?? textOf(fields, 'external_task_id', 'external_id')),
		unitsDeducted: first(innermost, unitsOf),
		requestId: first(levels, (fields) => textOf(fields, 'request_id')) ?? headerRequestId(headers),
		action: first(levels, (fields) => textOf(fields, 'action')),
	});
}

/** A status word as sent, and what it means; `noTask`: the gateway knows no such task. */
interface StatusWord {
	readonly raw: string;
	readonly meaning: TaskStatus | 'noTask';
}

/** Every spelling of a status, trimmed, in lower case, with `_` for `-` and space. Anything else is unknown. */
const spellings: ReadonlyMap<string, StatusWord['meaning']> = new Map<string, StatusWord['meaning']>([
	...['submitted', 'not_start', 'queued', 'created', 'queueing', 'pending'].map((word) => [word, 'submitted'] as const),
	...['processing', 'in_progress', 'running', 'generating', 'rendering', 'starting'].map((word) => [word, 'processing'] as const),
	...['succeed', 'succeeded', 'success', 'completed'].map((word) => [word, 'succeeded'] as const),
	...['failed', 'failure', 'fail', 'error', 'cancelled', 'canceled'].map((word) => [word, 'failed'] as const),
	...['task_not_exist', 'task_not_found'].map((word) => [word, 'noTask'] as const),
]);

function statusWord(raw: string | undefined): StatusWord | undefined {
	if (raw === undefined) return undefined;
	const word = raw.slice(0, 100);
	return { raw: word, meaning: spellings.get(word.toLowerCase().replace(/[- ]/g, '_')) ?? 'unknown' };
}

/** A `status` that is a word: a number there is the rejection code of another kind of call. */
function plainStatus(fields: Fields): StatusWord | undefined {
	const status = fields['status'];
	return typeof status === 'string' && !/^\s*\d*\s*$/.test(status) ? statusWord(asText(status)) : undefined;
}

/** The status words of an answer, the most trusted first: `task_status` from the inside out, then `status` from the inside out, the body's own last. */
function statusWords(httpStatus: number, levels: readonly Fields[], hasLink: boolean): readonly StatusWord[] {
	const [body, ...data] = levels;
	if (body === undefined) return [];
	const inside = data.toReversed();
	const wentWrong = !isOk(httpStatus) || levels.some((fields) => isErrorCode(fields['code']));
	const insideWords = inside.map((fields) => (wentWrong && !holdsTask(fields) ? undefined : plainStatus(fields)));
	const ownWord = (wentWrong ? holdsTask(body) : isTaskStatus(body, hasLink)) ? plainStatus(body) : undefined;
	return [...inside.map(taskStatus), ...insideWords, taskStatus(body), ownWord].filter((word) => word !== undefined);
}

function taskStatus(fields: Fields): StatusWord | undefined {
	return statusWord(textOf(fields, 'task_status'));
}

/**
 * Whether a level is a task beyond doubt. When the request itself went wrong a plain `status` counts only on such a level:
 * `{"data":{"status":"error"}}` under 500 ends no task, and an `id` beside it may be the request's.
 */
function holdsTask(fields: Fields): boolean {
	return textOf(fields, 'task_id') !== undefined || isFields(fields['task_result']);
}

/** Whether the own `status` of a body that reports no error is the task's: beside an id, or unless it is a word by which envelopes say how the request went. */
function isTaskStatus(body: Fields, hasLink: boolean): boolean {
	if (textOf(body, 'task_id', 'id') !== undefined) return true;
	const isEnvelopeWord = /^\s*(?:success|ok|error|fail)\s*$/i.test(asText(body['status']) ?? '');
	return !isEnvelopeWord || hasLink || Object.keys(body).length === 1;
}

/** An ended status beats an active one; where both ends are told, failure wins only when nothing was made; else the most trusted recognised word. */
function decidingWord(words: readonly StatusWord[], hasLink: boolean): StatusWord | undefined {
	const find = (...meanings: readonly StatusWord['meaning'][]): StatusWord | undefined => words.find(({ meaning }) => meanings.includes(meaning));
	const [wins, yields] = hasLink ? (['succeeded', 'failed'] as const) : (['failed', 'succeeded'] as const);
	return find(wins) ?? find(yields) ?? find('submitted', 'processing') ?? find('noTask') ?? words[0];
}

/** Whether an answer without a recognised status is about a task at all. */
function showsTask(httpStatus: number, levels: readonly Fields[], word: StatusWord | undefined): boolean {
	const [body, data] = levels;
	if (!isOk(httpStatus) || body === undefined || levels.some((fields) => isErrorCode(fields['code'])) || saysError(levels)) return false;
	if (word !== undefined || levels.some((fields) => 'task_id' in fields || 'task_status' in fields || 'task_result' in fields)) return true;
	return asText(body['code']) !== undefined && data !== undefined && Object.keys(data).length > 0;
}

/** Whether an `error` beside or around the task says something. */
function saysError(levels: readonly Fields[]): boolean {
	return levels.some((fields) => errorText(fields) !== undefined);
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

/** The last moment that a Date can hold, ms. */
const latestTime = 8.64e15;

/** A time in ms. Kling sends ms, the gateway s (told apart by size: 10^11 s is the year 5138); 0 is not yet. */
function timeOf(fields: Fields, ...names: readonly string[]): number | undefined {
	return first(names, (name) => {
		const value = numberOf(fields, name);
		const ms = value === undefined ? 0 : Math.round(value < 1e11 ? value * 1000 : value);
		return ms > 0 && ms <= latestTime ? ms : undefined;
	});
}

/** The id that the asked server knows the task by: the outermost `task_id`, else the `id` beside a status (flat and newer answers). */
function taskIdOf(levels: readonly Fields[]): string | undefined {
	const wellFormed = (text: string | undefined): string | undefined => (text !== undefined && isTaskId(text) ? text : undefined);
	return (
		first(levels, (fields) => wellFormed(textOf(fields, 'task_id'))) ??
		first(levels, (fields) => (plainStatus(fields) === undefined ? undefined : wellFormed(textOf(fields, 'id'))))
	);
}

function unitsOf(fields: Fields): string | undefined {
	const units = textOf(fields, 'final_unit_deduction');
	return units !== undefined && /^\d+(?:\.\d+)?$/.test(units) ? units : undefined;
}
