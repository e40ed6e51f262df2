/** Anything that must be released by its owner. */
export interface Disposable {
	dispose(): void;
}

/** Subscribes a listener; disposing the result ends the subscription. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** Where an emitter reports a listener that throws; a `Log` is one. */
export interface ErrorLog {
	error(message: string, error: unknown): void;
}

/** The owner's side of an `Event`: only the owner fires it. A listener that throws is logged and does not stop the others. */
export class Emitter<T> implements Disposable {
	readonly #listeners = new Set<{ readonly call: (value: T) => void }>();
	readonly #log: ErrorLog;

	constructor(log: ErrorLog) {
		this.#log = log;
	}

	readonly event: Event<T> = (call) => {
		// One entry per subscription: the same function may subscribe twice.
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
