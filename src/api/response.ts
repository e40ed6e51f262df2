import { omitUndefined } from '../core/omitUndefined';
import type { Evidence } from '../core/evidence';
import type { ApiError } from '../core/problem';
import type { TaskSnapshot } from '../core/task';
import { isTaskId } from '../core/operation';
import type { TaskIds } from '../core/taskIds';
import { first } from '../core/first';
import { readError } from './apiError';
import type { Asked } from './carriers';
import { carriedStatus, externalIdOf, isAbout, namedBy, namedId } from './carriers';
import { saysError, saysWrong } from './errorMarks';
import { isOk } from './httpStatus';
import type { Fields } from './json';
import { asText, isFields, parseJson, textOf, unwrapped } from './json';
import { readExpectedCount, readFailReasonLink, readParentVideo, readResults } from './media';
import { failureText } from './reasons';
import { dateOf, headerRequestId } from './responseHeaders';
import { plainStatus, taskStatus } from './statusWords';
import { readCreation, readLastChange } from './times';

/** The content of a response: a snapshot of the task, or an error. */
export type Reading = { readonly ok: true; readonly snapshot: TaskSnapshot } | { readonly ok: false; readonly error: ApiError };

/**
 * Reads any HTTP status and body as a snapshot or an error. Never throws, whatever the input.
 *
 * The body's objects are called levels: the body itself, its `data`, `data.data` and `data.data.data` (see `innerOf`). Kling sends two of
 * them (an envelope and the task), the gateway's wrapper up to four, a callback or a flat response one. Of a list only the requested task
 * counts, or a single item.
 *
 * - A level with the task's status (see `carriedStatus`) makes a snapshot, whatever the envelope's code says. `evidence` says how reliable
 *   a finished status is.
 * - Else a reported error (a code, an `error`, a failure without a task, an HTTP status other than 2xx) is an error.
 * - Else a response that contains a task, or names another one, is a snapshot with status `unknown`: the task is checked again.
 * - Else the response does not mention a task (`{"code":"success","data":null}`, a page, an empty body, a list of several): `malformed`.
 *
 * @param headers names in any case
 */
export function readResponse(httpStatus: number, body: string, headers: Readonly<Record<string, string>>, asked: Asked): Reading {
	return readParsed(httpStatus, parseJson(body), body, headers, asked);
}

/** The same for a body that is parsed already (see `parseJson`). */
export function readParsed(
	httpStatus: number,
	parsed: unknown,
	body: string,
	headers: Readonly<Record<string, string>>,
	asked: Asked,
): Reading {
	const levels = levelsOf(parsed, asked);
	const lowerHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
	const snapshot = readSnapshot(httpStatus, levels, lowerHeaders, asked);
	return snapshot === undefined ? { ok: false, error: readError(httpStatus, levels, body, lowerHeaders) } : { ok: true, snapshot };
}

/** Kling's body in a gateway's record has four levels, and a gateway may be behind another gateway. */
const mostLevels = 16;

/** The objects of a parsed body, outermost first. */
export function levelsOf(body: unknown, asked: TaskIds): readonly Fields[] {
	const levels: Fields[] = [];
	let value = unwrapped(body);
	while (levels.length < mostLevels) {
		const only: unknown = Array.isArray(value) ? itemAsked(value, asked) : value;
		if (!isFields(only)) {
			break;
		}
		levels.push(only);
		value = innerOf(only, levels, asked);
	}
	return levels;
}

const innerNames = ['result', 'output', 'response', 'task', 'tasks', 'list', 'items', 'records', 'video', 'payload'];

/**
 * The next level of an envelope: `data`, or a task under another name. Beside an ID or a task status such a name may hold another task, for
 * example the one that it was made from: there it counts only with the requested task's ID, or with a `task_status` and no ID.
 */
function innerOf(fields: Fields, levels: readonly Fields[], asked: TaskIds): unknown {
	const data = unwrapped(fields['data']);
	if (typeof data === 'object') {
		return data;
	}
	if (levels.some((level) => taskStatus(level) !== undefined)) {
		return undefined;
	}
	const isEnvelope = namedId(levels) === undefined;
	const isInner = (inner: unknown): boolean =>
		isTask(inner) &&
		isFields(inner) &&
		(isEnvelope || isAbout(inner, asked) || (taskStatus(inner) !== undefined && namedId([inner]) === undefined));
	return innerNames
		.map((name) => unwrapped(fields[name]))
		.find((inner) => (Array.isArray(inner) ? isEnvelope && inner.some(isTask) : isInner(inner)));
}

/** Whether a value has a task's status, or an ID beside a status. */
function isTask(value: unknown): boolean {
	return isFields(value) && (taskStatus(value) ?? namedId([value])) !== undefined;
}

/** The item of a list that is the requested task, or the only item. */
function itemAsked(list: readonly unknown[], asked: TaskIds): unknown {
	return list.length === 1 ? list[0] : list.find((item) => isFields(item) && isAbout(item, asked));
}

function readSnapshot(
	httpStatus: number,
	levels: readonly Fields[],
	headers: Readonly<Record<string, string>>,
	asked: Asked,
): TaskSnapshot | undefined {
	const reported = reportedStatus(httpStatus, levels, asked);
	if (reported === undefined) {
		return undefined;
	}
	const { status, raw, evidence } = reported;
	const innermost = levels.toReversed();
	const linked = readResults(innermost, asked.origin);
	const failReasonLink = linked.length > 0 || status !== 'succeeded' ? [] : readFailReasonLink(innermost);
	const named = namedBy(levels, asked);
	const id = namedId(levels);
	const facts = omitUndefined({
		status,
		rawStatus: raw,
		evidence: evidence === 'certain' ? undefined : evidence,
		message: status === 'failed' ? (failureText(innermost) ?? raw) : undefined,
		results: [],
		respondedAt: dateOf(headers),
		taskId: id !== undefined && isTaskId(id) ? id : undefined,
		requestId: first(levels, (fields) => textOf(fields, 'request_id')) ?? headerRequestId(headers),
	});
	// The other fields of a response about another task belong to that task.
	if (named.whose === 'other') {
		return { ...facts, foreignId: named.id };
	}
	return omitUndefined({
		...facts,
		progress: first(levels, progressOf),
		results: [...linked, ...failReasonLink],
		expectedResults: status === 'succeeded' ? readExpectedCount(innermost) : undefined,
		parentVideo: readParentVideo(innermost, asked.origin),
		createdAt: first(innermost, readCreation),
		updatedAt: first(innermost, readLastChange),
		externalTaskId: first(innermost, externalIdOf),
		unitsDeducted: first(innermost, unitsOf),
		action: first(levels, (fields) => textOf(fields, 'action')),
	});
}

/** The task's status according to the response; undefined when it is an error, or does not mention a task. */
function reportedStatus(
	httpStatus: number,
	levels: readonly Fields[],
	asked: Asked,
): { readonly status: TaskSnapshot['status']; readonly raw: string; readonly evidence?: Evidence } | undefined {
	const carried = carriedStatus(httpStatus, levels, asked);
	const meaning = carried?.word.meaning;
	if (meaning === 'noTask') {
		return undefined;
	}
	if (carried !== undefined && meaning !== undefined && meaning !== 'unknown') {
		return omitUndefined({ status: meaning, raw: carried.word.raw, evidence: carried.evidence });
	}
	if (!isOk(httpStatus) || levels.some((fields) => saysWrong(fields) || saysError(fields))) {
		return undefined;
	}
	// Innermost first: the outermost word may be the envelope's own.
	const word = carried?.word ?? first(levels.toReversed(), (fields) => taskStatus(fields) ?? plainStatus(fields));
	const named = namedBy(levels, asked).whose;
	// A failed status without an ID may be the status of the request.
	if (named === 'nobody' && (word?.meaning === 'failed' || word?.meaning === 'noTask')) {
		return undefined;
	}
	if ((word === undefined || (named === 'nobody' && word.meaning === 'succeeded')) && !showsTask(levels)) {
		return undefined;
	}
	const isActive = named !== 'other' && (word?.meaning === 'submitted' || word?.meaning === 'processing');
	return { status: isActive ? word.meaning : 'unknown', raw: word?.raw ?? '' };
}

/** Whether a response without a status word is about a task. */
function showsTask(levels: readonly Fields[]): boolean {
	const [body, data] = levels;
	if (
		levels.some((fields) => ['task_id', 'task_status', 'task_result', 'taskId', 'taskStatus', 'taskResult'].some((name) => name in fields))
	) {
		return true;
	}
	return body !== undefined && asText(body['code']) !== undefined && data !== undefined && Object.keys(data).length > 0;
}

/** 0 to 1 from `"30%"`, `"30"`, `30` or `0.3`; an integer 1 is one percent. */
function progressOf(fields: Fields): number | undefined {
	const text = asText(fields['progress']);
	const match = text === undefined ? null : /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text);
	if (match === null) {
		return undefined;
	}
	const value = Number(match[1]);
	return Math.min(1, match[2] === '%' || value >= 1 ? value / 100 : value);
}

/** What a finished task cost, decimal text as sent. */
export function unitsOf(fields: Fields): string | undefined {
	const units = textOf(fields, 'final_unit_deduction');
	return units !== undefined && /^\d+(?:\.\d+)?$/.test(units) ? units : undefined;
}
