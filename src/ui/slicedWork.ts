import type { Disposable } from '../core/emitter';

/** How long work goes on before the event loop turns, ms: other extensions wait for it. */
const sliceMs = 20;

/** For a loop over much: await the returned function after each piece of work; now and then it lets the event loop turn. */
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

/** Does what somebody else's loop asks for at once, as long as this turn of the event loop has time for it, and the rest in the next ones, in order. */
export class SlicedWork implements Disposable {
	#queue: (() => void)[] = [];
	/** How many of the queue are done: taking the first out of a long array moves all others. */
	#done = 0;
	#turn: NodeJS.Immediate | undefined;
	/** When this turn's slice is over, by `performance.now`. */
	#end = 0;

	/** Rejects with what `work` throws; never settles once this is disposed. */
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
