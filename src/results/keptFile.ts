import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import type { KeptFile } from '../core/download';

/** How much is read at once, bytes. */
const chunkBytes = 1024 * 1024;

/**
 * Whether a regular file of this size and digest is at a path. Links are not followed. A file of another size is not read.
 * @param path absolute
 * @throws the signal's reason when it is aborted; nothing else: a file that cannot be read is not there
 */
export async function hasFile(path: string, { size, sha256 }: Pick<KeptFile, 'size' | 'sha256'>, signal: AbortSignal): Promise<boolean> {
	try {
		const found = await lstat(path);
		return found.isFile() && found.size === size && (await digestOf(path, signal)) === sha256;
	} catch {
		signal.throwIfAborted();
		return false;
	}
}

/** SHA-256 as hexadecimal digits, in constant memory. */
async function digestOf(path: string, signal: AbortSignal): Promise<string> {
	// Opening a pipe would wait for a writer. Windows has neither constant: there they count as 0.
	const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	try {
		const hash = createHash('sha256');
		const buffer = Buffer.allocUnsafe(chunkBytes);
		for (;;) {
			signal.throwIfAborted();
			const { bytesRead } = await file.read(buffer, 0, buffer.length);
			if (bytesRead === 0) {
				return hash.digest('hex');
			}
			hash.update(buffer.subarray(0, bytesRead));
		}
	} finally {
		await file.close();
	}
}
