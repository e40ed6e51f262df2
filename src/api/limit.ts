/** A signal that fires when another signal fires or a time limit is over. */
export class Limit {
	readonly #controller = new AbortController();
	readonly #outer: AbortSignal;
	#ms: number;
	readonly #follow = (): void => this.#controller.abort();
	#timer: NodeJS.Timeout | undefined;
	isOver = false;

	constructor(outer: AbortSignal, ms: number) {
		this.#outer = outer;
		this.#ms = ms;
		outer.addEventListener('abort', this.#follow, { once: true });
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	get ms(): number {
		return this.#ms;
	}

	/** Restarts the time limit. */
	start(): void {
		this.pause();
		this.#timer = setTimeout(() => {
			this.isOver = true;
			this.#controller.abort();
		}, this.#ms);
	}

	/** Lowers the time limit (ms) from the next start on; never raises it. */
	shorten(ms: number): void {
		this.#ms = Math.min(this.#ms, ms);
	}

	pause(): void {
		clearTimeout(this.#timer);
	}

	/** Releases the timer and the outer signal. */
	end(): void {
		this.pause();
		this.#outer.removeEventListener('abort', this.#follow);
	}

	/** Ends, and closes the connection if it is still open. */
	cut(): void {
		this.end();
		this.#controller.abort();
	}
}
