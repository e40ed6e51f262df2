import { longestHoldMs } from '../core/lateResults';
import { isFinished } from '../core/task';
import type { FinishedTask, TaskKey } from '../core/task';
import { Disposables } from '../core/disposables';
import { Emitter } from '../core/emitter';
import type { Clock, Log } from './ports/host';
import type { Disposable, Event } from '../core/emitter';
import type { Stores } from './ports/stores';

/** How long (ms) a window without the focus leaves an end to one that has it. */
const unfocusedDelayMs = 1_500;
/** How long (ms) the first end waits for company. */
const batchWindowMs = 3_000;

export interface AnnouncerParts {
	readonly store: Stores;
	readonly clock: Clock;
	readonly log: Log;
}

/**
 * Tells ends, each at most once over all windows and restarts: the right to tell is claimed in the store first.
 * A window that dies in between loses the message, never the fact: the task stays "not viewed".
 */
export class Announcer implements Disposable {
	readonly #parts: AnnouncerParts;
	readonly #own = new Disposables();
	readonly #didClaim: Emitter<FinishedTask>;
	readonly #didAnnounce: Emitter<readonly FinishedTask[]>;
	/** Being claimed by this window. */
	readonly #claiming = new Map<TaskKey, Promise<void>>();
	/** Claimed, and waiting for company. */
	#batch: TaskKey[] = [];
	#unfocusedDelay: Disposable | undefined;
	/** Until the first of the ends that wait for their results. */
	#heldTimer: Disposable | undefined;
	#batchWindow: Disposable | undefined;
	#focused: boolean;
	#disposed = false;
	/** The owner's ID that this window has: ends of tasks of others are not told here. */
	owner: string | undefined;

	constructor(parts: AnnouncerParts, focused: boolean) {
		this.#parts = parts;
		this.#focused = focused;
		this.#didClaim = this.#own.own(new Emitter<FinishedTask>(parts.log));
		this.#didAnnounce = this.#own.own(new Emitter<readonly FinishedTask[]>(parts.log));
	}

	/** An end is this window's to tell: for the status bar, at once. */
	get onDidClaim(): Event<FinishedTask> {
		return this.#didClaim.event;
	}

	/** Ends to be told in one message. Never empty; without those that were viewed or untracked while they waited. */
	get onDidAnnounce(): Event<readonly FinishedTask[]> {
		return this.#didAnnounce.event;
	}

	/** Begins to listen; what was left untold by a window that died is told now. */
	start(): void {
		this.#own.own(this.#parts.store.changes.onDidChange(({ listChanged }) => listChanged && this.#schedule()));
		this.#schedule();
	}

	/** The window got or lost the focus. */
	setFocused(focused: boolean): void {
		this.#focused = focused;
		if (focused) {
			this.#schedule();
		}
	}

	/** Hands back what was claimed and not told yet, so that another window tells it; resolves when that is written. */
	async close(): Promise<void> {
		this.dispose();
		await Promise.all(this.#claiming.values());
		const unannounced = this.#batch.splice(0);
		if (unannounced.length > 0) {
			await this.#parts.store.announcements.release(unannounced);
		}
	}

	dispose(): void {
		this.#disposed = true;
		this.#unfocusedDelay?.dispose();
		this.#batchWindow?.dispose();
		this.#heldTimer?.dispose();
		this.#own.dispose();
	}

	/** Sees to ends that want telling: at once with the focus, else a little later if they are still there. */
	#schedule(): void {
		if (this.#disposed) {
			return;
		}
		if (this.#focused) {
			this.#unfocusedDelay?.dispose();
			this.#unfocusedDelay = undefined;
			this.#claimAll();
		} else if (this.#unfocusedDelay === undefined && this.#pending().length > 0) {
			this.#unfocusedDelay = this.#parts.clock.after(unfocusedDelayMs, () => {
				this.#unfocusedDelay = undefined;
				this.#claimAll();
			});
		}
		this.#bookHeld();
	}

	/** Comes back when an end has waited for its results long enough. */
	#bookHeld(): void {
		const { store, clock } = this.#parts;
		this.#heldTimer?.dispose();
		const now = clock.now();
		const at = store.announcements.nextHeldAt(now);
		this.#heldTimer = at === undefined ? undefined : clock.after(Math.min(at - now, longestHoldMs), () => this.#schedule());
	}

	#pending(): readonly TaskKey[] {
		const { store, log } = this.#parts;
		try {
			return store.announcements.pending(this.#parts.clock.now()).filter((key) => {
				const owner = store.tasks.get(key)?.owner;
				return !this.#claiming.has(key) && (owner === undefined || owner === this.owner);
			});
		} catch (error) {
			log.error('The ends to tell could not be read', error);
			return [];
		}
	}

	#claimAll(): void {
		for (const key of this.#pending()) {
			this.#claiming.set(
				key,
				this.#claim(key).finally(() => this.#claiming.delete(key)),
			);
		}
	}

	async #claim(key: TaskKey): Promise<void> {
		const { store, clock, log } = this.#parts;
		try {
			const ours = await store.announcements.claim(key, clock.now());
			if (!ours) {
				return;
			}
			this.#batch.push(key);
			if (this.#disposed) {
				return;
			} // `close` hands it back
			this.#batchWindow ??= clock.after(batchWindowMs, () => this.#announce());
			const task = store.tasks.get(key);
			if (task !== undefined && isFinished(task)) {
				this.#didClaim.fire(task);
			}
		} catch (error) {
			// It stays pending: the next change or focus tries again.
			if (!this.#disposed) {
				log.warn(`An end could not be claimed for telling: ${String(error)}`);
			}
		}
	}

	#announce(): void {
		this.#batchWindow = undefined;
		const { store, clock, log } = this.#parts;
		try {
			const finishedTasks = this.#batch.flatMap((key) => {
				const task = store.tasks.get(key);
				return task !== undefined && isFinished(task) && task.viewedAt === undefined ? [task] : [];
			});
			// What cannot be read now is untracked, or its file is being replaced: whoever can read it tells it.
			const unread = this.#batch.filter((key) => store.tasks.get(key) === undefined);
			this.#batch = [];
			if (unread.length > 0) {
				store.announcements.release(unread).catch((error: unknown) => log.warn(`Ends could not be handed back: ${String(error)}`));
			}
			if (finishedTasks.length > 0) {
				this.#didAnnounce.fire(finishedTasks);
			}
		} catch (error) {
			log.warn(`Ends could not be read for telling: ${String(error)}`);
			this.#batchWindow = clock.after(batchWindowMs, () => this.#announce());
		}
	}
}
