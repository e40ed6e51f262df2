import { Disposables } from './disposables';
import type { Clock, Disposable, Log, Tasks } from './ports';

/** A window counts as focused for so long (ms) after it said so last: as long as one that died keeps the others believing it. */
const leaseMs = 30_000;
const renewEveryMs = 10_000;

/** Notes in the store that this window has the focus, so that every window knows whether any has. Writes only while tasks run: otherwise nobody asks. */
export class FocusLease implements Disposable {
	readonly #parts: { readonly tasks: Tasks; readonly clock: Clock; readonly log: Log };
	readonly #window: string;
	readonly #own = new Disposables();
	#timer: Disposable | undefined;
	#focused = false;
	#noted = false;
	#started = false;
	#disposed = false;

	/** @param window random, one per window */
	constructor(parts: { readonly tasks: Tasks; readonly clock: Clock; readonly log: Log }, window: string) {
		this.#parts = parts;
		this.#window = window;
	}

	start(): void {
		this.#started = true;
		this.#own.own(this.#parts.tasks.onDidChange(({ structure }) => structure && this.#note()));
		this.#note();
	}

	setFocused(focused: boolean): void {
		this.#focused = focused;
		this.#note();
	}

	/** Takes the note back; resolves when that is written, or cannot be (then it expires). */
	async close(): Promise<void> {
		this.dispose();
		if (this.#noted) await this.#write(undefined);
	}

	dispose(): void {
		this.#disposed = true;
		this.#timer?.dispose();
		this.#own.dispose();
	}

	/** Writes what is not noted yet, and keeps a timer exactly while there is something to renew. */
	#note(): void {
		if (!this.#started || this.#disposed) return;
		const wanted = this.#focused && this.#hasActive();
		if (wanted === this.#noted) return;
		this.#noted = wanted;
		this.#timer?.dispose();
		this.#timer = undefined;
		if (wanted) this.#renew();
		else void this.#write(undefined);
	}

	#renew(): void {
		void this.#write(this.#parts.clock.now() + leaseMs);
		this.#timer = this.#parts.clock.after(renewEveryMs, () => this.#renew());
	}

	async #write(until: number | undefined): Promise<void> {
		const { tasks, clock, log } = this.#parts;
		try {
			await tasks.noteFocus(this.#window, clock.now(), until);
		} catch (error) {
			if (!this.#disposed) log.warn(`The focus could not be noted: ${String(error)}`);
		}
	}

	#hasActive(): boolean {
		const { tasks, log } = this.#parts;
		try {
			return !tasks.readOnly && tasks.counts().active > 0;
		} catch (error) {
			log.error('The active tasks could not be counted', error);
			return false;
		}
	}
}
