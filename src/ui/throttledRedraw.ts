import type { Clock } from '../tracking/ports/host';
import type { Disposable } from '../core/emitter';

/** The minimum time between two redraws, ms. */
const throttleMs = 100;

/** Redraws at once, and then at most every 100 ms however often it is requested: a bulk change fires hundreds of events. */
export class ThrottledRedraw implements Disposable {
	#timer: Disposable | undefined;
	#wanted = false;
	readonly #clock: Clock;
	readonly #draw: () => void;

	constructor(clock: Clock, draw: () => void) {
		this.#clock = clock;
		this.#draw = draw;
	}

	request(): void {
		this.#wanted = this.#timer !== undefined;
		if (this.#wanted) {
			return;
		}
		this.#timer = this.#clock.after(throttleMs, () => {
			this.#timer = undefined;
			if (this.#wanted) {
				this.request();
			}
		});
		this.#draw();
	}

	dispose(): void {
		this.#timer?.dispose();
		this.#wanted = false;
	}
}
