import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';
import { proxyRefusal } from './networkError';
import { SocketMemory } from './socketMemory';

/** The response to one GET; its body has not been read yet. */
export interface Exchange {
	readonly response: IncomingMessage;
	/**
	 * The body as sent. Ends without an error only when it is complete. Throws the system's error when the connection breaks, even if the
	 * end of the body is marked only by the end of the connection, and the parser's (`HPE_…`) when more data arrives than announced.
	 */
	readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Sends one GET with Node's own client. `node-fetch` hides an error in a body that ends with the connection, and so accepts half a body as
 * complete. Redirects are not followed, and encodings not undone. No agent is named, because a named one would bypass the editor's proxy
 * (`http.proxySupport`: `on`).
 * @param lookup resolves the host's name; default: the system's
 * @throws the system's or the parser's error, or an abort error when aborted; nothing of the body has been read then
 */
export function sendGet(
	url: URL,
	headers: Readonly<Record<string, string>>,
	signal: AbortSignal,
	lookup?: LookupFunction,
): Promise<Exchange> {
	return new Promise((resolve, reject) => {
		const request = (url.protocol === 'https:' ? https : http).request(url, {
			headers: { ...headers, Connection: 'close' },
			signal,
			...(lookup !== undefined && { lookup }),
		});
		// The header alone does not close a connection that the server keeps open: Node would reuse the socket for the next request.
		request.shouldKeepAlive = false;
		const memory = new SocketMemory();
		request.once('socket', (socket) => memory.follow(socket));
		let failure: Error | undefined;
		request.on('error', (error) => {
			failure ??= error;
			reject(error);
		});
		request.once('close', () => reject(new Error('The connection was closed without a response')));
		request.once('response', (response) => {
			// A proxy's own response, as in `postToApi`: the host was not reached.
			if (url.protocol === 'https:' && !(response.socket instanceof TLSSocket)) {
				const { code, message } = proxyRefusal(response);
				reject(Object.assign(new Error(message), { code }));
				request.destroy();
				return;
			}
			resolve({ response, body: wholeBody(response, () => failure, memory) });
		});
		request.end();
	});
}

/**
 * The body of a response as sent; see `Exchange`.
 * @param failure the error of its request, if there is one by then
 * @param memory of its socket
 */
export async function* wholeBody(
	response: IncomingMessage,
	failure: () => Error | undefined,
	memory?: SocketMemory,
): AsyncGenerator<Uint8Array, void> {
	// Node types the chunks as any; without an encoding they are bytes.
	const chunks: AsyncIterable<Uint8Array> = response;
	for await (const chunk of chunks) {
		memory?.note(chunk);
		yield chunk;
	}
	const error = failure();
	if (error !== undefined) {
		throw error;
	}
}

/** Node joins repeated headers or keeps the first, except `set-cookie`, which nothing here reads. */
export function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
	return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}
