import { clamp } from './clamp';
import type { MediaKind } from './media';

/**
 * How long tasks of one operation take, learned from those that have ended.
 *
 * The law is a mixture on a grid of log-time: a task is rejected within seconds, or takes as long as earlier ones did (each duration that was seen, blurred in
 * log-time), or something else altogether (a wide log-normal around what is published of the operation and what was seen). The last part is small once there are
 * observations, and bounds what a wrong belief costs: where the other two say "it must have ended by now", its hazard alone is left, and falls slowly.
 *
 * Blurred durations rather than one fitted log-normal, because an operation may have two usual durations (a short and a long clip, and answers do not say which): one
 * log-normal would put its peak between them, where no task ends.
 */

/** One task that ended, by the server's own clock. */
export interface Observation {
	/** From creation to the end, ms. */
	readonly ms: number;
	readonly failed: boolean;
}

/** At most so many observations are kept of an operation at an origin, the newest. */
export const maxObservations = 200;

const second = 1_000;
const hour = 3_600 * second;

/** The grid: from half a second to four hours, in steps of 5 %. */
const start = Math.log(second / 2);
const step = 0.05;
const bins = Math.ceil((Math.log(4 * hour) - start) / step);
/** The edges of the bins, ms. */
const edges: readonly number[] = Array.from({ length: bins + 1 }, (_, index) => Math.exp(start + index * step));

/** A failure within this time (ms) is a rejection of the input: it tells nothing of how long the work takes. */
const rejectedWithinMs = 10 * second;
/** Rejections come after about two seconds (1.65 s was measured). `share` is believed as much as `weight` observations of it. */
const rejections = { centre: Math.log(2 * second), deviation: 0.4, share: 0.03, weight: 10 };
/** The wide part is believed as much as `weight` observations, and has `min` of the whole for ever. */
const wide = { deviation: 0.8, weight: 0.25, least: 0.01 };
/** The blur (deviation in log-time) of an observation is never less: some that happen to agree are no certainty. */
const minBandwidth = 0.06;
/** No observation counts as further from their median than by this factor: one absurd duration must not stretch the law. */
const maxOutlierRatio = 8;

/** Before there are so many observations, and where nothing is published, nothing is said of how long a task still takes. */
const minObservations = 5;

/** The law of an operation's durations. */
export interface DurationModel {
	/** Whether it is good for telling a person: it rests on something published, or on enough observations. */
	readonly isReliable: boolean;
	/** The share of tasks that take longer than each edge of the grid, rejections left out. */
	readonly survival: readonly number[];
	/** The same with the rejected ones. */
	readonly survivalWithRejections: readonly number[];
	/** √hazard summed up to each edge, in √ms: how many looks the best schedule makes until then, but for a factor. */
	readonly cumulativeIntensity: readonly number[];
	/** ∫ survival · √hazard dt, in √ms. */
	readonly total: number;
}

/** What is believed of an operation of which nothing is published, s: of videos the middle of what is, of the others what images take. */
const unpublishedSeconds: Readonly<Record<MediaKind, number>> = { video: 240, image: 32, audio: 32 };

/**
 * Learns the law from observations, in any order.
 * @param averageSeconds what is published of the operation's duration
 * @param media what it produces; all that is known where nothing is published
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

/** Within a bin the hazard is taken as constant: the mass that ends there, by the width and by what is alive in its middle. */
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
 * The age (ms) for the look after one at `ageMs`, so that ends are noticed `lagMs` late on average.
 *
 * Source: J. B. Keller, Optimum checking schedules for systems subject to random failure, Management Science 21(3), 1974: the continuous form of Barlow, Hunter and
 * Proschan, 1963. Let n(t) be the density of looks (per ms), f the density of ends, S the share still running and h = f/S the hazard. An end falls anywhere between two looks, so the
 * expected lag is ∫ f/2n dt; the expected number of looks is ∫ S·n dt. For a given lag the number is least when n = c·√h. The lag is then ∫ S·√h dt / 2c, from which follows
 * c; and the next look is due when ∫ c·√h dt has grown by one.
 *
 * That takes looks for a fluid. Where ends come in a lump that is worth less than one look (the rejections), the next look would come long after it. So a look goes in between
 * where it pays: at a time t before the next look at t₁ it saves (t₁ − t)·P(end until t) of lag, and by the same bargain a look is worth 1/2c² of it. Where ends are spread evenly such a
 * look saves half of that at most, and none goes in.
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

/** The duration (ms) that a share `q` of the tasks that are not rejected stays below. */
export function durationQuantile({ survival }: DurationModel, q: number): number {
	const bin = lastBin(survival, (value) => value >= 1 - q);
	const [before = 0, after = 0] = [survival[bin], survival[bin + 1]];
	return timeAt(bin, before > after ? (before - (1 - q)) / (before - after) : 0);
}

/** How much longer (ms) half of the tasks take that have run for so long, rejections left out. */
export function medianLeft(model: DurationModel, ageMs: number): number {
	const { bin, part } = positionOf(ageMs);
	return Math.max(0, durationQuantile(model, 1 - valueAt(model.survival, bin, part) / 2) - ageMs);
}

/** Adds `share` of a normal distribution of log-time; what lies beyond the grid, at its edges. */
function addNormal(mass: number[], centre: number, deviation: number, share: number): void {
	let [below, above] = [0, 1];
	for (let bin = 0; bin < bins; bin++) {
		const to = bin === bins - 1 ? Infinity : (start + (bin + 1) * step - centre) / deviation;
		// Above the centre by the upper tail: near 1 the difference of two lower ones would be lost, and with it all hope that a task still ends.
		const tail = normal(-Math.abs(to));
		const [nextBelow, nextAbove] = to <= 0 ? [tail, 1 - tail] : [1 - tail, tail];
		mass[bin] = (mass[bin] ?? 0) + share * (to <= 0 ? nextBelow - below : above - nextAbove);
		[below, above] = [nextBelow, nextAbove];
	}
}

/** Adds `share` of the log-times seen, each blurred by a normal kernel. Its width is Silverman's rule (Density Estimation, 1986, 3.31) with 0.7 for 0.9, as the rule is made for one hump and would run two together. */
function addKernels(mass: number[], sorted: readonly number[], share: number): void {
	const count = sorted.length;
	if (count === 0) {
		return;
	}
	const mean = sumOf(sorted) / count;
	const range = (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)) / 1.34;
	const deviation = Math.sqrt(sumOf(sorted.map((log) => (log - mean) ** 2)) / Math.max(1, count - 1));
	const spread = range > 0 ? Math.min(deviation, range) : deviation;
	// A few observations say little of how far they spread: half the wide part's deviation counts as one more.
	const believed = Math.sqrt((spread ** 2 * (count - 1) + (wide.deviation / 2) ** 2) / count);
	const bandwidth = Math.max(minBandwidth, 0.7 * believed * count ** -0.2);
	const reach = Math.ceil((4 * bandwidth) / step);
	const weights = Array.from({ length: 2 * reach + 1 }, (_, index) => Math.exp(-0.5 * (((index - reach) * step) / bandwidth) ** 2));
	const unit = share / (count * sumOf(weights));
	// First into the grid, each between two bins' middles; then the grid is blurred, which costs no more for many observations than for some.
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

/** The last bin whose left edge's value `holds`; it holds up to some edge, and no further. */
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

/** Where a time (ms) is in the grid; before its start and after its end, at the edge. */
function positionOf(ms: number): { readonly bin: number; readonly part: number } {
	if (ms <= (edges[0] ?? 0)) {
		return { bin: 0, part: 0 };
	}
	const bin = Math.min(Math.floor((Math.log(ms) - start) / step), bins - 1);
	const [left = 0, right = 0] = [edges[bin], edges[bin + 1]];
	return { bin, part: clamp((ms - left) / (right - left), 0, 1) };
}

/** The value at a part of a bin, of values that belong to the edges. */
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

/** A quantile of sorted numbers, between neighbours; 0 of none. */
function quantileOf(sorted: readonly number[], q: number): number {
	const position = Math.max(0, (sorted.length - 1) * q);
	const left = sorted[Math.floor(position)] ?? 0;
	return left + ((sorted[Math.ceil(position)] ?? left) - left) * (position - Math.floor(position));
}

function sumOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0);
}
