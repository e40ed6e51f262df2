import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ResultAnswer, ResultProblem } from '../api/http';
import { openResult, ResultStreamError } from '../api/http';

/** Why a result could not be saved. Closed; `ui/wording.ts` makes the sentences. */
export type DownloadProblem =
	| ResultProblem
	/** The result host no longer gives it out (403, 404, 410): links live 30 days at most. */
	| { readonly kind: 'expired'; readonly httpStatus: number }
	/** The result host sent a web page: a sign-in page of the network, say. */
	| { readonly kind: 'webPage' }
	/** The result host answered with any other status. */
	| { readonly kind: 'server'; readonly httpStatus: number }
	/** The stream ended early. Sizes in bytes; `total` as announced. */
	| { readonly kind: 'truncated'; readonly received: number; readonly total?: number }
	| { readonly kind: 'diskFull'; readonly code: string }
	/** The folder or file cannot be written; `code` is the system's (EACCES, ENOENT, EROFS ...). */
	| { readonly kind: 'notWritable'; readonly code: string };

export type DownloadOutcome = { readonly ok: true; readonly bytes: number; readonly contentType?: string } | { readonly ok: false; readonly problem: DownloadProblem };

export interface Download {
	readonly url: string;
	/** Absolute path of the file to be; one that is there is replaced when the last byte has come. */
	readonly target: string;
	/** The API origin of the task that the result belongs to. */
	readonly taskOrigin: string;
	readonly signal: AbortSignal;
	/** Called as bytes arrive; `total` when the server said it. Bytes. */
	readonly onProgress?: (received: number, total: number | undefined) => void;
	/** How long nothing may come, ms; 30 s unless told. */
	readonly stallMs?: number;
}

/**
 * Streams a result to a local file in constant memory. The bytes go to a hidden file beside the target, reach the disk, and only then take the
 * target's name: under it there is never half a file. Whatever goes wrong, the hidden file is removed.
 * @throws the signal's reason when aborted; whatever `onProgress` throws
 */
export async function download({ url, target, taskOrigin, signal, onProgress, stallMs }: Download): Promise<DownloadOutcome> {
	const opened = await openResult({ url, taskOrigin, signal, ...(stallMs !== undefined && { stallMs }) });
	if (!opened.ok) return opened;
	const { answer } = opened;
	try {
		const refused = refusal(answer);
		if (refused !== undefined) return { ok: false, problem: refused };
		const bytes = await save(answer, target, onProgress);
		return { ok: true, bytes, ...(answer.contentType !== undefined && { contentType: answer.contentType }) };
	} catch (error) {
		if (error instanceof Failure) return { ok: false, problem: error.problem };
		throw error;
	} finally {
		answer.close();
	}
}

/** A problem on its way to the outcome. */
class Failure extends Error {
	readonly problem: DownloadProblem;
	constructor(problem: DownloadProblem) {
		super(problem.kind);
		this.problem = problem;
	}
}

/** Why an answer is not the result; undefined when it is. */
export function refusal({ status, contentType }: ResultAnswer): DownloadProblem | undefined {
	if (status === 403 || status === 404 || status === 410) return { kind: 'expired', httpStatus: status };
	if (status !== 200) return { kind: 'server', httpStatus: status };
	return contentType !== undefined && /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType) ? { kind: 'webPage' } : undefined;
}

async function save(answer: ResultAnswer, target: string, onProgress: Download['onProgress']): Promise<number> {
	// Shortened: a file name may have 255 bytes, and the target's may use them all.
	const temporary = join(dirname(target), `.${basename(target).slice(0, 40)}.${randomUUID()}.part`);
	const file = await onDisk(open(temporary, 'wx'));
	let isSaved = false;
	try {
		let received: number;
		try {
			received = await write(answer, file, onProgress);
			await onDisk(file.sync());
		} finally {
			await onDisk(file.close());
		}
		await onDisk(rename(temporary, target));
		isSaved = true;
		return received;
	} finally {
		if (!isSaved) await onDisk(rm(temporary, { force: true }));
	}
}

async function write(answer: ResultAnswer, file: FileHandle, onProgress: Download['onProgress']): Promise<number> {
	const total = answer.contentLength;
	const size = total === undefined ? {} : { total };
	let received = 0;
	try {
		for await (const chunk of answer.chunks) {
			if (received === 0 && isWebPage(chunk)) throw new Failure({ kind: 'webPage' });
			// Waiting for each write is what keeps memory constant.
			await onDisk(file.appendFile(chunk));
			received += chunk.length;
			onProgress?.(received, total);
		}
	} catch (error) {
		if (!(error instanceof ResultStreamError)) throw error;
		throw new Failure(error.stalled ? { kind: 'unreachable', code: error.code, message: error.message } : { kind: 'truncated', received, ...size });
	}
	if (received === 0 || (total !== undefined && received !== total)) throw new Failure({ kind: 'truncated', received, ...size });
	return received;
}

/** Whether a body begins as a page, whatever its content type says. */
function isWebPage(start: Uint8Array): boolean {
	return /^\uFEFF?\s*<(?:!doctype html|html|head|body)\b/i.test(new TextDecoder().decode(start.subarray(0, 256)));
}

/** Waits for a file operation; its error becomes a Failure that says whether the disk is full. */
async function onDisk<T>(operation: Promise<T>): Promise<T> {
	try {
		return await operation;
	} catch (error) {
		const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
		throw new Failure({ kind: code === 'ENOSPC' || code === 'EDQUOT' ? 'diskFull' : 'notWritable', code });
	}
}
