import { clamp } from './clamp';
import { weightsOf } from './durationChange';
import { addHumps, bins, longest, shortest } from './durationGrid';
import { finishTimesOf } from './finishTimes';
import type { FinishTimes } from './finishTimes';
import type { Hump } from './logMixture';
import { fitHumps } from './logMixture';
import type { MediaKind } from './media';
import { phasesOf } from './phases';
import type { Phases } from './phases';

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
	/** From creation until the work began, ms; missing if the responses did not show it. */
	readonly queueMs?: number;
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
const prior = {
	rejections: { centre: Math.log(2 * second), deviation: 0.4, weight: 1, degrees: 4, share: 0.03, shareWeight: 10 },
	/** Most tasks begin within two seconds; log-time. */
	queue: Math.log(2 * second),
};
/** The prior, in log-time: it has the weight of `weight` observations, and always at least the share `least`. */
const wide = { deviation: 1, weight: 0.1, least: 0.01 };
/**
 * Observations further from the median of all and from that of the `recent` last ones than the factor `ratio`, and than `range` interquartile
 * ranges of log-time, are clamped: one absurd duration must not widen the model.
 */
const outliers = { ratio: 8, range: 3, recent: 20 };

/** With fewer observations and no published average there is no estimate for people; with fewer known queue times they are not used. */
const minObservations = 5;

/** The distribution of an operation's durations. */
export interface DurationModel extends FinishTimes {
	/** Whether any task has finished yet. */
	readonly isLearned: boolean;
	/** Whether it is good enough to show an estimate: there is a published average, or enough observations. */
	readonly isReliable: boolean;
	/** Queue time and work apart; undefined until enough tasks have shown when the work on them began. */
	readonly phases: Phases | undefined;
}

/** Average (s) of operations without a published one: for videos the median of the published ones, otherwise that of images. */
const unpublishedSeconds: Readonly<Record<MediaKind, number>> = { video: 240, image: 32, audio: 32 };

/**
 * Learns the model from observations.
 * @param observations newest last; those without a finite duration are ignored
 * @param averageSeconds the operation's published average
 * @param media what the operation produces; decides the prior if there is no published average
 */
export function learnDurations(observations: readonly Observation[], averageSeconds: number | undefined, media: MediaKind): DurationModel {
	const belief = Math.log(second * (averageSeconds ?? unpublishedSeconds[media]));
	const finite = observations.filter(({ ms }) => Number.isFinite(ms));
	const { rejected, works } = split(finite, belief);
	const rejections = rejectionTimes(rejected);
	const rejectedShare =
		(rejected.length + prior.rejections.share * prior.rejections.shareWeight) / (finite.length + prior.rejections.shareWeight);
	return {
		isLearned: finite.length > 0,
		isReliable: averageSeconds !== undefined || works.length >= minObservations,
		...finishTimesOf(
			learnTimes(
				works.map(({ ms }) => ms),
				belief,
			),
			rejections,
			rejectedShare,
		),
		phases: learnPhases(works, belief, rejections, rejectedShare),
	};
}

/** Queue time and work, learned from the tasks whose queue time is known. */
function learnPhases(
	works: readonly Observation[],
	belief: number,
	rejections: readonly number[],
	rejectedShare: number,
): Phases | undefined {
	const known = works.flatMap(({ ms, queueMs = NaN }) => (queueMs >= 0 && queueMs < ms ? [{ queue: queueMs, work: ms - queueMs }] : []));
	if (known.length < minObservations) {
		return undefined;
	}
	return phasesOf(
		learnTimes(
			known.map(({ queue }) => queue),
			prior.queue,
		),
		learnTimes(
			known.map(({ work }) => work),
			belief,
		),
		rejections,
		rejectedShare,
	);
}

/**
 * The share of times within each bin of the grid, learned from observed ones.
 * @param times ms, newest last
 * @param belief the log-time to expect before any is observed
 */
function learnTimes(times: readonly number[], belief: number): readonly number[] {
	const logs = withoutOutliers(times.map(logOf));
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
	const mass = new Array<number>(bins).fill(0);
	addHumps(mass, [{ share: 1, centre, scale: wide.deviation, degrees: Infinity }], humps.length === 0 ? 1 : wideShare);
	if (humps.length > 0) {
		addHumps(mass, humps, 1 - wideShare);
	}
	return mass;
}

function logOf(ms: number): number {
	return Math.log(clamp(ms, shortest, longest));
}

/** Splits observations into rejections (ms) and work. */
function split(
	observations: readonly Observation[],
	belief: number,
): { readonly rejected: readonly number[]; readonly works: readonly Observation[] } {
	const successes = observations.filter(({ failed }) => !failed).map(({ ms }) => logOf(ms));
	const usual = successes.length > 0 ? medianOf(successes) : belief;
	const isRejection = ({ ms, failed }: Observation): boolean => failed && logOf(ms) < usual + Math.log(rejectedWithin);
	return {
		rejected: observations.filter(isRejection).map(({ ms }) => ms),
		works: observations.filter((one) => !isRejection(one)),
	};
}

/** Clamps log-times that are far from the median of all and from that of the last ones, which may follow a change. */
function withoutOutliers(logs: readonly number[]): readonly number[] {
	const sorted = [...logs].sort((a, b) => a - b);
	const reach = Math.max(Math.log(outliers.ratio), outliers.range * (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)));
	const medians = [quantileOf(sorted, 0.5), medianOf(logs.slice(-outliers.recent))];
	return logs.map((log) => clamp(log, Math.min(...medians) - reach, Math.max(...medians) + reach));
}

/**
 * The share of rejections that come within each bin: the prediction of a normal distribution of log-time with a normal-inverse-gamma prior.
 * @param times of the observed ones, ms
 */
function rejectionTimes(times: readonly number[]): readonly number[] {
	const { weight, centre, deviation, degrees } = prior.rejections;
	const logs = times.map(logOf);
	const count = logs.length;
	const mean = sumOf(logs) / Math.max(1, count);
	const squares = sumOf(logs.map((log) => (log - mean) ** 2)) + ((weight * count) / (weight + count)) * (mean - centre) ** 2;
	const variance = (degrees * deviation ** 2 + squares) / (degrees + count);
	const next: Hump = {
		share: 1,
		centre: (weight * centre + count * mean) / (weight + count),
		scale: Math.sqrt(variance * (count === 0 ? 1 : 1 + 1 / (weight + count))),
		degrees: count === 0 ? Infinity : degrees + count,
	};
	const mass = new Array<number>(bins).fill(0);
	addHumps(mass, [next], 1);
	return mass;
}

/** A quantile of sorted numbers, interpolated; 0 if there are none. */
function quantileOf(sorted: readonly number[], q: number): number {
	const position = Math.max(0, (sorted.length - 1) * q);
	const left = sorted[Math.floor(position)] ?? 0;
	return left + ((sorted[Math.ceil(position)] ?? left) - left) * (position - Math.floor(position));
}

function medianOf(numbers: readonly number[]): number {
	return quantileOf(
		[...numbers].sort((a, b) => a - b),
		0.5,
	);
}

function sumOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0);
}
