import { validateHeaderValue } from 'node:http';
import type { Response } from 'node-fetch';
import fetch, { FetchError } from 'node-fetch';
import { isAllowedLink } from '../core/media';
import { isLoopbackHost } from '../core/origin';
import type { ApiError } from '../core/problem';
import { apiError } from './apiError';

/**
 * The one door to the network, with two policies.
 * - API: with the key, one answer read whole, nothing followed, a deadline and a size limit.
 * - results: never a key or cookie, redirects followed hop by hop, streamed.
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
}

/** An answer of the API, whatever its status. Header names are in lower case. */
export interface HttpAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

export type ApiReply = { readonly ok: true; readonly answer: HttpAnswer } | { readonly ok: false; readonly error: ApiError };

const apiDeadlineMs = 15_000;
const apiMaxBytes = 4 * 1024 * 1024;

/**
 * Asks the API by GET. A 3xx is an answer and is not followed: the key goes to the origin it was meant for and nowhere else.
 * @throws the signal's reason when aborted; all else is an error in the reply (`unreachable`; `malformed` when the answer is too large or garbled)
 */
export async function askApi(question: ApiQuestion): Promise<ApiReply> {
	const { apiKey, signal, deadlineMs = apiDeadlineMs, maxBytes = apiMaxBytes } = question;
	signal.throwIfAborted();
	const url = URL.parse(question.url);
	if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname)))) {
		return { ok: false, error: apiError('badRequest', { code: 'ERR_INVALID_URL', message: 'Invalid URL' }) };
	}
	const headers = { Accept: 'application/json', Authorization: `Bearer ${apiKey}`, ...noIdleSocket };
	const badKey = headerProblem('Authorization', headers.Authorization);
	if (badKey !== undefined) return { ok: false, error: apiError('auth', badKey) };

	const limit = new Limit(signal, deadlineMs);
	try {
		limit.start();
		const response = await fetch(url.href, { headers, redirect: 'manual', signal: limit.signal, size: maxBytes });
		const body = await response.text();
		return { ok: true, answer: { status: response.status, headers: Object.fromEntries(response.headers), body } };
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

/** A result's answer, body not read yet. Read `chunks` to the end, leave its loop early, or call `close`. */
export interface ResultAnswer {
	readonly status: number;
	readonly contentType?: string;
	/** The body's length in bytes, when the server says it. */
	readonly contentLength?: number;
	/** The body. Throws a ResultStreamError when the stream breaks or stalls, the signal's reason when aborted. */
	readonly chunks: AsyncIterable<Uint8Array>;
	readonly close: () => void;
}

/** The body broke off. `stalled`: nothing came for too long. */
export class ResultStreamError extends Error {
	readonly code: string;
	readonly stalled: boolean;
	constructor(problem: { readonly code: string; readonly message: string }, stalled: boolean) {
		super(problem.message);
		this.name = 'ResultStreamError';
		this.code = problem.code;
		this.stalled = stalled;
	}
}

export interface ResultQuestion {
	readonly url: string;
	/** The API origin of the task; http: is accepted only on it, and only if it is loopback. */
	readonly taskOrigin: string;
	readonly signal: AbortSignal;
	/** How long nothing may come, ms. */
	readonly stallMs?: number;
}

const resultStallMs = 30_000;
const maxRedirects = 5;

/**
 * Opens a result's link. The result host never receives the key.
 * @throws the signal's reason when aborted
 */
export async function openResult(question: ResultQuestion): Promise<{ readonly ok: true; readonly answer: ResultAnswer } | { readonly ok: false; readonly problem: ResultProblem }> {
	const { signal, taskOrigin, stallMs = resultStallMs } = question;
	signal.throwIfAborted();
	let url = URL.parse(question.url);
	for (let hops = 0; hops <= maxRedirects; hops++) {
		if (url === null || !isAllowedLink(url.href, taskOrigin)) return { ok: false, problem: { kind: 'linkRefused' } };
		const limit = new Limit(signal, stallMs);
		limit.start();
		let response: Response;
		try {
			// Uncompressed, so that the bytes are those that Content-Length counts.
			response = await fetch(url.href, { headers: { Accept: '*/*', ...noIdleSocket }, compress: false, redirect: 'manual', signal: limit.signal });
		} catch (error) {
			limit.end();
			signal.throwIfAborted();
			return { ok: false, problem: { kind: 'unreachable', ...reasonOf(error, url, limit) } };
		}
		limit.pause();
		const location = [301, 302, 303, 307, 308].includes(response.status) ? response.headers.get('location') : null;
		if (location === null) return { ok: true, answer: resultAnswer(response, url, limit, signal) };
		limit.cut();
		url = URL.parse(location, url.href);
	}
	return { ok: false, problem: { kind: 'tooManyRedirects' } };
}

function resultAnswer(response: Response, url: URL, limit: Limit, signal: AbortSignal): ResultAnswer {
	const contentType = response.headers.get('content-type');
	const contentLength = response.headers.get('content-length');
	return {
		status: response.status,
		...(contentType !== null && { contentType }),
		...(contentLength !== null && /^\d{1,15}$/.test(contentLength) && { contentLength: Number(contentLength) }),
		chunks: resultChunks(response, url, limit, signal),
		close: () => limit.cut(),
	};
}

async function* resultChunks(response: Response, url: URL, limit: Limit, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
	try {
		limit.start();
		for await (const chunk of response.body ?? []) {
			// The reader's own time (a slow disk) is not the server's.
			limit.pause();
			yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
			limit.start();
		}
		signal.throwIfAborted();
	} catch (error) {
		signal.throwIfAborted();
		throw new ResultStreamError(reasonOf(error, url, limit), limit.isOver);
	} finally {
		limit.cut();
	}
}

/** No socket is kept for later: looks are seconds apart, and a kept one that the server has closed would fail a look that is not retried. */
const noIdleSocket = { Connection: 'close' };

/** A signal that follows another one and also fires when a time is over. */
class Limit {
	readonly #controller = new AbortController();
	readonly #outer: AbortSignal;
	readonly #ms: number;
	readonly #follow = (): void => this.#controller.abort();
	#timer: NodeJS.Timeout | undefined;
	isOver = false;

	constructor(outer: AbortSignal, ms: number) {
		this.#outer = outer;
		this.#ms = ms;
		outer.addEventListener('abort', this.#follow, { once: true });
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	get ms(): number {
		return this.#ms;
	}

	/** Starts the time anew. */
	start(): void {
		this.pause();
		this.#timer = setTimeout(() => {
			this.isOver = true;
			this.#controller.abort();
		}, this.#ms);
	}

	pause(): void {
		clearTimeout(this.#timer);
	}

	/** Lets go of the timer and the outer signal. */
	end(): void {
		this.pause();
		this.#outer.removeEventListener('abort', this.#follow);
	}

	/** Ends, and cuts the connection if it still lives. */
	cut(): void {
		this.end();
		this.#controller.abort();
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
	if (limit.isOver) return { code: 'ETIMEDOUT', message: `ETIMEDOUT ${String(limit.ms)} ms` };
	const code = codeOf(error) ?? noCode;
	const text = error instanceof Error ? error.message : String(error);
	const at = text.indexOf(url.href);
	const words = at < 0 ? text : text.slice(at + url.href.length).replace(/^(?: failed, reason)?[:\s]*/, '');
	return { code, message: words === '' ? code : words };
}

function codeOf(error: unknown): string | undefined {
	if (error instanceof FetchError && error.type === 'max-size') return error.type;
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
