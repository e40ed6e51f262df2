import { Worker } from 'node:worker_threads';
import type { SqlFailure } from './storeError';

/**
 * What a thread does with a database file. Paths are absolute.
 * - `copy`: checks `from`, and writes a consistent copy of it to `to`, where no file may be
 * - `checkpoint`: brings SQLite's write-ahead log into `file`, which must be there
 */
export type ThreadTask =
	{ readonly kind: 'copy'; readonly from: string; readonly to: string } | { readonly kind: 'checkpoint'; readonly file: string };

/** What a thread says at its end when it did not do its work; when it did, it says undefined. */
export interface ThreadFailure {
	readonly failure: SqlFailure;
	readonly message: string;
}

/** Why a thread did not do its work. */
export class ThreadError extends Error {
	override readonly name = 'ThreadError';
	readonly failure: SqlFailure | 'cancelled';

	constructor(message: string, failure: SqlFailure | 'cancelled') {
		super(message);
		this.failure = failure;
	}
}

export interface ThreadRun {
	/** Settles when the work is done and the thread has ended, with what it had open. Rejects with ThreadError. */
	readonly finished: Promise<void>;
	/** Resolves when the thread has ended. */
	cancel(): Promise<void>;
}

/** Threads of their own for work on a database file that would hold up the shared extension host. */
export class Threads {
	readonly #program: string;
	readonly #running = new Set<Worker>();

	/** @param program the bundle of `store.worker.ts`, absolute */
	constructor(program: string) {
		this.#program = program;
	}

	run(task: ThreadTask): ThreadRun {
		const worker = new Worker(this.#program, { workerData: task });
		this.#running.add(worker);
		const finished = new Promise<void>((resolve, reject) => {
			let outcome: 'done' | ThreadError = new ThreadError('cancelled', 'cancelled');
			worker.once('message', (failed: ThreadFailure | undefined) => {
				outcome = failed === undefined ? 'done' : new ThreadError(failed.message, failed.failure);
			});
			worker.once('error', (error) => (outcome = new ThreadError(String(error), 'other')));
			worker.once('exit', () => {
				this.#running.delete(worker);
				if (outcome === 'done') {
					resolve();
				} else {
					reject(outcome);
				}
			});
		});
		return {
			finished,
			async cancel() {
				await worker.terminate();
			},
		};
	}

	/** Ends what is running; resolves when every thread has ended. */
	async close(): Promise<void> {
		await Promise.all([...this.#running].map((worker) => worker.terminate()));
	}
}
