import type { BodyPart } from './creation';
import type { MediaCopies } from './ports/mediaCopies';

/** Characters of a text that are encoded at once: each piece is sent before the next one is made, so that the thread is never held up. */
const pieceLength = 64 * 1024;

/** The length of a body, bytes. */
export function bodyLength(parts: readonly BodyPart[]): number {
	return parts.reduce((sum, part) => sum + (typeof part === 'string' ? utf8Length(part) : 4 * Math.ceil(part.size / 3)), 0);
}

/**
 * A body in pieces, JSON in UTF-8.
 * @throws what `MediaCopies.base64` throws
 */
export async function* bodyChunks(parts: readonly BodyPart[], copies: Pick<MediaCopies, 'base64'>): AsyncGenerator<Uint8Array> {
	const encoder = new TextEncoder();
	for (const part of parts) {
		if (typeof part === 'string') {
			for (const piece of pieces(part)) {
				yield encoder.encode(piece);
			}
		} else {
			yield* copies.base64(part);
		}
	}
}

/** A text in pieces, none of which ends within a character. */
function* pieces(text: string): Generator<string> {
	for (let start = 0; start < text.length;) {
		let end = Math.min(start + pieceLength, text.length);
		if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) {
			end++;
		}
		yield text.slice(start, end);
		start = end;
	}
}

function utf8Length(text: string): number {
	const buffer = new Uint8Array(3 * (pieceLength + 1));
	const encoder = new TextEncoder();
	let length = 0;
	for (const piece of pieces(text)) {
		length += encoder.encodeInto(piece, buffer).written;
	}
	return length;
}
