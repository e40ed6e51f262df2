// Compares our schedule with the optimum on the families that it was not developed on, and while it learns.
import type { DurationModel, Observation } from '../../src/core/durationModel';
import { maxObservations } from '../../src/core/durationModel';
import type { Began } from '../../src/core/phases';
import { lagOf } from '../../src/core/schedule';
import { SeededRandom } from '../../src/simulator/random';
import { families, observations, tasksPerDraw, tasksPerFamily } from './families';
import { heldOutFamilies, online, queuedFamilies, shorter, week } from './heldOut';
import type { HeldOut, Queued } from './heldOut';
import type { QueuedTask } from './queue';
import { QueueModel, withoutStatus, withStatus } from './queue';
import { draw, groupOf, learnPublished as learn } from './schedules';
import type { Outcome } from './simulate';
import { fixed, optimum, ours, replayed, scaledTo, simulate } from './simulate';
import type { Table } from './table';
import { TrueIntensity, TrueModel } from './trueModel';
import type { Distribution } from './trueModel';

const focused = { focused: true };
type Facts = Record<string, Record<string, number>>;
/** A task, the model that the learner has when it starts, and the intensity of its true distribution. */
interface Run {
	readonly durations: readonly number[];
	readonly models: readonly DurationModel[];
	readonly intensities: readonly TrueIntensity[];
	readonly seed: number;
}

/** Ours at its own lag and the optimum at the same: the polls of both per task, and the lag in s. */
function besideOptimum({ durations, models, intensities, seed }: Run): { readonly nominal: Outcome; readonly ratio: number } {
	const fraction = replayed(new SeededRandom(seed))();
	const modelOf = (index: number) => models[index] ?? learn([]);
	const nominal = simulate(durations, (index) => ours(modelOf(index), lagOf(modelOf(index), focused), fraction));
	return { nominal, ratio: nominal.checks / bestAt(nominal.mean, durations, intensities).checks };
}

/** The optimum with this mean lag (s). A poll has the same price whatever the task's distribution. */
function bestAt(mean: number, durations: readonly number[], intensities: readonly TrueIntensity[]): Outcome {
	const reference = intensities[0]?.total ?? 1;
	const run = (lag: number): Outcome => {
		const schedules = new Map([...new Set(intensities)].map((one) => [one, optimum(one, (lag * one.total) / reference)] as const));
		return simulate(durations, (index) => {
			const one = intensities[index];
			return (one === undefined ? undefined : schedules.get(one)) ?? fixed(60);
		});
	};
	return scaledTo(mean, run) ?? run(mean * 1_000);
}

/** Polls of "every 5 s" ÷ ours at the same lag. */
function fixedToOurs({ durations, models, seed }: Omit<Run, 'intensities'>): number {
	const every = simulate(durations, () => fixed(5));
	const nextRandom = replayed(new SeededRandom(seed));
	const scaled = scaledTo(every.mean, (lag) => {
		const fraction = nextRandom();
		return simulate(durations, (index) => ours(models[index] ?? learn([]), lag, fraction));
	});
	return every.checks / (scaled?.checks ?? NaN);
}

function stationary({ distribution, seed, learnedSeed }: Omit<HeldOut, 'name'>): Record<string, number> {
	const { durations, samples } = draw(distribution, seed, learnedSeed);
	const learned = samples.map(learn);
	const intensity = new TrueIntensity(distribution);
	const run = {
		durations,
		models: durations.map((_, index) => learned[groupOf(index)] ?? learn([])),
		intensities: durations.map(() => intensity),
		seed: seed + 1_000,
	};
	const { nominal, ratio } = besideOptimum(run);
	const cold = learn([]);
	return {
		polls: nominal.checks,
		lag: nominal.mean,
		oursToOptimum: ratio,
		'every 5 s to ours': fixedToOurs(run),
		'every 5 s to ours cold': fixedToOurs({ ...run, models: durations.map(() => cold) }),
		online: whileLearning(distribution, intensity),
	};
}

/** Ours ÷ optimum over the first tasks of an operation. */
function whileLearning(distribution: Distribution, intensity: TrueIntensity): number {
	const random = new SeededRandom(online.seed);
	const streams = Array.from({ length: online.repeats }, () => {
		const drawn = Array.from({ length: online.tasks }, () => distribution.draw(random));
		return {
			durations: drawn.map(({ seconds }) => 1_000 * seconds),
			models: modelsWhile(
				[],
				drawn.map(({ seconds, failed }) => ({ ms: 1_000 * seconds, failed })),
			),
		};
	});
	const durations = streams.flatMap((one) => one.durations);
	return besideOptimum({
		durations,
		models: streams.flatMap((one) => one.models),
		intensities: durations.map(() => intensity),
		seed: online.seed + 1_000,
	}).ratio;
}

/** The models that the learner has before each of these tasks. From the fortieth on every fifth is learned, which saves most of the time. */
function modelsWhile(before: readonly Observation[], tasks: readonly Observation[], everyFrom = 40): DurationModel[] {
	const models: DurationModel[] = [];
	tasks.forEach((_, index) => {
		const known = index > everyFrom && index % 5 !== 0 ? models[index - 1] : undefined;
		models.push(known ?? learn([...before, ...tasks.slice(0, index)].slice(-maxObservations)));
	});
	return models;
}

const hour = 3_600;
/** Monday to Friday, 9 to 17 o'clock; `at` in s since Monday, 0 o'clock. */
function isWorkingHour(at: number): boolean {
	const [day, ofDay] = [Math.floor(at / (24 * hour)) % 7, at % (24 * hour)];
	return day < 5 && ofDay >= 9 * hour && ofDay < 17 * hour;
}

function overTheWeek(): Run {
	const model = new TrueModel(week.parts);
	const usual = new TrueIntensity(model);
	const slow = new TrueIntensity(new TrueModel(week.parts.map((part) => ({ ...part, median: part.median * week.factor }))));
	const random = new SeededRandom(week.seed);
	const runs = Array.from({ length: week.repeats }, () => {
		const start = 7 * 24 * hour * random.fraction();
		const tasks = Array.from({ length: week.history + week.judged }, (_, index) => {
			const isSlow = isWorkingHour(start + index * week.apartMinutes * 60);
			return { isSlow, ms: 1_000 * model.draw(random).seconds * (isSlow ? week.factor : 1), failed: false };
		});
		const judged = tasks.slice(week.history);
		return {
			durations: judged.map(({ ms }) => ms),
			models: modelsWhile(tasks.slice(0, week.history), judged, Infinity),
			intensities: judged.map(({ isSlow }) => (isSlow ? slow : usual)),
		};
	});
	return {
		durations: runs.flatMap((run) => run.durations),
		models: runs.flatMap((run) => run.models),
		intensities: runs.flatMap((run) => run.intensities),
		seed: week.seed + 1_000,
	};
}

/** The tasks after the step, by their number after it: rows of `repeats` tasks each. */
function afterTheStep(): readonly Run[] {
	const model = new TrueModel(shorter.parts);
	const random = new SeededRandom(shorter.seed);
	const one = (factor: number): Observation => ({ ms: 1_000 * factor * model.draw(random).seconds, failed: false });
	const intensity = new TrueIntensity(new TrueModel(shorter.parts.map((part) => ({ ...part, median: part.median * shorter.factor }))));
	const runs = Array.from({ length: shorter.repeats }, () => {
		const before = Array.from({ length: maxObservations }, () => one(1));
		const tasks = Array.from({ length: shorter.judged.at(-1) ?? 0 }, () => one(shorter.factor));
		return { tasks, models: modelsWhile(before, tasks) };
	});
	return shorter.judged.map((to, index) => {
		const from = shorter.judged[index - 1] ?? 0;
		const durations = runs.flatMap(({ tasks }) => tasks.slice(from, to).map(({ ms }) => ms));
		return {
			durations,
			models: runs.flatMap(({ models }) => models.slice(from, to)),
			intensities: durations.map(() => intensity),
			seed: shorter.seed + 1_000 + index,
		};
	});
}

/**
 * What the responses show of when the work began.
 * @param isShown whether the first response after it says when, as `updated_at` does where it changes with the status only
 */
function shownBy(beginsMs: number, isShown: boolean): (age: number) => Began {
	let after = 0;
	let before = Infinity;
	return (age) => {
		if (age < beginsMs) {
			after = age;
		} else if (before === Infinity) {
			[after, before] = isShown ? [beginsMs, beginsMs] : [after, age];
		}
		return { after, before };
	};
}

/** The learner knows when the work of finished tasks began. */
function withQueue({ queue, work, seed, learnedSeed }: Omit<Queued, 'name'>, isShown: boolean): Record<string, number> {
	const [queueModel, workModel] = [new TrueModel([queue]), new TrueModel([work])];
	const drawTask = (random: SeededRandom): QueuedTask => {
		const beginsMs = 1_000 * queueModel.draw(random).seconds;
		return { beginsMs, finishesMs: beginsMs + 1_000 * workModel.draw(random).seconds };
	};
	const [random, learningRandom] = [new SeededRandom(seed), new SeededRandom(learnedSeed)];
	const tasks = Array.from({ length: tasksPerFamily }, () => drawTask(random));
	const learned = Array.from({ length: tasksPerFamily / tasksPerDraw }, () =>
		learn(
			Array.from({ length: observations }, () => {
				const { beginsMs, finishesMs } = drawTask(learningRandom);
				return { ms: finishesMs, failed: false, queueMs: beginsMs };
			}),
		),
	);
	const fraction = replayed(new SeededRandom(seed + 1_000))();
	const nominal = simulate(
		tasks.map(({ finishesMs }) => finishesMs),
		(index) => {
			const model = learned[groupOf(index)] ?? learn([]);
			return ours(model, lagOf(model, focused), fraction, shownBy(tasks[index]?.beginsMs ?? 0, isShown));
		},
	);
	const known = new QueueModel(queue, work);
	/** The polls at our lag. The grid of the reference makes its lag jump a little, so the polls of the nearest are scaled. */
	const atThatLag = (run: (c: number) => Pick<Outcome, 'checks' | 'mean'>): number => {
		let [low, high] = [0.02, 2];
		let outcome = run(low);
		for (let round = 0; round < 14; round++) {
			const c = Math.sqrt(low * high);
			outcome = run(c);
			if (outcome.mean > nominal.mean) {
				low = c;
			} else {
				high = c;
			}
		}
		return (outcome.checks * outcome.mean) / nominal.mean;
	};
	return {
		polls: nominal.checks,
		lag: nominal.mean,
		oursToOptimum: nominal.checks / atThatLag((c) => withoutStatus(known, tasks, c)),
		oursToOptimumWithStatus: nominal.checks / atThatLag((c) => withStatus(known, tasks, c)),
	};
}

const show = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2));

export function compareHeldOut(): { readonly tables: readonly Table[]; readonly facts: Facts } {
	const facts: Facts = {};
	const rows: string[][] = [];
	for (const { name, ...family } of heldOutFamilies) {
		const fact = (facts[name] = stationary(family));
		rows.push([
			name,
			...['polls', 'lag', 'oursToOptimum', 'every 5 s to ours', 'every 5 s to ours cold', 'online'].map((key) => show(fact[key])),
		]);
	}
	for (const { name, parts } of families) {
		const model = new TrueModel(parts);
		const fact = (facts[name] = { online: whileLearning(model, new TrueIntensity(model)) });
		rows.push([name, '', '', '', '', '', show(fact.online)]);
	}
	const changing: string[][] = [];
	const add = (name: string, run: Run): void => {
		const { nominal, ratio } = besideOptimum(run);
		const fact = (facts[name] = { polls: nominal.checks, lag: nominal.mean, oursToOptimum: ratio, 'every 5 s to ours': fixedToOurs(run) });
		changing.push([name, ...Object.values(fact).map(show)]);
	};
	add(week.name, overTheWeek());
	afterTheStep().forEach((run, index) => {
		add(`${shorter.name}, tasks ${(shorter.judged[index - 1] ?? 0) + 1} to ${shorter.judged[index] ?? 0}`, run);
	});
	const queued = queuedFamilies.flatMap(({ name, ...family }) =>
		[true, false].map((isShown) => {
			const title = isShown ? name : `${name}, not told when the work began`;
			const fact = (facts[title] = withQueue(family, isShown));
			return [title, ...Object.values(fact).map(show)];
		}),
	);
	return {
		tables: [
			{
				title: `families that the schedule was not developed on, after ${observations} observations; and online, over the first ${online.tasks} tasks`,
				head: [
					'family',
					'polls per task',
					'mean lag, s',
					'ours ÷ optimum',
					'every 5 s ÷ ours',
					'every 5 s ÷ ours cold',
					'online, ours ÷ optimum',
				],
				rows,
			},
			{
				title: 'durations that change, while the learner continues to learn',
				head: ['family', 'polls per task', 'mean lag, s', 'ours ÷ optimum', 'every 5 s ÷ ours'],
				rows: changing,
			},
			{
				title: `a queue as long as the work, after ${observations} observations`,
				head: ['family', 'polls per task', 'mean lag, s', 'ours ÷ optimum', 'ours ÷ optimum that sees the queue'],
				rows: queued,
			},
		],
		facts,
	};
}
