import type { ResultResponse } from '../api/http';
import type { MediaKind } from '../core/media';
import type { MediaFormat } from '../core/mediaFormat';
import { omitUndefined } from '../core/omitUndefined';
import { decoded, decodersOf } from './decoding';
import { formatOf, mostOfSignature } from './mediaFile';
import { streamProblem } from './streamProblem';
import { readOtherBody } from './textBody';

/** How much of a body is read to determine its format and message, bytes. */
const mostOfHead = 16 * 1024;

/** A body whose beginning has been read; `chunks` includes the beginning. */
export interface Body {
	readonly head: Buffer;
	/** Missing: it is not a file of a known format. */
	readonly format?: MediaFormat;
	/** Whether the head is the whole body. */
	readonly isWhole: boolean;
	/** Whether an encoding was undone. */
	readonly isDecoded: boolean;
	readonly chunks: AsyncIterable<Uint8Array>;
}

/** The body with its encoding undone. A body that is recognisable media or text is not encoded, whatever its header says. */
export async function startOfBody(response: ResultResponse, expected: MediaKind | undefined): Promise<Body> {
	const mustBeWhole = response.status >= 200 && response.status < 300;
	const raw = await startReading(response.chunks, mustBeWhole, expected);
	const steps = decodersOf(response.contentEncoding ?? '') ?? [];
	const mayBeEncoded = steps.length > 0 && raw.format === undefined && ['compressed', 'unknown'].includes(readOtherBody(raw.head).kind);
	return mayBeEncoded
		? { ...(await startReading(decoded(raw.chunks, steps), mustBeWhole, expected)), isDecoded: true }
		: { ...raw, isDecoded: false };
}

/**
 * Reads until a body is known to be media, else up to `mostOfHead`.
 * @param mustBeWhole whether an error in the body counts; a refusal counts even if its body is cut
 */
async function startReading(
	chunks: AsyncIterable<Uint8Array>,
	mustBeWhole: boolean,
	expected: MediaKind | undefined,
): Promise<Omit<Body, 'isDecoded'>> {
	const iterator = chunks[Symbol.asyncIterator]();
	const parts: Uint8Array[] = [];
	let size = 0;
	let format: MediaFormat | undefined;
	try {
		while (size < mostOfHead) {
			const next = await iterator.next();
			if (next.done === true) {
				return omitUndefined({ head: Buffer.concat(parts), format, isWhole: true, chunks: joined(parts, iterator) });
			}
			parts.push(next.value);
			const mayBeMedia = size < mostOfSignature;
			size += next.value.length;
			format = mayBeMedia ? formatOf(Buffer.concat(parts), expected) : undefined;
			if (format !== undefined) {
				break;
			}
		}
	} catch (error) {
		if (mustBeWhole || streamProblem(error, 0, undefined) === undefined) {
			throw error;
		}
	}
	return omitUndefined({ head: Buffer.concat(parts).subarray(0, mostOfHead), format, isWhole: false, chunks: joined(parts, iterator) });
}

async function* joined(parts: readonly Uint8Array[], iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
	try {
		yield* parts;
		for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
			yield next.value;
		}
	} finally {
		await iterator.return?.();
	}
}
