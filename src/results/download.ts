import type { DownloadProblem } from '../core/linkProblem';
import type { LinkQuestion, OpenedResult } from './reading';
import { Digests } from './digests';
import { FileProblem } from './fileProblem';
import { NewFile } from './newFile';
import { readLink } from './reading';
import { receive } from './receive';

export type DownloadOutcome = { readonly ok: true } | { readonly ok: false; readonly problem: DownloadProblem };

export interface Download extends LinkQuestion {
	/** Absolute path of the target file. An existing file is replaced after the last byte has arrived. A symbolic link is followed. */
	readonly target: string;
	/** Called for each chunk, in bytes; `total` if the server announced it. */
	readonly onProgress?: (received: number, total?: number) => void;
}

/**
 * Streams a result to a local file in constant memory, once its first bytes are those of a result, and compares it with its own length and
 * the digests of the server. The target's name never belongs to a partial file, or to anything but a result.
 * @throws the signal's reason when aborted; everything that `onProgress` or `apiKey` throws
 */
export async function download({ target, onProgress, ...question }: Download): Promise<DownloadOutcome> {
	const reading = await readLink(question);
	if (!reading.ok) {
		return reading;
	}
	const { result } = reading;
	try {
		return await save(result, target, onProgress);
	} catch (error) {
		if (error instanceof FileProblem) {
			return { ok: false, problem: error.problem };
		}
		throw error;
	} finally {
		result.close();
	}
}

async function save(result: OpenedResult, target: string, onProgress: Download['onProgress']): Promise<DownloadOutcome> {
	const made = new Digests();
	const algorithms = result.digests.map(({ algorithm }) => algorithm);
	const file = await NewFile.create(target, (chunks) => made.add(algorithms, chunks));
	let isDone = false;
	try {
		const received = await receive(result, file, made, onProgress);
		if (!received.ok) {
			return received;
		}
		await file.finish();
		isDone = true;
		return { ok: true };
	} finally {
		if (!isDone) {
			await file.discard();
		}
	}
}
