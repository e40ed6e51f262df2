import { existsSync } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';

/** SQLite's default since 3.12, which we never change. */
const pageSize = 4_096;

/**
 * Copies a database whose first 100 bytes are damaged, with its WAL, and writes a valid header into the copy.
 * Fields and offsets: https://sqlite.org/fileformat2.html section 1.3. Sizes and counters stay zero: SQLite determines them from the file.
 * @param to absolute path where no file exists, nor with the suffixes `-wal` and `-shm`
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
	// The change counter differs from "version-valid-for" (offset 92), so SQLite ignores the size in the header.
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
