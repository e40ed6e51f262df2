import type { Duplex } from 'node:stream';
import { freeMemory } from '../core/freeMemory';

/**
 * Frees what a socket has read as soon as the parser has copied the body out of it: V8 would leave tens of megabytes until it next collects
 * garbage, and memory that is used again at once is still in the processor's cache.
 */
export class SocketMemory {
	/** What was read before the parser is known to copy. */
	readonly #read = new WeakSet<ArrayBufferLike>();
	#isCopied = false;

	/** @param socket that the parser listens to already */
	follow(socket: Duplex): void {
		socket.on('data', (chunk: Uint8Array) => {
			if (this.#isCopied) {
				freeMemory(chunk);
			} else {
				this.#read.add(chunk.buffer);
			}
		});
	}

	/** Notes a chunk of the body. That the parser copies is how Node does it and no promise: nothing is freed if the chunk is a part of what was read. */
	note(chunk: Uint8Array): void {
		this.#isCopied ||= !this.#read.has(chunk.buffer);
	}
}
