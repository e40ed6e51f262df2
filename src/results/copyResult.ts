import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { FileContent } from '../core/download';
import type { FileWriteProblem } from '../core/linkProblem';
import type { MediaKind } from '../core/media';
import type { MediaFormat } from '../core/mediaFormat';
import { omitUndefined } from '../core/omitUndefined';
import { FileProblem } from './fileProblem';
import { formatOf, mostOfSignature } from './mediaFile';
import { NewFile } from './newFile';

interface ReadOptions {
	readonly signal: AbortSignal;
	/** What the file should be, see `formatOf`. */
	readonly expected?: MediaKind;
}

interface CopyOptions extends ReadOptions {
	/** Called for each block, in bytes. */
	readonly onProgress?: (received: number, total?: number) => void;
}

/** What a copy is written to. Its methods throw a FileProblem. */
interface CopyTarget {
	write(chunk: Uint8Array): Promise<void>;
	finish(): Promise<void>;
	discard(): Promise<void>;
}

const blockBytes = 1024 * 1024;

/**
 * What a file on the disk is; undefined if it is not there, cannot be read or is no result.
 * @throws the signal's reason when aborted
 */
export async function describeFile(path: string, options: ReadOptions): Promise<FileContent | undefined> {
	return await readResult(path, options, () => undefined);
}

/**
 * Copies a kept result to a file; an existing one is replaced after the last byte. Undefined, with nothing changed, if the kept file is not
 * there any more or is no result.
 * @param target absolute path
 * @throws the signal's reason when aborted
 */
export async function copyResult(
	kept: string,
	target: string,
	{ signal, expected, onProgress }: CopyOptions,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly problem: FileWriteProblem } | undefined> {
	try {
		const content = await copyInto(kept, () => NewFile.create(target), omitUndefined({ signal, expected, onProgress }));
		return content === undefined ? undefined : { ok: true };
	} catch (error) {
		if (error instanceof FileProblem) {
			return { ok: false, problem: error.problem };
		}
		throw error;
	}
}

/**
 * The same with any target.
 * @param create called once the kept file is open
 * @throws FileProblem; the signal's reason when aborted
 */
export async function copyInto(
	kept: string,
	create: () => Promise<CopyTarget>,
	{ onProgress, ...options }: CopyOptions,
): Promise<FileContent | undefined> {
	let target: CopyTarget | undefined;
	let isDone = false;
	try {
		const content = await readResult(kept, options, async (block, received, total) => {
			target ??= await create();
			await target.write(block);
			onProgress?.(received, total);
		});
		if (content !== undefined) {
			await target?.finish();
			isDone = true;
		}
		return content;
	} finally {
		if (!isDone) {
			await target?.discard();
		}
	}
}

/** Reads a whole file, unless its first bytes are not those of a result. What `onBlock` throws is thrown. */
async function readResult(
	path: string,
	{ signal, expected }: ReadOptions,
	onBlock: (block: Uint8Array, received: number, total: number) => unknown,
): Promise<FileContent | undefined> {
	let file: FileHandle;
	try {
		file = await open(path, 'r');
	} catch {
		return undefined;
	}
	try {
		const { size: total } = await file.stat();
		const sha256 = createHash('sha256');
		let format: MediaFormat | undefined;
		let size = 0;
		for (;;) {
			signal.throwIfAborted();
			// A new block each time: the writer keeps it.
			const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(blockBytes), 0, blockBytes, size).catch((error: unknown) => {
				throw new UnreadableFile(error);
			});
			if (bytesRead === 0) {
				break;
			}
			const block = buffer.subarray(0, bytesRead);
			format ??= formatOf(block.subarray(0, mostOfSignature), expected);
			if (format === undefined) {
				return undefined;
			}
			sha256.update(block);
			size += bytesRead;
			await onBlock(block, size, total);
		}
		return format === undefined || size !== total ? undefined : { size, sha256: sha256.digest('hex'), format };
	} catch (error) {
		if (error instanceof UnreadableFile) {
			return undefined;
		}
		throw error;
	} finally {
		await file.close();
	}
}

class UnreadableFile extends Error {
	constructor(cause: unknown) {
		super('The file cannot be read', { cause });
	}
}
