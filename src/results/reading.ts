import { omitUndefined } from '../core/omitUndefined';
import type { LinkProblem } from '../core/linkProblem';
import type { ResultResponse, ResultQuestion } from '../api/http';
import { openResult, ResultStreamError } from '../api/http';
import { decoded, DecodingError, decodersOf } from './decoding';
import { refusalOf } from './linkWords';
import { isMediaFile, mostOfSignature } from './mediaFile';
import { messageOf, wordsOf } from './bodyMessage';
import { readOtherBody, type OtherBody } from './textBody';

/**
 * A body that begins like a result. `chunks` throws what `ResultResponse.chunks` throws, and a DecodingError when the bytes cannot be
 * decoded.
 */
export interface OpenedResult {
	/** Size in bytes, if known. */
	readonly total?: number;
	readonly chunks: AsyncIterable<Uint8Array>;
	readonly close: () => void;
}

export interface LinkQuestion extends Omit<ResultQuestion, 'apiKey'> {
	/** The key of `taskOrigin`, requested only when a link on exactly that origin requires it. */
	readonly apiKey?: () => Promise<string | undefined>;
}

export type LinkReading = { readonly ok: true; readonly result: OpenedResult } | { readonly ok: false; readonly problem: LinkProblem };

/**
 * Opens a result's link and decides by the first bytes whether it is a result; a positive status or type from the host is not believed. A
 * link on the task's own API that requires the key is requested once more with it.
 * @throws the signal's reason when aborted
 */
export async function readLink({ apiKey, ...question }: LinkQuestion): Promise<LinkReading> {
	const first = await readOnce(question, 'noKey');
	if (first.ok || first.problem.kind !== 'wantsKey' || first.problem.why === 'elsewhere' || apiKey === undefined) {
		return first;
	}
	const key = await apiKey();
	return key === undefined ? first : readOnce({ ...question, apiKey: key }, 'refused');
}

async function readOnce(question: ResultQuestion, whyNot: 'noKey' | 'refused'): Promise<LinkReading> {
	const opened = await openResult(question);
	if (!opened.ok) {
		return opened;
	}
	const { response } = opened;
	const { contentLength: total } = response;
	let isResult = false;
	try {
		const body = await decodedBody(response);
		const problem = problemOf(response, body, whyNot);
		if (problem !== undefined) {
			return { ok: false, problem };
		}
		isResult = true;
		return {
			ok: true,
			result: omitUndefined({ chunks: body.chunks, close: response.close, total: body.isDecoded ? undefined : total }),
		};
	} catch (error) {
		const problem = streamProblem(error, 0, total);
		if (problem === undefined) {
			throw error;
		}
		return { ok: false, problem };
	} finally {
		if (!isResult) {
			response.close();
		}
	}
}

/**
 * The problem behind an error in a body; undefined for any other error.
 * @param received bytes so far
 * @param total bytes as announced
 */
export function streamProblem(error: unknown, received: number, total: number | undefined): LinkProblem | undefined {
	const cut: LinkProblem = { kind: 'truncated', received, ...omitUndefined({ total }) };
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

/** How much of a body is read to determine its format and message, bytes. */
const mostOfHead = 16 * 1024;

/** A body whose beginning has been read; `chunks` includes the beginning. */
interface Body {
	readonly head: Buffer;
	/** Whether the head is the whole body. */
	readonly isWhole: boolean;
	readonly chunks: AsyncIterable<Uint8Array>;
}

/** The body with its encoding undone. A body that is recognisable media or text is not encoded, whatever its header says. */
async function decodedBody(response: ResultResponse): Promise<Body & { readonly isDecoded: boolean }> {
	const raw = await startReading(response.chunks, isOk(response.status));
	const steps = decodersOf(response.contentEncoding ?? '') ?? [];
	const mayBeEncoded = steps.length > 0 && !isMediaFile(raw.head) && ['compressed', 'unknown'].includes(readOtherBody(raw.head).kind);
	return mayBeEncoded
		? { ...(await startReading(decoded(raw.chunks, steps), isOk(response.status))), isDecoded: true }
		: { ...raw, isDecoded: false };
}

/**
 * Reads until a body is known to be media, else up to `mostOfHead`.
 * @param mustBeWhole whether an error in the body counts; a refusal counts even if its body is cut
 */
async function startReading(chunks: AsyncIterable<Uint8Array>, mustBeWhole: boolean): Promise<Body> {
	const iterator = chunks[Symbol.asyncIterator]();
	const parts: Uint8Array[] = [];
	let size = 0;
	try {
		while (size < mostOfHead) {
			const next = await iterator.next();
			if (next.done === true) {
				return { head: Buffer.concat(parts), isWhole: true, chunks: joined(parts, iterator) };
			}
			parts.push(next.value);
			const mayBeMedia = size < mostOfSignature;
			size += next.value.length;
			if (mayBeMedia && isMediaFile(Buffer.concat(parts))) {
				break;
			}
		}
	} catch (error) {
		if (mustBeWhole || streamProblem(error, 0, undefined) === undefined) {
			throw error;
		}
	}
	return { head: Buffer.concat(parts).subarray(0, mostOfHead), isWhole: false, chunks: joined(parts, iterator) };
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

const isOk = (status: number): boolean => status >= 200 && status < 300;

/**
 * Why a response is not the result; undefined when it is. An error status always is a problem: some hosts send an image with the error
 * message.
 */
function problemOf(response: ResultResponse, { head, isWhole }: Body, whyNot: 'noKey' | 'refused'): LinkProblem | undefined {
	const { status, onTaskOrigin } = response;
	const isMedia = isMediaFile(head);
	if (isOk(status) && isMedia) {
		return status === 206 ? partProblem(response) : undefined;
	}
	const body: OtherBody = isMedia ? { kind: 'unknown', text: '' } : readOtherBody(head);
	// The response to a request with the key may contain the key: it is removed before the text is cut, and a text that is already cut is
	// not shown.
	const message = whyNot === 'refused' && !isWhole ? undefined : messageOf({ ...body, text: response.scrub(body.text) });
	const withMessage = omitUndefined({ message });
	switch (isOk(status) && body.kind === 'webPage' ? 'other' : refusalOf(status, wordsOf(body), onTaskOrigin)) {
		case 'expired':
			return { kind: 'expired', httpStatus: status, ...withMessage };
		case 'wantsKey':
			return { kind: 'wantsKey', why: onTaskOrigin ? whyNot : 'elsewhere', httpStatus: status, ...withMessage };
		case 'other':
			return isOk(status) ? bodyProblem(body, withMessage) : { kind: 'server', httpStatus: status, ...withMessage };
	}
}

/** A partial response that was not requested: complete only if the part is the whole file (RFC 9110, 15.3.7). */
function partProblem({ contentRange, contentLength: received = 0 }: ResultResponse): LinkProblem | undefined {
	const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange ?? '') ?? [];
	if (first === '0' && Number(last) + 1 === Number(total)) {
		return undefined;
	}
	return { kind: 'truncated', received, ...omitUndefined({ total: total === undefined ? undefined : Number(total) }) };
}

function bodyProblem({ kind }: OtherBody, withMessage: { readonly message?: string }): LinkProblem {
	switch (kind) {
		case 'webPage':
			return { kind, ...withMessage };
		case 'json':
		case 'xml':
		case 'text':
			return { kind: 'document', ...withMessage };
		case 'unknown':
			return { kind: 'unknownFormat' };
		case 'empty':
		case 'playlist':
		case 'compressed':
			return { kind };
	}
}
