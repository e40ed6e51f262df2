import type { Disposable } from '../../core/emitter';
import type { Clock } from '../../tracking/ports/host';

/** The estimate of a running task is renewed so often, ms. */
const renewalMs = 5_000;

/** Has the estimate of a running task that is shown renewed. */
export class EstimateRenewal implements Disposable {
	readonly #clock: Clock;
	readonly #renew: () => void;
	#timer: Disposable | undefined;

	constructor(clock: Clock, renew: () => void) {
		this.#clock = clock;
		this.#renew = renew;
	}

	/** Books the next renewal, unless one is booked. */
	book(): void {
		this.#timer ??= this.#clock.after(renewalMs, () => {
			this.#timer = undefined;
			this.#renew();
		});
	}

	/** Nothing is renewed until the next booking. */
	cancel(): void {
		this.#timer?.dispose();
		this.#timer = undefined;
	}

	dispose(): void {
		this.cancel();
	}
}
