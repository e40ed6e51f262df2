// The families of durations that the schedule is measured on, with the seeds of their samples. They were fixed before the schedule was
// developed, and not adapted to it.

/** A component of a mixture: its share, the median in s and the deviation of log-time. */
export interface Part {
	readonly share: number;
	readonly median: number;
	readonly deviation: number;
	/** Tasks of this component fail. */
	readonly failed?: true;
}

/** A family of tasks: a mixture of log-normal durations. */
export interface Family {
	readonly name: string;
	readonly parts: readonly Part[];
	/** The seed of the durations that the schedules are compared on. */
	readonly seed: number;
	/** The seed of the durations that the learner starts with. */
	readonly learnedSeed: number;
}

/** Tasks per family. */
export const tasksPerFamily = 10_000;
/** The number of observations in "after 20 observations"; sampled again for each group of tasks, so that no lucky sample decides. */
export const observations = 20;
/** How many tasks share a sample. */
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

/** One in ten is rejected after about two seconds. */
const rejections: Part = { share: 0.1, median: 2, deviation: 0.3, failed: true };

function withRejections({ name, parts }: (typeof plain)[number]): (typeof plain)[number] {
	return { name: `${name}, 10 % rejected`, parts: [rejections, ...parts.map((part) => ({ ...part, share: part.share * 0.9 }))] };
}

/** All stationary families. */
export const families: readonly Family[] = plain
	.flatMap((family) => [family, withRejections(family)])
	.map((family, index) => ({ ...family, seed: 101 + index, learnedSeed: 201 + index }));

/** From the middle on, every task takes three times as long. The learner continues to learn. */
export const drift = {
	name: 'drift',
	parts: [{ share: 1, median: 120, deviation: 0.35 }],
	factor: 3,
	seed: 301,
	judged: 50,
	repeats: 100,
} as const;

/** The schedules that ours is compared with: a poll every so many seconds, or backing off from `first` by `factor` up to `max`. */
export const fixedSeconds = [1, 3, 5, 10] as const;
export const backOff = { first: 2, factor: 1.5, most: 60 } as const;
