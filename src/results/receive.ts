import type { DownloadProblem } from '../core/linkProblem';
import type { DigestMaker } from './digests';
import { onDisk } from './fileProblem';
import { ownLength } from './ownLength';
import type { OpenedResult } from './reading';
import { streamProblem } from './streamProblem';

/** The file that a result is written to. Its methods throw a FileProblem. */
interface ReceivingFile {
	/** Absolute; it can be read once the file is stored. */
	readonly path: string;
	/** Takes over a chunk. Returns what to wait for before the next one. */
	add(chunk: Uint8Array): Promise<void> | undefined;
	/** Resolves when everything is on the disk. */
	store(): Promise<void>;
}

type Received =
	| {
			readonly ok: true;
			/** Bytes of the whole file. */
			readonly size: number;
			/** All digests that were made, hexadecimal, by algorithm. */
			readonly digests: ReadonlyMap<string, string>;
	  }
	| { readonly ok: false; readonly problem: DownloadProblem };

/**
 * Writes everything that arrives of a result, in constant memory, and compares it with its own length and the digests of the server.
 * @param made gets what `file` has written
 * @param onProgress called for each chunk, in bytes of the whole file; `total` if the server announced it
 * @throws FileProblem, and what is not a problem of the link
 */
export async function receive(
	{ chunks, start, total, format, digests }: OpenedResult,
	file: ReceivingFile,
	made: DigestMaker,
	onProgress?: (received: number, total?: number) => void,
): Promise<Received> {
	let received = start;
	try {
		for await (const chunk of chunks) {
			// Once it is written, a chunk is empty.
			const { length } = chunk;
			const written = file.add(chunk);
			if (written !== undefined) {
				await written;
			}
			const ready = made.whenReady();
			if (ready !== undefined) {
				await ready;
			}
			received += length;
			onProgress?.(received, total);
		}
	} catch (error) {
		const problem = streamProblem(error, received, total);
		if (problem === undefined) {
			throw error;
		}
		return { ok: false, problem };
	}
	await file.store();
	const least = total === undefined ? await onDisk(() => ownLength(file.path, format)) : 0;
	if (received < least) {
		return { ok: false, problem: { kind: 'truncated', received, total: least } };
	}
	const found = await made.digests();
	return digests.every(({ algorithm, expected }) => found.get(algorithm) === expected)
		? { ok: true, size: received, digests: found }
		: { ok: false, problem: { kind: 'digest' } };
}
