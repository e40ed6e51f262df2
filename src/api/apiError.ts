import { defined } from '../core/defined';
import { proxyPasswordCode, type ApiError, type ApiErrorKind } from '../core/problem';
import type { Fields } from './json';
import { errorCodeOf, isErrorCode, saysAllIsWell, saysError, saysWrong } from './errorMarks';
import { asText, fieldsOf, first, isFields, parseJson, textOf } from './json';
import { passingTexts } from './reasons';
import { plainStatus } from './statusWords';

/** How an error code is understood. */
interface CodeRow {
	/** The HTTP status it is documented with. */
	readonly http: number;
	readonly kind: ApiErrorKind;
	/** Where it is not what its kind usually says. */
	readonly retryable?: boolean;
}

/** Whether the same look can succeed later without a person's help. */
const retryableKinds: Readonly<Record<ApiErrorKind, boolean>> = {
	auth: false,
	quota: false,
	forbidden: false,
	notFound: false,
	badRequest: false,
	policy: false,
	rateLimit: true,
	concurrency: true,
	server: true,
	unreachable: true,
	malformed: true,
};

/**
 * Kling's own codes. Source: the provider's error code page. Not every 429 passes by itself: 1100 to 1102 and 1304 do not.
 * 1201 also says that a task does not exist; the text tells (see `textHints`).
 */
export const klingCodes: Readonly<Record<string, CodeRow>> = {
	1000: { http: 401, kind: 'auth' },
	1001: { http: 401, kind: 'auth' },
	1002: { http: 401, kind: 'auth' },
	1003: { http: 401, kind: 'auth' },
	1004: { http: 401, kind: 'auth' },
	1100: { http: 429, kind: 'forbidden' },
	1101: { http: 429, kind: 'quota' },
	1102: { http: 429, kind: 'quota' },
	1103: { http: 403, kind: 'forbidden' },
	1200: { http: 400, kind: 'badRequest' },
	1201: { http: 400, kind: 'badRequest' },
	1202: { http: 404, kind: 'badRequest' },
	1203: { http: 404, kind: 'notFound' },
	1300: { http: 400, kind: 'policy' },
	1301: { http: 400, kind: 'policy' },
	1302: { http: 429, kind: 'rateLimit' },
	1303: { http: 429, kind: 'concurrency' },
	1304: { http: 429, kind: 'forbidden' },
	5000: { http: 500, kind: 'server' },
	5001: { http: 503, kind: 'server' },
	5002: { http: 504, kind: 'server' },
};

/** The gateway's codes, all of which are words. Source: the gateway's error page and the open-source gateway it resembles. */
export const gatewayCodes: Readonly<Record<string, CodeRow>> = {
	task_not_exist: { http: 400, kind: 'notFound' },
	task_not_found: { http: 404, kind: 'notFound' },
	insufficient_user_quota: { http: 403, kind: 'quota' },
	pre_consume_token_quota_failed: { http: 403, kind: 'quota' },
	insufficient_quota: { http: 429, kind: 'quota' },
	access_denied: { http: 403, kind: 'forbidden' },
	permission_denied: { http: 403, kind: 'forbidden' },
	invalid_api_key: { http: 401, kind: 'auth' },
	// The client's mistake, although it comes under HTTP 500.
	invalid_request: { http: 500, kind: 'badRequest' },
	// No channel serves the model: the gateway's doing, but trying again blindly does not help.
	model_not_found: { http: 503, kind: 'server', retryable: false },
	sensitive_words_detected: { http: 400, kind: 'policy' },
	prompt_blocked: { http: 400, kind: 'policy' },
};

/** Texts that say more than the status they come with. The first that fits counts. */
const textHints: readonly { readonly kind: ApiErrorKind; readonly text: RegExp; readonly fits?: (httpStatus: number) => boolean }[] = [
	{
		kind: 'quota',
		text: /\binsufficient[ _](?:user[ _]|account[ _])?(?:quota|balance|credit)|balance (?:is )?not enough|\bresource pack (?:is |has )?(?:been )?(?:exhausted|expired|used up)|\bin arrears\b|欠费|额度不足|额度已用尽|余额不足/i,
	},
	{ kind: 'policy', text: /risk control|sensitive words|content moderation/i },
	{ kind: 'concurrency', text: /parallel task|concurren|并发/i, fits: (httpStatus) => httpStatus === 429 },
	{ kind: 'concurrency', text: /\btoo many (?:concurrent|parallel)|\bconcurrency limit|并发(?:数|超|限)/i },
	{ kind: 'rateLimit', text: /\brate[ _-]?limit|\btoo many requests\b|请求过于频繁|请求频率/i },
	// 429 says itself that it passes, and that less should be asked.
	{ kind: 'concurrency', text: passingTexts.busy, fits: isNotRate },
	{ kind: 'server', text: passingTexts.notYet, fits: isNotRate },
	{ kind: 'server', text: passingTexts.later, fits: isNotRate },
	{ kind: 'server', text: passingTexts.unavailable, fits: isNotRate },
	{
		kind: 'notFound',
		text: /\btask[ _](?:is[ _])?(?:not[ _](?:found|exist)|does[ _]not[ _]exist)|\bno such task\b|任务不存在|任務不存在|找不到任务|未找到任务|任务未找到|查无此任务/i,
	},
	// Elsewhere such words may be about a value that was sent.
	{ kind: 'auth', text: /\bunauthori[sz]ed\b|\binvalid (?:api[ _-]?)?(?:key|token)\b|\bbad (?:api[ _-]?)?key\b|无效的令牌/i, fits: isOk },
];

/** Kinds of hints that count more than a code of a lasting refusal: what the API says in words is newer than its table of codes. */
const outrankCodes: ReadonlySet<ApiErrorKind> = new Set(['server', 'concurrency', 'rateLimit', 'notFound']);
const outrankedCodes: ReadonlySet<ApiErrorKind> = new Set(['badRequest', 'forbidden', 'notFound']);

function isNotRate(httpStatus: number): boolean {
	return httpStatus !== 429;
}

function isOk(httpStatus: number): boolean {
	return httpStatus >= 200 && httpStatus < 300;
}

/** The facts that an error is made of. */
type ErrorFacts = Partial<Omit<ApiError, 'kind'>> & { readonly message: string };

/** An error of a kind; retryable as the kind says unless told otherwise. */
export function apiError(kind: ApiErrorKind, facts: ErrorFacts): ApiError {
	return { kind, retryable: retryableKinds[kind], ...facts };
}

/** What an error body says. */
interface ErrorSaying {
	/** Whether it reports an error in so many words: an error code, an `error`, a failure that is no task's. */
	readonly isError: boolean;
	readonly code?: string | undefined;
	readonly message?: string | undefined;
	readonly requestId?: string | undefined;
}

/**
 * Reads an answer that is no sighting as an error.
 * @param levels the body's objects, outermost first; empty when the body is no JSON object
 * @param headers names in lower case
 */
export function readError(
	httpStatus: number,
	levels: readonly Fields[],
	body: string,
	headers: Readonly<Record<string, string>>,
): ApiError {
	const said = errorSaying(levels);
	const message = said.message ?? said.code ?? plainText(body) ?? `HTTP ${String(httpStatus)}`;
	const bodyForm = levels.length > 0 ? 'object' : body.trim() === '' ? 'empty' : /^\s*</.test(body) ? 'page' : 'text';
	if (httpStatus === 407) {
		return apiError('unreachable', { code: proxyPasswordCode, message, httpStatus });
	}
	const { kind, retryable } = classify(httpStatus, said, message, bodyForm);
	return apiError(
		kind,
		defined({
			message,
			httpStatus,
			retryable,
			code: said.code,
			requestId: said.requestId ?? markedRequestId(message) ?? headerRequestId(headers),
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
	// A gateway that was refused upstream hands on the upstream's body as a string.
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

/** `error.message`, `error`, `message`, `detail`: whichever speaks first, and says more than that all is well. */
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

/** The JSON object that a text holds, perhaps with a request id behind it. */
function embeddedObject(text: string): Fields | undefined {
	const start = text.indexOf('{');
	const parsed = start < 0 ? undefined : parseJson(text.slice(start, text.lastIndexOf('}') + 1));
	return isFields(parsed) ? parsed : undefined;
}

/** The first of: the code's row (unless the words say that it passes), the text's hint, the code read as an HTTP status, the HTTP status. */
function classify(httpStatus: number, said: ErrorSaying, message: string, bodyForm: BodyForm): Pick<CodeRow, 'kind' | 'retryable'> {
	const code = said.code?.toLowerCase() ?? '';
	const hint = textHints.find(({ text, fits }) => (fits?.(httpStatus) ?? true) && text.test(message));
	const row = Object.hasOwn(klingCodes, code) ? klingCodes[code] : Object.hasOwn(gatewayCodes, code) ? gatewayCodes[code] : undefined;
	if (row !== undefined) {
		return hint !== undefined && outrankedCodes.has(row.kind) && outrankCodes.has(hint.kind) ? { kind: hint.kind } : row;
	}
	// A page is nobody's word on a task, and a plain text not the API's.
	if (hint !== undefined && (bodyForm === 'object' || (bodyForm === 'text' && hint.kind !== 'notFound' && !isOk(httpStatus)))) {
		return { kind: hint.kind };
	}
	const speaksOfTask = /(?<![/\w])(?:task\w*|job|generation)\b(?!\/)|任务|任務/i.test(`${code} ${message}`);
	if (isOk(httpStatus) && /^[45]\d\d$/.test(code)) {
		return { kind: kindOfHttp(Number(code), bodyForm, speaksOfTask) };
	}
	// Under 2xx an error that nobody listed is the other side's trouble, not an unreadable answer.
	return { kind: isOk(httpStatus) && said.isError ? 'server' : kindOfHttp(httpStatus, bodyForm, speaksOfTask) };
}

/** What a body is: an object as the API's own, nothing, a page, or something else. */
type BodyForm = 'object' | 'empty' | 'page' | 'text';

/**
 * What an HTTP status says by itself. A 404 that says nothing of a task comes from a router, a wrong base URL or a network's sign-in page; a 401 that is a page,
 * or a 403 that is no object, from a proxy that refuses in the API's place (VS Code hands its answer to CONNECT on as if it were the API's).
 * 409, 423, 425 and 499 (the client closed the request, as gateways say of themselves) pass. 511 is a sign-in page by definition (RFC 6585, 6).
 */
function kindOfHttp(status: number, bodyForm: BodyForm, speaksOfTask: boolean): ApiErrorKind {
	switch (status) {
		case 401:
			return bodyForm === 'page' || bodyForm === 'text' ? 'malformed' : 'auth';
		case 402:
			return 'quota';
		case 403:
			return bodyForm === 'object' ? 'forbidden' : 'malformed';
		case 404:
		case 410:
			return bodyForm === 'object' && speaksOfTask ? 'notFound' : 'malformed';
		case 511:
			return 'malformed';
		case 408:
		case 409:
		case 423:
		case 425:
		case 499:
			return 'server';
		case 429:
			return 'rateLimit';
		default:
			return status >= 500 ? 'server' : status >= 400 ? 'badRequest' : 'malformed';
	}
}

/** A page's title or words, at most 200 characters; any other text as it is, at most 4096. */
function plainText(text: string): string | undefined {
	if (!/^\s*</.test(text)) {
		return asText(text);
	}
	const page = text.slice(0, 4096);
	const words = /<title[^<>]*>([^<]*)/i.exec(page)?.[1] ?? page.replace(/<[^<>]*>/g, ' ');
	return asText(words.replace(/\s+/g, ' ').trim().slice(0, 200));
}

function markedRequestId(text: string): string | undefined {
	return /\(request id:\s*([\w-]{1,128})\)/i.exec(text)?.[1];
}

/** The request id that a header carries. Names in lower case. */
export function headerRequestId(headers: Readonly<Record<string, string>>): string | undefined {
	return first(['x-request-id', 'x-oneapi-request-id', 'request-id'], (name) => asText(headers[name]));
}

const longestRetryAfterMs = 150_000;

/**
 * How long `Retry-After` asks us to wait, in ms, at most 150 s. Seconds or an HTTP date (RFC 9110, 10.2.3); a date is measured from the answer's
 * own `Date`, so that a wrong clock here does no harm. Undefined when absent, unreadable or past.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number = Date.now()): number | undefined {
	const value = headers['retry-after']?.trim();
	if (value === undefined || value === '') {
		return undefined;
	}
	const sentAt = Date.parse(headers['date'] ?? '');
	const ms = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - (Number.isNaN(sentAt) ? now : sentAt);
	return ms > 0 ? Math.min(Math.ceil(ms), longestRetryAfterMs) : undefined;
}
