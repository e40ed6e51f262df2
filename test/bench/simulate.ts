import type { DurationModel } from '../../src/core/durationModel';
import type { Began } from '../../src/core/phases';
import { finishTimes, firstWait, modelInterval, jitterBounded } from '../../src/core/schedule';
import type { SeededRandom } from '../../src/simulator/random';
import type { TrueIntensity } from './trueModel';

/**
 * The age (ms) of the poll after the `check`th (from 0) at `age` (ms). The check at tracking, which every schedule makes, is not counted.
 */
export type Schedule = (age: number, check: number) => number;

/** The result of a schedule on many tasks. */
export interface Outcome {
	/** Polls per task. */
	readonly checks: number;
	/** How late finished tasks were noticed, s. */
	readonly mean: number;
	readonly p50: number;
	readonly p95: number;
	readonly max: number;
}

export const fixed =
	(seconds: number): Schedule =>
	(age) =>
		age + seconds * 1_000;

export function backingOff({ first, factor, most }: { readonly first: number; readonly factor: number; readonly most: number }): Schedule {
	return (age, check) => age + 1_000 * Math.min(first * factor ** check, most);
}

/** The best schedule for a known duration model, with a mean lag of about `lag` (ms). */
export function optimum(cumulativeIntensity: TrueIntensity, lag: number): Schedule {
	return alike((age) => 1_000 * cumulativeIntensity.nextPollAge(age / 1_000, lag / 1_000));
}

/**
 * Our schedule for a duration model, with a mean lag of about `lag` (ms): as `nextPoll` books, for a task that is tracked when it is
 * created.
 * @param beganAt what a response at this age (ms) shows of when the work began, asked for in the order of the polls
 */
export function ours(
	model: DurationModel,
	lag: number,
	random: () => number,
	beganAt: (age: number) => Began | undefined = () => undefined,
): Schedule {
	return (age, check) => {
		const interval =
			check === 0 && !model.isLearned ? firstWait : modelInterval(finishTimes(model, beganAt(age)), age, lag, { visible: false });
		return age + jitterBounded(interval, random());
	};
}

/** A schedule without chance, which polls every task at the same ages: each age is computed once. Only for `simulate`, which starts at age 0. */
function alike(schedule: Schedule): Schedule {
	const ages: number[] = [];
	return (age, check) => (ages[check] ??= schedule(age, check));
}

/** A sequence of random numbers, generated once and read from its start by each run: so only the parameters of the runs differ. */
export function replayed(random: SeededRandom): () => () => number {
	const numbers: number[] = [];
	return () => {
		let next = 0;
		return () => (numbers[next++] ??= random.fraction());
	};
}

/** @param durations ms; `scheduleOf` gives the schedule of the task with this index */
export function simulate(durations: readonly number[], scheduleOf: (index: number) => Schedule): Outcome {
	let checks = 0;
	const lags = durations.map((duration, index) => {
		const next = scheduleOf(index);
		let age = 0;
		for (let check = 0; age < duration; check++) {
			age = next(age, check);
			checks++;
		}
		return (age - duration) / 1_000;
	});
	const sorted = Float64Array.from(lags).sort();
	const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
	return {
		checks: checks / durations.length,
		mean: lags.reduce((sum, lag) => sum + lag, 0) / lags.length,
		p50: at(0.5),
		p95: at(0.95),
		max: at(1),
	};
}

/**
 * The outcome at the requested mean lag (s), within 0.5 %; undefined where no parameter reaches it: ours never polls more often than every
 * two seconds. Mean lag grows with the parameter, roughly in proportion.
 */
export function scaledTo(mean: number, run: (lag: number) => Outcome): Outcome | undefined {
	let lag = mean * 1_000;
	let outcome = run(lag);
	let [low, high] = [0, Infinity];
	for (let round = 0; round < 30 && Math.abs(outcome.mean / mean - 1) > 0.002; round++) {
		if (outcome.mean < mean) {
			low = lag;
		} else {
			high = lag;
		}
		const guess = (lag * mean) / outcome.mean;
		lag = guess > low && guess < high ? guess : high === Infinity ? 2 * low : (low + high) / 2;
		const before = outcome.mean;
		outcome = run(lag);
		// Unreachable: a parameter near 0 has no more effect.
		if (lag < 100 && Math.abs(outcome.mean / before - 1) < 0.001) {
			break;
		}
	}
	return Math.abs(outcome.mean / mean - 1) <= 0.005 ? outcome : undefined;
}
