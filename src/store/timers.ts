import type { Clock } from '../tracking/ports/host';
import type { Disposable } from '../core/emitter';
import { StoreError } from './storeError';

/** The timers of one database. None fires after `dispose`. */
export class Timers implements Disposable {
	readonly #clock: Clock;
	readonly #running = new Set<Disposable>();
	readonly #waiting = new Set<() => void>();
	#isDisposed = false;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	get isDisposed(): boolean {
		return this.#isDisposed;
	}

	/** @param ms how long to wait */
	after(ms: number, callback: () => void): Disposable {
		if (this.#isDisposed) {
			return { dispose: () => undefined };
		}
		const timer: Disposable = this.#clock.after(ms, () => {
			this.#running.delete(timer);
			callback();
		});
		return this.#owned(timer);
	}

	/** Calls back after the event loop has run once. Not a delay, so it does not use the injected clock. */
	nextTurn(callback: () => void): Disposable {
		const immediate = setImmediate(() => {
			this.#running.delete(timer);
			callback();
		});
		const timer: Disposable = { dispose: () => clearImmediate(immediate) };
		return this.#owned(timer);
	}

	/**
	 * @param ms how long to wait
	 * @throws StoreError `disposed`; on `dispose` immediately
	 */
	async wait(ms: number): Promise<void> {
		await new Promise<void>((resolve) => {
			this.#waiting.add(resolve);
			this.after(ms, () => {
				this.#waiting.delete(resolve);
				resolve();
			});
			if (this.#isDisposed) {
				resolve();
			}
		});
		this.#requireLife();
	}

	/**
	 * Lets the event loop run during long work.
	 * @throws StoreError `disposed`
	 */
	async yieldToOthers(): Promise<void> {
		await new Promise<void>((resolve) => void setImmediate(resolve));
		this.#requireLife();
	}

	dispose(): void {
		this.#isDisposed = true;
		for (const timer of this.#running) {
			timer.dispose();
		}
		this.#running.clear();
		for (const resolve of this.#waiting) {
			resolve();
		}
		this.#waiting.clear();
	}

	#requireLife(): void {
		if (this.#isDisposed) {
			throw new StoreError('disposed');
		}
	}

	#owned(timer: Disposable): Disposable {
		this.#running.add(timer);
		return {
			dispose: () => {
				this.#running.delete(timer);
				timer.dispose();
			},
		};
	}
}
