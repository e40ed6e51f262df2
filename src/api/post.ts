import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { isLoopbackHost } from '../core/origin';
import type { ApiError } from '../core/problem';
import { apiError } from './apiError';
import { headersOf, wholeBody } from './exchange';
import type { HttpResponse } from './http';
import { Limit } from './limit';
import { headerProblem, networkError, proxyRefusal } from './networkError';

/** A create as it is sent. */
export interface PostQuestion {
	readonly url: string;
	readonly apiKey: string;
	readonly signal: AbortSignal;
	/** The body's length, bytes. */
	readonly length: number;
	/** The body in pieces, JSON in UTF-8. */
	readonly chunks: AsyncIterable<Uint8Array>;
	/** See `ApiQuestion`. */
	readonly editorNamesAgent?: boolean;
	/** Deadline for the whole exchange, ms. */
	readonly deadlineMs?: number;
	/** How long it may take until a connection is open, ms. */
	readonly openMs?: number;
	readonly maxBytes?: number;
}

/**
 * - `notSent`: certainly no byte of the request was written
 * - `lost`: there is no whole response, and the request may have been received
 */
export type PostReply =
	{ readonly kind: 'response'; readonly response: HttpResponse } | { readonly kind: 'notSent' | 'lost'; readonly error: ApiError };

/** How long a create may take, ms: 120 s, and the time of its body at 250 KB/s. @param length of the body, bytes */
export const createDeadlineMs = (length: number): number => 120_000 + length / 250;

const longestOpeningMs = 5_000;
const mostResponseBytes = 4 * 1024 * 1024;

/** No socket is reused: one that the server is about to close would lose the request. */
const agents = { http: new http.Agent({ keepAlive: false }), https: new https.Agent({ keepAlive: false }) };

/**
 * Sends one POST. Nothing is written before the connection is open (for https, before the server's certificate is accepted), so any failure
 * until then is `notSent`, whatever its code; any failure later is `lost`. No redirect is followed, and nothing is retried.
 * @throws the signal's reason when aborted before the first byte; later, aborting gives `lost`
 */
export async function postToApi(question: PostQuestion): Promise<PostReply> {
	const { apiKey, signal, length, chunks, editorNamesAgent = false, maxBytes = mostResponseBytes } = question;
	const { deadlineMs = createDeadlineMs(length), openMs = longestOpeningMs } = question;
	signal.throwIfAborted();
	const url = URL.parse(question.url);
	if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname)))) {
		return { kind: 'notSent', error: apiError('badRequest', { code: 'ERR_INVALID_URL', message: 'Invalid URL' }) };
	}
	const authorization = `Bearer ${apiKey}`;
	const badKey = headerProblem('Authorization', authorization);
	if (badKey !== undefined) {
		return { kind: 'notSent', error: apiError('auth', badKey) };
	}

	const isSecure = url.protocol === 'https:';
	const limit = new Limit(signal, deadlineMs);
	let isSent = false;
	let bodyError: unknown;
	let request: ClientRequest | undefined;
	try {
		limit.start();
		request = (isSecure ? https : http).request(url, {
			method: 'POST',
			headers: {
				Accept: 'application/json',
				// Undoing an encoding is one more way to lose a response.
				'Accept-Encoding': 'identity',
				Authorization: authorization,
				Connection: 'close',
				'Content-Type': 'application/json',
				'Content-Length': length,
			},
			signal: limit.signal,
			...(!editorNamesAgent && { agent: isSecure ? agents.https : agents.http }),
		});
		request.shouldKeepAlive = false;
		const { failed, failure } = failureOf(request, limit.signal);
		const received = responseTo(request);
		if ((await Promise.race([opened(request, isSecure, openMs), failed])) === 'proxy') {
			const response = await Promise.race([received, failed]);
			return { kind: 'notSent', error: apiError('unreachable', { ...proxyRefusal(response), httpStatus: response.statusCode ?? 0 }) };
		}

		isSent = true;
		pipeline(
			exactly(chunks, length, (error) => (bodyError = error)),
			request,
		).catch(() => {
			// The request fails too: `failed` has its error.
		});
		const response = await Promise.race([received, failed]);
		const body = await readBody(wholeBody(response, failure), maxBytes);
		return {
			kind: 'response',
			response: { status: response.statusCode ?? 0, headers: headersOf(response), body: decoded(body, response, maxBytes) },
		};
	} catch (error) {
		if (!isSent) {
			signal.throwIfAborted();
		}
		return { kind: isSent ? 'lost' : 'notSent', error: networkError(bodyError ?? error, url, limit) };
	} finally {
		limit.end();
		request?.destroy();
	}
}

/** The failure of a request: a promise that rejects with it, and the error so far. */
function failureOf(
	request: ClientRequest,
	signal: AbortSignal,
): { readonly failed: Promise<never>; readonly failure: () => Error | undefined } {
	let failure: Error | undefined;
	const failed = new Promise<never>((_, reject) => {
		request.on('error', (error) => {
			failure ??= error;
			reject(error);
		});
		request.once('close', () => reject(new Error('The connection was closed without a response')));
		// An aborted request reports nothing while its agent has no socket for it.
		signal.addEventListener('abort', () => reject(Object.assign(new Error('The request was aborted'), { code: 'ABORT_ERR' })), {
			once: true,
		});
	});
	failed.catch(() => undefined);
	return { failed, failure: () => failure };
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
	return new Promise((resolve) => request.once('response', resolve));
}

/**
 * Waits for the connection. `proxy`: the editor's agent gives a socket without TLS for an https: request when a proxy refuses to connect to
 * the server, and the proxy's response on it.
 */
function opened(request: ClientRequest, isSecure: boolean, openMs: number): Promise<'open' | 'proxy'> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => {
			const error = Object.assign(new Error(`ETIMEDOUT ${String(openMs)} ms`), { code: 'ETIMEDOUT' });
			reject(error);
			request.destroy(error);
		}, openMs);
		const end = (): void => clearTimeout(timer);
		request.once('close', end);
		request.once('error', end);
		request.once('socket', (socket) => {
			if (!socket.connecting) {
				end();
			}
			socket.once('connect', end);
			if (!isSecure) {
				if (socket.connecting) {
					socket.once('connect', () => resolve('open'));
				} else {
					resolve('open');
				}
			} else if (!(socket instanceof TLSSocket)) {
				end();
				resolve('proxy');
			} else if ('secureConnecting' in socket && socket.secureConnecting === false) {
				resolve('open');
			} else {
				socket.once('secureConnect', () => resolve('open'));
			}
		});
	});
}

/**
 * Passes the chunks on, and fails if they are shorter or longer than announced: the server must not take a part for the whole.
 * @param report gets the error with which it, or the body, fails: that of the request is only that it broke off
 */
async function* exactly(
	chunks: AsyncIterable<Uint8Array>,
	length: number,
	report: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void> {
	try {
		let left = length;
		for await (const chunk of chunks) {
			left -= chunk.length;
			if (left < 0) {
				break;
			}
			yield chunk;
		}
		if (left !== 0) {
			throw Object.assign(new Error(`The body has not the announced ${String(length)} bytes`), { code: 'ERR_BODY_LENGTH' });
		}
	} catch (error) {
		report(error);
		throw error;
	}
}

async function readBody(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of chunks) {
		size += chunk.length;
		if (size > maxBytes) {
			throw Object.assign(new Error(`content size over limit: ${String(maxBytes)}`), { type: 'max-size' });
		}
		parts.push(chunk);
	}
	return Buffer.concat(parts);
}

/** The text of a body. Some servers encode what was asked for unencoded. @throws zlib's error */
function decoded(body: Buffer, { headers }: IncomingMessage, maxOutputLength: number): string {
	switch (headers['content-encoding']?.trim().toLowerCase()) {
		case 'gzip':
		case 'x-gzip':
			return gunzipSync(body, { maxOutputLength }).toString('utf8');
		case 'deflate':
			return inflateSync(body, { maxOutputLength }).toString('utf8');
		case 'br':
			return brotliDecompressSync(body, { maxOutputLength }).toString('utf8');
		default:
			return body.toString('utf8');
	}
}
