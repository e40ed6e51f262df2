import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { sendGet } from '../../../src/api/exchange';
import { SocketMemory } from '../../../src/api/socketMemory';
import { startLoopbackServer } from './loopbackServer';

describe('the memory of a socket', () => {
	it('is freed as soon as a body was copied out of it, and the body stays whole', async () => {
		const movie = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
		const server = await startLoopbackServer();
		try {
			server.respond = (_request, response) => response.end(movie);
			const { response, body } = await sendGet(new URL(server.origin), {}, new AbortController().signal);
			const lengths: number[] = [];
			// After the listeners of the parser and of the code under test.
			response.socket.on('data', ({ length }: Uint8Array) => lengths.push(length));
			const chunks: Uint8Array[] = [];
			for await (const chunk of body) {
				chunks.push(chunk);
			}
			assert.ok(Buffer.concat(chunks).equals(movie));
			assert.ok(lengths.length > 20);
			// Some are read before the first of them has come through.
			assert.ok(lengths.filter((length) => length > 0).length < lengths.length / 2, String(lengths));
		} finally {
			await server.close();
		}
	});

	it('stays while nothing of the body has arrived, and for good if the body is a part of it', () => {
		const reads = (bodyOf: (read: Uint8Array) => Uint8Array): readonly number[] => {
			const socket = new PassThrough();
			const memory = new SocketMemory();
			memory.follow(socket);
			const lengths: number[] = [];
			for (let count = 0; count < 3; count++) {
				const read = new Uint8Array(100);
				const body = bodyOf(read);
				socket.emit('data', read);
				lengths.push(read.length);
				// The first is the head of the response.
				if (count > 0) {
					memory.note(body);
				}
			}
			return lengths;
		};
		assert.deepEqual(
			reads((read) => Uint8Array.from(read)),
			[100, 100, 0],
		);
		assert.deepEqual(
			reads((read) => read.subarray(10)),
			[100, 100, 100],
		);
	});
});
