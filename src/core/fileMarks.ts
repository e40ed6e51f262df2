// What files of known formats begin with, for whoever has to tell them apart.

/**
 * Whether a mark stands in a file.
 * @param head the first bytes of the file
 * @param mark in Latin-1; `?` is any byte
 * @param offset in bytes
 */
export function stands(head: Uint8Array, mark: string, offset = 0): boolean {
	return (
		head.length >= offset + mark.length &&
		Array.from(mark).every((character, index) => character === '?' || head[offset + index] === character.charCodeAt(0))
	);
}

/**
 * A frame of MPEG audio, layer II or III (ISO/IEC 11172-3, 2.4.1.3): sync, and no reserved version, bit rate or sampling rate. Layer I is
 * excluded, because it would match UTF-16 text.
 */
export function isMpegAudio(head: Uint8Array): boolean {
	const [sync = 0, kind = 0, rates = 0] = head;
	const layer = (kind >> 1) & 3;
	return (
		head.length >= 4 &&
		sync === 0xff &&
		(kind & 0xe0) === 0xe0 &&
		(kind & 0x18) !== 0x08 &&
		(layer === 1 || layer === 2) &&
		rates >> 4 !== 15 &&
		(rates & 0x0c) !== 0x0c
	);
}

/** A frame of AAC (ISO/IEC 13818-7, 6.2): sync, layer 0, a valid sampling rate. */
export function isAdts(head: Uint8Array): boolean {
	const [sync = 0, kind = 0, rate = 0] = head;
	return head.length >= 7 && sync === 0xff && (kind & 0xf6) === 0xf0 && ((rate >> 2) & 15) < 13;
}
