import { omitUndefined } from '../core/omitUndefined';
import type { LinkProblem } from '../core/linkProblem';
import type { MediaKind } from '../core/media';
import type { MediaFormat } from '../core/mediaFormat';
import { openResult, type ResultQuestion, type ResultResponse } from '../api/http';
import { messageOf, wordsOf } from './bodyMessage';
import { startOfBody, type Body } from './bodyStart';
import { contentRangeOf, continuationOf, isStrong, validatorOf, type Resume } from './continuing';
import { refusalOf } from './linkWords';
import { formatOf, kindOf } from './mediaFile';
import { digestsOf, type ServerDigest } from './serverDigests';
import { measured, mostResultBytes, streamProblem } from './streamProblem';
import { readOtherBody, type OtherBody } from './textBody';

/** A result, or what follows the part of it that is known. */
export interface OpenedResult {
	readonly format: MediaFormat;
	/** Where `chunks` begin in the file: `resume.at`, or 0 if the part cannot be continued. */
	readonly start: number;
	/** Size of the whole file in bytes, if known. */
	readonly total?: number;
	/** By what the server recognises the same file when its rest is requested; missing: it cannot be continued. */
	readonly validator?: string;
	/** The digests of the whole file that the server sent. */
	readonly digests: readonly ServerDigest[];
	/** Ends without an error only when the file is as long as announced; `streamProblem` reads its errors. */
	readonly chunks: AsyncIterable<Uint8Array>;
	readonly close: () => void;
}

export interface LinkQuestion extends Omit<ResultQuestion, 'apiKey' | 'rest'> {
	/** The key of `taskOrigin`, requested only when a link on exactly that origin requires it. */
	readonly apiKey?: () => Promise<string | undefined>;
	/** The part that is known already: only its rest is requested, if the server can do that. */
	readonly resume?: Resume;
	/** The kind of media that the operation makes; other media are a problem then. */
	readonly expected?: MediaKind;
	/** The most bytes of a result; default `mostResultBytes`. */
	readonly maxBytes?: number;
}

export type LinkReading = { readonly ok: true; readonly result: OpenedResult } | { readonly ok: false; readonly problem: LinkProblem };

/** How often a link is requested with the key: its redirects may lead on to another link of the task's API that requires it. */
const mostWithKey = 3;

/**
 * Opens a result's link and decides by the first bytes whether it is a result; a positive status or type from the host is not believed. A
 * link on the task's own API that requires the key is requested once more with it.
 * @throws the signal's reason when aborted
 */
export async function readLink({ apiKey, ...question }: LinkQuestion): Promise<LinkReading> {
	let reading = await readFromPart({ ...question, whyNot: 'noKey' });
	const refused = new Set<string>();
	while (isRefusedByApi(reading) && refused.size < mostWithKey && !refused.has(reading.url) && apiKey !== undefined) {
		// Every hop to it was on the task's own API, and it refused a request without the key itself.
		const { url } = reading;
		const key = await apiKey();
		if (key === undefined) {
			break;
		}
		refused.add(url);
		reading = await readFromPart({ ...question, url, apiKey: key, whyNot: 'refused' });
	}
	return reading.ok ? reading : { ok: false, problem: reading.problem };
}

function isRefusedByApi(reading: Reading): reading is Refused & { readonly url: string } {
	return !reading.ok && reading.problem.kind === 'wantsKey' && reading.problem.why !== 'elsewhere' && reading.url !== undefined;
}

/** @param url where the redirects led to */
interface Refused {
	readonly ok: false;
	readonly problem: LinkProblem;
	readonly url?: string;
}
type Reading = { readonly ok: true; readonly result: OpenedResult } | Refused;

interface OneQuestion extends Omit<LinkQuestion, 'apiKey'> {
	readonly apiKey?: string;
	/** Why the key is missing in the end. */
	readonly whyNot: 'noKey' | 'refused';
}

/** Requests the rest of a part if there is one, and else, or if that is not what the server sends, the whole file. */
async function readFromPart({ resume, ...question }: OneQuestion): Promise<Reading> {
	const format = resume === undefined ? undefined : formatOf(resume.head, question.expected);
	const isUsable = resume !== undefined && resume.at > 0 && isStrong(resume.validator) && format !== undefined;
	const rest = isUsable ? await readOnce({ ...question, resume }, format) : undefined;
	return rest ?? (await readOnce(question)) ?? { ok: false, problem: { kind: 'empty' } };
}

/** Undefined if the rest was requested, and something else was sent. */
async function readOnce({ resume, whyNot, ...question }: OneQuestion, knownFormat?: MediaFormat): Promise<Reading | undefined> {
	const opened = await openResult({ ...question, ...(resume !== undefined && { rest: { at: resume.at, validator: resume.validator } }) });
	if (!opened.ok) {
		return opened;
	}
	const { response } = opened;
	const most = question.maxBytes ?? mostResultBytes;
	let isResult = false;
	try {
		const continuation = resume === undefined ? 'whole' : continuationOf(response, resume);
		if (continuation === 'other') {
			return undefined;
		}
		const result =
			resume === undefined || knownFormat === undefined || continuation === 'whole'
				? await wholeResult(response, question.expected, whyNot)
				: restOf(response, resume, knownFormat, continuation);
		if (!('format' in result)) {
			return { ok: false, problem: result, url: response.url };
		}
		const { start, total } = result;
		if ((total ?? 0) > most) {
			return { ok: false, problem: { kind: 'tooLarge', most } };
		}
		isResult = true;
		return { ok: true, result: { ...result, chunks: measured(result.chunks, { start, total, most }) } };
	} catch (error) {
		const problem = streamProblem(error, 0, response.contentLength);
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

function restOf(response: ResultResponse, resume: Resume, format: MediaFormat, continuation: 'rest' | 'complete'): OpenedResult {
	const { headers, chunks, close } = response;
	const isRest = continuation === 'rest';
	return omitUndefined({
		format,
		start: resume.at,
		total: isRest ? contentRangeOf(response)?.total : resume.at,
		validator: resume.validator,
		digests: isRest ? digestsOf(headers, false) : [],
		chunks: isRest ? chunks : nothing(),
		close,
	});
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {
	// The part is the whole file.
}

async function wholeResult(
	response: ResultResponse,
	expected: MediaKind | undefined,
	whyNot: OneQuestion['whyNot'],
): Promise<OpenedResult | LinkProblem> {
	const { headers, contentLength, status, close } = response;
	const body = await startOfBody(response, expected);
	const { format, isDecoded, chunks } = body;
	if (!isOk(status) || format === undefined) {
		return problemOf(response, body, whyNot);
	}
	const found = kindOf(format);
	if (expected !== undefined && found !== expected) {
		return { kind: 'wrongKind', expected, found };
	}
	const part = status === 206 ? contentRangeOf(response) : undefined;
	// A part that was not requested is a result only if it is the whole file (RFC 9110, 15.3.7).
	if (status === 206 && (part?.first !== 0 || part.last + 1 !== part.total)) {
		return { kind: 'truncated', received: contentLength ?? 0, ...omitUndefined({ total: part?.total }) };
	}
	return omitUndefined({
		format,
		start: 0,
		total: isDecoded ? undefined : (part?.total ?? contentLength),
		validator: isDecoded ? undefined : validatorOf(headers),
		// Those of an encoded file are of what was sent.
		digests: isDecoded ? [] : digestsOf(headers, true),
		chunks,
		close,
	});
}

const isOk = (status: number): boolean => status >= 200 && status < 300;

/** Why a response is not the result. An error status always is a problem: some hosts send an image with the error message. */
function problemOf(response: ResultResponse, { head, isWhole, format }: Body, whyNot: OneQuestion['whyNot']): LinkProblem {
	const { status, onTaskOrigin, retryAfterMs } = response;
	const body: OtherBody = format === undefined ? readOtherBody(head) : { kind: 'unknown', text: '' };
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
			return isOk(status)
				? bodyProblem(body, withMessage)
				: { kind: 'server', httpStatus: status, ...withMessage, ...omitUndefined({ retryAfterMs }) };
	}
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
