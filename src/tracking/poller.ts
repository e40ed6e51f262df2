import { isFinished } from '../core/task';
import type { Task } from '../core/task';
import { Disposables } from '../core/disposables';
import type { Disposable } from '../core/emitter';
import type { Bookings } from './bookings';
import type { EngineParts } from './engineHost';
import type { LazyListChecker } from './lazyListChecker';
import type { DueTerms, EarlierBooking } from './ports/pollQueue';
import { leaseMs } from './lease';
import { errorRetryMs, type TaskChecker } from './taskChecker';

/** Shortest wait (ms) between two runs, so that the loop cannot spin. */
const shortestSleepMs = 250;
/** Longest wait (ms) while a check is booked: timers do not run during sleep, and the clock may be set. */
const longestSleepMs = 5 * 60_000;
/** A booking is moved forward only by more than this (ms). */
const minHelpfulAdvanceMs = 3_000;

/**
 * The poll loop: claims due tasks and starts their checks. Runs never overlap; each run books the next one after it has settled; after an
 * error it waits and continues; with nothing booked there is no timer.
 */
export class Poller implements Disposable {
	readonly #parts: EngineParts;
	readonly #bookings: Bookings;
	readonly #checker: TaskChecker;
	readonly #lists: LazyListChecker;
	readonly #own = new Disposables();
	#closed = false;
	#started = false;
	/** The run in progress. */
	#run: Promise<void> | undefined;
	#wokenInRun = false;
	#timer: Disposable | undefined;
	/** The time of the last run; Infinity before the first one, so that it repairs timestamps. */
	#latest = Infinity;

	constructor(parts: EngineParts, bookings: Bookings, checker: TaskChecker, lists: LazyListChecker) {
		this.#parts = parts;
		this.#bookings = bookings;
		this.#checker = checker;
		this.#lists = lists;
	}

	/** Starts polling. Before that, tasks are checked only on request. */
	start(): void {
		if (this.#started || this.#closed) {
			return;
		}
		this.#started = true;
		const { store } = this.#parts;
		// On any change: a check booked by another window may be due before this timer.
		this.#own.own(store.changes.onDidChange(() => this.wake()));
		this.#own.own(store.changes.onDidChangeKeys(() => this.wake()));
		this.wake();
	}

	/** Checks immediately whether anything is due. Called on focus. */
	wake(): void {
		if (!this.#started || this.#closed) {
			return;
		}
		if (this.#run !== undefined) {
			this.#wokenInRun = true;
		} else {
			this.#sleep(0);
		}
	}

	/**
	 * Moves checks forward that were booked without attention, a page of the list at a time. Called when attention increases. Never rejects.
	 */
	async reschedule(): Promise<void> {
		const { store, clock, log } = this.#parts;
		try {
			if (store.health.readOnly) {
				return;
			}
			let isFirst = true;
			for (const keys of store.tasks.keyPages('active')) {
				// Yield between pages: other extensions share the host's thread.
				if (!isFirst) {
					await new Promise<void>((resolve) => void this.#own.own(clock.after(0, resolve)));
				}
				isFirst = false;
				if (this.#closed) {
					return;
				}
				const now = clock.now();
				const earlier = keys.flatMap((key) => this.#earlier(store.tasks.get(key), now) ?? []);
				if (earlier.length > 0) {
					await store.pollQueue.bringForward(earlier);
				}
			}
		} catch (error) {
			if (!this.#closed) {
				log.error('Failed to reschedule checks', error);
			}
		}
	}

	/** A task's booking at the current attention, if it is earlier than the present one. */
	#earlier(task: Task | undefined, now: number): EarlierBooking | undefined {
		// A task that was never found, or whose last check failed, is booked by other rules.
		if (task?.lastCheckedAt === undefined || task.nextPollAt === undefined || task.intervalMs === undefined || task.problem !== undefined) {
			return undefined;
		}
		if (isFinished(task) || task.unconfirmed !== undefined || !this.#parts.ownDemo.isOurs(task.owner)) {
			return undefined;
		}
		const booking = this.#bookings.next(task, task, undefined, task.lastCheckedAt);
		// A small difference may come from the random jitter alone.
		return 'at' in booking && booking.at < task.nextPollAt - minHelpfulAdvanceMs
			? { key: task.key, instead: task.nextPollAt, at: Math.max(booking.at, now), intervalMs: booking.intervalMs }
			: undefined;
	}

	/** Starts no further check and aborts those in flight; resolves when their claims are released. */
	async close(): Promise<void> {
		this.dispose();
		await this.#run;
		await Promise.all([this.#checker.close(), this.#lists.close()]);
	}

	dispose(): void {
		this.#closed = true;
		this.#checker.dispose();
		this.#lists.dispose();
		this.#timer?.dispose();
		this.#timer = undefined;
		this.#own.dispose();
	}

	#sleep(ms: number): void {
		this.#timer?.dispose();
		this.#timer = this.#parts.clock.after(ms, () => {
			this.#timer = undefined;
			this.#run = this.#runOnce();
		});
	}

	async #runOnce(): Promise<void> {
		let wait: number | undefined;
		try {
			wait = await this.#claimWhatIsDue();
		} catch (error) {
			if (!this.#closed) {
				this.#parts.log.error('Failed to claim due tasks', error);
			}
			wait = errorRetryMs;
		}
		this.#run = undefined;
		if (this.#closed) {
			return;
		}
		if (this.#wokenInRun) {
			wait = 0;
		}
		this.#wokenInRun = false;
		if (wait !== undefined) {
			this.#sleep(wait);
		}
	}

	/** Starts checks of due tasks. Resolves to the wait (ms) until the next run; undefined when nothing is booked. */
	async #claimWhatIsDue(): Promise<number | undefined> {
		const { store, clock } = this.#parts;
		if (store.health.readOnly) {
			return undefined;
		}
		await this.#repairTimestamps();
		const now = clock.now();
		const due = store.pollQueue.nextDueAt(now, this.#terms);
		if (due === undefined || due > now) {
			return due === undefined ? undefined : sleepUntil(due, now);
		}
		const terms = { ...this.#terms, now, until: now + leaseMs };
		for (const query of (await (await this.#lists.get())?.checkDue(terms)) ?? []) {
			void this.#inBackground(query);
		}
		for (const claim of await store.pollQueue.claimDue(terms)) {
			void this.#inBackground(this.#checker.checkClaimed(claim));
		}
		const next = store.pollQueue.nextDueAt(now, this.#terms);
		return next === undefined ? undefined : sleepUntil(next, now);
	}

	get #terms(): DueTerms {
		return { limitsOf: this.#parts.limitsOf, owner: this.#parts.ownDemo.demoId };
	}

	/** Repairs timestamps that a wrong clock wrote: at the first run, and after the clock was set back. */
	async #repairTimestamps(): Promise<void> {
		const now = this.#parts.clock.now();
		const suspect = now < this.#latest - 60_000;
		this.#latest = now;
		if (suspect) {
			await this.#parts.store.pollQueue.repairTimestamps(now);
		}
	}

	async #inBackground(check: Promise<void>): Promise<void> {
		try {
			await check;
		} catch (error) {
			if (!this.#closed) {
				this.#parts.log.error('Failed to check a task', error);
			}
		} finally {
			this.wake();
		}
	}
}

/** The wait (ms) until `due`, within the loop's limits. */
function sleepUntil(due: number, now: number): number {
	return Math.min(Math.max(due - now, shortestSleepMs), longestSleepMs);
}
