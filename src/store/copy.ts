import { Worker } from 'node:worker_threads';
import type { SqlFailure } from './storeError';
import { sqlFailure } from './storeError';

/**
 * What the thread runs. Text, because a thread needs a file or a text of its own, and a second bundle for twenty lines would be loaded from a
 * path that differs between the packed extension and the tests.
 * It checks the file first, and the copy's own count of tasks afterwards: a copy of a damaged file must never take a good one's place.
 */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
function check(isSound) {
	if (!isSound) throw Object.assign(new Error('the file is not consistent'), { errcode: 11 });
}
let failure;
try {
	const source = new DatabaseSync(workerData.from, { readOnly: true, timeout: 5000 });
	check(source.prepare('PRAGMA quick_check(1)').get()?.quick_check === 'ok');
	source.prepare('VACUUM INTO ?').run(workerData.to);
	source.close();
	const copy = new DatabaseSync(workerData.to, { readOnly: true });
	check(copy.prepare('SELECT tasks = (SELECT count(*) FROM tasks) AS agrees FROM state').get()?.agrees === 1);
	copy.close();
} catch (error) {
	failure = { message: String(error), errcode: error.errcode };
}
parentPort.postMessage(failure);
`;

export class CopyError extends Error {
	override readonly name = 'CopyError';
	readonly failure: SqlFailure | 'cancelled';

	constructor(message: string, failure: SqlFailure | 'cancelled') {
		super(message);
		this.failure = failure;
	}
}

export interface CopyRun {
	/** Settles when the copy is whole. Rejects with CopyError. */
	readonly finished: Promise<void>;
	cancel(): void;
}

/**
 * Writes a consistent copy of a database that is in use (`VACUUM INTO`), in a thread of its own: it takes seconds for a large file, and the
 * extension host is shared.
 * @param from the database file
 * @param to a file that does not exist yet
 */
export function copyDatabase(from: string, to: string): CopyRun {
	const worker = new Worker(program, { eval: true, workerData: { from, to } });
	const finished = new Promise<void>((resolve, reject) => {
		worker.once('message', (failure: { message: string; errcode?: number } | undefined) => {
			if (failure === undefined) {
				resolve();
			} else {
				reject(new CopyError(failure.message, sqlFailure(Object.assign(new Error(failure.message), { errcode: failure.errcode }))));
			}
		});
		worker.once('error', (error) => reject(new CopyError(String(error), 'other')));
		worker.once('exit', () => reject(new CopyError('cancelled', 'cancelled')));
	});
	return { finished, cancel: () => void worker.terminate() };
}
