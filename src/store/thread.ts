import { Worker } from 'node:worker_threads';
import type { SearchWords } from '../tracking/ports/search';
import type { SqlFailure } from './storeError';

/**
 * A task for a thread. Paths are absolute.
 * - `copy`: checks `from`, and writes a consistent copy to `to`, which must not exist
 * - `checkpoint`: checkpoints the WAL of `file`, which must exist
 * - `search`: replies to questions (see searchThread.ts) until it is stopped
 */
export type ThreadTask =
	| { readonly kind: 'copy'; readonly from: string; readonly to: string }
	| { readonly kind: 'checkpoint'; readonly file: string }
	| { readonly kind: 'search'; readonly words: SearchWords };

/** Posted by a thread whose task or reply failed; otherwise it posts undefined, or the reply. */
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

/** A thread that replies to questions. */
export interface ThreadServer<Question, Reply> {
	/** One at a time. Rejects with ThreadError, also when the thread has exited or is stopped. */
	ask(question: Question): Promise<Reply>;
	/** Resolves when the thread has exited. */
	stop(): Promise<void>;
}

/**
 * Starts a thread that replies to questions; the caller stops it.
 * @param program as for `Threads`
 */
export function startServer<Question, Reply extends object>(program: string, task: ThreadTask): ThreadServer<Question, Reply> {
	const worker = new Worker(program, { workerData: task });
	let waiting: { resolve(reply: Reply): void; reject(error: ThreadError): void } | undefined;
	let end: ThreadError | undefined;
	worker.on('message', (reply: Reply | ThreadFailure) => {
		if ('failure' in reply) {
			waiting?.reject(new ThreadError(reply.message, reply.failure));
		} else {
			waiting?.resolve(reply);
		}
	});
	worker.on('error', (error) => (end = new ThreadError(String(error), 'other')));
	worker.once('exit', () => {
		end ??= new ThreadError('cancelled', 'cancelled');
		waiting?.reject(end);
	});
	return {
		ask: (question) =>
			new Promise((resolve, reject) => {
				waiting = { resolve, reject };
				worker.postMessage(question);
				if (end !== undefined) {
					reject(end);
				}
			}),
		async stop() {
			await worker.terminate();
		},
	};
}
