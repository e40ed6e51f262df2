import { Emitter } from '../core/emitter';
import type { Disposable, Event, Log } from './ports';

/** At most this many looks are in flight in one window, whoever asked for them. */
export const looksInFlight = 4;

/** The places for looks in flight, shared by all that look in this window. A person's looks are served first, in the order they came. */
export class LookSlots implements Disposable {
	#free: number;
	readonly #waiting: (() => void)[] = [];
	readonly #didFree: Emitter<void>;

	constructor(log: Log, places: number = looksInFlight) {
		this.#free = places;
		this.#didFree = new Emitter(log);
	}

	/** A place was left and nobody was waiting for it. */
	get onDidFree(): Event<void> {
		return this.#didFree.event;
	}

	/** Takes all places that are free now; give them back one by one or together. Never any while a person's look waits. */
	takeFree(): number {
		const taken = this.#free;
		this.#free = 0;
		return taken;
	}

	/** Gives places back, without telling: for the one who took them with `takeFree`. */
	giveBack(places: number): void {
		for (let left = places; left > 0; left--) {
			const next = this.#waiting.shift();
			if (next === undefined) this.#free++;
			else next();
		}
	}

	/**
	 * Does a person's look as soon as there is a place.
	 * @throws the signal's reason when it is aborted before there was one; otherwise whatever `work` throws
	 */
	async use<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
		await this.#place(signal);
		try {
			return await work();
		} finally {
			this.giveBack(1);
			if (this.#free > 0) this.#didFree.fire();
		}
	}

	dispose(): void {
		this.#didFree.dispose();
	}

	async #place(signal: AbortSignal | undefined): Promise<void> {
		signal?.throwIfAborted();
		if (this.#free > 0) {
			this.#free--;
			return;
		}
		await new Promise<void>((resolve, reject) => {
			const served = () => {
				signal?.removeEventListener('abort', aborted);
				resolve();
			};
			const aborted = () => {
				this.#waiting.splice(this.#waiting.indexOf(served), 1);
				// eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an AbortSignal's reason is rejected as it is, by custom
				reject(signal?.reason);
			};
			this.#waiting.push(served);
			signal?.addEventListener('abort', aborted, { once: true });
		});
	}
}
