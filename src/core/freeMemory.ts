/** Whether the memory of a chunk is its own, all of it. */
export function ownsMemory(chunk: Uint8Array): chunk is Uint8Array<ArrayBuffer> {
	return chunk.buffer instanceof ArrayBuffer && chunk.buffer.byteLength === chunk.byteLength;
}

/**
 * Frees the memory of a chunk that nobody reads any more, at once: V8 would leave 32 MB of such chunks until it next collects garbage. A
 * chunk that shares its memory with others is left alone.
 */
export function freeMemory(chunk: Uint8Array): void {
	if (ownsMemory(chunk)) {
		// In ES2024; every supported editor has it.
		(chunk.buffer as ArrayBuffer & { readonly transfer: (byteLength: number) => ArrayBuffer }).transfer(0);
	}
}
