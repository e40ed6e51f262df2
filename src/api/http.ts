import { Agent as HttpAgent, validateHeaderValue, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import fetch, { FetchError } from 'node-fetch';
import { errorCode } from '../core/errorCode';
import { isAllowedLink } from '../core/resultLink';
import { omitUndefined } from '../core/omitUndefined';
import { isLoopbackHost } from '../core/origin';
import type { ApiError } from '../core/problem';
import { apiError } from './apiError';
import { sendGet, type Exchange } from './exchange';
import { Limit } from './limit';
import { keyScrubber } from './scrub';

/**
 * The one door to the network, with two policies.
 * - API: with the key, one answer read whole, nothing followed, a deadline and a size limit.
 * - results: no cookie, no key unless the caller gives the task's own to the task's own origin; redirects followed hop by hop, streamed.
 * Neither retries; who asks decides when to ask again.
 */

/** A question to the API. */
export interface ApiQuestion {
	readonly url: string;
	readonly apiKey: string;
	readonly signal: AbortSignal;
	/** For the whole answer, ms. */
	readonly deadlineMs?: number;
	readonly maxBytes?: number;
	/**
	 * The editor puts an agent of its own in place, but only where none is named (`http.proxySupport`: `on`): naming ours would go past the proxy.
	 * Like ours, that one keeps no socket.
	 */
	readonly editorNamesAgent?: boolean;
}

/** An answer of the API, whatever its status. Header names are in lower case. */
interface HttpResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

export type ApiReply = { readonly ok: true; readonly response: HttpResponse } | { readonly ok: false; readonly error: ApiError };

const apiDeadlineMs = 15_000;
const apiMaxBytes = 4 * 1024 * 1024;

/** No socket is kept for later: checks are seconds apart, and a kept one that the server has closed would fail a check that is not retried. */
const agents = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) };

/**
 * Asks the API by GET. A 3xx is an answer and is not followed: the key goes to the origin it was meant for and nowhere else.
 * @throws the signal's reason when aborted; all else is an error in the reply (`assertNever`; `malformed` when the answer is too large or garbled)
 */
export async function askApi(question: ApiQuestion): Promise<ApiReply> {
	const { apiKey, signal, deadlineMs = apiDeadlineMs, maxBytes = apiMaxBytes, editorNamesAgent = false } = question;
	signal.throwIfAborted();
	const url = URL.parse(question.url);
	if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname)))) {
		return { ok: false, error: apiError('badRequest', { code: 'ERR_INVALID_URL', message: 'Invalid URL' }) };
	}
	const headers = { Accept: 'application/json', Authorization: `Bearer ${apiKey}`, Connection: 'close' };
	const badKey = headerProblem('Authorization', headers.Authorization);
	if (badKey !== undefined) {
		return { ok: false, error: apiError('auth', badKey) };
	}

	const agent = url.protocol === 'https:' ? agents.https : agents.http;
	const limit = new Limit(signal, deadlineMs);
	try {
		limit.start();
		const response = await fetch(url.href, {
			headers,
			redirect: 'manual',
			signal: limit.signal,
			size: maxBytes,
			...(!editorNamesAgent && { agent }),
		});
		const body = await response.text();
		return { ok: true, response: { status: response.status, headers: Object.fromEntries(response.headers), body } };
	} catch (error) {
		signal.throwIfAborted();
		return { ok: false, error: networkError(error, url, limit) };
	} finally {
		limit.end();
	}
}

/** What went wrong on the way to a result. */
export type ResultProblem =
	/** A link or a redirect that `isAllowedLink` (core/media.ts) does not allow. */
	| { readonly kind: 'linkRefused' }
	| { readonly kind: 'tooManyRedirects' }
	| { readonly kind: 'unreachable'; readonly code: string; readonly message: string };

/** The response to a result's link, body not read yet. Read `chunks` to the end, leave its loop early, or call `close`. */
export interface ResultResponse {
	readonly status: number;
	/** Whether all hops were on the origin (scheme, host, port) of the task's API. */
	readonly onTaskOrigin: boolean;
	/** The length of the body as sent, bytes, when the server says it. */
	readonly contentLength?: number;
	/** As sent, in lower case: `gzip`. */
	readonly contentEncoding?: string;
	/** As sent: `bytes 0-99/100`. */
	readonly contentRange?: string;
	/** The body as sent. Throws a ResultStreamError when the stream breaks or stalls, the signal's reason when aborted. */
	readonly chunks: AsyncIterable<Uint8Array>;
	/** Takes the key out of a text, where one was given. */
	readonly scrub: (text: string) => string;
	readonly close: () => void;
}

/** The body is not whole. `stalled`: nothing came for too long; `broken`: the connection ended early; `overlong`: more came than was announced. */
export class ResultStreamError extends Error {
	readonly code: string;
	readonly how: 'stalled' | 'broken' | 'overlong';
	constructor(problem: { readonly code: string; readonly message: string }, how: ResultStreamError['how']) {
		super(problem.message);
		this.name = 'ResultStreamError';
		this.code = problem.code;
		this.how = how;
	}
}

export interface ResultQuestion {
	readonly url: string;
	/** The API origin of the task; http: is accepted only on it, and only if it is loopback. */
	readonly taskOrigin: string;
	/** The key of `taskOrigin`, for a link that refuses without it. Sent to that origin alone, and no more once a redirect has left it. */
	readonly apiKey?: string;
	readonly signal: AbortSignal;
	/** How long nothing may come, ms. */
	readonly stallMs?: number;
}

const resultStallMs = 30_000;
/** What a refusal says comes with it; its status says enough to go on without. */
const refusalStallMs = 1_000;
const maxRedirects = 5;

/**
 * Opens a result's link. Without `apiKey` nobody receives a key.
 * @throws the signal's reason when aborted
 */
export async function openResult(
	question: ResultQuestion,
): Promise<{ readonly ok: true; readonly response: ResultResponse } | { readonly ok: false; readonly problem: ResultProblem }> {
	const { apiKey, signal, taskOrigin, stallMs = resultStallMs } = question;
	signal.throwIfAborted();
	const home = URL.parse(taskOrigin)?.origin;
	let url = URL.parse(question.url);
	let onTaskOrigin = true;
	for (let hops = 0; hops <= maxRedirects; hops++) {
		if (url === null || !isAllowedLink(url.href, taskOrigin)) {
			return { ok: false, problem: { kind: 'linkRefused' } };
		}
		onTaskOrigin &&= url.origin === home;
		const limit = new Limit(signal, stallMs);
		limit.start();
		let exchange: Exchange;
		try {
			exchange = await sendGet(
				url,
				{ ...resultHeaders, ...(apiKey !== undefined && onTaskOrigin && { Authorization: `Bearer ${apiKey}` }) },
				limit.signal,
			);
		} catch (error) {
			limit.end();
			signal.throwIfAborted();
			return { ok: false, problem: { kind: 'unreachable', ...reasonOf(error, url, limit) } };
		}
		limit.pause();
		if ((exchange.response.statusCode ?? 0) >= 400) {
			limit.shorten(refusalStallMs);
		}
		const location = redirectOf(exchange.response);
		if (location === undefined) {
			return { ok: true, response: resultResponse(exchange, { url, onTaskOrigin, apiKey, limit, signal }) };
		}
		limit.cut();
		url = URL.parse(location, url.href);
	}
	return { ok: false, problem: { kind: 'tooManyRedirects' } };
}

/** `identity`: the bytes themselves. Some hosts refuse who names no User-Agent. */
const resultHeaders = { Accept: '*/*', 'Accept-Encoding': 'identity', 'User-Agent': 'kling-tasks' };

/** Where a response sends us; undefined when it is none that does. Node reads headers as Latin-1: each byte beyond ASCII is percent-encoded, as browsers do, whatever its charset. */
function redirectOf({ statusCode = 0, headers: { location } }: IncomingMessage): string | undefined {
	if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined || location === '') {
		return undefined;
	}
	return location.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}

interface Hop {
	readonly url: URL;
	readonly onTaskOrigin: boolean;
	readonly apiKey: string | undefined;
	readonly limit: Limit;
	readonly signal: AbortSignal;
}

function resultResponse({ response, body }: Exchange, { url, onTaskOrigin, apiKey, limit, signal }: Hop): ResultResponse {
	const { 'content-length': contentLength, 'content-encoding': contentEncoding, 'content-range': contentRange } = response.headers;
	return omitUndefined({
		status: response.statusCode ?? 0,
		onTaskOrigin,
		contentLength: contentLength !== undefined && /^\d{1,15}$/.test(contentLength) ? Number(contentLength) : undefined,
		contentEncoding: contentEncoding?.toLowerCase(),
		contentRange,
		chunks: resultChunks(response, body, url, limit, signal),
		scrub: apiKey === undefined ? (text) => text : keyScrubber(apiKey),
		close: () => limit.cut(),
	});
}

async function* resultChunks(
	response: IncomingMessage,
	body: AsyncIterable<Uint8Array>,
	url: URL,
	limit: Limit,
	signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
	try {
		limit.start();
		for await (const chunk of body) {
			// The reader's own time (a slow disk) is not the server's.
			limit.pause();
			yield chunk;
			limit.start();
		}
		signal.throwIfAborted();
	} catch (error) {
		signal.throwIfAborted();
		const reason = reasonOf(error, url, limit);
		throw new ResultStreamError(
			reason,
			limit.isOver ? 'stalled' : response.complete && reason.code.startsWith('HPE_') ? 'overlong' : 'broken',
		);
	} finally {
		limit.cut();
	}
}

/** Node's own complaint about a header value (a pasted line break, say); it does not repeat the value. */
function headerProblem(name: string, value: string): { readonly code: string; readonly message: string } | undefined {
	try {
		validateHeaderValue(name, value);
		return undefined;
	} catch (error) {
		return { code: codeOf(error) ?? 'ERR_INVALID_CHAR', message: error instanceof Error ? error.message : String(error) };
	}
}

function networkError(error: unknown, url: URL, limit: Limit): ApiError {
	const { code, message } = reasonOf(error, url, limit);
	const isGarbled = code === 'max-size' || code.startsWith('Z_');
	// Where the system names no code (a proxy that is not there, say) its words say more than ours would.
	return apiError(isGarbled ? 'malformed' : 'unreachable', code === noCode ? { message } : { code, message });
}

/** Stands for the code of an error that has none. */
const noCode = 'ERR_NETWORK';

/** The system's code and words for a failed exchange, without the URL that node-fetch puts in front. */
function reasonOf(error: unknown, url: URL, limit: Limit): { readonly code: string; readonly message: string } {
	if (limit.isOver) {
		return { code: 'ETIMEDOUT', message: `ETIMEDOUT ${String(limit.ms)} ms` };
	}
	const code = codeOf(error) ?? noCode;
	const text = error instanceof Error ? error.message : String(error);
	const at = text.indexOf(url.href);
	const words = at < 0 ? text : text.slice(at + url.href.length).replace(/^(?: failed, reason)?[:\s]*/, '');
	return { code, message: words === '' ? code : words };
}

function codeOf(error: unknown): string | undefined {
	if (error instanceof FetchError && error.type === 'max-size') {
		return error.type;
	}
	return errorCode(error);
}
