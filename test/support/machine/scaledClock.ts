import type { Clock } from '../../../src/tracking/ports/host';

/** A jump of the machine's clock: from then on it shows another time. */
export interface ClockJump {
	/** When, in ms of the clock's time after its start, without jumps. */
	readonly at: number;
	/** By how much (ms); negative: back. */
	readonly byMs: number;
}

/** The terms of a clock that runs faster than the machine's; equal terms mean equal times in every process. */
export interface ClockTerms {
	/** The clock's first time, ms since 1970. */
	readonly startAt: number;
	/** The machine's time at that moment, ms since 1970. */
	readonly epoch: number;
	/** How many times faster it runs. */
	readonly speed: number;
	readonly jumps: readonly ClockJump[];
}

/**
 * The time (ms since 1970) by a clock of these terms without its jumps, when the machine's is `machineTime`: the basis for durations in all
 * processes.
 */
export function steadyTime({ startAt, epoch, speed }: ClockTerms, machineTime: number): number {
	return startAt + (machineTime - epoch) * speed;
}

/** The time of a clock of these terms (ms since 1970) with its jumps, when the machine's is `machineTime`. */
export function clockTime(terms: ClockTerms, machineTime: number): number {
	const steady = steadyTime(terms, machineTime);
	return terms.jumps.filter(({ at }) => terms.startAt + at <= steady).reduce((time, { byMs }) => time + byMs, steady);
}

/** The clock of one process. When it jumps, its timers keep their remaining time, as the machine's do. */
export function scaledClock(terms: ClockTerms): Clock {
	return {
		now: () => clockTime(terms, Date.now()),
		after: (ms, callback) => {
			const timer = setTimeout(callback, Math.max(0, ms) / terms.speed);
			return { dispose: () => clearTimeout(timer) };
		},
	};
}
