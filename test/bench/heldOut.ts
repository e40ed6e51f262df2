// Families that the schedule was not developed on: other forms of durations, durations that change, and a queue that the status shows. They
// and their seeds were fixed before the schedule was last changed, and not adapted to it.
import { gamma, pareto, uniform, weibull, withFailures } from './distributions';
import type { Part } from './families';
import { TrueModel } from './trueModel';
import type { Distribution } from './trueModel';

/** A family whose durations do not change. Seeds as in families.ts. */
export interface HeldOut {
	readonly name: string;
	readonly distribution: Distribution;
	readonly seed: number;
	readonly learnedSeed: number;
}

const similar: readonly Part[] = [{ share: 1, median: 120, deviation: 0.35 }];
/** The same as drawn from `similar`, for mixtures with other forms. */
const similarModel = new TrueModel(similar);
const similarDurations = {
	survival: (t: number) => similarModel.survival(t),
	density: (t: number) => similarModel.density(t),
	sample: (random: Parameters<TrueModel['draw']>[0]) => similarModel.draw(random).seconds,
};

const forms: readonly (readonly [name: string, distribution: Distribution])[] = [
	['Weibull, k 2', withFailures(weibull(2, 120))],
	['Weibull, k 0.7', withFailures(weibull(0.7, 120))],
	['gamma, k 4', withFailures(gamma(4, 30))],
	['uniform, 60 to 240 s', withFailures(uniform(60, 240))],
	['Pareto, a 1.5', withFailures(pareto(1.5, 60))],
	['three humps', new TrueModel([30, 120, 480].map((median) => ({ share: 1 / 3, median, deviation: 0.2 })))],
	['30 % rejected over 1 to 20 s', withFailures(similarDurations, uniform(1, 20), 0.3)],
];

export const heldOutFamilies: readonly HeldOut[] = forms.map(([name, distribution], index) => ({
	name,
	distribution,
	seed: 401 + index,
	learnedSeed: 501 + index,
}));

/**
 * From Monday to Friday between 9 and 17 o'clock every task takes twice as long. A task every twenty minutes, `history` of them observed
 * before the first that is judged; the start is anywhere in the week. The learner continues to learn.
 */
export const week = {
	name: 'twice as long in working hours',
	parts: similar,
	factor: 2,
	apartMinutes: 20,
	history: 20,
	judged: 100,
	repeats: 60,
	seed: 601,
} as const;

/** From one task on, every task takes 0.4 times as long. The learner continues to learn, and has as many observations as it keeps. */
export const shorter = { name: 'to 0.4 in mid-run', parts: similar, factor: 0.4, judged: [20, 50, 150], repeats: 60, seed: 611 } as const;

/** Online: so many tasks from the first one on, again and again; the learner knows nothing at the start and learns from each. */
export const online = { tasks: 300, repeats: 10, seed: 621 } as const;

/** Tasks that wait (`submitted`) before the work on them begins (`processing`). */
export interface Queued {
	readonly name: string;
	readonly queue: Part;
	readonly work: Part;
	readonly seed: number;
	readonly learnedSeed: number;
}

export const queuedFamilies: readonly Queued[] = [
	{
		name: 'queue σ 0.6, work σ 0.2',
		queue: { share: 1, median: 120, deviation: 0.6 },
		work: { share: 1, median: 120, deviation: 0.2 },
		seed: 701,
		learnedSeed: 711,
	},
	{
		name: 'queue σ 1, work σ 0.35',
		queue: { share: 1, median: 120, deviation: 1 },
		work: { share: 1, median: 120, deviation: 0.35 },
		seed: 702,
		learnedSeed: 712,
	},
];
