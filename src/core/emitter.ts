/** Anything that must be released by its owner. */
export interface Disposable {
	dispose(): void;
}

/** Subscribe to something that happens; the returned disposable ends the subscription. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** Where an emitter reports a listener that failed; a `Log` is one. */
export interface ErrorLog {
	error(message: string, error: unknown): void;
}

/** The private side of an `Event`: only its owner fires it. A listener that throws is logged and holds up nobody. */
export class Emitter<T> implements Disposable {
	readonly #listeners = new Set<{ readonly call: (value: T) => void }>();
	readonly #log: ErrorLog;

	constructor(log: ErrorLog) {
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
