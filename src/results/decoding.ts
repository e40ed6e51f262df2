import { errorCode } from '../core/errorCode';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** A body does not match its `Content-Encoding`. `isCut`: it matches, but ends early. */
export class DecodingError extends Error {
	readonly isCut: boolean;
	constructor(cause: Error, isCut: boolean) {
		super(cause.message, { cause });
		this.name = 'DecodingError';
		this.isCut = isCut;
	}
}

/** Undoes one encoding. */
export type Decoder = () => Transform;

const decoders: Readonly<Record<string, Decoder>> = {
	gzip: createGunzip,
	'x-gzip': createGunzip,
	deflate: createInflate,
	br: createBrotliDecompress,
};

/**
 * The decoders for a `Content-Encoding`, in order (RFC 9110, 8.4); none for `identity`. Undefined when one is unknown: no encoding was
 * requested, so an unknown name says nothing about the bytes (object stores return `aws-chunked`, `utf-8` and the like).
 */
export function decodersOf(contentEncoding: string): readonly Decoder[] | undefined {
	const names = contentEncoding
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '' && name !== 'identity');
	const steps = names.reverse().flatMap((name) => decoders[name] ?? []);
	return steps.length === names.length && steps.length <= 3 ? steps : undefined;
}

/**
 * A body with its encoding undone, in constant memory. Throws a DecodingError when the bytes cannot be decoded, and everything that
 * `chunks` throws.
 */
export async function* decoded(chunks: AsyncIterable<Uint8Array>, steps: readonly Decoder[]): AsyncGenerator<Uint8Array, void> {
	let sourceError: unknown;
	async function* source(): AsyncGenerator<Uint8Array, void> {
		try {
			yield* chunks;
		} catch (error) {
			sourceError = error;
			throw error;
		}
	}
	const transforms = steps.map((step) => step());
	const last = transforms.at(-1);
	if (last === undefined) {
		throw new RangeError('An encoding has one step at least');
	}
	pipeline([Readable.from(source()), ...transforms], () => {
		// An error in one stream destroys the next one with the same error, so that the loop below throws it.
	});
	try {
		// Node types the chunks as any; without an encoding they are bytes.
		const bytes: AsyncIterable<Uint8Array> = last;
		yield* bytes;
	} catch (error) {
		if (sourceError !== undefined || !(error instanceof Error)) {
			throw error;
		}
		throw new DecodingError(error, errorCode(error) === 'Z_BUF_ERROR');
	}
}
