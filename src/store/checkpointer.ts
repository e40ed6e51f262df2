import type { Threads } from './thread';
import { ThreadError } from './thread';
import type { Log } from '../tracking/ports/host';

/** After so many commits the log is brought into the file: about as many pages as SQLite itself would let come together (1,000). */
const usualCommits = 100;
/** The log's length in pages at which a commit does it after all, should threads fail: 16 MB. */
export const autoCheckpointPages = 4_000;

/**
 * Brings SQLite's write-ahead log into its file, in a thread of its own: it waits for the disk (`fsync`), for half a second when others write
 * much, and a commit that did it, as SQLite's own do at every thousandth page, would hold up the shared extension host for as long.
 */
export class Checkpointer {
	readonly #log: Log;
	readonly #every: number;
	readonly #threads: Threads;
	#commits = 0;
	#isRunning = false;

	/** @param every after how many commits it is done */
	constructor(log: Log, threads: Threads, every = usualCommits) {
		this.#log = log;
		this.#threads = threads;
		this.#every = every;
	}

	/** To be told of every commit. @param file the database's, absolute */
	committed(file: string): void {
		this.#commits++;
		if (this.#commits < this.#every || this.#isRunning) {
			return;
		}
		this.#commits = 0;
		void this.#importFrom(file);
	}

	/** Never rejects. */
	async #importFrom(file: string): Promise<void> {
		try {
			this.#isRunning = true;
			await this.#threads.run({ kind: 'checkpoint', file }).finished;
		} catch (error) {
			// Busy: another window is at it. Whatever else it is, a write will meet it too, and `condition` will say so.
			const isExpected = error instanceof ThreadError && (error.failure === 'busy' || error.failure === 'cancelled');
			this.#log[isExpected ? 'debug' : 'warn'](`Failed to bring the log into ${file}: ${String(error)}`);
		} finally {
			this.#isRunning = false;
		}
	}
}
