import { createHash, type Hash } from 'node:crypto';
import { freeMemory } from '../core/freeMemory';

/** Makes digests of a file while its bytes come and go. */
export interface DigestMaker {
	/**
	 * Adds the next bytes to the digests of these algorithms (names that `crypto.createHash` knows). The chunks belong to it from now on: they
	 * may be empty afterwards.
	 */
	add(algorithms: Iterable<string>, chunks: readonly Uint8Array[]): void;
	/**
	 * What to wait for before more is added; undefined: nothing.
	 * @throws the error that has ended the work; the promise rejects with it too
	 */
	whenReady(): Promise<void> | undefined;
	/** The digests of everything that was added, hexadecimal, by algorithm. Rejects with the error that has ended the work. */
	digests(): Promise<ReadonlyMap<string, string>>;
	/** Ends the work, finished or not. Never rejects, and may be called again. */
	end(): Promise<void>;
}

/** Makes digests in this thread. */
export class Digests implements DigestMaker {
	readonly #hashes = new Map<string, Hash>();

	add(algorithms: Iterable<string>, chunks: readonly Uint8Array[]): void {
		const hashes = Array.from(algorithms, (algorithm) => this.#hashOf(algorithm));
		for (const chunk of chunks) {
			for (const hash of hashes) {
				hash.update(chunk);
			}
			freeMemory(chunk);
		}
	}

	whenReady(): undefined {
		return undefined;
	}

	digests(): Promise<ReadonlyMap<string, string>> {
		return Promise.resolve(new Map(Array.from(this.#hashes, ([algorithm, hash]) => [algorithm, hash.digest('hex')])));
	}

	end(): Promise<void> {
		return Promise.resolve();
	}

	#hashOf(algorithm: string): Hash {
		let hash = this.#hashes.get(algorithm);
		if (hash === undefined) {
			hash = createHash(algorithm);
			this.#hashes.set(algorithm, hash);
		}
		return hash;
	}
}
