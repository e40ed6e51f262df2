import { SeededRandom } from '../../../src/simulator/random';

/** Random numbers from one seed. */
export class Draw {
	readonly #random: SeededRandom;

	constructor(seed: number) {
		this.#random = new SeededRandom(seed);
	}

	between(least: number, most: number): number {
		return least + this.#random.fraction() * (most - least);
	}

	/** An integer from 0 up to but not including `below`. */
	whole(below: number): number {
		return Math.floor(this.between(0, below));
	}

	one<T>(items: readonly [T, ...T[]] | readonly T[]): T {
		const item = items[this.whole(items.length)];
		if (item === undefined) {
			throw new RangeError('There is nothing to draw from.');
		}
		return item;
	}

	/** All items in random order. */
	shuffled<T>(items: readonly T[]): readonly T[] {
		return items
			.map((item) => ({ item, rank: this.#random.fraction() }))
			.sort((a, b) => a.rank - b.rank)
			.map(({ item }) => item);
	}

	/** Draws all items in random order, again and again. */
	deck<T>(items: readonly T[]): () => T {
		let deck: T[] = [];
		return () => {
			if (deck.length === 0) {
				deck = [...this.shuffled(items)];
			}
			const item = deck.pop();
			if (item === undefined) {
				throw new RangeError('There is nothing to draw from.');
			}
			return item;
		};
	}

	/** Times from `from` until `to`, each between `min` and `max` after the previous one. */
	times(from: number, to: number, least: number, most: number): readonly number[] {
		const times: number[] = [];
		for (let at = from + this.between(0, most); at < to; at += this.between(least, most)) {
			times.push(at);
		}
		return times;
	}
}
