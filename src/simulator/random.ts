import { createHash } from 'node:crypto';

/** Repeatable random numbers: the same seed gives the same sequence. */
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

	/** 0 (inclusive) to 1 (exclusive). */
	fraction(): number {
		return this.#next().readUInt32BE() / 2 ** 32;
	}

	/** A new ID like Kling's: 18 digits, above 2^53, increasing. */
	id(): string {
		this.#lastId += BigInt(1 + this.#next().readUIntBE(0, 5));
		return this.#lastId.toString();
	}

	/** A new request ID. */
	requestId(): string {
		const hex = this.#next().toString('hex');
		return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
	}
}
