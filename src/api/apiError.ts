import { withoutCredentials } from '../core/credentials';
import { omitUndefined } from '../core/omitUndefined';
import { proxyPasswordCode, type ApiError, type ApiErrorKind } from '../core/problem';
import { apiErrorTraits } from '../core/problemTraits';
import { first } from '../core/first';
import type { CodeRow } from './errorCodes';
import { codeRow } from './errorCodes';
import { hintedKind, outranks } from './errorHints';
import { errorCodeOf, isErrorCode, saysAllIsWell, saysError, saysWrong } from './errorMarks';
import type { BodyForm } from './httpStatus';
import { isOk, kindOfHttp } from './httpStatus';
import type { Fields } from './json';
import { asText, fieldsOf, isFields, parseJson, textOf } from './json';
import { headerRequestId, retryAfterMs } from './responseHeaders';
import { plainStatus } from './statusWords';

/** The fields of an error besides its kind. */
type ErrorFacts = Partial<Omit<ApiError, 'kind'>> & { readonly message: string };

/**
 * An error of a kind, retryable as its kind is unless `facts` says otherwise. Its message and code are stored and shown, so the passwords
 * of URLs are removed from them.
 */
export function apiError(kind: ApiErrorKind, facts: ErrorFacts): ApiError {
	const { message, code, ...others } = facts;
	return omitUndefined({
		kind,
		retryable: apiErrorTraits[kind].retryable,
		...others,
		code: code === undefined ? undefined : withoutCredentials(code),
		message: withoutCredentials(message),
	});
}

/** The error that a body reports. */
interface ErrorSaying {
	/** Whether the body reports an error explicitly: an error code, an `error` field, or a failed status that is not a task's. */
	readonly isError: boolean;
	readonly code?: string | undefined;
	readonly message?: string | undefined;
	readonly requestId?: string | undefined;
}

/**
 * Reads a response without a task status as an error.
 * @param levels the body's objects, outermost first; empty when the body is not a JSON object
 * @param headers names in lower case
 */
export function readError(
	httpStatus: number,
	levels: readonly Fields[],
	body: string,
	headers: Readonly<Record<string, string>>,
): ApiError {
	const reported = errorSaying(levels);
	const message = reported.message ?? reported.code ?? plainText(body) ?? `HTTP ${String(httpStatus)}`;
	const bodyForm = levels.length > 0 ? 'object' : body.trim() === '' ? 'empty' : /^\s*</.test(body) ? 'page' : 'text';
	if (httpStatus === 407) {
		return apiError('unreachable', { code: proxyPasswordCode, message, httpStatus });
	}
	const { kind, retryable } = classify(httpStatus, reported, message, bodyForm);
	return apiError(
		kind,
		omitUndefined({
			message,
			httpStatus,
			retryable,
			code: reported.code,
			requestId: reported.requestId ?? markedRequestId(message) ?? headerRequestId(headers),
			retryAfterMs: retryAfterMs(headers),
		}),
	);
}

function errorSaying(levels: readonly Fields[], depth = 0): ErrorSaying {
	const speaker =
		levels.find((fields) => saysWrong(fields) || saysError(fields)) ?? levels.find((fields) => plainStatus(fields)?.meaning === 'failed');
	const code = speaker === undefined ? undefined : codeOf(speaker);
	const message = first(speaker === undefined ? levels : [speaker, ...levels], messageOf);
	const requestId = first(levels, (fields) => textOf(fields, 'request_id'));
	// A gateway that its upstream refused passes the upstream's body on as a string.
	const upstream = message === undefined || depth >= 2 ? undefined : embeddedObject(message);
	if (message === undefined || upstream === undefined) {
		return { isError: speaker !== undefined, code, message: message === undefined ? undefined : plainText(message), requestId };
	}
	const inner = errorSaying([upstream], depth + 1);
	return {
		isError: speaker !== undefined || inner.isError,
		code: inner.code ?? code,
		message: inner.message ?? message,
		requestId: requestId ?? markedRequestId(message) ?? inner.requestId,
	};
}

function codeOf(fields: Fields): string | undefined {
	const own = errorCodeOf(fields);
	if (own !== undefined) {
		return own;
	}
	const error = fields['error'];
	if (isFields(error)) {
		return isErrorCode(error['code']) ? textOf(error, 'code') : undefined;
	}
	const text = saysError(fields) ? asText(error) : undefined;
	return text !== undefined && /^[\w.:-]{1,64}$/.test(text) ? text : undefined;
}

/** The first text of `error.message`, `error`, `message`, `detail` and their variants that is not a success message. */
function messageOf(fields: Fields): string | undefined {
	const detail = fields['detail'];
	const listed: unknown = Array.isArray(detail) ? detail[0] : detail;
	const texts = [
		textOf(fieldsOf(fields, 'error'), 'message', 'msg', 'detail'),
		...['error', 'message', 'msg', 'errmsg', 'err_msg', 'error_message', 'error_msg', 'detail', 'reason', 'fail_reason'].map((name) =>
			textOf(fields, name),
		),
	];
	return [...texts, isFields(listed) ? textOf(listed, 'message', 'msg') : asText(listed)].find(
		(text) => text !== undefined && !saysAllIsWell(text),
	);
}

/** The JSON object in a text; a request ID may follow it. */
function embeddedObject(text: string): Fields | undefined {
	const start = text.indexOf('{');
	const parsed = start < 0 ? undefined : parseJson(text.slice(start, text.lastIndexOf('}') + 1));
	return isFields(parsed) ? parsed : undefined;
}

/**
 * The first of: the code's row (unless the message says that the error is temporary), the kind that the message hints at, the code read as
 * an HTTP status, the HTTP status.
 */
function classify(httpStatus: number, reported: ErrorSaying, message: string, bodyForm: BodyForm): Pick<CodeRow, 'kind' | 'retryable'> {
	const code = reported.code?.toLowerCase() ?? '';
	const hint = hintedKind(httpStatus, message);
	const row = codeRow(code);
	if (row !== undefined) {
		return hint !== undefined && outranks(hint, row.kind) ? { kind: hint } : row;
	}
	// An HTML page proves nothing about a task. Plain text does not come from the API itself, so it cannot prove `notFound`.
	if (hint !== undefined && (bodyForm === 'object' || (bodyForm === 'text' && hint !== 'notFound' && !isOk(httpStatus)))) {
		return { kind: hint };
	}
	const speaksOfTask = /(?<![/\w])(?:task\w*|job|generation)\b(?!\/)|任务|任務/i.test(`${code} ${message}`);
	if (isOk(httpStatus) && /^[45]\d\d$/.test(code)) {
		return { kind: kindOfHttp(Number(code), bodyForm, speaksOfTask) };
	}
	// An unlisted error under 2xx is a server error, not a malformed response.
	return { kind: isOk(httpStatus) && reported.isError ? 'server' : kindOfHttp(httpStatus, bodyForm, speaksOfTask) };
}

/** The title of an HTML page, else its text, at most 200 characters. Any other text unchanged, at most 4096 characters. */
function plainText(text: string): string | undefined {
	if (!/^\s*</.test(text)) {
		return asText(text);
	}
	const page = text.slice(0, 4096);
	const words = /<title[^<>]*>([^<]*)/i.exec(page)?.[1] ?? page.replace(/<[^<>]*>/g, ' ');
	return asText(withoutCredentials(words.replace(/\s+/g, ' ').trim()).slice(0, 200));
}

function markedRequestId(text: string): string | undefined {
	return /\(request id:\s*([\w-]{1,128})\)/i.exec(text)?.[1];
}
