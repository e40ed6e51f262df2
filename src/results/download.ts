import { createHash } from 'node:crypto';
import type { DownloadProblem } from '../core/linkProblem';
import type { LinkQuestion, OpenedResult } from './reading';
import { FileProblem, onDisk } from './fileProblem';
import { NewFile } from './newFile';
import { ownLength } from './ownLength';
import { readLink } from './reading';
import { streamProblem } from './streamProblem';

export type DownloadOutcome = { readonly ok: true } | { readonly ok: false; readonly problem: DownloadProblem };

export interface Download extends LinkQuestion {
	/** Absolute path of the target file. An existing file is replaced after the last byte has arrived. A symbolic link is followed. */
	readonly target: string;
	/** Called for each chunk, in bytes; `total` if the server announced it. */
	readonly onProgress?: (received: number, total: number | undefined) => void;
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

async function save(
	{ chunks, total, digests, format }: OpenedResult,
	target: string,
	onProgress: Download['onProgress'],
): Promise<DownloadOutcome> {
	const file = await NewFile.create(target);
	const hashes = digests.map(({ algorithm, expected }) => ({ hash: createHash(algorithm), expected }));
	let received = 0;
	try {
		for await (const chunk of chunks) {
			// It waits when the disk is slower than the network: memory stays constant.
			await file.write(chunk);
			for (const { hash } of hashes) {
				hash.update(chunk);
			}
			received += chunk.length;
			onProgress?.(received, total);
		}
		if (hashes.some(({ hash, expected }) => hash.digest('hex') !== expected)) {
			await file.discard();
			return { ok: false, problem: { kind: 'digest' } };
		}
		const stored = await file.store();
		const least = total === undefined ? await onDisk(() => ownLength(stored, format)) : 0;
		if (received < least) {
			await file.discard();
			return { ok: false, problem: { kind: 'truncated', received, total: least } };
		}
		await file.finish();
	} catch (error) {
		await file.discard();
		const problem = streamProblem(error, received, total);
		if (problem === undefined) {
			throw error;
		}
		return { ok: false, problem };
	}
	return { ok: true };
}
