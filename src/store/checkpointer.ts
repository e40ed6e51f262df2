import type { Threads } from './thread';
import { ThreadError } from './thread';
import type { Log } from '../tracking/ports/host';

/** Number of commits between two checkpoints: about as many pages as SQLite's default (`wal_autocheckpoint` = 1,000). */
const usualCommits = 100;
/** WAL size (pages; 16 MB) at which a commit runs the checkpoint itself, in case the threads fail. */
export const autoCheckpointPages = 4_000;

/**
 * Checkpoints SQLite's write-ahead log (WAL) on a thread: it waits for the disk (`fsync`), up to half a second under heavy load.
 * A checkpoint inside a commit, SQLite's default, would block the shared extension host for that time.
 */
export class Checkpointer {
	readonly #log: Log;
	readonly #every: number;
	readonly #threads: Threads;
	#commits = 0;
	#isRunning = false;

	/** @param every number of commits between two checkpoints */
	constructor(log: Log, threads: Threads, every = usualCommits) {
		this.#log = log;
		this.#threads = threads;
		this.#every = every;
	}

	/** Call after every commit. @param file absolute path of the database */
	committed(file: string): void {
		this.#commits++;
		if (this.#commits < this.#every || this.#isRunning) {
			return;
		}
		this.#commits = 0;
		void this.#checkpoint(file);
	}

	/** Never rejects. */
	async #checkpoint(file: string): Promise<void> {
		try {
			this.#isRunning = true;
			await this.#threads.run({ kind: 'checkpoint', file }).finished;
		} catch (error) {
			// Busy: another window runs a checkpoint. Any other error occurs in the next write too, and sets `condition`.
			const isExpected = error instanceof ThreadError && (error.failure === 'busy' || error.failure === 'cancelled');
			this.#log[isExpected ? 'debug' : 'warn'](`Failed to checkpoint ${file}: ${String(error)}`);
		} finally {
			this.#isRunning = false;
		}
	}
}
