import type { Disposable } from '../core/emitter';

/** A part of the engine whose code is a bundle of its own, loaded when it is needed for the first time. */
export class LoadedOnUse<T extends Disposable & { close(): Promise<void> }> implements Disposable {
	readonly #load: () => Promise<T>;
	#part: Promise<T> | undefined;

	constructor(load: () => Promise<T>) {
		this.#load = load;
	}

	/** Whether it was needed. */
	get isUsed(): boolean {
		return this.#part !== undefined;
	}

	/** @throws if the bundle cannot be loaded; it is tried again next time */
	get(): Promise<T> {
		this.#part ??= this.#load().catch((error: unknown) => {
			this.#part = undefined;
			throw error;
		});
		return this.#part;
	}

	/** Closes the part if it was needed. */
	async close(): Promise<void> {
		const part = await this.#part?.catch(() => undefined);
		await part?.close();
	}

	dispose(): void {
		void this.#part?.then(
			(part) => part.dispose(),
			() => undefined,
		);
	}
}
