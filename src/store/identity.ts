import { statSync } from 'node:fs';
import type { Log } from '../tracking/ports/host';

/** Which files lie at a database's paths; undefined where none does. */
export interface Identity {
	readonly file: string | undefined;
	/** Of the write-ahead log and its shared memory; undefined for a file that is used without them. */
	readonly log: { readonly wal: string | undefined; readonly shm: string | undefined } | undefined;
}

/**
 * Which files lie at a database's paths now, by device and inode. A file that is open keeps its inode, so another one never has the same.
 * Only asks for the state: closing any descriptor of the file would drop the locks that SQLite holds on it in this process.
 * @param path the database's, absolute
 */
export function identityOf(path: string, hasLog: boolean): Identity {
	return { file: nodeOf(path), log: hasLog ? { wal: nodeOf(`${path}-wal`), shm: nodeOf(`${path}-shm`) } : undefined };
}

/** Whether what was opened still lies at its paths. A folder that cannot be asked is no sign that it does not. */
export function isInPlace(path: string, opened: Identity, log: Log): boolean {
	try {
		const now = identityOf(path, opened.log !== undefined);
		return now.file === opened.file && now.log?.wal === opened.log?.wal && now.log?.shm === opened.log?.shm;
	} catch (error) {
		log.debug(`Failed to look ${path} up: ${String(error)}`);
		return true;
	}
}

function nodeOf(path: string): string | undefined {
	const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
	return stats && `${stats.dev}:${stats.ino}`;
}
