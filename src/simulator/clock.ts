/** How the simulator's time runs. */
export interface ClockOptions {
	/** All spans of a task's life are divided by it: at 10, a five-minute task takes half a minute. */
	readonly speed: number;
	/** The clock only moves by `advance`. */
	readonly manual: boolean;
	/** The initial time, ms since 1970. */
	readonly startAt: number;
}

/**
 * The simulator's time in ms since 1970. It runs in real time, so that the times in responses look plausible; `speed` shortens the spans
 * instead.
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

	/** Moves the clock forward by `ms` of its own time; the only way a manual clock moves. */
	advance(ms: number): void {
		if (!(ms >= 0)) {
			throw new RangeError('Time goes forward only.');
		}
		this.#advanced += ms;
	}

	/** Scales a span of `ms` by the speed. */
	span(ms: number): number {
		return ms / this.#options.speed;
	}
}
