import { Emitter } from '../core/emitter';
import type { Attention } from '../core/schedule';
import { Disposables } from '../core/disposables';
import { keepAlive } from './lease';
import type { Clock, Log } from './ports/host';
import type { Disposable, Event } from '../core/emitter';
import type { Stores } from './ports/stores';

/** How long (ms) a window's attention is valid after its last renewal, and so how long a crashed window still counts. */
const leaseMs = 30_000;
const renewEveryMs = 10_000;
const none: Attention = { focused: false, visible: false };

/**
 * Records in the store whether this window is focused or shows tasks, so that all windows poll accordingly. Writes only while there are
 * active tasks: otherwise nothing reads it.
 */
export class AttentionLease implements Disposable {
	readonly #parts: { readonly store: Stores; readonly clock: Clock; readonly log: Log };
	readonly #window: string;
	readonly #own = new Disposables();
	readonly #didIncrease: Emitter<void>;
	#renewal: Disposable | undefined;
	#present = none;
	#noted = none;
	#started = false;
	#disposed = false;

	/** @param window random, one per window */
	constructor(parts: { readonly store: Stores; readonly clock: Clock; readonly log: Log }, window: string) {
		this.#parts = parts;
		this.#window = window;
		this.#didIncrease = this.#own.own(new Emitter<void>(parts.log));
	}

	/** This window gained focus or shows tasks now, and that is recorded: checks that were booked without attention may be due earlier. */
	get onDidIncrease(): Event<void> {
		return this.#didIncrease.event;
	}

	start(): void {
		this.#started = true;
		this.#own.own(this.#parts.store.changes.onDidChange(({ listChanged }) => listChanged && this.#note()));
		this.#note();
	}

	setFocused(focused: boolean): void {
		this.#present = { ...this.#present, focused };
		this.#note();
	}

	/** Whether a view or panel of this extension is visible. */
	setVisible(visible: boolean): void {
		this.#present = { ...this.#present, visible };
		this.#note();
	}

	/** Withdraws the record; resolves when that is written, or has failed (then it expires). */
	async close(): Promise<void> {
		this.dispose();
		if (this.#noted.focused || this.#noted.visible) {
			await this.#write(none);
		}
	}

	dispose(): void {
		this.#disposed = true;
		this.#renewal?.dispose();
		this.#own.dispose();
	}

	/** Writes what changed, and has a timer only while there is something to renew. */
	#note(): void {
		if (!this.#started || this.#disposed) {
			return;
		}
		const wanted = this.#hasActive() ? this.#present : none;
		const before = this.#noted;
		if (wanted.focused === before.focused && wanted.visible === before.visible) {
			return;
		}
		this.#noted = wanted;
		this.#renewal?.dispose();
		this.#renewal = undefined;
		const increased = (wanted.focused && !before.focused) || (wanted.visible && !before.visible);
		void this.#write(wanted).then(() => increased && this.#didIncrease.fire());
		if (wanted.focused || wanted.visible) {
			const { clock, log } = this.#parts;
			this.#renewal = keepAlive(clock, log, () => this.#write(wanted).then(() => true), renewEveryMs);
		}
	}

	async #write(attention: Attention): Promise<void> {
		const { store, clock, log } = this.#parts;
		const now = clock.now();
		try {
			await store.attention.note(this.#window, attention, now, now + leaseMs);
		} catch (error) {
			if (!this.#disposed) {
				log.warn(`Failed to record the window's attention: ${String(error)}`);
			}
		}
	}

	#hasActive(): boolean {
		const { store, log } = this.#parts;
		try {
			return !store.health.readOnly && store.tasks.counts().active > 0;
		} catch (error) {
			log.error('Failed to count active tasks', error);
			return false;
		}
	}
}
