import { Worker } from 'node:worker_threads';
import type { SqlFailure } from './storeError';

/**
 * A task for a thread. Paths are absolute.
 * - `copy`: checks `from`, and writes a consistent copy to `to`, which must not exist
 * - `checkpoint`: checkpoints the WAL of `file`, which must exist
 */
export type ThreadTask =
	{ readonly kind: 'copy'; readonly from: string; readonly to: string } | { readonly kind: 'checkpoint'; readonly file: string };

/** Posted by a thread whose task failed; otherwise it posts undefined. */
export interface ThreadFailure {
	readonly failure: SqlFailure;
	readonly message: string;
}

/** The task of a thread failed or was cancelled. */
export class ThreadError extends Error {
	override readonly name = 'ThreadError';
	readonly failure: SqlFailure | 'cancelled';

	constructor(message: string, failure: SqlFailure | 'cancelled') {
		super(message);
		this.failure = failure;
	}
}

export interface ThreadRun {
	/** Settles when the thread has exited, and with it every file it had open. Rejects with ThreadError. */
	readonly finished: Promise<void>;
	/** Resolves when the thread has exited. */
	cancel(): Promise<void>;
}

/** Runs work on a database file that would block the shared extension host, on worker threads. */
export class Threads {
	readonly #program: string;
	readonly #running = new Set<Worker>();

	/** @param program absolute path of the bundle of `store.worker.ts` */
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

	/** Terminates all threads; resolves when they have exited. */
	async close(): Promise<void> {
		await Promise.all([...this.#running].map((worker) => worker.terminate()));
	}
}
