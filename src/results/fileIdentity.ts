import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { MediaFormat } from '../core/mediaFormat';
import { formatOf, mostOfSignature } from './mediaFile';

/** What a file is, by its bytes. */
export interface FileIdentity {
	/** Bytes. */
	readonly size: number;
	/** 64 hexadecimal digits. */
	readonly sha256: string;
	/** Undefined: no known format of video, image or audio. */
	readonly format: MediaFormat | undefined;
}

/** How much is read at once, bytes. */
const chunkBytes = 1024 * 1024;

/** Reads a whole file. Rejects with the signal's reason, or with the system's error. */
export async function identifyFile(path: string, signal?: AbortSignal): Promise<FileIdentity> {
	const file = await open(path, 'r');
	try {
		const hash = createHash('sha256');
		const chunk = Buffer.allocUnsafe(chunkBytes);
		let head = new Uint8Array();
		let size = 0;
		for (;;) {
			signal?.throwIfAborted();
			const { bytesRead } = await file.read(chunk, 0, chunkBytes);
			if (bytesRead === 0) {
				break;
			}
			if (size === 0) {
				head = Uint8Array.from(chunk.subarray(0, Math.min(bytesRead, mostOfSignature)));
			}
			hash.update(chunk.subarray(0, bytesRead));
			size += bytesRead;
		}
		return { size, sha256: hash.digest('hex'), format: formatOf(head) };
	} finally {
		await file.close();
	}
}
