import type { DurationModel } from './durationModel';
import { durationQuantile, medianLeft } from './finishTimes';
import { ageOf } from './age';
import { likelyQueueTime, waitsTooLong, type PhaseTimes } from './phases';
import { isFinished, type Task } from './task';
import { beganOf } from './workBegan';

/**
 * How long a running task will still take, by the model of its operation. Never a percentage: the API does not report real progress.
 * - `left`: the median remaining time is `ms`
 * - `soon`: it has run for longer than half of such tasks take
 * - `late`: when it was last checked, it had run for longer than nine in ten of them take; a task that nobody has checked since may be done
 * Where queue times are known, a task that has begun is compared by its work alone, and one that waits is never `soon`.
 */
export type Estimate = { readonly kind: 'left'; readonly ms: number } | { readonly kind: 'soon' } | { readonly kind: 'late' };

/**
 * Returns undefined if the task is finished or reported so, was never found, has a problem or an unknown age, or if its operation has
 * neither a published average nor enough observations.
 */
export function estimateOf(task: Task, model: DurationModel, now: number): Estimate | undefined {
	const isRunning = task.lastCheckedAt !== undefined && task.problem === undefined && task.unconfirmed === undefined && !isFinished(task);
	const age = isRunning ? ageOf(task, now) : undefined;
	if (age === undefined || task.lastCheckedAt === undefined || !model.isReliable) {
		return undefined;
	}
	const uncheckedFor = Math.max(0, now - task.lastCheckedAt);
	const began = beganOf(task, age);
	if (began === undefined || model.phases === undefined || waitsTooLong(model.phases, began)) {
		return within(model, age, uncheckedFor);
	}
	const { queue, work } = model.phases;
	if (began.before < Infinity) {
		return within(work, Math.max(0, age - likelyQueueTime(model.phases, began)), uncheckedFor);
	}
	return age - uncheckedFor > durationQuantile(model, 0.9)
		? { kind: 'late' }
		: { kind: 'left', ms: medianLeft(queue, age) + durationQuantile(work, 0.5) };
}

/** The estimate for what has lasted `ms`, was not checked for the last `uncheckedFor` ms of them, and lasts as long as these times say. */
function within(times: PhaseTimes, ms: number, uncheckedFor: number): Estimate {
	if (ms - uncheckedFor > durationQuantile(times, 0.9)) {
		return { kind: 'late' };
	}
	return ms > durationQuantile(times, 0.5) ? { kind: 'soon' } : { kind: 'left', ms: medianLeft(times, ms) };
}

/** A rounded span of time, for people. */
export type ApproximateSpan = { readonly unit: 'fewSeconds' } | { readonly unit: 'seconds' | 'minutes' | 'hours'; readonly count: number };

const steps: readonly {
	readonly below: number;
	readonly step: number;
	readonly unit: 'seconds' | 'minutes' | 'hours';
	readonly ms: number;
}[] = [
	{ below: 55_000, step: 10, unit: 'seconds', ms: 1_000 },
	{ below: 10.5 * 60_000, step: 1, unit: 'minutes', ms: 60_000 },
	{ below: 57.5 * 60_000, step: 5, unit: 'minutes', ms: 60_000 },
	{ below: Infinity, step: 1, unit: 'hours', ms: 3_600_000 },
];

/** Rounds a span (ms) to tens of seconds, minutes, five minutes or hours, depending on its length. */
export function approximateSpan(ms: number): ApproximateSpan {
	if (ms < 7_500) {
		return { unit: 'fewSeconds' };
	}
	const found = steps.find(({ below }) => ms < below);
	const { unit, step, ms: whole } = found ?? { unit: 'hours', step: 1, ms: 3_600_000 };
	return { unit, count: Math.max(step, step * Math.round(ms / (whole * step))) };
}
