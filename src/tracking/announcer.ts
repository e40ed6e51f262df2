import { longestHoldMs } from '../core/lateResults';
import { isFinished } from '../core/task';
import type { FinishedTask, TaskKey } from '../core/task';
import { Disposables } from '../core/disposables';
import { Emitter } from '../core/emitter';
import type { OwnDemo } from './ownDemo';
import type { Clock, Log } from './ports/host';
import type { Disposable, Event } from '../core/emitter';
import type { Stores } from './ports/stores';

/** How long (ms) an unfocused window leaves an announcement to a focused one. */
const unfocusedDelayMs = 1_500;
/** How long (ms) to collect further finished tasks before notifying. */
const batchWindowMs = 3_000;

export interface AnnouncerParts {
	readonly store: Stores;
	readonly clock: Clock;
	readonly log: Log;
	/** Tasks of other demos are not announced here. */
	readonly ownDemo: OwnDemo;
}

/**
 * Announces finished tasks, each at most once over all windows and restarts: the announcement is claimed in the store first.
 * If a window crashes in between, the notification is lost, but the task stays "not viewed".
 */
export class Announcer implements Disposable {
	readonly #parts: AnnouncerParts;
	readonly #own = new Disposables();
	readonly #didClaim: Emitter<FinishedTask>;
	readonly #didAnnounce: Emitter<readonly FinishedTask[]>;
	/** Claims that this window is writing. */
	readonly #claiming = new Map<TaskKey, Promise<void>>();
	/** Claimed, to be announced together. */
	#batch: TaskKey[] = [];
	#unfocusedDelay: Disposable | undefined;
	/** Until the first held-back announcement is due. */
	#heldTimer: Disposable | undefined;
	#batchWindow: Disposable | undefined;
	#focused: boolean;
	#disposed = false;

	constructor(parts: AnnouncerParts, focused: boolean) {
		this.#parts = parts;
		this.#focused = focused;
		this.#didClaim = this.#own.own(new Emitter<FinishedTask>(parts.log));
		this.#didAnnounce = this.#own.own(new Emitter<readonly FinishedTask[]>(parts.log));
	}

	/** This window will announce a finished task; fires immediately, for the status bar. */
	get onDidClaim(): Event<FinishedTask> {
		return this.#didClaim.event;
	}

	/** Finished tasks for one notification. Never empty; without tasks that were viewed or untracked in the meantime. */
	get onDidAnnounce(): Event<readonly FinishedTask[]> {
		return this.#didAnnounce.event;
	}

	/** Starts listening; announces what a crashed window left unannounced. */
	start(): void {
		this.#own.own(this.#parts.store.changes.onDidChange(({ listChanged }) => listChanged && this.#schedule()));
		this.#schedule();
	}

	/** The window gained or lost focus. */
	setFocused(focused: boolean): void {
		this.#focused = focused;
		if (focused) {
			this.#schedule();
		}
	}

	/** Releases what was claimed and not announced yet, so that another window announces it; resolves when that is written. */
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

	/** Claims pending announcements: immediately when focused, otherwise after a delay. */
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

	/** Schedules the next run for when the first held-back announcement is due. */
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
				return !this.#claiming.has(key) && this.#parts.ownDemo.isOurs(store.tasks.get(key)?.owner);
			});
		} catch (error) {
			log.error('Failed to read pending announcements', error);
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
				// `close` releases it.
				return;
			}
			this.#batchWindow ??= clock.after(batchWindowMs, () => this.#announce());
			const task = store.tasks.get(key);
			if (task !== undefined && isFinished(task)) {
				this.#didClaim.fire(task);
			}
		} catch (error) {
			// It stays pending: the next change or focus retries.
			if (!this.#disposed) {
				log.warn(`Failed to claim an announcement: ${String(error)}`);
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
			// A task that cannot be read is untracked, or its file is being replaced: a window that can read it announces it.
			const unread = this.#batch.filter((key) => store.tasks.get(key) === undefined);
			this.#batch = [];
			if (unread.length > 0) {
				store.announcements.release(unread).catch((error: unknown) => log.warn(`Failed to release announcements: ${String(error)}`));
			}
			if (finishedTasks.length > 0) {
				this.#didAnnounce.fire(finishedTasks);
			}
		} catch (error) {
			log.warn(`Failed to read claimed announcements: ${String(error)}`);
			this.#batchWindow = clock.after(batchWindowMs, () => this.#announce());
		}
	}
}
