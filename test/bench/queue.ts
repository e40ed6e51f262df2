// The reference for tasks with a queue: schedules that know both distributions, with and without the status.
import type { Part } from './families';
import type { Outcome } from './simulate';
import { TrueModel } from './trueModel';
import type { Distribution } from './trueModel';

/** The grid, s: fine enough for deviations of some 20 s. */
const step = 1;
const longest = 3_600;

/** A task of the simulation: when the work on it begins, and when it finishes (ms since creation). */
export interface QueuedTask {
	readonly beginsMs: number;
	readonly finishesMs: number;
}

/** Queue time and work, both known, on a grid. */
export class QueueModel {
	/** Probability per cell of the grid. */
	readonly #queue: Float64Array;
	readonly #work: Float64Array;
	/** The finish times of all tasks. */
	readonly finish: Float64Array;

	constructor(queue: Part, work: Part) {
		this.#queue = cells(new TrueModel([queue]));
		this.#work = cells(new TrueModel([work]));
		this.finish = this.#finishOf(0, this.#queue.length);
	}

	/** Finish times (not normalised) of the tasks whose work begins in the cells from `from` to before `to`. */
	#finishOf(from: number, to: number): Float64Array {
		const finish = new Float64Array(longest / step);
		for (let begin = from; begin < Math.min(to, finish.length); begin++) {
			const share = this.#queue[begin] ?? 0;
			if (share > 1e-12) {
				for (let cell = begin; cell < finish.length; cell++) {
					finish[cell] = (finish[cell] ?? 0) + share * (this.#work[cell - begin] ?? 0);
				}
			}
		}
		return finish;
	}

	/** The finish times of tasks that were `submitted` at this age (s). */
	submittedAt(age: number): Float64Array {
		return this.#finishOf(Math.round(age / step), this.#queue.length);
	}

	/** The finish times of tasks whose work began between these ages (s). */
	beganBetween(from: number, to: number): Float64Array {
		return this.#finishOf(Math.round(from / step), Math.max(Math.round(from / step) + 1, Math.round(to / step)));
	}
}

function cells(distribution: Distribution): Float64Array {
	return Float64Array.from(
		{ length: longest / step },
		(_, cell) => distribution.survival(cell * step) - distribution.survival((cell + 1) * step),
	);
}

/** The polls from an age (s) on for these finish times, where one unit of ∫ c·√h dt passes between two (see `nextPollAge`); up to `longest`. */
function pollAges(finish: Float64Array, age: number, c: number, most = Infinity): number[] {
	const ages: number[] = [];
	let alive = 0;
	const from = Math.floor(age / step);
	for (let cell = from; cell < finish.length; cell++) {
		alive += finish[cell] ?? 0;
	}
	let passed = 0;
	for (let cell = from; cell < finish.length && ages.length < most; cell++) {
		const mass = finish[cell] ?? 0;
		const begin = Math.max(age, cell * step);
		const width = (cell + 1) * step - begin;
		const rate = alive > 1e-12 ? c * Math.sqrt(mass / step / Math.max(1e-12, alive - mass / 2)) : c / 100;
		let used = 0;
		while (passed + rate * (width - used) >= 1 && ages.length < most) {
			used += (1 - passed) / rate;
			passed = 0;
			ages.push(begin + used);
		}
		passed += rate * (width - used);
		alive -= mass;
	}
	return ages;
}

/** The result of polling all tasks at these ages (s) whatever their status. */
export function withoutStatus(model: QueueModel, tasks: readonly QueuedTask[], c: number): Pick<Outcome, 'checks' | 'mean'> {
	const ages = pollAges(model.finish, 0, c);
	return outcomeOf(tasks, () => ages);
}

/**
 * The result of polling by what the status shows: while `submitted`, by the finish times that are possible then; from the first `processing`
 * on, by those of tasks that began between the last two polls. The same rule and the same price of a poll in both.
 */
export function withStatus(model: QueueModel, tasks: readonly QueuedTask[], c: number): Pick<Outcome, 'checks' | 'mean'> {
	const submitted: number[] = [0];
	for (let age = 0; age < longest - 120;) {
		age = pollAges(model.submittedAt(age), age, c, 1)[0] ?? age + 60;
		submitted.push(age);
	}
	const afterwards = new Map<number, readonly number[]>();
	return outcomeOf(tasks, ({ beginsMs }) => {
		// The first poll that finds the work begun.
		const found = submitted.findIndex((age) => age * 1_000 >= beginsMs);
		const index = found < 0 ? submitted.length - 1 : found;
		const [from = 0, to = 0] = [submitted[index - 1], submitted[index]];
		let ages = afterwards.get(index);
		if (ages === undefined) {
			ages = [...submitted.slice(1, index + 1), ...pollAges(model.beganBetween(from, to), to, c)];
			afterwards.set(index, ages);
		}
		return ages;
	});
}

function outcomeOf(tasks: readonly QueuedTask[], agesOf: (task: QueuedTask) => readonly number[]): Pick<Outcome, 'checks' | 'mean'> {
	let [checks, late] = [0, 0];
	for (const task of tasks) {
		const ages = agesOf(task);
		const finish = task.finishesMs / 1_000;
		const found = ages.findIndex((age) => age >= finish);
		// Beyond the grid a poll every minute.
		const last = ages.at(-1) ?? 0;
		const more = found < 0 ? Math.ceil((finish - last) / 60) : 0;
		checks += found < 0 ? ages.length + more : found + 1;
		late += (found < 0 ? last + 60 * more : (ages[found] ?? 0)) - finish;
	}
	return { checks: checks / tasks.length, mean: late / tasks.length };
}
