import { clamp } from './clamp';
import type { MediaKind } from './media';

/**
 * How long tasks of one operation take, learned from finished tasks.
 *
 * A mixture of three components on a grid of log-time: fast rejections, a kernel density of past durations, and a wide log-normal prior
 * around the published average and the past durations. The prior has little weight once there are observations. It bounds the cost of a
 * wrong model: past all observed durations only its slowly falling hazard is left.
 *
 * A kernel density rather than one fitted log-normal, because an operation may have two typical durations (short and long clips, which
 * responses do not distinguish). One log-normal would peak between them, where no task finishes.
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
const hour = 3_600 * second;

/** The grid: half a second to four hours, in steps of 5 %. */
const start = Math.log(second / 2);
const step = 0.05;
const bins = Math.ceil((Math.log(4 * hour) - start) / step);
/** The edges of the bins, ms. */
const edges: readonly number[] = Array.from({ length: bins + 1 }, (_, index) => Math.exp(start + index * step));

/** A failure within this time (ms) is a rejection of the input and says nothing about how long the work takes. */
const rejectedWithinMs = 10 * second;
/** Rejections come after about two seconds (measured: 1.65 s). `share` is their prior, with the weight of `weight` observations. */
const rejections = { centre: Math.log(2 * second), deviation: 0.4, share: 0.03, weight: 10 };
/** The prior has the weight of `weight` observations, and always at least the share `least`. */
const wide = { deviation: 0.8, weight: 0.25, least: 0.01 };
/** Lower bound for the kernel's bandwidth (in log-time): a few equal observations do not prove that all tasks take equally long. */
const minBandwidth = 0.06;
/** Observations further from the median than this factor are clamped: one absurd duration must not widen the model. */
const maxOutlierRatio = 8;

/** With fewer observations and no published average there is no estimate for people. */
const minObservations = 5;

/** The distribution of an operation's durations. */
export interface DurationModel {
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
 * Learns the model from observations in any order.
 * @param averageSeconds the operation's published average
 * @param media what the operation produces; decides the prior if there is no published average
 */
export function learnDurations(observations: readonly Observation[], averageSeconds: number | undefined, media: MediaKind): DurationModel {
	const isRejection = ({ ms, failed }: Observation): boolean => failed && ms < rejectedWithinMs;
	const logs = observations
		.filter((one) => !isRejection(one))
		.map(({ ms }) => Math.log(clamp(ms, second / 2, 4 * hour)))
		.sort((a, b) => a - b);
	const middle = quantileOf(logs, 0.5);
	const clamped = logs.map((log) => clamp(log, middle - Math.log(maxOutlierRatio), middle + Math.log(maxOutlierRatio)));

	const rejected =
		(observations.length - clamped.length + rejections.share * rejections.weight) / (observations.length + rejections.weight);
	const belief = Math.log(second * (averageSeconds ?? unpublishedSeconds[media]));
	const wideShare = Math.max(wide.least, wide.weight / (wide.weight + clamped.length));
	const wideCentre = (wide.weight * belief + sumOf(clamped)) / (wide.weight + clamped.length);

	const mixture = new Array<number>(bins).fill(0);
	addNormal(mixture, wideCentre, wide.deviation, wideShare);
	addKernels(mixture, clamped, 1 - wideShare);
	const all = mixture.map((mass) => mass * (1 - rejected));
	addNormal(all, rejections.centre, rejections.deviation, rejected);
	return {
		isReliable: averageSeconds !== undefined || clamped.length >= minObservations,
		survival: survivalOf(mixture),
		...intensityOf(all),
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

/** Adds `share` of a normal distribution of log-time. Mass outside the grid goes to its edges. */
function addNormal(mass: number[], centre: number, deviation: number, share: number): void {
	let [below, above] = [0, 1];
	for (let bin = 0; bin < bins; bin++) {
		const to = bin === bins - 1 ? Infinity : (start + (bin + 1) * step - centre) / deviation;
		// Above the centre the upper tail is subtracted: the difference of two numbers near 1 would round to 0, and the hazard with it.
		const tail = normal(-Math.abs(to));
		const [nextBelow, nextAbove] = to <= 0 ? [tail, 1 - tail] : [1 - tail, tail];
		mass[bin] = (mass[bin] ?? 0) + share * (to <= 0 ? nextBelow - below : above - nextAbove);
		[below, above] = [nextBelow, nextAbove];
	}
}

/**
 * Adds `share` of the observed log-times, each smoothed by a normal kernel. The bandwidth is Silverman's rule (Density Estimation, 1986,
 * 3.31) with 0.7 in place of 0.9: the rule assumes one mode and would merge two.
 */
function addKernels(mass: number[], sorted: readonly number[], share: number): void {
	const count = sorted.length;
	if (count === 0) {
		return;
	}
	const mean = sumOf(sorted) / count;
	const range = (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)) / 1.34;
	const deviation = Math.sqrt(sumOf(sorted.map((log) => (log - mean) ** 2)) / Math.max(1, count - 1));
	const spread = range > 0 ? Math.min(deviation, range) : deviation;
	// The spread of a few observations is uncertain: half the prior's deviation counts as one more observation.
	const believed = Math.sqrt((spread ** 2 * (count - 1) + (wide.deviation / 2) ** 2) / count);
	const bandwidth = Math.max(minBandwidth, 0.7 * believed * count ** -0.2);
	const reach = Math.ceil((4 * bandwidth) / step);
	const weights = Array.from({ length: 2 * reach + 1 }, (_, index) => Math.exp(-0.5 * (((index - reach) * step) / bandwidth) ** 2));
	const unit = share / (count * sumOf(weights));
	// Linear binning: observations go into the grid first, then the grid is smoothed, so the cost does not depend on their number.
	const grid = new Float64Array(bins + 1);
	for (const log of sorted) {
		const position = Math.max(0, (log - start) / step - 0.5);
		const left = Math.floor(position);
		grid[left] = (grid[left] ?? 0) + left + 1 - position;
		grid[left + 1] = (grid[left + 1] ?? 0) + position - left;
	}
	for (let centre = 0; centre <= bins; centre++) {
		const amount = unit * (grid[centre] ?? 0);
		if (amount === 0) {
			continue;
		}
		for (let index = 0; index < weights.length; index++) {
			const bin = clamp(centre + index - reach, 0, bins - 1);
			mass[bin] = (mass[bin] ?? 0) + amount * (weights[index] ?? 0);
		}
	}
}

/** The last bin whose left edge's value fulfils `holds`, by binary search; `holds` must be true up to some edge and false from there on. */
function lastBin(values: readonly number[], holds: (value: number) => boolean): number {
	let low = 0;
	let high = bins - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (holds(values[middle] ?? 0)) {
			low = middle;
		} else {
			high = middle - 1;
		}
	}
	return low;
}

/** The position of a time (ms) in the grid; times outside are clamped to its edges. */
function positionOf(ms: number): { readonly bin: number; readonly part: number } {
	if (ms <= (edges[0] ?? 0)) {
		return { bin: 0, part: 0 };
	}
	const bin = Math.min(Math.floor((Math.log(ms) - start) / step), bins - 1);
	const [left = 0, right = 0] = [edges[bin], edges[bin + 1]];
	return { bin, part: clamp((ms - left) / (right - left), 0, 1) };
}

/** Interpolates between the values at a bin's two edges. */
function valueAt(values: readonly number[], bin: number, part: number): number {
	return (values[bin] ?? 0) * (1 - part) + (values[bin + 1] ?? 0) * part;
}

function timeAt(bin: number, part: number): number {
	const [left = 0, right = 0] = [edges[bin], edges[bin + 1]];
	return left + (right - left) * clamp(part, 0, 1);
}

/** The standard normal distribution function, to 1e-7 (Abramowitz and Stegun, 26.2.17). */
function normal(x: number): number {
	const t = 1 / (1 + 0.2316419 * Math.abs(x));
	const tail =
		0.3989422804 *
		Math.exp((-x * x) / 2) *
		t *
		(0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
	return x > 0 ? 1 - tail : tail;
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
