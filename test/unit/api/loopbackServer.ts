import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

interface Heard {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
}

/** A server on 127.0.0.1 with scripted responses and a record of the requests. */
export interface LoopbackServer {
	readonly origin: string;
	readonly requests: readonly Heard[];
	respond: (request: IncomingMessage, response: ServerResponse) => void;
	/** The number of open connections. */
	connections(): Promise<number>;
	close(): Promise<void>;
}

export async function startLoopbackServer(): Promise<LoopbackServer> {
	const requests: Heard[] = [];
	const server = createServer((request, response) => {
		requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
		// Errors from clients that disconnect do not matter to the test.
		response.on('error', () => undefined);
		loopback.respond(request, response);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') {
		throw new Error('no port');
	}
	const loopback: LoopbackServer = {
		origin: `http://127.0.0.1:${String(address.port)}`,
		requests,
		respond: (_request, response) => response.end(),
		connections: () => new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count)))),
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
	return loopback;
}

/** Waits until a condition holds; fails after two seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
	for (let tries = 0; tries < 200; tries++) {
		if (await condition()) {
			return;
		}
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	throw new Error('the condition never held');
}
