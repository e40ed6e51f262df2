import { open } from 'node:fs/promises';

/** Stores the names of a folder on the disk; not every system can. Never rejects. @param folder absolute */
export async function syncFolder(folder: string): Promise<void> {
	try {
		const handle = await open(folder, 'r');
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	} catch {
		// Windows cannot open a folder as a file.
	}
}
