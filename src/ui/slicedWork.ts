import type { Disposable } from '../core/emitter';

/** How long work may block the event loop, ms; other extensions share it. */
const sliceMs = 20;

/** For a long loop: await the returned function after each piece of work; it yields to the event loop when a slice is over. */
export function slices(): () => Promise<void> {
	let end = performance.now() + sliceMs;
	return async () => {
		if (performance.now() < end) {
			return;
		}
		await new Promise<void>((resolve) => void setImmediate(resolve));
		end = performance.now() + sliceMs;
	};
}

/** Runs work at once while this turn of the event loop has time left, else in one of the next turns, in order. */
export class SlicedWork implements Disposable {
	#queue: (() => void)[] = [];
	/** How many entries of the queue are done. Removing the first entry of a long array would move all others. */
	#done = 0;
	#turn: NodeJS.Immediate | undefined;
	/** When this turn's slice is over, ms of `performance.now`. */
	#end = 0;

	/** Rejects with the error that `work` throws; never settles after `dispose`. */
	async do<T>(work: () => T): Promise<T> {
		if (this.#turn === undefined) {
			this.#start();
		}
		if (this.#queue.length === 0 && performance.now() < this.#end) {
			return work();
		}
		return new Promise<T>((resolve, reject) => {
			this.#queue.push(() => {
				try {
					resolve(work());
				} catch (error) {
					reject(error instanceof Error ? error : new Error(String(error)));
				}
			});
		});
	}

	dispose(): void {
		clearImmediate(this.#turn);
		this.#queue = [];
		this.#done = 0;
	}

	#start(): void {
		this.#end = performance.now() + sliceMs;
		this.#turn = setImmediate(() => {
			this.#turn = undefined;
			if (this.#queue.length === 0) {
				return;
			}
			this.#start();
			do {
				this.#queue[this.#done++]?.();
			} while (this.#done < this.#queue.length && performance.now() < this.#end);
			if (this.#done < this.#queue.length) {
				return;
			}
			this.#queue = [];
			this.#done = 0;
		});
	}
}
