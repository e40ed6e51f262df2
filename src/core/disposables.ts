import type { Disposable } from './emitter';

/** Owns disposables from birth: released together, the latest first; what comes after the end is released at once. */
export class Disposables implements Disposable {
	#owned: Disposable[] | undefined = [];

	/** Takes ownership and hands the thing back. */
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
