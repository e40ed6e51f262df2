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
 * @param question with an empty `url` if the link is not known: a check of the task may give it, as after an expired one
 * @throws the signal's reason when aborted
 */
export async function readLink({ apiKey, ...question }: LinkQuestion): Promise<LinkReading> {
	if (question.url === '') {
		return { ok: false, problem: { kind: 'expired', httpStatus: 404 } };
	}
	let reading = await readFromPart({ ...question, whyNot: 'noKey' });
	const refused = new Set<string>();
	while (apiKey !== undefined && mayWantKey(reading) && refused.size < mostWithKey && !refused.has(reading.url)) {
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

type Reading = { readonly ok: true; readonly result: OpenedResult } | Refused;

interface Refused {
	readonly ok: false;
	readonly problem: LinkProblem;
	/** Where the redirects led to, if the key may help there: on the task's own API, which they never left. */
	readonly url?: string;
}

function mayWantKey(reading: Reading): reading is Refused & { readonly url: string } {
	return !reading.ok && reading.url !== undefined;
}

interface OneQuestion extends Omit<LinkQuestion, 'apiKey'> {
	readonly apiKey?: string;
	/** Why the key is missing in the end. */
	readonly whyNot: 'noKey' | 'refused';
}

/** Requests the rest of a part if there is one, and else, or if something else is sent, the whole file. */
async function readFromPart({ resume, whyNot, ...question }: OneQuestion): Promise<Reading> {
	const whole = (response: ResultResponse): Promise<OpenedResult | Refused> => wholeResult(response, question.expected, whyNot);
	const format = resume === undefined ? undefined : formatOf(resume.head, question.expected);
	if (resume !== undefined && resume.at > 0 && isStrong(resume.validator) && format !== undefined) {
		const { at, validator } = resume;
		const reading = await readOnce<undefined>({ ...question, rest: { at, validator } }, async (response) => {
			switch (continuationOf(response, resume)) {
				case 'rest':
					return restOf(response, resume, format);
				case 'whole':
					return whole(response);
				case 'other':
					return undefined;
			}
		});
		if (reading !== undefined) {
			return reading;
		}
	}
	return readOnce<never>(question, whole);
}

/** Sends one request. @param interpret says what the response is; undefined: nothing that can be used */
async function readOnce<Nothing extends undefined>(
	question: ResultQuestion & Pick<LinkQuestion, 'maxBytes'>,
	interpret: (response: ResultResponse) => Promise<OpenedResult | Refused | Nothing>,
): Promise<Reading | Nothing> {
	const opened = await openResult(question);
	if (!opened.ok) {
		return opened;
	}
	const { response } = opened;
	const { maxBytes: most = mostResultBytes } = question;
	let isResult = false;
	try {
		const result = await interpret(response);
		if (result === undefined || 'problem' in result) {
			return result;
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

function restOf(response: ResultResponse, resume: Resume, format: MediaFormat): OpenedResult {
	const { headers, chunks, close } = response;
	return omitUndefined({
		format,
		start: resume.at,
		total: contentRangeOf(response)?.total,
		validator: resume.validator,
		digests: digestsOf(headers, false),
		chunks,
		close,
	});
}

async function wholeResult(
	response: ResultResponse,
	expected: MediaKind | undefined,
	whyNot: OneQuestion['whyNot'],
): Promise<OpenedResult | Refused> {
	const { headers, contentLength, status, close } = response;
	const body = await startOfBody(response, expected);
	const { format, isDecoded, chunks } = body;
	if (!isOk(status) || format === undefined) {
		return problemOf(response, body, whyNot);
	}
	const found = kindOf(format);
	if (expected !== undefined && found !== expected) {
		return { ok: false, problem: { kind: 'wrongKind', expected, found } };
	}
	const part = status === 206 ? contentRangeOf(response) : undefined;
	// A part that was not requested is a result only if it is the whole file (RFC 9110, 15.3.7).
	if (status === 206 && (part?.first !== 0 || part.last + 1 !== part.total)) {
		return { ok: false, problem: { kind: 'truncated', received: contentLength ?? 0, ...omitUndefined({ total: part?.total }) } };
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
function problemOf(response: ResultResponse, { head, isWhole, format }: Body, whyNot: OneQuestion['whyNot']): Refused {
	const { status, url, onTaskOrigin, retryAfterMs } = response;
	const body: OtherBody = format === undefined ? readOtherBody(head) : { kind: 'unknown', text: '' };
	// The response to a request with the key may contain the key: it is removed before the text is cut, and a text that is already cut is
	// not shown.
	const message = whyNot === 'refused' && !isWhole ? undefined : messageOf({ ...body, text: response.scrub(body.text) });
	const withMessage = omitUndefined({ message });
	const words = wordsOf(body);
	switch (isOk(status) && body.kind === 'webPage' ? 'other' : refusalOf(status, words, onTaskOrigin)) {
		case 'expired': {
			// A 403 without a known word also is what an API may say to a request without the key.
			const mayWantKey = onTaskOrigin && status === 403 && refusalOf(400, words, onTaskOrigin) === 'other';
			return { ok: false, problem: { kind: 'expired', httpStatus: status, ...withMessage }, ...(mayWantKey && { url }) };
		}
		case 'wantsKey': {
			const why = onTaskOrigin ? whyNot : 'elsewhere';
			return { ok: false, problem: { kind: 'wantsKey', why, httpStatus: status, ...withMessage }, ...(onTaskOrigin && { url }) };
		}
		case 'other':
			return {
				ok: false,
				problem: isOk(status)
					? bodyProblem(body, withMessage)
					: { kind: 'server', httpStatus: status, ...withMessage, ...omitUndefined({ retryAfterMs }) },
			};
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
