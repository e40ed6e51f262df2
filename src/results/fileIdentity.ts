import { createHash } from 'node:crypto';
import { lstat, open } from 'node:fs/promises';
import type { MediaFormat } from '../core/mediaFormat';
import { formatOf, mostOfSignature } from './mediaFile';
import { blocksOf } from './partFile';

/** A file's content. */
export interface ContentDigest {
	/** Bytes. */
	readonly size: number;
	/** 64 hexadecimal digits. */
	readonly sha256: string;
}

/** What a file is, by its bytes. */
export interface FileIdentity extends ContentDigest {
	/** Undefined: no known format of video, image or audio. */
	readonly format: MediaFormat | undefined;
}

/** Reads a whole file. Rejects with the signal's reason, or with the system's error. */
export async function identifyFile(path: string, signal?: AbortSignal): Promise<FileIdentity> {
	const file = await open(path, 'r');
	try {
		const hash = createHash('sha256');
		let head: Uint8Array | undefined;
		const { size } = await file.stat();
		for await (const block of blocksOf(file, size, signal)) {
			// A copy, because the next block takes its memory.
			head ??= Uint8Array.from(block.subarray(0, mostOfSignature));
			hash.update(block);
		}
		return { size, sha256: hash.digest('hex'), format: head && formatOf(head) };
	} finally {
		await file.close();
	}
}

/**
 * What a regular file is, by its bytes, if it has this size; a link is not followed, a file of another size not read.
 * @throws the signal's reason when it is aborted; nothing else: a file that cannot be read is another one
 */
export async function identifyFileOfSize(path: string, size: number, signal?: AbortSignal): Promise<FileIdentity | undefined> {
	try {
		const found = await lstat(path);
		return found.isFile() && found.size === size ? await identifyFile(path, signal) : undefined;
	} catch {
		signal?.throwIfAborted();
		return undefined;
	}
}

/** Whether a regular file of this content is at a path; see `identifyFileOfSize`. */
export async function hasContent(path: string, { size, sha256 }: ContentDigest, signal?: AbortSignal): Promise<boolean> {
	return (await identifyFileOfSize(path, size, signal))?.sha256 === sha256;
}
