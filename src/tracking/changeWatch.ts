import { Emitter } from '../core/emitter';
import { Disposables } from '../core/disposables';
import type { Clock, Log } from './ports/host';
import type { Disposable, Event } from '../core/emitter';
import type { Stores } from './ports/stores';

/** How often (ms) a window that shows tasks or has active ones asks whether another one wrote: so that a change shows within a second everywhere. */
const everyMs = 800;
/** How often (ms) any other window does, with the focus or without: another one may begin to track a task, and die. */
const quietEveryMs = 5_000;
/** How long (ms) it waits after the question itself failed. */
const afterErrorMs = 10_000;
/** A turn that comes so much (ms) too late or too early by the clock: the machine slept, or the clock was set. */
const jumpMs = 5_000;

/** Notices what other windows wrote, and that the clock leapt: about once a second while this window shows tasks or has active ones, and at once on focus; otherwise every five seconds. */
export class ChangeWatch implements Disposable {
	readonly #parts: { readonly store: Stores; readonly clock: Clock; readonly log: Log };
	readonly #own = new Disposables();
	readonly #didJump: Emitter<void>;
	#timer: Disposable | undefined;
	/** Whether the timer was armed with interest. */
	#isClose = false;
	#started = false;
	#disposed = false;
	#focused = false;
	#visible = false;
	#active = false;

	constructor(parts: { readonly store: Stores; readonly clock: Clock; readonly log: Log }) {
		this.#parts = parts;
		this.#didJump = this.#own.own(new Emitter<void>(parts.log));
	}

	/** The machine slept, or the clock was set: timers stood still meanwhile, or mean another time. */
	get onDidJump(): Event<void> {
		return this.#didJump.event;
	}

	start(): void {
		this.#started = true;
		this.#own.own(
			this.#parts.store.changes.onDidChange(({ listChanged }) => {
				if (!listChanged) {
					return;
				}
				this.#countActive();
				this.#arm(everyMs);
			}),
		);
		this.#countActive();
		this.#arm(everyMs);
	}

	/** The window got or lost the focus. */
	setFocused(focused: boolean): void {
		const increased = focused && !this.#focused;
		this.#focused = focused;
		if (increased) {
			this.#check();
		}
	}

	/** Whether a view or panel of ours can be seen. */
	setVisible(visible: boolean): void {
		const appeared = visible && !this.#visible;
		this.#visible = visible;
		if (appeared) {
			this.#check();
		} else {
			this.#arm(everyMs);
		}
	}

	dispose(): void {
		this.#disposed = true;
		this.#timer?.dispose();
		this.#own.dispose();
	}

	/** Keeps exactly one timer: of `ms` (of five seconds at least without interest), armed anew only when interest comes or goes. */
	#arm(ms: number): void {
		if (!this.#started || this.#disposed) {
			return;
		}
		const isClose = this.#visible || this.#active;
		if (this.#timer !== undefined && this.#isClose === isClose) {
			return;
		}
		this.#timer?.dispose();
		this.#isClose = isClose;
		const { clock } = this.#parts;
		const wait = isClose ? ms : Math.max(ms, quietEveryMs);
		const due = clock.now() + wait;
		this.#timer = clock.after(wait, () => {
			this.#timer = undefined;
			if (Math.abs(clock.now() - due) > jumpMs) {
				this.#didJump.fire();
			}
			this.#check();
		});
	}

	#check(): void {
		if (!this.#started || this.#disposed) {
			return;
		}
		let wait = everyMs;
		try {
			this.#parts.store.changes.checkForOthers();
		} catch (error) {
			this.#parts.log.error('Looking for changes of other windows failed', error);
			wait = afterErrorMs;
		}
		this.#arm(wait);
	}

	#countActive(): void {
		try {
			this.#active = this.#parts.store.tasks.counts().active > 0;
		} catch (error) {
			this.#parts.log.error('The active tasks could not be counted', error);
		}
	}
}
