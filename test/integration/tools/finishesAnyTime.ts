import type { Observation } from '../../../src/core/durationModel';

/**
 * Durations of tasks that may end at any time within two minutes, so that they are looked at every few seconds: what tests do to a simulator's clock is seen
 * soon then. What is published about Kling would make the extension wait for longer than a test does.
 */
export const finishesAnyTime: readonly Observation[] = Array.from({ length: 40 }, (_, index) => ({
	ms: 2_000 * 60 ** (index / 39),
	failed: false,
}));
