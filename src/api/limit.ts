/** A signal that follows another one and also fires when a time is over. */
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

	/** Starts the time anew. */
	start(): void {
		this.pause();
		this.#timer = setTimeout(() => {
			this.isOver = true;
			this.#controller.abort();
		}, this.#ms);
	}

	/** From the next start on the time is this one, ms, if that is shorter. */
	shorten(ms: number): void {
		this.#ms = Math.min(this.#ms, ms);
	}

	pause(): void {
		clearTimeout(this.#timer);
	}

	/** Lets go of the timer and the outer signal. */
	end(): void {
		this.pause();
		this.#outer.removeEventListener('abort', this.#follow);
	}

	/** Ends, and cuts the connection if it still lives. */
	cut(): void {
		this.end();
		this.#controller.abort();
	}
}
