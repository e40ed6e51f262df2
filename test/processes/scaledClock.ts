import type { Clock } from '../../src/tracking/ports/host';

/** The machine's clock is set at a time: from then on it tells another one. */
export interface ClockJump {
	/** When, in ms of the clock's time after its start, leaps not counted. */
	readonly at: number;
	/** By how much (ms); negative: back. */
	readonly byMs: number;
}

/** A time that runs faster than the machine's; the same terms mean the same time in every process. */
export interface ClockTerms {
	/** What the clock says at first, ms since 1970. */
	readonly startAt: number;
	/** When that was by the machine, ms since 1970. */
	readonly epoch: number;
	/** How many times faster it runs. */
	readonly speed: number;
	readonly jumps: readonly ClockJump[];
}

/**
 * The time (ms since 1970) by a clock of these terms that nobody ever set, when the machine's says `machineTime`: what spans are measured by,
 * whichever process saw their ends.
 */
export function steadyTime({ startAt, epoch, speed }: ClockTerms, machineTime: number): number {
	return startAt + (machineTime - epoch) * speed;
}

/** What a clock of these terms says (ms since 1970) when the machine's says `machineTime`, its leaps counted. */
export function clockTime(terms: ClockTerms, machineTime: number): number {
	const steady = steadyTime(terms, machineTime);
	return terms.jumps.filter(({ at }) => terms.startAt + at <= steady).reduce((time, { byMs }) => time + byMs, steady);
}

/** The clock of one process. When it leaps, its timers keep what they had left, as the machine's do. */
export function scaledClock(terms: ClockTerms): Clock {
	return {
		now: () => clockTime(terms, Date.now()),
		after: (ms, callback) => {
			const timer = setTimeout(callback, Math.max(0, ms) / terms.speed);
			return { dispose: () => clearTimeout(timer) };
		},
	};
}
