import type { CommandLineOf } from '../../src/simulator/options';
import { readOptions } from '../../src/simulator/options';

/** The options of the command line. */
export type CommandLine = CommandLineOf<{ readonly minutes: number; readonly seed: number | undefined; readonly speed: number }>;

export const usage = `Three windows and an offline Kling under all kinds of trouble, for some minutes; then a table of what became of it.

Usage: npm run soak -- [options]

  --minutes N   how long it lasts at most (default: 5)
  --seed N      what happens when; the same seed makes the same plan (default: another one each time)
  --speed N     how many times faster than in reality the windows' time runs (default: 20); three tasks are tracked in each minute of it
  --help        this text

It fails when a promise was broken, and says which, and how to run the same plan again.`;

/** Reads the arguments after the script's name. */
export function readCommandLine(args: readonly string[]): CommandLine {
	const read = readOptions(args, ['minutes', 'seed', 'speed']);
	if (read.kind !== 'options') {
		return read;
	}

	const { minutes = '5', seed, speed = '20' } = read.values;
	const number = /^\d*\.?\d+$/;
	if (!number.test(minutes) || Number(minutes) < 0.5) {
		return { kind: 'mistake', sentence: `--minutes must be a number from 0.5, not "${minutes}".` };
	}
	if (seed !== undefined && !/^\d{1,15}$/.test(seed)) {
		return { kind: 'mistake', sentence: `--seed must be a whole number, not "${seed}".` };
	}
	if (!number.test(speed) || Number(speed) < 1 || Number(speed) > 100) {
		return { kind: 'mistake', sentence: `--speed must be a number from 1 to 100, not "${speed}".` };
	}
	return { kind: 'run', minutes: Number(minutes), seed: seed === undefined ? undefined : Number(seed), speed: Number(speed) };
}
