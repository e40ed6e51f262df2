import { Worker } from 'node:worker_threads';
import { ownsMemory } from '../core/freeMemory';
import type { DigestMaker } from './digests';

/** What the thread gets: chunks for the digests of these algorithms. */
export interface DigestOrder {
	readonly algorithms: readonly string[];
	readonly chunks: readonly Uint8Array[];
}

/** How many bytes may wait for the thread. */
const mostBytes = 3 * 1024 * 1024;

/**
 * Makes digests in a thread of its own, so that they cost the download no time. The memory of the chunks moves to the thread; a chunk that
 * shares its memory with others is copied.
 */
export class DigestThread implements DigestMaker {
	readonly #worker: Worker;
	/** Bytes that are not in the digests yet. */
	#waiting = 0;
	#digests: ReadonlyMap<string, string> | undefined;
	#failure: Error | undefined;
	/** Called after each response, and when the thread has ended. */
	#onChange: () => void = () => undefined;

	/** @param program absolute path of the thread's program, dist/digest.js */
	constructor(program: string) {
		// It only holds chunks, whose memory does not count here: the default would take 4 MB more.
		this.#worker = new Worker(program, { resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16 } });
		this.#worker.on('message', (response: number | ReadonlyMap<string, string>) => {
			if (typeof response === 'number') {
				this.#waiting -= response;
			} else {
				this.#digests = response;
			}
			this.#onChange();
		});
		this.#worker.on('error', (error) => this.#fail(error));
		this.#worker.on('messageerror', (error) => this.#fail(error));
		this.#worker.on('exit', () => this.#fail(new Error('The thread that makes the digests has ended')));
	}

	add(algorithms: Iterable<string>, chunks: readonly Uint8Array[]): void {
		this.#waiting += chunks.reduce((sum, { length }) => sum + length, 0);
		const order: DigestOrder = { algorithms: [...algorithms], chunks };
		this.#worker.postMessage(
			order,
			chunks.flatMap((chunk) => (chunk.length > 0 && ownsMemory(chunk) ? [chunk.buffer] : [])),
		);
	}

	whenReady(): Promise<void> | undefined {
		this.#throwFailure();
		return this.#waiting < mostBytes ? undefined : this.#until(() => this.#waiting < mostBytes);
	}

	async digests(): Promise<ReadonlyMap<string, string>> {
		this.#worker.postMessage(undefined);
		await this.#until(() => this.#digests !== undefined);
		return this.#digests ?? new Map<string, string>();
	}

	async end(): Promise<void> {
		await this.#worker.terminate();
	}

	/** Rejects when the thread ends first. One waits at a time. */
	async #until(condition: () => boolean): Promise<void> {
		while (!condition()) {
			this.#throwFailure();
			await new Promise<void>((resolve) => (this.#onChange = resolve));
		}
	}

	#fail(error: Error): void {
		this.#failure ??= error;
		this.#onChange();
	}

	#throwFailure(): void {
		if (this.#failure !== undefined) {
			throw this.#failure;
		}
	}
}
