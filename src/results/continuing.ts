import type { ResultResponse } from '../api/http';

/** A part of a result that is on the disk. */
export interface Resume {
	/** Its length, bytes. */
	readonly at: number;
	/** See `OpenedResult.validator`. */
	readonly validator: string;
	/** Length of the whole file as it was announced, bytes. */
	readonly total?: number;
	/** Its first bytes, `mostOfSignature` of them or all: what follows does not tell the format. */
	readonly head: Uint8Array;
}

/** The range of a `Content-Range`: `bytes 0-99/100`. Undefined for anything else, also if the file's length is not known (`/*`). */
export interface ContentRange {
	readonly first: number;
	readonly last: number;
	readonly total: number;
}

/** Parses a `Content-Range` with one range and the file's length (RFC 9110, 14.4). */
export function contentRangeOf({ headers }: Pick<ResultResponse, 'headers'>): ContentRange | undefined {
	const [, ...numbers] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(headers['content-range'] ?? '') ?? [];
	const [first, last, total] = numbers.map(Number);
	return first === undefined || last === undefined || total === undefined || first > last || last >= total
		? undefined
		: { first, last, total };
}

/** How much older than its response a file must be, so that its date names it alone, ms. */
const distinctDateMs = 60_000;

/**
 * By what the server recognises the file in an `If-Range` (RFC 9110, 13.1.5): a strong ETag, else its `Last-Modified`, if that can be relied on
 * (8.8.2.2: it is clearly older than the response). Undefined: the file cannot be continued.
 */
export function validatorOf(headers: ResultResponse['headers']): string | undefined {
	if (/^none$/i.test(headers['accept-ranges'] ?? '')) {
		return undefined;
	}
	const { etag, 'last-modified': modified = '' } = headers;
	if (etag !== undefined) {
		return isStrong(etag) ? etag : undefined;
	}
	return isStrong(modified) && Date.parse(headers['date'] ?? '') - Date.parse(modified) >= distinctDateMs ? modified : undefined;
}

/** Whether a text may be sent as `If-Range`: an ETag that is not weak, or a date as servers write it. */
export function isStrong(validator: string): boolean {
	return (
		validator.length <= 512 &&
		(/^"[\x21\x23-\x7e\x80-\xff]*"$/.test(validator) || /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(validator))
	);
}

/**
 * Whether a response continues the part.
 * - `rest`: it sends what follows, of the same file
 * - `other`: it sends another range or another file, or nothing that follows: the last byte of the part was requested too
 * - `whole`: it did not understand or not fulfil the range; the response is as if none was requested
 */
export function continuationOf(response: ResultResponse, { at, validator, total }: Resume): 'rest' | 'other' | 'whole' {
	const { status, headers, contentLength } = response;
	if (status !== 206) {
		return status === 416 ? 'other' : 'whole';
	}
	const named = validator.startsWith('"') ? headers['etag'] : headers['last-modified'];
	if (named !== undefined && named !== validator) {
		return 'other';
	}
	const range = contentRangeOf(response);
	const isRest =
		range?.first === at &&
		(total ?? range.total) === range.total &&
		(contentLength ?? range.last + 1 - at) === range.last + 1 - at &&
		['', 'identity'].includes(response.contentEncoding ?? '');
	return isRest ? 'rest' : 'other';
}
