// When tasks finish, as a distribution on the grid of log-time, and the schedule that follows from it.
import { bins, edges, lastBin, positionOf, timeAt, valueAt } from './durationGrid';

/** When a task finishes: a distribution of its age then. */
export interface FinishTimes {
	/** The share of tasks that take longer than each edge of the grid, without rejections. */
	readonly survival: readonly number[];
	/** The same, with rejections. */
	readonly survivalWithRejections: readonly number[];
	/** √hazard summed up to each edge, in √ms: proportional to the number of checks that the optimal schedule makes until then. */
	readonly cumulativeIntensity: readonly number[];
	/** ∫ survival · √hazard dt, in √ms, over all tasks of the operation: what the price of a check follows from (see `nextPollAge`). */
	readonly total: number;
}

/**
 * @param work the share of tasks that finish within each bin, without rejections
 * @param rejections the share of rejections that come within each bin
 * @param rejectedShare how many tasks are rejected, 0 to 1
 * @param total that of all tasks of the operation, if these are only some of them
 */
export function finishTimesOf(work: readonly number[], rejections: readonly number[], rejectedShare: number, total?: number): FinishTimes {
	const both = work.map((mass, bin) => mass * (1 - rejectedShare) + (rejections[bin] ?? 0) * rejectedShare);
	const intensity = intensityOf(both);
	return { survival: survivalOf(work), ...intensity, total: total ?? intensity.total };
}

/** The share that is left at each edge. */
export function survivalOf(mass: readonly number[]): readonly number[] {
	const survival = new Array<number>(bins + 1).fill(0);
	for (let bin = bins - 1; bin >= 0; bin--) {
		survival[bin] = (survival[bin + 1] ?? 0) + (mass[bin] ?? 0);
	}
	return survival;
}

/** The hazard is taken as constant within a bin: the mass in it, divided by its width and by the survival in its middle. */
function intensityOf(mass: readonly number[]): Omit<FinishTimes, 'survival'> {
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
 * The age (ms) of the next check after one at `ageMs`, so that finished tasks are noticed `lagMs` late on average.
 *
 * Source: J. B. Keller, Optimum checking schedules for systems subject to random failure, Management Science 21(3), 1974: the continuous
 * form of Barlow, Hunter and Proschan, 1963. Let n(t) be the density of checks (per ms), f the density of durations, S the share still
 * running and h = f/S the hazard. A task finishes anywhere between two checks, so the expected lag is ∫ f/2n dt. The expected number of
 * checks is ∫ S·n dt. For a given lag the number is least when n = c·√h. The lag is then ∫ S·√h dt / 2c, which gives c. The next check is due
 * when ∫ c·√h dt has grown by one.
 *
 * This treats checks as continuous. If many tasks finish within a time that is worth less than one check (rejections), the next check would
 * come long after it. So one check is added where it pays: at a time t before the next check at t₁ it saves (t₁ − t)·P(finished until t) of
 * lag, and one check is worth 1/2c² of lag at the same optimum. Where durations are spread evenly, an added check saves at most half of that,
 * so none is added. Where one check is enough for nearly all tasks, c is small and that price says nothing: it is never more than `lagMs`.
 */
export function nextPollAge(times: FinishTimes, ageMs: number, lagMs: number): number {
	const { cumulativeIntensity, survivalWithRejections } = times;
	const c = times.total / (2 * lagMs);
	const { bin, part } = positionOf(ageMs);
	const wanted = valueAt(cumulativeIntensity, bin, part) + 1 / c;
	const target = lastBin(cumulativeIntensity, (value) => value <= wanted);
	const [before = 0, after = 0] = [cumulativeIntensity[target], cumulativeIntensity[target + 1]];
	const next = timeAt(target, after > before ? (wanted - before) / (after - before) : 1);

	const survivalNow = valueAt(survivalWithRejections, bin, part);
	let inBetween: number | undefined;
	let most = Math.min(1 / (2 * c * c), lagMs);
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
export function durationQuantile({ survival }: Pick<FinishTimes, 'survival'>, q: number): number {
	const bin = lastBin(survival, (value) => value >= 1 - q);
	const [before = 0, after = 0] = [survival[bin], survival[bin + 1]];
	return timeAt(bin, before > after ? (before - (1 - q)) / (before - after) : 0);
}

/** The median remaining time (ms) of tasks that have run for `ageMs`, without rejections. */
export function medianLeft(times: Pick<FinishTimes, 'survival'>, ageMs: number): number {
	const { bin, part } = positionOf(ageMs);
	return Math.max(0, durationQuantile(times, 1 - valueAt(times.survival, bin, part) / 2) - ageMs);
}
