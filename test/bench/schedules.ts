// Compares the schedules on the families: polls per task and lags.
import type { DurationModel, Observation } from '../../src/core/durationModel';
import { learnDurations, maxObservations } from '../../src/core/durationModel';
import { lagOf } from '../../src/core/schedule';
import { SeededRandom } from '../../src/simulator/random';
import { backOff, drift, families, fixedSeconds, observations, tasksPerDraw, tasksPerFamily } from './families';
import type { Family } from './families';
import type { Outcome, Schedule } from './simulate';
import { backingOff, fixed, optimum, ours, replayed, scaledTo, simulate } from './simulate';
import type { Table } from './table';
import { throughPoller } from './throughPoller';
import { TrueIntensity, TrueModel } from './trueModel';
import type { Distribution } from './trueModel';

/** The published duration of text to video, s: the learner's starting point, whatever the family. */
const publishedSeconds = 319;
const focused = { focused: true };

/** A family's durations, and the learner's samples before each group of them. */
interface Drawn {
	/** Ms. */
	readonly durations: readonly number[];
	readonly samples: readonly (readonly Observation[])[];
}

/** Draws a family's durations; with `seed` those that schedules are compared on, with `learnedSeed` the samples. */
export function draw(model: Distribution, seed: number, learnedSeed: number): Drawn {
	const [random, learningRandom] = [new SeededRandom(seed), new SeededRandom(learnedSeed)];
	const observe = (): Observation => {
		const { seconds, failed } = model.draw(learningRandom);
		return { ms: 1_000 * seconds, failed };
	};
	return {
		durations: Array.from({ length: tasksPerFamily }, () => 1_000 * model.draw(random).seconds),
		samples: Array.from({ length: tasksPerFamily / tasksPerDraw }, () => Array.from({ length: observations }, observe)),
	};
}

/** The model of an operation with that published duration. */
export const learnPublished = (durations: readonly Observation[]): DurationModel => learnDurations(durations, publishedSeconds, 'video');
const learn = learnPublished;
/** The number of the sample that the task with this index shares. */
export const groupOf = (index: number): number => Math.floor(index / tasksPerDraw);

function columns({ checks, mean, p50, p95, max }: Outcome): readonly string[] {
	return [checks.toFixed(2), mean.toFixed(2), p50.toFixed(2), p95.toFixed(2), max.toFixed(0)];
}

/** Undefined if either is. */
function dividedBy(a: number | undefined, b: number | undefined): number | undefined {
	return a === undefined || b === undefined ? undefined : a / b;
}

/** One family: every schedule as it is, and ours scaled to the mean lag of each other one. */
function compare(family: Family): {
	readonly own: readonly (readonly string[])[];
	readonly scaled: readonly (readonly string[])[];
	readonly facts: Readonly<Record<string, number>>;
} {
	const { durations, samples } = draw(new TrueModel(family.parts), family.seed, family.learnedSeed);
	const cumulativeIntensity = new TrueIntensity(new TrueModel(family.parts));
	const models = samples.map(learn);
	const modelOf = (index: number) => models[groupOf(index)] ?? learn([]);
	const cold = learn([]);
	const nextRandom = replayed(new SeededRandom(family.seed + 1_000));
	const run = (of: (index: number) => DurationModel, lag: (model: DurationModel) => number) => {
		const fraction = nextRandom();
		return simulate(durations, (index) => ours(of(index), lag(of(index)), fraction));
	};
	const learned = (lag: number) => run(modelOf, () => lag);
	const unlearned = (lag: number) =>
		run(
			() => cold,
			() => lag,
		);
	const best = (lag: number) => {
		const schedule = optimum(cumulativeIntensity, lag);
		return simulate(durations, () => schedule);
	};

	const nominal = run(modelOf, (model) => lagOf(model, focused));
	const nominalCold = run(
		() => cold,
		(model) => lagOf(model, focused),
	);
	const bestAtNominal = scaledTo(nominal.mean, best) ?? best(nominal.mean * 1_000);
	const others: readonly (readonly [name: string, schedule: Schedule])[] = [
		...fixedSeconds.map((seconds) => [`every ${seconds} s`, fixed(seconds)] as const),
		['backing off', backingOff(backOff)],
	];
	const outcomes = others.map(([name, schedule]) => [name, simulate(durations, () => schedule)] as const);
	const scaled = new Map(
		[...outcomes.map(([, outcome]) => outcome), bestAtNominal].map(
			(other) => [other, { after: scaledTo(other.mean, learned), before: scaledTo(other.mean, unlearned) }] as const,
		),
	);
	const row = (name: string, other: Outcome): readonly string[] => {
		const { after, before } = scaled.get(other) ?? {};
		const beside = (ours: Outcome | undefined): readonly string[] =>
			ours === undefined ? ['–', '–'] : [ours.checks.toFixed(2), (other.checks / ours.checks).toFixed(2)];
		return [name, other.mean.toFixed(2), other.checks.toFixed(2), ...beside(after), ...beside(before)];
	};
	const ratios = (label: (name: string) => string, of: (outcome: Outcome) => number | undefined) =>
		Object.fromEntries(
			outcomes.flatMap(([name, outcome]) => [of(outcome)].flatMap((ratio) => (ratio === undefined ? [] : [[label(name), ratio] as const]))),
		);
	return {
		own: [
			['ours, after 20', ...columns(nominal)],
			['ours, cold', ...columns(nominalCold)],
			['optimum', ...columns(bestAtNominal)],
			...outcomes.map(([name, outcome]) => [name, ...columns(outcome)]),
		],
		scaled: [...outcomes.map(([name, outcome]) => row(name, outcome)), row('optimum', bestAtNominal)],
		facts: {
			fixedToOptimum: cumulativeIntensity.mean / cumulativeIntensity.total ** 2,
			oursToOptimum: nominal.checks / bestAtNominal.checks,
			p95ToMean: nominal.p95 / nominal.mean,
			...ratios(
				(name) => `${name} to ours after 20`,
				(other) => dividedBy(other.checks, scaled.get(other)?.after?.checks),
			),
			...ratios(
				(name) => `ours cold to ${name}`,
				(other) => dividedBy(scaled.get(other)?.before?.checks, other.checks),
			),
		},
	};
}

export function compareAll(): {
	readonly tables: readonly Table[];
	readonly facts: Readonly<Record<string, Readonly<Record<string, number>>>>;
} {
	const compared = families.map((family) => ({ family, ...compare(family) }));
	return {
		tables: [
			{
				title: 'What a known duration model saves: polls of a fixed interval ÷ polls of the optimum, at the same mean lag',
				head: ['family', 'fixed ÷ optimum'],
				rows: compared.map(({ family, facts }) => [family.name, (facts['fixedToOptimum'] ?? 0).toFixed(2)]),
			},
			...compared.flatMap(({ family, own, scaled }): Table[] => [
				{
					title: `${family.name}: each schedule as it is`,
					head: ['schedule', 'polls per task', 'mean lag, s', 'p50', 'p95', 'max'],
					rows: own,
				},
				{
					title: `${family.name}: ours scaled to the other’s mean lag`,
					head: ['other', 'mean lag, s', 'its polls', 'ours after 20', 'its ÷ ours', 'ours cold', 'its ÷ ours cold'],
					rows: scaled,
				},
			]),
		],
		facts: Object.fromEntries(compared.map(({ family, facts }) => [family.name, facts])),
	};
}

/**
 * The tasks right after their durations have tripled, each history and its tasks sampled again `repeats` times; the learner continues to
 * learn.
 */
export function compareAfterDrift(): { readonly table: Table; readonly facts: Readonly<Record<string, number>> } {
	const model = new TrueModel(drift.parts);
	const random = new SeededRandom(drift.seed);
	const fraction = () => random.fraction();
	const seconds = (): number => model.draw(random).seconds;
	const runs = Array.from({ length: drift.repeats }, () => {
		// Of all tasks until the middle, the observations that the learner still keeps.
		const before: readonly Observation[] = Array.from({ length: maxObservations }, () => ({ ms: 1_000 * seconds(), failed: false }));
		const durations = Array.from({ length: drift.judged }, () => 1_000 * drift.factor * seconds());
		const models = durations.map((_, index) =>
			learn([...before, ...durations.slice(0, index).map((ms) => ({ ms, failed: false }))].slice(-maxObservations)),
		);
		return { durations, models };
	});
	const durations = runs.flatMap((run) => run.durations);
	const models = runs.flatMap((run) => run.models);
	const modelOf = (index: number) => models[index] ?? learn([]);
	const nextRandom = replayed(new SeededRandom(drift.seed + 1_000));
	const drifted = (lag: number) => {
		const again = nextRandom();
		return simulate(durations, (index) => ours(modelOf(index), lag, again));
	};
	const nominal = simulate(durations, (index) => ours(modelOf(index), lagOf(modelOf(index), focused), fraction));
	const rows = fixedSeconds.flatMap((every) => {
		const other = simulate(durations, () => fixed(every));
		const scaled = scaledTo(other.mean, drifted);
		return scaled === undefined ? [] : [{ every, other, scaled }];
	});
	return {
		table: {
			title: `drift: the ${drift.judged} tasks after durations became ${drift.factor} times as long, ${drift.repeats} times`,
			head: ['schedule', 'mean lag, s', 'its polls', 'ours at that lag', 'ours ÷ its'],
			rows: [
				['ours, as it is', nominal.mean.toFixed(2), nominal.checks.toFixed(2), '', ''],
				...rows.map(({ every, other, scaled }) => [
					`every ${every} s`,
					other.mean.toFixed(2),
					other.checks.toFixed(2),
					scaled.checks.toFixed(2),
					(scaled.checks / other.checks).toFixed(2),
				]),
			],
		},
		facts: Object.fromEntries(rows.map(({ every, other, scaled }) => [`ours to every ${every} s`, scaled.checks / other.checks])),
	};
}

/**
 * The same through the real poller and the real store. With the same random numbers the polls must be those of the simulation, task by
 * task.
 * @param count tasks per family
 */
export async function pollAll(count: number): Promise<Table> {
	const rows: (readonly string[])[] = [];
	for (const family of families) {
		const { durations, samples } = draw(new TrueModel(family.parts), family.seed, family.learnedSeed);
		// Whole ms, as the store saves times.
		const some = durations.slice(0, count).map((duration) => Math.ceil(duration));
		const used = samples.slice(0, Math.ceil(count / tasksPerDraw));
		const polled = await throughPoller(
			some.map((duration, index) => ({ duration, group: groupOf(index) })),
			used,
			() => 0.5,
		);
		// Nothing is published about the poller's operations, so the simulation must not know more.
		const models = used.map((sample) =>
			learnDurations(
				sample.map(({ ms, failed }) => ({ ms: Math.round(ms), failed })),
				undefined,
				'video',
			),
		);
		const simulated = some.map((duration, index) => {
			const model = models[groupOf(index)] ?? learn([]);
			return simulate([duration], () => ours(model, lagOf(model, focused), () => 0.5)).checks;
		});
		const same = polled.filter(({ checks }, index) => checks === simulated[index]).length;
		const checks = polled.reduce((sum, one) => sum + one.checks, 0) / count;
		const lag = polled.reduce((sum, one) => sum + one.lag, 0) / count;
		rows.push([family.name, checks.toFixed(2), lag.toFixed(2), `${same} of ${count}`]);
		console.log(`  ${rows.at(-1)?.join('; ')}`);
	}
	return {
		title: 'through the real poller and store, after 20 observations',
		head: ['family', 'polls per task', 'mean lag, s', 'tasks with exactly the polls of the simulation'],
		rows,
	};
}
