import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreError } from './storeError';

/** The file of a window's last commit. */
export interface CommittedFile {
	/** Absolute. */
	readonly path: string;
	readonly hasLog: boolean;
	/** Whether it still is the file in use: no other one has taken its position, and it was not moved. */
	readonly isInUse: () => boolean;
}

/** What is needed of a file or a folder. */
interface Handle {
	sync(): Promise<void>;
	close(): Promise<void>;
}
type Open = (path: string, flags: string) => Promise<Handle>;

/** The databases whose entries in their folder are on disk: the name of a new log must be, too. */
const entered = new Set<string>();

/**
 * Resolves when everything that was committed before is on the disk.
 *
 * With a write-ahead log, a commit only writes to the log (`synchronous = NORMAL`), which is synced here without blocking the extension
 * host. A checkpoint in between changes nothing: SQLite syncs the log before it copies pages from it, and the database before the log is
 * used from its start again (`walCheckpoint` in https://sqlite.org/src/file?name=src/wal.c; https://sqlite.org/wal.html#ckpt), so what
 * was committed is in the log, or in a database that is on the disk. Closing this second descriptor drops no lock: SQLite locks the
 * shared memory and the database, never the log.
 *
 * In rollback mode each commit waits for the disk (`synchronous = FULL`, see journal.ts).
 * @throws the system's error; StoreError `unusable` if the file is no longer in use, so that the commit may be in no file
 */
export async function flushLog(file: CommittedFile, openFile: Open = open): Promise<void> {
	if (file.hasLog) {
		// Windows syncs only what is open for writing.
		await synced(await openFile(`${file.path}-wal`, 'r+'));
		await syncEntries(file.path, openFile);
	}
	if (!file.isInUse()) {
		throw new StoreError('unusable');
	}
}

async function synced(handle: Handle): Promise<void> {
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Once for each file. Not every system can sync a folder, and those that cannot need not. */
async function syncEntries(path: string, openFile: Open): Promise<void> {
	if (!entered.has(path)) {
		await openFile(dirname(path), 'r')
			.then(synced)
			.catch(() => undefined);
		entered.add(path);
	}
}
