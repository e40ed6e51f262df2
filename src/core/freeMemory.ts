/**
 * Frees the memory of a chunk that nobody reads any more, at once: V8 would leave 32 MB of such chunks until it next collects garbage. A
 * chunk that shares its memory with others is left alone.
 */
export function freeMemory({ buffer, byteLength }: Uint8Array): void {
	if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) {
		// In ES2024; every supported editor has it.
		(buffer as ArrayBuffer & { readonly transfer: (byteLength: number) => ArrayBuffer }).transfer(0);
	}
}
