import { join } from 'node:path';
import type { Observation } from '../../src/core/durationModel';
import type { SimulatorOptions } from '../../src/simulator/simulator';
import { Simulator } from '../../src/simulator/simulator';
import { root } from './paths';

/** The files that the offline Kling serves as results. */
export const mediaFolder = join(root, 'media', 'demo');

/** An offline Kling that accepts `apiKey`. Its clock stands still unless the options say otherwise. */
export function startSimulator(apiKey: string, options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
	return Simulator.start({ mediaFolder, apiKeys: [apiKey], manualClock: true, ...options });
}

/**
 * Durations of tasks that may finish at any time within two minutes, so that they are polled every few seconds and a change of a
 * simulator's clock is noticed soon. With the published durations the extension would wait longer than a test does.
 */
export const finishesAnyTime: readonly Observation[] = Array.from({ length: 40 }, (_, index) => ({
	// Not in rising order: that would be learned as durations that grow.
	ms: 2_000 * 60 ** (((index * 17) % 40) / 39),
	failed: false,
}));
