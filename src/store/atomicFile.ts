import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { isCode } from './storeError';

/**
 * Writes a file that is complete under its name or not there, also after a power failure. One that is there already stays as it is.
 * @param path absolute; its folder must exist
 * @param mode permissions of the file
 * @throws the system's error
 */
export async function createFile(path: string, bytes: Uint8Array, mode = 0o600): Promise<void> {
	const temporary = `${path}.${randomUUID()}.tmp`;
	try {
		const file = await open(temporary, 'wx', mode);
		try {
			await file.writeFile(bytes);
			await file.sync();
		} finally {
			await file.close();
		}
		try {
			await link(temporary, path);
		} catch (error) {
			if (!isCode(error, 'EEXIST')) {
				// A file system without hard links: of two windows at once the later one wins.
				await rename(temporary, path);
			}
		}
	} finally {
		await rm(temporary, { force: true });
	}
}
