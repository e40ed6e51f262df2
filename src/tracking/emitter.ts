import type { Disposable, Event, Log } from './ports';

/** The private side of an `Event`: only its owner fires it. A listener that throws is logged and holds up nobody. */
export class Emitter<T> implements Disposable {
	readonly #listeners = new Set<{ readonly call: (value: T) => void }>();
	readonly #log: Log;

	constructor(log: Log) {
		this.#log = log;
	}

	readonly event: Event<T> = (call) => {
		// An entry of its own per subscription: the same function may subscribe twice.
		const entry = { call };
		this.#listeners.add(entry);
		return { dispose: () => void this.#listeners.delete(entry) };
	};

	fire(value: T): void {
		for (const { call } of [...this.#listeners]) {
			try {
				call(value);
			} catch (error) {
				this.#log.error('A listener failed', error);
			}
		}
	}

	dispose(): void {
		this.#listeners.clear();
	}
}
