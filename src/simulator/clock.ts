/** How the simulator's time runs. */
export interface ClockOptions {
	/** All spans of a task's life are divided by it: 10 ends a five-minute task after half a minute. */
	readonly speed: number;
	/** Time stands still except for `advance`. */
	readonly manual: boolean;
	/** What the clock says at first, ms since 1970. */
	readonly startAt: number;
}

/**
 * The simulator's time in ms since 1970. It runs as fast as a wall clock, so that the times in answers look right to
 * whoever reads them; `speed` shortens the spans instead.
 */
export class VirtualClock {
	readonly #options: ClockOptions;
	readonly #startedAt = performance.now();
	#advanced = 0;

	constructor(options: ClockOptions) {
		if (!(options.speed > 0) || !Number.isFinite(options.speed)) {
			throw new RangeError('The speed must be a number above 0.');
		}
		this.#options = options;
	}

	now(): number {
		const run = this.#options.manual ? 0 : performance.now() - this.#startedAt;
		return Math.round(this.#options.startAt + this.#advanced + run);
	}

	/** Jumps ahead by `ms` of the clock's own time; a manual clock moves no other way. */
	advance(ms: number): void {
		if (!(ms >= 0)) {
			throw new RangeError('Time goes forward only.');
		}
		this.#advanced += ms;
	}

	/** How long a span that takes `ms` in reality takes here. */
	span(ms: number): number {
		return ms / this.#options.speed;
	}
}
