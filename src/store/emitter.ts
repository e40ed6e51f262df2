import type { Disposable, Event } from '../tracking/ports';

/** Tells listeners that something happened. A listener that throws is reported and keeps no other from hearing. */
export class Emitter<T> {
	readonly #listeners = new Set<(value: T) => void>();
	readonly #onListenerError: (error: unknown) => void;

	constructor(onListenerError: (error: unknown) => void) {
		this.#onListenerError = onListenerError;
	}

	readonly event: Event<T> = (listener): Disposable => {
		// A wrapper, so that one function subscribed twice is two subscriptions.
		const own = (value: T): void => listener(value);
		this.#listeners.add(own);
		return { dispose: () => void this.#listeners.delete(own) };
	};

	fire(value: T): void {
		for (const listener of [...this.#listeners]) {
			try {
				listener(value);
			} catch (error) {
				this.#onListenerError(error);
			}
		}
	}

	dispose(): void {
		this.#listeners.clear();
	}
}
