// Whether the last tasks take another time than those before: another model behind the same operation, or a busier time of the day.
import { densityOf } from './logMixture';
import type { Hump } from './logMixture';

/** The chance that durations change between two tasks. */
const chance = 0.01;
/** The prior of durations after a change, in log-time: like the ones before, but wide, as if `weight` tasks had shown that. */
const fresh = { weight: 0.1, deviation: 0.3, degrees: 2 };
/** A change that is more tasks ago than this is not searched for: what is kept comes from after it, for the most part. */
const longest = 120;

/**
 * How far each observation still counts, 0 to 1: the probability that durations have not changed since.
 *
 * For each number of last observations, Bayes' rule compares how well they are described as a new start (a log-normal distribution with
 * unknown median and deviation: its marginal likelihood, with a normal-inverse-gamma prior) and by the humps of all observations. After
 * R. P. Adams and D. J. C. MacKay, Bayesian Online Changepoint Detection, 2007, with one change at most.
 * @param logs log-times, newest last
 * @param humps fitted to all of them
 */
export function weightsOf(logs: readonly number[], humps: readonly Hump[]): readonly number[] {
	const centre = logs.reduce((sum, log) => sum + log, 0) / logs.length;
	const odds: number[] = [];
	let [count, mean, squares, described] = [0, 0, 0, 0];
	for (let index = logs.length - 1; index > 0 && count < longest; index--) {
		const log = logs[index] ?? 0;
		// Welford, 1962.
		count++;
		const before = log - mean;
		mean += before / count;
		squares += before * (log - mean);
		described += Math.log(Math.max(densityOf(humps, log), 1e-300));
		const spread =
			fresh.degrees * fresh.deviation ** 2 + squares + ((fresh.weight * count) / (fresh.weight + count)) * (mean - centre) ** 2;
		const degrees = fresh.degrees + count;
		const likelihood =
			logGamma(count) +
			0.5 * Math.log(fresh.weight / (fresh.weight + count)) +
			0.5 * fresh.degrees * Math.log(fresh.degrees * fresh.deviation ** 2) -
			0.5 * degrees * Math.log(spread) -
			0.5 * count * Math.log(Math.PI);
		odds.push(Math.exp(Math.min(Math.log(chance) + likelihood - described, 300)));
	}
	const all = odds.reduce((sum, one) => sum + one, 1);
	const weights = new Array<number>(logs.length).fill(1 / all);
	// Observation `back` from the end counts unless the change came after it.
	let weight = 1;
	for (let back = 0; back < logs.length; back++) {
		weights[logs.length - 1 - back] = weight;
		weight = Math.max(0, weight - (odds[back] ?? 0) / all);
	}
	return weights;
}

const logGammas: number[] = [0, Math.log(Math.sqrt(Math.PI) / 2)];
/** log Γ(1 + count/2), by Γ(1 + x) = x·Γ(x). */
function logGamma(count: number): number {
	for (let known = logGammas.length; known <= count; known++) {
		logGammas.push((logGammas[known - 2] ?? 0) + Math.log(known / 2));
	}
	return logGammas[count] ?? 0;
}
