import type { CommandLineOf } from '../../../src/simulator/options';
import { readOptions } from '../../../src/simulator/options';
import { shortestRunMs } from './soakPlan';

/** What can be run instead. */
const others = ['creations', 'downloads'] as const;

/** The options of the command line. */
export type CommandLine = CommandLineOf<
	| { readonly only?: undefined; readonly minutes: number; readonly seed: number | undefined; readonly speed: number }
	| { readonly only: (typeof others)[number]; readonly seed: number | undefined }
>;

export const usage = `Runs three windows and an offline Kling under injected faults for some minutes, then prints a report.

Usage: npm run soak -- [options]

  --minutes N   maximum duration in minutes (default: 5); the lower the speed, the longer is the shortest run (at speed 20: 1.4)
  --only creations
                creates 500 tasks instead, at three APIs that treat external IDs differently, and prints how many creates
                each API accepted per external ID; takes about two minutes, and has no option but --seed
  --only downloads
                keeps 200 results instead, from a host that misbehaves, and one of 4 GB, and prints what was kept and how much
                memory that took; takes about four minutes, and has no option but --seed
  --seed N      seed of the plan; the same seed makes the same plan (default: a random one)
  --speed N     how many times faster than real time the windows' clock runs (default: 20); three tasks are tracked per minute of it
  --help        this text

Fails if a guarantee was broken, and prints which one and how to run the same plan again.`;

/** Reads the arguments after the script's name. */
export function readCommandLine(args: readonly string[]): CommandLine {
	const read = readOptions(args, ['only', 'minutes', 'seed', 'speed']);
	if (read.kind !== 'options') {
		return read;
	}

	const { minutes = '5', seed, speed = '20' } = read.values;
	const only = others.find((other) => other === read.values.only);
	const number = /^\d*\.?\d+$/;
	if (read.values.only !== undefined && only === undefined) {
		return { kind: 'mistake', sentence: `--only must be ${others.join(' or ')}, not "${read.values.only}".` };
	}
	if (only !== undefined && (read.values.minutes ?? read.values.speed) !== undefined) {
		return { kind: 'mistake', sentence: `--only ${only} has no other option than --seed.` };
	}
	if (!number.test(minutes)) {
		return { kind: 'mistake', sentence: `--minutes must be a number, not "${minutes}".` };
	}
	if (seed !== undefined && !/^\d{1,15}$/.test(seed)) {
		return { kind: 'mistake', sentence: `--seed must be a whole number, not "${seed}".` };
	}
	const wholeSeed = seed === undefined ? undefined : Number(seed);
	if (only !== undefined) {
		return { kind: 'run', only, seed: wholeSeed };
	}
	if (!number.test(speed) || Number(speed) < 1 || Number(speed) > 100) {
		return { kind: 'mistake', sentence: `--speed must be a number from 1 to 100, not "${speed}".` };
	}
	const shortest = shortestMinutes(Number(speed));
	if (Number(minutes) < shortest) {
		const sentence = `--minutes must be at least ${shortest} at speed ${Number(speed)}, not ${Number(minutes)}: in a shorter run the last tasks cannot finish.`;
		return { kind: 'mistake', sentence };
	}
	return { kind: 'run', minutes: Number(minutes), seed: wholeSeed, speed: Number(speed) };
}

/** The shortest run in minutes, rounded up to one decimal. */
function shortestMinutes(speed: number): number {
	return Math.ceil((10 * shortestRunMs(speed)) / speed / 60_000) / 10;
}
