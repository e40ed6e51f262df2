import { clamp } from './clamp';
import { weightsOf } from './durationChange';
import { addHumps, bins, edges, lastBin, longest, positionOf, shortest, timeAt, valueAt } from './durationGrid';
import type { Hump } from './logMixture';
import { fitHumps } from './logMixture';
import type { MediaKind } from './media';

/**
 * How long tasks of one operation take, learned from finished tasks.
 *
 * A mixture of three components on a grid of log-time: rejections, one or more humps fitted to past durations, and a wide log-normal prior
 * around the published average and the past durations. The prior has little weight once there are observations. It bounds the cost of a
 * wrong model: past all observed durations only its slowly falling hazard is left.
 *
 * Several humps, because an operation may have several typical durations (short and long clips, which responses do not distinguish). One
 * log-normal would peak between them, where no task finishes. Observations from before a change count little (see durationChange.ts).
 */

/** One finished task, by the server's clock. */
export interface Observation {
	/** From creation to the final status, ms. */
	readonly ms: number;
	readonly failed: boolean;
}

/** How many observations are kept per operation and origin; the newest ones. */
export const maxObservations = 200;

const second = 1_000;

/** A failure within this part of the median duration is a rejection of the input and says nothing about how long the work takes. */
const rejectedWithin = 0.25;
/**
 * Before any is observed, rejections come after about two seconds (measured: 1.65 s); that counts like `weight` rejections. `share` is their
 * prior share, which counts like `shareWeight` tasks (a beta distribution).
 */
const rejections = { centre: Math.log(2 * second), deviation: 0.4, weight: 1, degrees: 4, share: 0.03, shareWeight: 10 };
/** The prior, in log-time: it has the weight of `weight` observations, and always at least the share `least`. */
const wide = { deviation: 1, weight: 0.1, least: 0.01 };
/**
 * Observations further from the median than this factor, and than so many interquartile ranges of log-time, are clamped: one absurd duration
 * must not widen the model.
 */
const maxOutlierRatio = 8;
const maxOutlierRange = 3;

/** With fewer observations and no published average there is no estimate for people. */
const minObservations = 5;

/** The distribution of an operation's durations. */
export interface DurationModel {
	/** Whether any task has finished yet. */
	readonly isLearned: boolean;
	/** Whether it is good enough to show an estimate: there is a published average, or enough observations. */
	readonly isReliable: boolean;
	/** The share of tasks that take longer than each edge of the grid, without rejections. */
	readonly survival: readonly number[];
	/** The same, with rejections. */
	readonly survivalWithRejections: readonly number[];
	/** √hazard summed up to each edge, in √ms: proportional to the number of polls that the optimal schedule makes until then. */
	readonly cumulativeIntensity: readonly number[];
	/** ∫ survival · √hazard dt, in √ms. */
	readonly total: number;
}

/** Average (s) of operations without a published one: for videos the median of the published ones, otherwise that of images. */
const unpublishedSeconds: Readonly<Record<MediaKind, number>> = { video: 240, image: 32, audio: 32 };

/**
 * Learns the model from observations.
 * @param observations newest last
 * @param averageSeconds the operation's published average
 * @param media what the operation produces; decides the prior if there is no published average
 */
export function learnDurations(observations: readonly Observation[], averageSeconds: number | undefined, media: MediaKind): DurationModel {
	const belief = Math.log(second * (averageSeconds ?? unpublishedSeconds[media]));
	const { rejected, logs } = split(observations, belief);
	const sorted = logs.map((log, index) => ({ log, index })).sort((a, b) => a.log - b.log);
	const sortedLogs = sorted.map(({ log }) => log);
	const humpsOf = (weights: readonly number[]) =>
		fitHumps(
			sortedLogs,
			sorted.map(({ index }) => weights[index] ?? 0),
		);
	const all = humpsOf(logs.map(() => 1));
	const weights = weightsOf(logs, all);
	const total = sumOf(weights);
	const humps = total > logs.length - 0.1 ? all : humpsOf(weights);

	const wideShare = Math.max(wide.least, wide.weight / (wide.weight + total));
	const centre = (wide.weight * belief + sumOf(logs.map((log, index) => log * (weights[index] ?? 0)))) / (wide.weight + total);
	const mixture = new Array<number>(bins).fill(0);
	addHumps(mixture, [{ share: 1, centre, scale: wide.deviation, degrees: Infinity }], humps.length === 0 ? 1 : wideShare);
	if (humps.length > 0) {
		addHumps(mixture, humps, 1 - wideShare);
	}
	const rejectedShare = (rejected.length + rejections.share * rejections.shareWeight) / (observations.length + rejections.shareWeight);
	const both = mixture.map((mass) => mass * (1 - rejectedShare));
	addHumps(both, [rejectionTimes(rejected)], rejectedShare);
	return {
		isLearned: observations.length > 0,
		isReliable: averageSeconds !== undefined || logs.length >= minObservations,
		survival: survivalOf(mixture),
		...intensityOf(both),
	};
}

/** Splits observations into rejections and work, as log-times in their order. Outliers of the work are clamped. */
function split(
	observations: readonly Observation[],
	belief: number,
): { readonly rejected: readonly number[]; readonly logs: readonly number[] } {
	const logOf = ({ ms }: Observation): number => Math.log(clamp(ms, shortest, longest));
	const successes = observations.filter(({ failed }) => !failed).map(logOf);
	const usual =
		successes.length > 0
			? quantileOf(
					successes.sort((a, b) => a - b),
					0.5,
				)
			: belief;
	const isRejection = (one: Observation): boolean => one.failed && logOf(one) < usual + Math.log(rejectedWithin);
	const works = observations.filter((one) => !isRejection(one)).map(logOf);
	const sorted = [...works].sort((a, b) => a - b);
	const middle = quantileOf(sorted, 0.5);
	const reach = Math.max(Math.log(maxOutlierRatio), maxOutlierRange * (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)));
	return {
		rejected: observations.filter(isRejection).map(logOf),
		logs: works.map((log) => clamp(log, middle - reach, middle + reach)),
	};
}

/** When the next rejection comes: the prediction of a normal distribution of log-time with a normal-inverse-gamma prior. */
function rejectionTimes(logs: readonly number[]): Hump {
	const { weight, centre, deviation, degrees } = rejections;
	const count = logs.length;
	const mean = sumOf(logs) / Math.max(1, count);
	const squares = sumOf(logs.map((log) => (log - mean) ** 2)) + ((weight * count) / (weight + count)) * (mean - centre) ** 2;
	const variance = (degrees * deviation ** 2 + squares) / (degrees + count);
	return {
		share: 1,
		centre: (weight * centre + count * mean) / (weight + count),
		scale: Math.sqrt(variance * (count === 0 ? 1 : 1 + 1 / (weight + count))),
		degrees: count === 0 ? Infinity : degrees + count,
	};
}

function survivalOf(mass: readonly number[]): readonly number[] {
	const survival = new Array<number>(bins + 1).fill(0);
	for (let bin = bins - 1; bin >= 0; bin--) {
		survival[bin] = (survival[bin + 1] ?? 0) + (mass[bin] ?? 0);
	}
	return survival;
}

/** The hazard is taken as constant within a bin: the mass in it, divided by its width and by the survival in its middle. */
function intensityOf(mass: readonly number[]): Pick<DurationModel, 'survivalWithRejections' | 'cumulativeIntensity' | 'total'> {
	const survival = survivalOf(mass);
	const cumulativeIntensity = new Array<number>(bins + 1).fill(0);
	let total = 0;
	for (let bin = 0; bin < bins; bin++) {
		const width = (edges[bin + 1] ?? 0) - (edges[bin] ?? 0);
		const survivalWithRejections = ((survival[bin] ?? 0) + (survival[bin + 1] ?? 0)) / 2;
		const here = survivalWithRejections > 0 ? Math.sqrt(((mass[bin] ?? 0) * width) / survivalWithRejections) : 0;
		cumulativeIntensity[bin + 1] = (cumulativeIntensity[bin] ?? 0) + here;
		total += survivalWithRejections * here;
	}
	return { survivalWithRejections: survival, cumulativeIntensity, total };
}

/**
 * The age (ms) of the next poll after one at `ageMs`, so that finished tasks are noticed `lagMs` late on average.
 *
 * Source: J. B. Keller, Optimum checking schedules for systems subject to random failure, Management Science 21(3), 1974: the continuous
 * form of Barlow, Hunter and Proschan, 1963. Let n(t) be the density of polls (per ms), f the density of durations, S the share still
 * running and h = f/S the hazard. A task finishes anywhere between two polls, so the expected lag is ∫ f/2n dt. The expected number of
 * polls is ∫ S·n dt. For a given lag the number is least when n = c·√h. The lag is then ∫ S·√h dt / 2c, which gives c. The next poll is due
 * when ∫ c·√h dt has grown by one.
 *
 * This treats polls as continuous. If many tasks finish within a time that is worth less than one poll (rejections), the next poll would
 * come long after it. So one poll is added where it pays: at a time t before the next poll at t₁ it saves (t₁ − t)·P(finished until t) of
 * lag, and one poll is worth 1/2c² of lag at the same optimum. Where durations are spread evenly, an added poll saves at most half of that,
 * so none is added.
 */
export function nextPollAge(model: DurationModel, ageMs: number, lagMs: number): number {
	const { cumulativeIntensity, survivalWithRejections } = model;
	const c = model.total / (2 * lagMs);
	const { bin, part } = positionOf(ageMs);
	const wanted = valueAt(cumulativeIntensity, bin, part) + 1 / c;
	const target = lastBin(cumulativeIntensity, (value) => value <= wanted);
	const [before = 0, after = 0] = [cumulativeIntensity[target], cumulativeIntensity[target + 1]];
	const next = timeAt(target, after > before ? (wanted - before) / (after - before) : 1);

	const survivalNow = valueAt(survivalWithRejections, bin, part);
	let inBetween: number | undefined;
	let most = 1 / (2 * c * c);
	for (let edge = bin + 1; edge <= target; edge++) {
		const time = edges[edge] ?? 0;
		const saved = (next - time) * (1 - (survivalWithRejections[edge] ?? 0) / survivalNow);
		if (saved > most) {
			[inBetween, most] = [time, saved];
		}
	}
	return inBetween ?? next;
}

/** The duration (ms) that a share `q` of the tasks stay below, without rejections. */
export function durationQuantile({ survival }: DurationModel, q: number): number {
	const bin = lastBin(survival, (value) => value >= 1 - q);
	const [before = 0, after = 0] = [survival[bin], survival[bin + 1]];
	return timeAt(bin, before > after ? (before - (1 - q)) / (before - after) : 0);
}

/** The median remaining time (ms) of tasks that have run for `ageMs`, without rejections. */
export function medianLeft(model: DurationModel, ageMs: number): number {
	const { bin, part } = positionOf(ageMs);
	return Math.max(0, durationQuantile(model, 1 - valueAt(model.survival, bin, part) / 2) - ageMs);
}

/** A quantile of sorted numbers, interpolated; 0 if there are none. */
function quantileOf(sorted: readonly number[], q: number): number {
	const position = Math.max(0, (sorted.length - 1) * q);
	const left = sorted[Math.floor(position)] ?? 0;
	return left + ((sorted[Math.ceil(position)] ?? left) - left) * (position - Math.floor(position));
}

function sumOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0);
}
