import { existsSync } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';

/** What SQLite makes by default since 3.12; we never ask for another. */
const pageSize = 4_096;

/**
 * Copies a database whose first 100 bytes are damaged, with its log, and gives the copy a header that lets the rest be read.
 * The fields and their places: https://sqlite.org/fileformat2.html section 1.3. Sizes and counters are left zero, which says "ask the file".
 * @param to a name that is free, also with `-wal` and `-shm` after it
 */
export async function copyWithSoundHeader(from: string, to: string): Promise<void> {
	const hasLog = existsSync(`${from}-wal`);
	await copyFile(from, to);
	if (hasLog) {
		await copyFile(`${from}-wal`, `${to}-wal`);
	}
	const header = Buffer.alloc(100);
	header.write('SQLite format 3\0', 0, 'latin1');
	header.writeUInt16BE(pageSize, 16);
	const format = hasLog ? 2 : 1;
	header.set([format, format, 0, 64, 32, 32], 18);
	// A change counter that differs from "valid for": the size in the header does not count.
	header.writeUInt32BE(1, 24);
	header.writeUInt32BE(1, 40);
	header.writeUInt32BE(4, 44);
	header.writeUInt32BE(1, 56);
	header.writeUInt32BE(1, 60);
	const file = await open(to, 'r+');
	try {
		await file.write(header, 0, header.length, 0);
	} finally {
		await file.close();
	}
}

export async function removeDatabase(path: string): Promise<void> {
	for (const suffix of ['', '-wal', '-shm']) {
		await rm(path + suffix, { force: true });
	}
}
