import type { IncomingMessage, Server } from 'node:http';

/** Binds a server to 127.0.0.1 and returns its port. */
export async function listen(server: Server, port: number): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => {
			server.off('error', reject);
			resolve();
		});
	});
	const address = server.address();
	if (address === null || typeof address === 'string') {
		throw new Error('The simulator has no port.');
	}
	return address.port;
}

/** Reads at least this many bytes of a request's body, or all of it if there are fewer. */
export function readPart(request: IncomingMessage, bytes: number): Promise<void> {
	return new Promise((resolve) => {
		let left = bytes;
		request.on('data', (chunk: Buffer) => {
			left -= chunk.length;
			if (left <= 0) {
				request.pause();
				resolve();
			}
		});
		request.once('close', resolve);
		request.once('end', resolve);
	});
}

/** The largest request body that is read, in bytes: 40 MB of images as Base64, and the JSON around them. */
const bodyLimit = 48 * 1024 * 1024;

/** A request's body as text; undefined if it is too large (it is read and discarded). */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	// Node types the chunks as `any`; without an encoding they are buffers.
	const body: AsyncIterable<Buffer> = request;
	for await (const chunk of body) {
		size += chunk.length;
		if (size <= bodyLimit) {
			chunks.push(chunk);
		}
	}
	return size > bodyLimit ? undefined : Buffer.concat(chunks).toString('utf8');
}
