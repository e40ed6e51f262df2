import type { Disposable } from './emitter';

/** Owns disposables and releases them in reverse order. What is added after `dispose` is released at once. */
export class Disposables implements Disposable {
	#owned: Disposable[] | undefined = [];

	/** Takes ownership and returns the argument. */
	own<T extends Disposable>(thing: T): T {
		if (this.#owned === undefined) {
			thing.dispose();
		} else {
			this.#owned.push(thing);
		}
		return thing;
	}

	dispose(): void {
		const owned = this.#owned;
		this.#owned = undefined;
		for (const thing of owned?.reverse() ?? []) {
			thing.dispose();
		}
	}
}
