import type { Clock } from '../tracking/ports/host';
import type { Disposable } from '../core/emitter';

/** How long a redraw waits after the one before, ms. */
const throttleMs = 100;

/** Redraws at once, and again a tenth of a second later at the earliest, however often it is asked to meanwhile: a bulk change tells of itself hundreds of times. */
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
