import { statSync } from 'node:fs';
import type { Log } from '../tracking/ports/host';

/** The files at a database's paths, as `device:inode`; undefined where there is none. */
export interface Identity {
	readonly file: string | undefined;
	/** The write-ahead log and its shared memory; undefined for a file that is used without them. */
	readonly log: { readonly wal: string | undefined; readonly shm: string | undefined } | undefined;
}

/**
 * The files at a database's paths now, by device and inode. An open file keeps its inode, so no other file can have the same.
 * Uses `stat` only: closing any descriptor of the file would drop the locks that SQLite holds on it in this process.
 * @param path absolute path of the database
 */
export function identityOf(path: string, hasLog: boolean): Identity {
	return { file: nodeOf(path), log: hasLog ? { wal: nodeOf(`${path}-wal`), shm: nodeOf(`${path}-shm`) } : undefined };
}

/** Whether the opened files are still at their paths. True if that cannot be determined. */
export function isInPlace(path: string, opened: Identity, log: Log): boolean {
	try {
		const now = identityOf(path, opened.log !== undefined);
		return now.file === opened.file && now.log?.wal === opened.log?.wal && now.log?.shm === opened.log?.shm;
	} catch (error) {
		log.debug(`Failed to stat ${path}: ${String(error)}`);
		return true;
	}
}

function nodeOf(path: string): string | undefined {
	const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
	return stats && `${stats.dev}:${stats.ino}`;
}
