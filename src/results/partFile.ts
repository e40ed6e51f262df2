import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rm, stat, statfs, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PartialFile } from '../core/download';
import { errorCode } from '../core/errorCode';
import type { DigestMaker } from './digests';
import { asFileProblem, FileProblem, inFolder, unlessMissing } from './fileProblem';
import { mostOfSignature } from './mediaFile';

/**
 * The path of the partial file of a download.
 * @param base see `fileNameOf`
 * @param owner what identifies the download: two with the same base have different partial files, and one has the same again after a crash
 */
export function partPath(folder: string, base: string, owner: string): string {
	return join(folder, `${base}.${createHash('sha256').update(owner).digest('hex').slice(0, 8)}.part`);
}

/**
 * Makes sure that the folder of kept files is there. Only the folder itself is created: if the one around it is gone too, then so is the
 * disk or the workspace, and the files do not belong elsewhere.
 * @throws FileProblem
 */
export async function ensureFolder(folder: string): Promise<void> {
	await inFolder(async () => {
		if ((await unlessMissing(stat(folder))) === undefined) {
			await mkdir(folder).catch((error: unknown) => {
				if (errorCode(error) !== 'EEXIST') {
					throw error;
				}
			});
		}
		if (!(await stat(folder)).isDirectory()) {
			throw Object.assign(new Error(folder), { code: 'ENOTDIR' });
		}
	});
}

/**
 * Checks that a file fits onto the disk.
 * @param bytes that are still to be written
 * @throws FileProblem: `diskFull`
 */
export async function ensureSpace(path: string, bytes: number): Promise<void> {
	// Some file systems do not know, or report zeros: then writing shows it.
	const space = await statfs(dirname(path)).catch(() => undefined);
	if (space !== undefined && space.blocks > 0 && space.bavail * space.bsize < bytes) {
		throw new FileProblem(Object.assign(new Error('The file does not fit'), { code: 'ENOSPC' }));
	}
}

/** The beginning of a file that is on the disk already. */
export interface Beginning {
	/** Open for writing. */
	readonly file: FileHandle;
	/** Where to continue, bytes. */
	readonly at: number;
	/** The first bytes, by which the format is known. */
	readonly head: Uint8Array;
	/** It has the SHA-256 of the bytes before `at`; who gets it ends it. */
	readonly digests: DigestMaker;
}

/**
 * What can be continued of a partial file; undefined if it starts anew. The last byte is requested again, because a range that begins at the
 * end is refused.
 * @throws the signal's reason when aborted
 */
export async function readBeginning(part: PartialFile, newDigests: () => DigestMaker, signal: AbortSignal): Promise<Beginning | undefined> {
	if (part.validator === undefined) {
		return undefined;
	}
	let file: FileHandle | undefined;
	let digests: DigestMaker | undefined;
	try {
		file = await openPart(part.path);
		const at = file === undefined ? 0 : (await endOfData(file)) - 1;
		if (file !== undefined && at > 0 && at < (part.total ?? Infinity)) {
			const head = Buffer.alloc(Math.min(at, mostOfSignature));
			await file.read(head, 0, head.length, 0);
			digests = newDigests();
			await addFile(digests, ['sha256'], file, at, signal);
			return { file, at, head, digests };
		}
		await file?.close();
	} catch {
		await digests?.end();
		await file?.close().catch(() => undefined);
		signal.throwIfAborted();
		// What cannot be read is fetched again.
	}
	return undefined;
}

/** Undefined if there is no file of which this is the only name: another name would be that of a kept file. */
async function openPart(path: string): Promise<FileHandle | undefined> {
	const found = await unlessMissing(lstat(path));
	if (found?.isFile() !== true || found.nlink > 1) {
		return undefined;
	}
	// Not defined on Windows, whatever its type.
	const noFollow = (constants.O_NOFOLLOW as number | undefined) ?? 0;
	return open(path, constants.O_RDWR | noFollow);
}

const blockSize = 256 * 1024;

/** The bytes from 0 to `end`. Each read gives the event loop time. */
export async function* blocksOf(file: FileHandle, end: number, signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
	const buffer = Buffer.allocUnsafe(blockSize);
	for (let position = 0; position < end;) {
		signal?.throwIfAborted();
		const { bytesRead } = await file.read(buffer, 0, Math.min(blockSize, end - position), position);
		if (bytesRead === 0) {
			throw new Error('The file is shorter than before');
		}
		position += bytesRead;
		yield buffer.subarray(0, bytesRead);
	}
}

/**
 * Adds the bytes of a file from 0 to `end` to the digests of these algorithms.
 * @throws FileProblem, also when aborted, and what `DigestMaker.whenReady` throws
 */
export async function addFile(
	digests: DigestMaker,
	algorithms: Iterable<string>,
	file: FileHandle,
	end: number,
	signal: AbortSignal,
): Promise<void> {
	for await (const block of readable(blocksOf(file, end, signal))) {
		// A copy, because the next block takes its memory.
		digests.add(algorithms, [Uint8Array.from(block)]);
		await digests.whenReady();
	}
}

/** The same blocks. @throws FileProblem */
async function* readable(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
	try {
		yield* blocks;
	} catch (error) {
		throw asFileProblem(error);
	}
}

/** The size without zeros at the end: after a power failure a file may be longer than its data (NTFS). */
async function endOfData(file: FileHandle): Promise<number> {
	const buffer = Buffer.alloc(64 * 1024);
	let { size: end } = await file.stat();
	while (end > 0) {
		const start = Math.max(0, end - buffer.length);
		const { bytesRead } = await file.read(buffer, 0, end - start, start);
		const last = buffer.subarray(0, bytesRead).findLastIndex((byte) => byte !== 0);
		if (last >= 0) {
			return start + last + 1;
		}
		end = start;
	}
	return 0;
}

/**
 * Removes what is at the path of a partial file. It is never emptied: another window may still write into it, or it may be a link.
 * @throws FileProblem
 */
export async function clearPart(path: string): Promise<void> {
	await inFolder(() => unlessMissing(unlink(path)));
}

/**
 * Creates a partial file, empty, where there is none.
 * @throws FileProblem; its code is EEXIST if another window has been faster
 */
export function createPart(path: string): Promise<FileHandle> {
	return inFolder(() => open(path, 'wx'));
}

/** Removes a partial file, if possible. Never rejects. */
export async function removePart(path: string): Promise<void> {
	await rm(path, { force: true }).catch(() => undefined);
}
