import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';

/** The response to one GET, its body not read yet. */
export interface Exchange {
	readonly response: IncomingMessage;
	/**
	 * The body as it was sent. Ends without an error only when it is whole: throws the system's error when the connection breaks, also in a body that
	 * the end of the connection ends, and the parser's (`HPE_…`) when more comes than was announced.
	 */
	readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Sends one GET through Node itself: `node-fetch` hides the error of a body whose end is the end of the connection, and so takes half of it for all.
 * Follows nothing, decodes nothing. No agent is named, which would keep the editor from putting its proxy in place (`http.proxySupport`: `on`).
 * @throws the system's, the parser's or, when aborted, an abort error; nothing of it was read then
 */
export function sendGet(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Exchange> {
	return new Promise((resolve, reject) => {
		const request = (url.protocol === 'https:' ? https : http).request(url, { headers: { ...headers, Connection: 'close' }, signal });
		// The header alone does not close a connection that the server keeps: Node would give its socket to the next request.
		request.shouldKeepAlive = false;
		let failure: Error | undefined;
		request.on('error', (error) => {
			failure ??= error;
			reject(error);
		});
		request.once('close', () => reject(new Error('The connection was closed without a response')));
		request.once('response', (response) => resolve({ response, body: wholeBody(response, () => failure) }));
		request.end();
	});
}

async function* wholeBody(response: IncomingMessage, failure: () => Error | undefined): AsyncGenerator<Uint8Array, void> {
	// Node's types leave the chunks open; without an encoding they are bytes.
	const chunks: AsyncIterable<Uint8Array> = response;
	yield* chunks;
	const error = failure();
	if (error !== undefined) {
		throw error;
	}
}
