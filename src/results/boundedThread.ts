import { Worker } from 'node:worker_threads';
import type { Disposable } from '../core/emitter';
import { limitConcurrency } from '../core/limitConcurrency';
import type { Clock } from '../tracking/ports/host';

/** A file that takes longer (ms) was made to. */
const longestMs = 3000;
/** The memory of a thread, MB. */
const mostMemoryMb = 64;
/** The thread is ended after this time without work, ms. */
const idleMs = 60_000;

/**
 * Reads files of unknown origin in a thread of its own, one after another: a file may be made to crash or to stop its reader. A thread that
 * does is ended after three seconds, or by the limit of its memory, and the next file gets another one.
 */
export class BoundedThread<Input, Output> implements Disposable {
	readonly #file: string;
	readonly #clock: Clock;
	readonly #inTurn = limitConcurrency(1);
	#worker: Worker | undefined;
	#idle: Disposable | undefined;
	#isDisposed = false;

	/** @param file absolute path of the thread's program, which responds to each message with one */
	constructor(file: string, clock: Clock) {
		this.#file = file;
		this.#clock = clock;
	}

	/**
	 * Resolves to the response, or undefined if none came within three seconds; never rejects.
	 * @param input is cloned @param moved memory that the thread takes instead
	 */
	run(input: Input, moved: readonly ArrayBuffer[] = []): Promise<Output | undefined> {
		return this.#inTurn(async () => {
			if (this.#isDisposed) {
				return undefined;
			}
			this.#idle?.dispose();
			const output = await this.#exchange(input, moved);
			this.#stopWhenIdle();
			return output;
		});
	}

	dispose(): void {
		this.#isDisposed = true;
		this.#stop();
	}

	#exchange(input: Input, moved: readonly ArrayBuffer[]): Promise<Output | undefined> {
		return new Promise((resolve) => {
			const worker = (this.#worker ??= this.#start());
			const settle = (output: Output | undefined): void => {
				timer.dispose();
				worker.off('message', settle).off('exit', settleWithout);
				resolve(output);
			};
			const settleWithout = (): void => settle(undefined);
			const timer = this.#clock.after(longestMs, () => {
				this.#stop();
				settle(undefined);
			});
			worker.once('message', settle).once('exit', settleWithout);
			worker.postMessage(input, [...moved]);
		});
	}

	#start(): Worker {
		const worker = new Worker(this.#file, { resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb } });
		// It ends after an error, which is what counts.
		worker.on('error', () => undefined);
		// Also between two files: the next one gets another thread.
		worker.once('exit', () => {
			if (this.#worker === worker) {
				this.#worker = undefined;
			}
		});
		return worker;
	}

	#stopWhenIdle(): void {
		if (!this.#isDisposed) {
			this.#idle = this.#clock.after(idleMs, () => this.#stop());
		}
	}

	#stop(): void {
		this.#idle?.dispose();
		void this.#worker?.terminate();
		this.#worker = undefined;
	}
}
