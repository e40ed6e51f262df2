import { Worker } from 'node:worker_threads';
import type { Disposable } from '../../core/emitter';
import type { Clock } from '../../tracking/ports/host';
import { limitConcurrency } from '../result/limitConcurrency';

/** How much of an image is read, bytes. Its pixels stand at the beginning, after colour profiles and previews. */
const mostOfHead = 524_288;
/** A file for which that takes longer was made to, ms. */
const longestMs = 3000;
/** The thread is ended after this time without an image, ms. */
const idleMs = 60_000;

export interface Pixels {
	readonly width: number;
	readonly height: number;
}

/** Reads the pixels of images in a thread of its own, one after another: a file may be made to crash or to stop its reader. */
export class PixelReader implements Disposable {
	readonly #file: string;
	readonly #clock: Clock;
	readonly #inTurn = limitConcurrency(1);
	#worker: Worker | undefined;
	#idle: Disposable | undefined;
	#isDisposed = false;

	/** @param file absolute path of the thread's program, dist/media.js */
	constructor(file: string, clock: Clock) {
		this.#file = file;
		this.#clock = clock;
	}

	/**
	 * As they are shown: turned if the file says so.
	 * @param bytes of an image; only the first `mostOfHead` are used
	 * @returns undefined if the image does not say them, or not within three seconds
	 */
	read(bytes: Uint8Array): Promise<Pixels | undefined> {
		// A copy, because the thread takes its memory; `slice` of a Buffer is none, and the memory may be a file system's own.
		const head = new Uint8Array(bytes.subarray(0, mostOfHead));
		return this.#inTurn(async () => {
			if (this.#isDisposed) {
				return undefined;
			}
			this.#idle?.dispose();
			const pixels = await this.#ask(head);
			this.#stopWhenIdle();
			return pixels;
		});
	}

	dispose(): void {
		this.#isDisposed = true;
		this.#stop();
	}

	#ask(head: Uint8Array<ArrayBuffer>): Promise<Pixels | undefined> {
		return new Promise((resolve) => {
			const worker = (this.#worker ??= this.#start());
			const settle = (pixels: Pixels | undefined): void => {
				timer.dispose();
				worker.removeAllListeners('message').removeAllListeners('exit');
				resolve(pixels);
			};
			const timer = this.#clock.after(longestMs, () => {
				this.#stop();
				settle(undefined);
			});
			worker.once('message', (pixels: Pixels | undefined) => settle(pixels));
			worker.once('exit', () => {
				this.#worker = undefined;
				settle(undefined);
			});
			worker.postMessage(head, [head.buffer]);
		});
	}

	#start(): Worker {
		const worker = new Worker(this.#file, { resourceLimits: { maxOldGenerationSizeMb: 64 } });
		// It ends after an error, which is what counts.
		worker.on('error', () => undefined);
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
