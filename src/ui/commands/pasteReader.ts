import { Worker } from 'node:worker_threads';
import { readBoundedText, type BoundedText } from '../../core/paste/pastedText';
import type { Disposable } from '../../core/emitter';

/** Longer text (characters) is read in a worker: a megabyte takes up to half a second, and the extension host is shared. */
export const readAtOnce = 50_000;

/** Finds the tasks in a text; long texts are read in a worker. */
export class PasteReader implements Disposable {
	readonly #file: string;
	readonly #running = new Set<Worker>();

	/** @param file absolute path of the worker's program */
	constructor(file: string) {
		this.#file = file;
	}

	/**
	 * @param text at most `longestText` characters
	 * @throws the signal's reason when it is aborted
	 */
	async read(text: string, signal: AbortSignal): Promise<BoundedText> {
		signal.throwIfAborted();
		if (text.length <= readAtOnce) {
			return readBoundedText(text);
		}
		const worker = new Worker(this.#file, { workerData: text });
		this.#running.add(worker);
		const stop = (): void => void worker.terminate();
		signal.addEventListener('abort', stop);
		try {
			return await new Promise<BoundedText>((resolve, reject) => {
				worker.once('message', (read: BoundedText) => resolve(read));
				worker.once('error', reject);
				worker.once('exit', () => reject(signal.aborted ? (signal.reason as Error) : new Error('The paste worker exited early')));
			});
		} finally {
			signal.removeEventListener('abort', stop);
			this.#running.delete(worker);
			void worker.terminate();
		}
	}

	dispose(): void {
		for (const worker of this.#running) {
			void worker.terminate();
		}
	}
}
