import { createHash } from 'node:crypto';

/** Chance that repeats itself: the same seed rolls the same numbers. */
export class SeededRandom {
	readonly #seed: number;
	#draws = 0;
	#lastId = 880_000_000_000_000_000n;

	constructor(seed: number) {
		this.#seed = seed;
	}

	#next(): Buffer {
		this.#draws += 1;
		return createHash('sha256').update(`${this.#seed} ${this.#draws}`).digest();
	}

	/** 0 up to but not including 1. */
	fraction(): number {
		return this.#next().readUInt32BE() / 2 ** 32;
	}

	/** A new id as Kling makes them: 18 digits, above 2^53, growing. */
	id(): string {
		this.#lastId += BigInt(1 + this.#next().readUIntBE(0, 5));
		return this.#lastId.toString();
	}

	/** A new request id. */
	requestId(): string {
		const hex = this.#next().toString('hex');
		return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
	}
}
