// What the schedule is measured on: families of durations and the seeds they are drawn with. Written down before the schedule was made, and not changed for it.

/** A part of a mixture: its share, the median in s and the deviation of log-time. */
export interface Part {
	readonly share: number;
	readonly median: number;
	readonly deviation: number;
	/** These tasks fail. */
	readonly failed?: true;
}

/** A family of tasks: a mixture of log-normal durations. */
export interface Family {
	readonly name: string;
	readonly parts: readonly Part[];
	/** The seed of the durations that the schedules are compared on. */
	readonly seed: number;
	/** The seed of the durations that the learner has seen before. */
	readonly learnedSeed: number;
}

/** Tasks a family. */
export const tasksPerFamily = 10_000;
/** How many observations "after 20 observations" are; drawn anew for each group of tasks, so that no lucky draw decides. */
export const observations = 20;
/** How many tasks share a draw. */
export const tasksPerDraw = 100;

const plain: readonly { readonly name: string; readonly parts: readonly Part[] }[] = [
	{ name: 'log-normal 0.2', parts: [{ share: 1, median: 120, deviation: 0.2 }] },
	{ name: 'log-normal 0.35', parts: [{ share: 1, median: 120, deviation: 0.35 }] },
	{ name: 'log-normal 0.6', parts: [{ share: 1, median: 120, deviation: 0.6 }] },
	// As wide as makes fixed ÷ optimum 1.36.
	{
		name: 'bimodal',
		parts: [
			{ share: 0.5, median: 60, deviation: 0.3 },
			{ share: 0.5, median: 300, deviation: 0.3 },
		],
	},
];

/** One in ten is rejected near two seconds. */
const rejections: Part = { share: 0.1, median: 2, deviation: 0.3, failed: true };

function withRejections({ name, parts }: (typeof plain)[number]): (typeof plain)[number] {
	return { name: `${name}, 10 % rejected`, parts: [rejections, ...parts.map((part) => ({ ...part, share: part.share * 0.9 }))] };
}

/** All stationary families. */
export const families: readonly Family[] = plain
	.flatMap((family) => [family, withRejections(family)])
	.map((family, index) => ({ ...family, seed: 101 + index, learnedSeed: 201 + index }));

/** From the middle on, every task takes three times as long. The learner goes on learning. */
export const drift = {
	name: 'drift',
	parts: [{ share: 1, median: 120, deviation: 0.35 }],
	factor: 3,
	seed: 301,
	judged: 50,
	repeats: 100,
} as const;

/** The schedules beside ours: looks every so many seconds, or backing off from `first` by `factor` up to `max`. */
export const fixedSeconds = [1, 3, 5, 10] as const;
export const backOff = { first: 2, factor: 1.5, most: 60 } as const;
