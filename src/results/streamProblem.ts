import { ResultStreamError } from '../api/http';
import type { LinkProblem } from '../core/linkProblem';
import { omitUndefined } from '../core/omitUndefined';
import { DecodingError } from './decoding';

/** The most bytes that a result may have: 4 GiB. */
export const mostResultBytes = 4 * 1024 ** 3;

/** A body has more bytes than a result may have. */
class TooLargeError extends Error {
	constructor(readonly most: number) {
		super(`More than ${String(most)} bytes`);
		this.name = 'TooLargeError';
	}
}

/**
 * The problem behind an error in a body; undefined for any other error.
 * @param received bytes so far
 * @param total bytes as announced
 */
export function streamProblem(error: unknown, received: number, total: number | undefined): LinkProblem | undefined {
	const cut: LinkProblem = { kind: 'truncated', received, ...omitUndefined({ total }) };
	if (error instanceof TooLargeError) {
		return { kind: 'tooLarge', most: error.most };
	}
	if (error instanceof DecodingError) {
		return error.isCut ? cut : { kind: 'compressed' };
	}
	if (!(error instanceof ResultStreamError)) {
		return undefined;
	}
	switch (error.how) {
		case 'stalled':
			return { kind: 'unreachable', code: error.code, message: error.message };
		case 'overlong':
			return { kind: 'overlong' };
		case 'broken':
			return cut;
	}
}

/**
 * A body that fails as soon as it is longer than announced or than a result may be, and at its end if it is shorter than announced. HTTP
 * itself notices that only of a body with a `Content-Length`.
 * @param start how many bytes of the file are in front of the body
 */
export async function* measured(
	chunks: AsyncIterable<Uint8Array>,
	{ start, total, most }: { readonly start: number; readonly total: number | undefined; readonly most: number },
): AsyncGenerator<Uint8Array, void> {
	let received = start;
	for await (const chunk of chunks) {
		received += chunk.length;
		if (total !== undefined && received > total) {
			throw new ResultStreamError({ code: 'ERR_LENGTH', message: `More than ${String(total)} bytes` }, 'overlong');
		}
		if (received > most) {
			throw new TooLargeError(most);
		}
		yield chunk;
	}
	if (total !== undefined && received < total) {
		throw new ResultStreamError({ code: 'ERR_LENGTH', message: `${String(received)} of ${String(total)} bytes` }, 'broken');
	}
}
