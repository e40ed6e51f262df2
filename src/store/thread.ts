import { Worker } from 'node:worker_threads';
import type { SqlFailure } from './storeError';
import { sqlFailure } from './storeError';

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

/**
 * Runs a program in a thread of its own, for work on a database file that would hold up the shared extension host.
 * @param program statements of JavaScript that see `DatabaseSync` and `data`. Text, because a thread needs a file or a text of its own, and a
 * second bundle for a few lines would be loaded from a path that differs between the packed extension and the tests.
 */
export function runThread(program: string, data: Readonly<Record<string, string | number>>): ThreadRun {
	const worker = new Worker(
		`
		const { parentPort, workerData: data } = require('node:worker_threads');
		const { DatabaseSync } = require('node:sqlite');
		let failure;
		try {
			${program}
		} catch (error) {
			failure = { message: String(error), errcode: error.errcode };
		}
		parentPort.postMessage(failure);
		`,
		{ eval: true, workerData: data },
	);
	const finished = new Promise<void>((resolve, reject) => {
		let outcome: 'done' | ThreadError = new ThreadError('cancelled', 'cancelled');
		worker.once('message', (failure: { message: string; errcode?: number } | undefined) => {
			outcome =
				failure === undefined
					? 'done'
					: new ThreadError(failure.message, sqlFailure(Object.assign(new Error(failure.message), { errcode: failure.errcode })));
		});
		worker.once('error', (error) => (outcome = new ThreadError(String(error), 'other')));
		worker.once('exit', () => (outcome === 'done' ? resolve() : reject(outcome)));
	});
	return {
		finished,
		async cancel() {
			await worker.terminate();
		},
	};
}
