import type { Clock } from '../../src/tracking/ports/host';
import type { Disposable } from '../../src/core/emitter';

interface Timer {
	at: number;
	readonly callback: () => void;
}

/** The system clock; `speed` shortens timers, but does not change the time of day. */
export function realClock(speed = 1): Clock {
	return {
		now: () => Date.now(),
		after(ms, callback) {
			const timer = setTimeout(callback, ms / speed);
			return { dispose: () => clearTimeout(timer) };
		},
	};
}

/** Real timers, but a constant time: tests pass times themselves. */
export function stillClock(): Clock {
	const now = Date.now();
	return { ...realClock(), now: () => now };
}

/** A clock that the test advances. */
export class ManualClock implements Clock {
	#now: number;
	readonly #timers = new Set<Timer>();
	readonly #settle: () => Promise<void>;

	/** @param quiet resolves when everything has run that does not wait for a timer of this clock */
	constructor(now: number = Date.UTC(2026, 5, 1, 12), quiet: () => Promise<void> = settle) {
		this.#now = now;
		this.#settle = quiet;
	}

	/** The number of pending timers. */
	get timers(): number {
		return this.#timers.size;
	}

	/** How long until the next timer is due, ms; Infinity without timers. */
	get untilNext(): number {
		return Math.max(0, Math.min(...[...this.#timers].map(({ at }) => at)) - this.#now);
	}

	now(): number {
		return this.#now;
	}

	after(ms: number, callback: () => void): Disposable {
		const timer = { at: this.#now + ms, callback };
		this.#timers.add(timer);
		return { dispose: () => void this.#timers.delete(timer) };
	}

	/** Advances the time; fires due timers in order, each at its time, and lets their consequences settle. */
	async advance(ms: number): Promise<void> {
		const end = this.#now + ms;
		await this.#settle();
		for (;;) {
			const next = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
			if (next === undefined) {
				break;
			}
			this.#now = Math.max(this.#now, next.at);
			this.#timers.delete(next);
			next.callback();
			await this.#settle();
		}
		this.#now = end;
	}

	/** The machine sleeps, or a person sets the clock: the time jumps, timers keep their remaining wait. */
	jump(ms: number): void {
		this.#now += ms;
		for (const timer of this.#timers) {
			timer.at += ms;
		}
	}
}

/** One window's view of the machine's clock: after the window has crashed, its timers never fire. */
export class WindowClock implements Clock {
	readonly #clock: Clock;
	readonly #timers = new Set<Disposable>();
	#isDead = false;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	now(): number {
		return this.#clock.now();
	}

	after(ms: number, callback: () => void): Disposable {
		if (this.#isDead) {
			return { dispose: () => undefined };
		}
		const timer = this.#clock.after(ms, () => {
			this.#timers.delete(timer);
			callback();
		});
		this.#timers.add(timer);
		return {
			dispose: () => {
				this.#timers.delete(timer);
				timer.dispose();
			},
		};
	}

	/** Whether its window has crashed. */
	get isDead(): boolean {
		return this.#isDead;
	}

	die(): void {
		this.#isDead = true;
		for (const timer of this.#timers) {
			timer.dispose();
		}
		this.#timers.clear();
	}
}

/** Lets everything run that does not wait for a timer. */
export async function settle(): Promise<void> {
	for (let turn = 0; turn < 4; turn++) {
		await new Promise((resolve) => setImmediate(resolve));
	}
}
