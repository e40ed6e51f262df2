import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { soon } from '../../support/retry';

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
	/** Waits until no connection is open, for up to two seconds. */
	disconnected(): Promise<void>;
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
	const connections = () =>
		new Promise<number>((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
	const loopback: LoopbackServer = {
		origin: `http://127.0.0.1:${String(address.port)}`,
		requests,
		respond: (_request, response) => response.end(),
		disconnected: async () => {
			await soon('no open connection', async () => (await connections()) === 0, 2_000);
		},
		close: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
	return loopback;
}
