import { pathToFileURL } from 'node:url';
import type { Log } from '../tracking/ports/host';
import type { ThreadRun } from './thread';
import { runThread, ThreadError } from './thread';

/** After so many commits the log is brought into the file: about as many pages as SQLite itself would let come together (1,000). */
const usualCommits = 100;
/** The log's length in pages at which a commit does it after all, should threads fail: 16 MB. */
export const autoCheckpointPages = 4_000;

/**
 * The first pass keeps nobody from writing. The second one does, but has next to nothing left, and lets the log begin anew; its busy timeout
 * is short, because it waits for readers with the write lock in its hands. The last transaction writes the new log's first page, which
 * SQLite syncs: else the next commit in an extension host would. (A value that does not change is not written; the version of the schema is.)
 */
const program = `
	const database = new DatabaseSync(data.uri, { timeout: 100 });
	database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0');
	database.exec('PRAGMA wal_checkpoint(PASSIVE)');
	const busy = database.prepare('PRAGMA wal_checkpoint(RESTART)').get()?.busy;
	if (busy === 0) {
		database.exec('BEGIN IMMEDIATE');
		const version = database.prepare('PRAGMA user_version').get().user_version;
		database.exec('PRAGMA user_version = ' + version + '; COMMIT');
	}
	database.close();
`;

/**
 * Brings SQLite's write-ahead log into its file, in a thread of its own: it waits for the disk (`fsync`), for half a second when others write
 * much, and a commit that did it, as SQLite's own do at every thousandth page, would hold up the shared extension host for as long.
 */
export class Checkpointer {
	readonly #log: Log;
	readonly #every: number;
	#commits = 0;
	#run: ThreadRun | undefined;

	/** @param every after how many commits it is done */
	constructor(log: Log, every = usualCommits) {
		this.#log = log;
		this.#every = every;
	}

	/** To be told of every commit. @param file the database's, absolute */
	committed(file: string): void {
		this.#commits++;
		if (this.#commits < this.#every || this.#run !== undefined) {
			return;
		}
		this.#commits = 0;
		void this.#bringIn(file);
	}

	/** Never rejects. */
	async #bringIn(file: string): Promise<void> {
		try {
			// Never makes a file that is no longer there.
			this.#run = runThread(program, { uri: `${pathToFileURL(file).href}?mode=rw` });
			await this.#run.finished;
		} catch (error) {
			// Busy: another window is at it. Whatever else it is, a write will meet it too, and `condition` will say so.
			const isExpected = error instanceof ThreadError && (error.failure === 'busy' || error.failure === 'cancelled');
			this.#log[isExpected ? 'debug' : 'warn'](`the log was not brought into ${file}: ${String(error)}`);
		} finally {
			this.#run = undefined;
		}
	}

	/** Ends the thread, if there is one; resolves when it has ended. */
	async close(): Promise<void> {
		await this.#run?.cancel();
	}
}
