// Queue time and work as two distributions: a task that is still waiting cannot finish before the work on it has begun.
import { bins, edges, positionOf, valueAt } from './durationGrid';
import { durationQuantile, finishTimesOf, survivalOf } from './finishTimes';
import type { FinishTimes } from './finishTimes';

/** When the work on a task began, as an age of the task (ms): after one response and before another. */
export interface Began {
	readonly after: number;
	/** Infinity while the task waits. */
	readonly before: number;
}

/** How long a phase lasts. */
export interface PhaseTimes {
	/** The share of tasks for which it lasts longer than each edge of the grid. */
	readonly survival: readonly number[];
}

/** What is learned about queue time and work, taken as independent. */
export interface Phases {
	readonly queue: PhaseTimes;
	readonly work: PhaseTimes;
	/** The share of rejections that come within each bin. */
	readonly rejections: readonly number[];
	readonly rejectedShare: number;
	/** `FinishTimes.total` of tasks whose beginning is known. */
	readonly total: number;
}

/** @param queue the share of tasks that wait so long, within each bin; `work` likewise */
export function phasesOf(queue: readonly number[], work: readonly number[], rejections: readonly number[], rejectedShare: number): Phases {
	return {
		queue: { survival: survivalOf(queue) },
		work: { survival: survivalOf(work) },
		rejections,
		rejectedShare,
		total: finishTimesOf(work, rejections, rejectedShare).total,
	};
}

/** How long a task has probably waited (ms) whose work began at that age: the median of the possible queue times. */
export function likelyQueueTime({ queue }: Phases, began: Began): number {
	return possibleQueueTimes(queue, began, 1)[0] ?? began.after;
}

/** A status that fewer than this share of waiting tasks still have is not believed. */
const leastShare = 0.01;

/**
 * Whether a task has waited longer than nearly all: its status is probably not kept current, and says nothing of when it finishes. Some
 * gateways say "submitted" until the end.
 */
export function waitsTooLong({ queue }: Phases, { after, before }: Began): boolean {
	return before === Infinity && survivalAt(queue, after) < leastShare;
}

/** Into how many equally likely parts the possible queue times are cut. */
const parts = 24;

/** When a task finishes whose work began at that age: the possible queue times, each followed by the work. */
export function finishTimesAfter(phases: Phases, began: Began): FinishTimes {
	const { queue, work, rejections, rejectedShare, total } = phases;
	const mass = new Array<number>(bins).fill(0);
	const queueTimes = possibleQueueTimes(queue, began, parts);
	for (const waited of queueTimes) {
		let before = survivalAt(work, (edges[0] ?? 0) - waited);
		for (let bin = 0; bin < bins; bin++) {
			// The last bin takes what finishes later still.
			const after = bin === bins - 1 ? 0 : survivalAt(work, (edges[bin + 1] ?? 0) - waited);
			mass[bin] = (mass[bin] ?? 0) + (before - after) / queueTimes.length;
			before = after;
		}
	}
	return finishTimesOf(mass, rejections, rejectedShare, total);
}

/** Equally likely queue times (ms) within these bounds; their middle where such times were never seen. */
function possibleQueueTimes(queue: PhaseTimes, { after, before }: Began, count: number): readonly number[] {
	if (before <= after) {
		return [after];
	}
	const [most, least] = [survivalAt(queue, after), before === Infinity ? 0 : survivalAt(queue, before)];
	if (most - least < 1e-9) {
		return [before === Infinity ? after : (after + before) / 2];
	}
	return Array.from({ length: count }, (_, part) => {
		const survival = most - ((part + 0.5) / count) * (most - least);
		return durationQuantile(queue, 1 - survival);
	});
}

function survivalAt({ survival }: PhaseTimes, ms: number): number {
	const { bin, part } = positionOf(ms);
	return valueAt(survival, bin, part);
}
