import { errorCode } from '../core/errorCode';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** A body is not what its `Content-Encoding` says. `isCut`: it is, but ends early. */
export class DecodingError extends Error {
	readonly isCut: boolean;
	constructor(cause: Error, isCut: boolean) {
		super(cause.message, { cause });
		this.name = 'DecodingError';
		this.isCut = isCut;
	}
}

/** A step of undoing an encoding. */
export type Decoder = () => Transform;

const decoders: Readonly<Record<string, Decoder>> = {
	gzip: createGunzip,
	'x-gzip': createGunzip,
	deflate: createInflate,
	br: createBrotliDecompress,
};

/**
 * The steps that undo a `Content-Encoding`, in their order (RFC 9110, 8.4); none for `identity`. Undefined when one is not known:
 * we asked for none, so such a name says nothing of the bytes (object stores give back `aws-chunked`, `utf-8` and the like).
 */
export function decodersOf(contentEncoding: string): readonly Decoder[] | undefined {
	const names = contentEncoding
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '' && name !== 'identity');
	const steps = names.reverse().flatMap((name) => decoders[name] ?? []);
	return steps.length === names.length && steps.length <= 3 ? steps : undefined;
}

/** A body with its encoding undone, in constant memory. Throws a DecodingError where that cannot be, and what `chunks` throws. */
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
		// What goes wrong in one stream destroys the next with the same error, and so comes out of the loop below.
	});
	try {
		// Node's types leave the chunks open; without an encoding they are bytes.
		const bytes: AsyncIterable<Uint8Array> = last;
		yield* bytes;
	} catch (error) {
		if (sourceError !== undefined || !(error instanceof Error)) {
			throw error;
		}
		throw new DecodingError(error, errorCode(error) === 'Z_BUF_ERROR');
	}
}
