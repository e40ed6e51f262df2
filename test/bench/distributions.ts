// Distributions of durations that are no mixture of log-normals. Times in s.
import type { SeededRandom } from '../../src/simulator/random';
import type { Distribution } from './trueModel';

type Continuous = Omit<Distribution, 'draw'> & { readonly sample: (random: SeededRandom) => number };

/** S(t) = exp(−(t/scale)^shape). */
export function weibull(shape: number, median: number): Continuous {
	const scale = median / Math.LN2 ** (1 / shape);
	const survival = (t: number): number => Math.exp(-((t / scale) ** shape));
	return {
		survival,
		density: (t) => (shape / scale) * (t / scale) ** (shape - 1) * survival(t),
		sample: (random) => scale * (-Math.log(1 - random.fraction())) ** (1 / shape),
	};
}

/** The sum of `shape` exponential times with this mean each: a gamma distribution of whole shape. */
export function gamma(shape: number, each: number): Continuous {
	const terms = Array.from({ length: shape }, (_, index) => index);
	const factorial = (n: number): number => terms.slice(1, n + 1).reduce((product, k) => product * k, 1);
	return {
		survival: (t) => Math.exp(-t / each) * terms.reduce((sum, n) => sum + (t / each) ** n / factorial(n), 0),
		density: (t) => ((t / each) ** (shape - 1) * Math.exp(-t / each)) / (each * factorial(shape - 1)),
		sample: (random) => terms.reduce((sum) => sum - each * Math.log(1 - random.fraction()), 0),
	};
}

export function uniform(from: number, to: number): Continuous {
	return {
		survival: (t) => Math.min(1, Math.max(0, (to - t) / (to - from))),
		density: (t) => (t >= from && t < to ? 1 / (to - from) : 0),
		sample: (random) => from + (to - from) * random.fraction(),
	};
}

/** S(t) = (least/t)^exponent from `least` on. */
export function pareto(exponent: number, least: number): Continuous {
	const survival = (t: number): number => (t < least ? 1 : (least / t) ** exponent);
	return {
		survival,
		density: (t) => (t < least ? 0 : (exponent / t) * survival(t)),
		sample: (random) => least * (1 - random.fraction()) ** (-1 / exponent),
	};
}

/** Tasks older than this (s) are polled by another rule, so the benchmark has none. */
const longest = 1_800;

/** Tasks of which a share `failedShare` fail, after times of their own. A time over half an hour is drawn again. */
export function withFailures(works: Continuous, fails?: Continuous, failedShare = 0): Distribution {
	const both = (of: (one: Continuous) => number): number =>
		(1 - failedShare) * of(works) + (fails === undefined ? 0 : failedShare * of(fails));
	const beyond = both((one) => one.survival(longest));
	return {
		survival: (t) => Math.max(0, both((one) => one.survival(t)) - beyond) / (1 - beyond),
		density: (t) => (t < longest ? both((one) => one.density(t)) / (1 - beyond) : 0),
		draw: (random) => {
			for (;;) {
				const failed = fails !== undefined && random.fraction() < failedShare;
				const seconds = (failed ? fails : works).sample(random);
				if (seconds < longest) {
					return { seconds, failed };
				}
			}
		},
	};
}
