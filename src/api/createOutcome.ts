import { first } from '../core/first';
import { isTaskId } from '../core/operation';
import type { ApiError } from '../core/problem';
import { isFinishedStatus, type OriginOperation, type TaskSnapshot } from '../core/task';
import type { CreateOutcome } from '../creation/ports/createApi';
import { readError } from './apiError';
import { idAt, namedId } from './carriers';
import { gatewayCodes, klingCodes } from './errorCodes';
import { hintedKind } from './errorHints';
import { errorCodeOf, saysError, saysWrong } from './errorMarks';
import { isOk } from './httpStatus';
import type { Fields } from './json';
import { isFields, parseJson, textOf, valueAt } from './json';
import { passingTexts } from './reasons';
import { levelsOf, readParsed } from './response';
import { isSessionOperation, readSession } from './session';
import { plainStatus, taskStatus } from './statusWords';

/**
 * What the response to a create says, by the table of creates in docs/creating.md. Whatever is not certainly a task or a refusal is
 * `uncertain`: the request may have been executed. Never throws, whatever the input.
 * @param headers names in lower case
 */
export function createOutcome(
	httpStatus: number,
	body: string,
	headers: Readonly<Record<string, string>>,
	operation: OriginOperation,
): CreateOutcome {
	const parsed = parseJson(body);
	const levels = levelsOf(parsed, { id: '' });
	return acceptance(httpStatus, parsed, levels, body, headers, operation) ?? refusal(httpStatus, levels, body, headers);
}

/** The response as an acceptance: a 2xx without an error code, with an ID. */
function acceptance(
	httpStatus: number,
	parsed: unknown,
	levels: readonly Fields[],
	body: string,
	headers: Readonly<Record<string, string>>,
	operation: OriginOperation,
): CreateOutcome | undefined {
	if (!isOk(httpStatus) || levels.some(saysWrong)) {
		return undefined;
	}
	// The `error` of a task that failed at once stands beside its status.
	if (levels.some(saysError) && !levels.some((fields) => (taskStatus(fields) ?? plainStatus(fields)) !== undefined)) {
		return undefined;
	}
	const taskId = taskIdIn(levels);
	if (taskId === undefined) {
		const session = readSession(operation, levels, headers);
		return session && { kind: 'accepted', taskId: session.id, snapshot: session.snapshot, body };
	}
	if (!isTaskId(taskId)) {
		return undefined;
	}
	const snapshot = isSessionOperation(operation)
		? readSession(operation, levels, headers)?.snapshot
		: finishedAtOnce(httpStatus, parsed, body, headers, { id: taskId, origin: operation.origin });
	return { kind: 'accepted', taskId, ...(snapshot !== undefined && { snapshot }), body };
}

/** The task's ID; one that is no valid path segment is returned as it is, and `''` stands for a number whose digits are lost. */
function taskIdIn(levels: readonly Fields[]): string | undefined {
	const [body, data] = levels;
	const candidates = [
		[data, 'task_id'],
		[body, 'task_id'],
		[data, 'id'],
		[body, 'id'],
	] as const;
	return (
		first(candidates, ([fields, name]) => {
			const value = valueAt(fields, name);
			return typeof value === 'number' && !Number.isSafeInteger(value) ? '' : fields && idAt(fields, name);
		}) ?? namedId(levels.slice(2))
	);
}

/** What the response says of a task that finished with it (speech). A status that needs confirmation is left to a later check. */
function finishedAtOnce(
	httpStatus: number,
	parsed: unknown,
	body: string,
	headers: Readonly<Record<string, string>>,
	asked: { readonly id: string; readonly origin: string },
): TaskSnapshot | undefined {
	const reading = readParsed(httpStatus, parsed, body, headers, asked);
	return reading.ok && isFinishedStatus(reading.snapshot.status) && reading.snapshot.evidence === undefined ? reading.snapshot : undefined;
}

/** Redirects that mean: send the same request elsewhere (RFC 9110, 15.4). After the others, it may have been executed here. */
const unexecutedRedirects: ReadonlySet<number> = new Set([301, 307, 308]);
/** Refusals of a request as a whole, which servers and proxies send before they pass it on, whatever the body: method, length, size, type. */
const unreadRequests: ReadonlySet<number> = new Set([405, 407, 411, 413, 414, 415, 431]);
/** Refusals by the API itself if the body is an object. Not among them: 408, 409, 425 and 499, which can follow an execution. */
const refusingStatuses: ReadonlySet<number> = new Set([400, 401, 402, 403, 404, 406, 410, 422, 451]);

/** Whether a text says that an external ID is taken. Seen: `External_task_id X already exists`, with code 1201. */
const existsText = /already[\s_-]*exist/i;
const takenIdText =
	/external[\s_-]*(?:task[\s_-]*)?id\b[^]{0,200}(?:already|duplicat|taken|in use|已存在|重复|重複)|(?:duplicat|重复|重複)[^]{0,200}external[\s_-]*(?:task[\s_-]*)?id\b/i;

function refusal(httpStatus: number, levels: readonly Fields[], body: string, headers: Readonly<Record<string, string>>): CreateOutcome {
	const error = readError(httpStatus, levels, body, headers);
	const uncertain: CreateOutcome = { kind: 'uncertain', how: 'unreadable', error };
	const rejected: CreateOutcome = { kind: 'rejected', error, isFree: false };
	if (unexecutedRedirects.has(httpStatus) || unreadRequests.has(httpStatus)) {
		return rejected;
	}
	const code = error.code?.toLowerCase() ?? '';
	if (levels.length > 0 && ((code === '1201' && existsText.test(error.message)) || takenIdText.test(error.message))) {
		return { kind: 'exists', error };
	}
	// A response that names a task is no refusal, whatever else it says.
	if (levels.length === 0 || (isOk(httpStatus) ? taskIdIn(levels) : namedId(levels)) !== undefined) {
		return uncertain;
	}
	if (Object.hasOwn(klingCodes, code)) {
		return isKlingWord(httpStatus, levels, code) ? ofKlingCode(httpStatus, code, error) : uncertain;
	}
	if (Object.hasOwn(gatewayCodes, code) && gatewayCodes[code]?.kind !== 'notFound') {
		return rejected;
	}
	return ofStatus(httpStatus, code, error);
}

/**
 * Whether Kling's code decides: not under 5xx, where the server says that it does not know, unless a gateway quotes Kling's own response in
 * its error.
 */
function isKlingWord(httpStatus: number, levels: readonly Fields[], code: string): boolean {
	const isOutermost = levels.some((fields) => {
		const { error } = fields;
		return errorCodeOf(fields) === code || (isFields(error) && textOf(error, 'code') === code);
	});
	return httpStatus < 500 || !isOutermost;
}

/**
 * Kling's codes 1000 to 1304 are refusals, and those cost nothing; 5000 to 5002 say nothing about the task. After a busy response the create
 * is sent again by itself, so under 5xx it is not enough: the gateway may have had another account try it before.
 */
function ofKlingCode(httpStatus: number, code: string, error: ApiError): CreateOutcome {
	const isBusy = code === '1302' || code === '1303';
	if (code.startsWith('5') || (isBusy && httpStatus >= 500)) {
		return { kind: 'uncertain', how: 'unreadable', error };
	}
	return isBusy ? { kind: 'busy', error } : { kind: 'rejected', error, isFree: true };
}

/** An error object without a known code. */
function ofStatus(httpStatus: number, code: string, error: ApiError): CreateOutcome {
	const uncertain: CreateOutcome = { kind: 'uncertain', how: 'unreadable', error };
	const { message } = error;
	// The gateway's request to Kling failed, and it does not quote a refusal.
	if (code === 'fail_to_fetch_task') {
		return uncertain;
	}
	if (httpStatus === 429) {
		const hint = hintedKind(httpStatus, message);
		if (hint === 'quota' || hint === 'policy') {
			return { kind: 'rejected', error, isFree: false };
		}
		return hint === 'concurrency' || hint === 'rateLimit' || passingTexts.busy.test(message) ? { kind: 'busy', error } : uncertain;
	}
	if (httpStatus === 403 && passingTexts.busy.test(message)) {
		return { kind: 'busy', error };
	}
	// Timeouts and broken connections upstream are reported with any status.
	return refusingStatuses.has(httpStatus) && !passingTexts.unavailable.test(message)
		? { kind: 'rejected', error, isFree: false }
		: uncertain;
}
