import { Emitter } from '../core/emitter';
import { Disposables } from '../core/disposables';
import type { Clock, Log } from './ports/host';
import type { Disposable, Event } from '../core/emitter';
import type { Stores } from './ports/stores';

/** Interval (ms) while this window shows tasks or there are active ones, so that a change shows within a second in every window. */
const everyMs = 800;
/** Interval (ms) otherwise, focused or not: another window may start tracking a task and then crash. */
const quietEveryMs = 5_000;
/** Interval (ms) after a failed query. */
const afterErrorMs = 10_000;
/** A timer that fires this much (ms) early or late by the clock means that the machine slept or the clock was set. */
const jumpMs = 5_000;

/**
 * Detects writes of other windows and jumps of the clock: about once a second while this window shows tasks or there are active ones,
 * otherwise every five seconds; immediately on focus.
 */
export class ChangeWatch implements Disposable {
	readonly #parts: { readonly store: Stores; readonly clock: Clock; readonly log: Log };
	readonly #own = new Disposables();
	readonly #didJump: Emitter<void>;
	#timer: Disposable | undefined;
	/** Whether the timer runs at the short interval. */
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

	/** The machine slept, or the clock was set: other timers are late, or no longer match the clock. */
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

	/** The window gained or lost focus. */
	setFocused(focused: boolean): void {
		const increased = focused && !this.#focused;
		this.#focused = focused;
		if (increased) {
			this.#check();
		}
	}

	/** Whether a view or panel of this extension is visible. */
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

	/** Keeps one timer, of `ms` or of at least `quietEveryMs`; replaces a running one only when the kind of interval changes. */
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
			this.#parts.log.error('Failed to check for changes of other windows', error);
			wait = afterErrorMs;
		}
		this.#arm(wait);
	}

	#countActive(): void {
		try {
			this.#active = this.#parts.store.tasks.counts().active > 0;
		} catch (error) {
			this.#parts.log.error('Failed to count active tasks', error);
		}
	}
}
