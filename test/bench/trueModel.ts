import type { SeededRandom } from '../../src/simulator/random';
import type { Part } from './families';

/** A distribution of durations, hidden from the learner. Times in s. */
export interface Distribution {
	density(t: number): number;
	survival(t: number): number;
	/** Samples one task's duration, and whether it fails. */
	draw(random: SeededRandom): { readonly seconds: number; readonly failed: boolean };
}

/** A mixture of log-normal durations. */
export class TrueModel implements Distribution {
	readonly #parts: readonly Part[];

	constructor(parts: readonly Part[]) {
		this.#parts = parts;
	}

	density(t: number): number {
		return this.#sum(
			({ share, median, deviation }) =>
				(share * Math.exp(-0.5 * (Math.log(t / median) / deviation) ** 2)) / (deviation * t * Math.sqrt(2 * Math.PI)),
		);
	}

	survival(t: number): number {
		return this.#sum(({ share, median, deviation }) => share * upperTail(Math.log(t / median) / deviation));
	}

	draw(random: SeededRandom): { readonly seconds: number; readonly failed: boolean } {
		let left = random.fraction();
		const part = this.#parts.find(({ share }) => (left -= share) < 0) ?? this.#parts.at(-1);
		if (part === undefined) {
			throw new Error('a distribution without parts');
		}
		// Box and Muller, 1958.
		const deviate = Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
		return { seconds: part.median * Math.exp(part.deviation * deviate), failed: part.failed === true };
	}

	#sum(of: (part: Part) => number): number {
		return this.#parts.reduce((sum, part) => sum + of(part), 0);
	}
}

/**
 * √hazard of a known distribution, summed up on a fine grid: the basis of the best possible schedule (see `nextPollAge` in
 * core/durationModel.ts).
 */
export class TrueIntensity {
	readonly #times: number[] = [];
	readonly #intensity: number[] = [0];
	readonly #alive: number[] = [];
	/** ∫ survival · √hazard dt, in √s. */
	readonly total: number;
	/** ∫ survival dt, in s: the mean duration. */
	readonly mean: number;

	constructor(model: Omit<Distribution, 'draw'>) {
		let total = 0;
		let mean = 0;
		for (let log = Math.log(0.2); log < Math.log(7_200); log += 0.001) {
			this.#times.push(Math.exp(log));
		}
		for (let index = 1; index < this.#times.length; index++) {
			const [from = 0, to = 0] = [this.#times[index - 1], this.#times[index]];
			const middle = (from + to) / 2;
			const alive = model.survival(middle);
			const cumulativeIntensity = alive > 1e-12 ? Math.sqrt(model.density(middle) / alive) * (to - from) : 0;
			this.#intensity.push((this.#intensity.at(-1) ?? 0) + cumulativeIntensity);
			total += alive * cumulativeIntensity;
			mean += alive * (to - from);
		}
		this.#alive = this.#times.map((time) => model.survival(time));
		this.total = total;
		this.mean = mean + 0.2;
	}

	/**
	 * The age (s) of the poll after one at `age`, with a mean lag of about `lag` (s): the same rule as ours, with the true distribution.
	 * Beyond the grid a poll every minute.
	 */
	nextPollAge(age: number, lag: number): number {
		const c = this.total / (2 * lag);
		const next = this.#ageAfter(age, 1 / c);
		const [from, to] = [firstAtLeast(this.#times, age), firstAtLeast(this.#times, next)];
		let inBetween: number | undefined;
		let most = 1 / (2 * c * c);
		for (let index = from; index < to; index++) {
			const time = this.#times[index] ?? 0;
			const saved = (next - time) * (1 - (this.#alive[index] ?? 0) / (this.#alive[from] ?? 1));
			if (saved > most) {
				[inBetween, most] = [time, saved];
			}
		}
		return inBetween ?? next;
	}

	/** The age at which the cumulative intensity has grown by `more`, s. */
	#ageAfter(age: number, more: number): number {
		const here = this.#at(age);
		const wanted = here + more;
		const index = firstAtLeast(this.#intensity, wanted);
		if (index >= this.#intensity.length) {
			return age + 60;
		}
		const [low = 0, high = 0] = [this.#intensity[index - 1], this.#intensity[index]];
		const [from = 0, to = 0] = [this.#times[index - 1], this.#times[index]];
		return Math.max(age + 0.001, from + (to - from) * (high > low ? (wanted - low) / (high - low) : 1));
	}

	#at(age: number): number {
		const index = firstAtLeast(this.#times, age);
		if (index === 0) {
			return 0;
		}
		if (index >= this.#times.length) {
			return this.#intensity.at(-1) ?? 0;
		}
		const [from = 0, to = 0] = [this.#times[index - 1], this.#times[index]];
		const [low = 0, high = 0] = [this.#intensity[index - 1], this.#intensity[index]];
		return low + ((high - low) * (age - from)) / (to - from);
	}
}

function firstAtLeast(sorted: readonly number[], value: number): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle] ?? Infinity) >= value) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return low;
}

/**
 * The upper tail of the standard normal distribution (W. J. Cody's approach in the short form of Numerical Recipes, erfc, relative error
 * below 1.2e-7).
 */
function upperTail(x: number): number {
	const z = Math.abs(x) / Math.SQRT2;
	const t = 1 / (1 + z / 2);
	const coefficients = [
		0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223,
	];
	const half = (t * Math.exp(-z * z + coefficients.reduce((sum, coefficient) => sum * t + coefficient, 0))) / 2;
	return x > 0 ? half : 1 - half;
}
