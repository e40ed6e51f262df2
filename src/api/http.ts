import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import fetch from 'node-fetch';
import type { OpenProblem } from '../core/linkProblem';
import { isAllowedLink } from '../core/resultLink';
import { omitUndefined } from '../core/omitUndefined';
import { isLoopbackHost } from '../core/origin';
import type { ApiError } from '../core/problem';
import { errorCode } from '../core/errorCode';
import { privateAddressCode, publicLookup } from './addressCheck';
import { apiError } from './apiError';
import { headersOf, sendGet, type Exchange } from './exchange';
import { Limit } from './limit';
import { headerProblem, networkError, reasonOf } from './networkError';
import { retryAfterMs } from './responseHeaders';
import { keyScrubber } from './scrub';

/**
 * The only caller of the network besides `post.ts`, which sends creates, with two policies.
 * - API: sends the key, reads one whole response, follows no redirect, has a deadline and a size limit.
 * - results: sends no cookie, and no key unless the caller provides the task's own for the task's own origin; follows redirects one by one,
 *   streams the body.
 *
 * Neither retries; the caller decides when to try again.
 */

/** A request to the API. */
export interface ApiQuestion {
	readonly url: string;
	readonly apiKey: string;
	readonly signal: AbortSignal;
	/** Deadline for the whole response, ms. */
	readonly deadlineMs?: number;
	readonly maxBytes?: number;
	/**
	 * The editor installs its proxy agent only where no agent is named (`http.proxySupport`: `on`); naming ours would bypass the proxy. The
	 * editor's agent keeps no sockets either.
	 */
	readonly editorNamesAgent?: boolean;
}

/** A response of the API with any status. Header names are in lower case. */
export interface HttpResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

export type ApiReply = { readonly ok: true; readonly response: HttpResponse } | { readonly ok: false; readonly error: ApiError };

export const apiDeadlineMs = 15_000;
const apiMaxBytes = 4 * 1024 * 1024;

/** No socket is reused: checks are seconds apart, and a check on a socket that the server has closed would fail without a retry. */
const agents = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) };

/**
 * Sends a GET to the API. A 3xx is returned as a response and never followed: the key goes to its own origin only.
 * @throws the signal's reason when aborted; every other problem is an error in the reply (`unreachable`; `malformed` when the response is
 *   too large or garbled)
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

/** The response to a result's link; its body has not been read yet. Read `chunks` to the end, leave the loop early, or call `close`. */
export interface ResultResponse {
	readonly status: number;
	/** Where the redirects led to. */
	readonly url: string;
	/** Whether all hops stayed on the origin (scheme, host, port) of the task's API. */
	readonly onTaskOrigin: boolean;
	/** Length of the body as sent, bytes, if the server announces it. */
	readonly contentLength?: number;
	/** As sent, in lower case: `gzip`. */
	readonly contentEncoding?: string;
	/** All that were sent once; names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** How long the host wants to be left alone, ms, at most an hour. */
	readonly retryAfterMs?: number;
	/** The body as sent. Throws a ResultStreamError when the stream breaks or stalls, the signal's reason when aborted. */
	readonly chunks: AsyncIterable<Uint8Array>;
	/** Removes the key from a text, if a key was provided. */
	readonly scrub: (text: string) => string;
	readonly close: () => void;
}

/** The body is incomplete. `stalled`: no data for too long; `broken`: the connection ended early; `overlong`: more data than announced. */
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
	/** The API origin of the task. http: is allowed on this origin only, and only if it is loopback. */
	readonly taskOrigin: string;
	/** The key of `taskOrigin`, for a link that requires it. Sent to `url` only, if that is of this origin, and never along a redirect. */
	readonly apiKey?: string;
	/** Requests only what follows the first bytes, `at` of them, if the server still has the file of this validator (an ETag or a date). */
	readonly rest?: { readonly at: number; readonly validator: string };
	readonly signal: AbortSignal;
	/** The longest time without data, ms. */
	readonly stallMs?: number;
}

const resultStallMs = 30_000;
/** For the body of a refusal, ms: short, because the status alone is enough to continue. */
const refusalStallMs = 1_000;
/** Less than a byte a millisecond, over so many times the longest time without data, counts as stalled: it occupies one of few downloads. */
const slowStalls = 4;
const maxRedirects = 5;
/** The upper limit for `Retry-After`, ms. */
const longestRetryAfterMs = 3_600_000;

/**
 * Opens a result's link. Without `apiKey` no host receives a key.
 * @throws the signal's reason when aborted
 */
export async function openResult(
	question: ResultQuestion,
): Promise<{ readonly ok: true; readonly response: ResultResponse } | { readonly ok: false; readonly problem: OpenProblem }> {
	const { apiKey, signal, taskOrigin, rest, stallMs = resultStallMs } = question;
	signal.throwIfAborted();
	const home = URL.parse(taskOrigin);
	let url = URL.parse(question.url);
	let onTaskOrigin = true;
	for (let hops = 0; hops <= maxRedirects; hops++) {
		if (url === null || !isAllowedLink(url.href, taskOrigin)) {
			return { ok: false, problem: { kind: 'linkRefused' } };
		}
		onTaskOrigin &&= url.origin === home?.origin;
		const limit = new Limit(signal, stallMs);
		limit.start();
		let exchange: Exchange;
		try {
			exchange = await sendGet(
				url,
				{
					...resultHeaders,
					...(apiKey !== undefined && onTaskOrigin && hops === 0 && { Authorization: `Bearer ${apiKey}` }),
					...(rest !== undefined && { Range: `bytes=${String(rest.at)}-`, 'If-Range': rest.validator }),
				},
				limit.signal,
				// As in `isAllowedLink`: the task's own API may be in a private network.
				url.hostname === home?.hostname ? undefined : publicLookup(url.hostname),
			);
		} catch (error) {
			limit.end();
			signal.throwIfAborted();
			if (errorCode(error) === privateAddressCode) {
				return { ok: false, problem: { kind: 'linkRefused' } };
			}
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

/** `identity`: the body unencoded. Some hosts refuse requests without a User-Agent. */
const resultHeaders = { Accept: '*/*', 'Accept-Encoding': 'identity', 'User-Agent': 'kling-tasks' };

/**
 * The target of a redirect; undefined for any other response. Node reads headers as Latin-1: each non-ASCII byte is percent-encoded, as
 * browsers do, whatever its charset.
 */
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
	const headers = headersOf(response);
	const { 'content-length': contentLength, 'content-encoding': contentEncoding } = headers;
	return omitUndefined({
		status: response.statusCode ?? 0,
		url: url.href,
		onTaskOrigin,
		headers,
		retryAfterMs: retryAfterMs(headers, Date.now(), longestRetryAfterMs),
		contentLength: contentLength !== undefined && /^\d{1,15}$/.test(contentLength) ? Number(contentLength) : undefined,
		contentEncoding: contentEncoding?.toLowerCase(),
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
	const flow = { waitedMs: 0, bytes: 0 };
	try {
		limit.start();
		let waitingSince = performance.now();
		for await (const chunk of body) {
			// The time that the reader needs (a slow disk) does not count as stalled.
			limit.pause();
			flow.waitedMs += performance.now() - waitingSince;
			flow.bytes += chunk.length;
			yield chunk;
			if (flow.waitedMs > slowStalls * limit.ms) {
				if (flow.bytes < flow.waitedMs) {
					const message = `${String(flow.bytes)} bytes in ${String(Math.round(flow.waitedMs))} ms`;
					throw new ResultStreamError({ code: 'ETIMEDOUT', message }, 'stalled');
				}
				Object.assign(flow, { waitedMs: 0, bytes: 0 });
			}
			limit.start();
			waitingSince = performance.now();
		}
		signal.throwIfAborted();
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof ResultStreamError) {
			throw error;
		}
		const reason = reasonOf(error, url, limit);
		throw new ResultStreamError(
			reason,
			limit.isOver ? 'stalled' : response.complete && reason.code.startsWith('HPE_') ? 'overlong' : 'broken',
		);
	} finally {
		limit.cut();
	}
}
