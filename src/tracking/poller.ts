import { isFinished } from '../core/task';
import type { Task } from '../core/task';
import { Disposables } from '../core/disposables';
import type { Disposable } from '../core/emitter';
import type { Bookings } from './bookings';
import type { EngineParts } from './engineHost';
import type { Claim, DueTerms, PollQueue } from './ports/pollQueue';
import { leaseMs } from './lease';
import { errorRetryMs, type TaskChecker } from './taskChecker';

/** The loop never wakes sooner after finding nothing to claim (ms), so that it cannot spin. */
const shortestSleepMs = 250;
/** Nor later (ms) while something is booked: timers stand still while the machine sleeps, and clocks are set. */
const longestSleepMs = 5 * 60_000;
/** A booking is brought near for more than this (ms) only. */
const minHelpfulAdvanceMs = 3_000;

/**
 * The poll loop: claims tasks when they are due and has them checked. One run at a time; each run books the next after it has settled; an error costs a wait, never
 * the loop; nothing booked, no timer.
 */
export class Poller implements Disposable {
	readonly #parts: EngineParts;
	readonly #bookings: Bookings;
	readonly #checker: TaskChecker;
	readonly #own = new Disposables();
	#closed = false;
	#started = false;
	/** The run in progress. */
	#run: Promise<void> | undefined;
	#wokenInRun = false;
	#timer: Disposable | undefined;
	/** The latest time a run saw; before the first run every booking is suspect. */
	#latest = Infinity;

	constructor(parts: EngineParts, bookings: Bookings, checker: TaskChecker) {
		this.#parts = parts;
		this.#bookings = bookings;
		this.#checker = checker;
	}

	/** Begins to watch. Until then only what a person asks for is looked at. */
	start(): void {
		if (this.#started || this.#closed) {
			return;
		}
		this.#started = true;
		const { store } = this.#parts;
		// Any change: what another window booked may be due before our timer is.
		this.#own.own(store.changes.onDidChange(() => this.wake()));
		this.#own.own(store.changes.onDidChangeKeys(() => this.wake()));
		this.wake();
	}

	/** Something may be due: sees to it at once. Call it when the window gets the focus. */
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

	/** Somebody is there who was not before: brings near what was booked for nobody, a page of the list at a time. Never rejects. */
	async reschedule(): Promise<void> {
		const { store, clock, log } = this.#parts;
		try {
			if (store.health.readOnly) {
				return;
			}
			let isFirst = true;
			for (const keys of store.tasks.keyPages('active')) {
				// Other extensions run between two pages.
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
				log.error('Bringing looks forward failed', error);
			}
		}
	}

	/** A task's booking for somebody who is there, where it is nearer than the one it has. */
	#earlier(task: Task | undefined, now: number): Parameters<PollQueue['bringForward']>[0][number] | undefined {
		// What was never seen, or not last time, is booked for other reasons.
		if (task?.lastCheckedAt === undefined || task.nextPollAt === undefined || task.intervalMs === undefined || task.problem !== undefined) {
			return undefined;
		}
		if (isFinished(task) || task.unconfirmed !== undefined || !this.#parts.ownDemo.isOurs(task.owner)) {
			return undefined;
		}
		const booking = this.#bookings.next(task, task, undefined, task.lastCheckedAt);
		// A little earlier may only be the dice.
		return 'at' in booking && booking.at < task.nextPollAt - minHelpfulAdvanceMs
			? { key: task.key, at: Math.max(booking.at, now), intervalMs: booking.intervalMs }
			: undefined;
	}

	/** Begins no further check and ends those in flight; resolves when their claims are given back. */
	async close(): Promise<void> {
		this.dispose();
		await this.#run;
		await this.#checker.close();
	}

	dispose(): void {
		this.#closed = true;
		this.#checker.dispose();
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
				this.#parts.log.error('Looking for due tasks failed', error);
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

	/** Starts looks at what is due. Resolves to the wait (ms) until the next run; undefined when nothing is booked. */
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
		const claims = await store.pollQueue.claimDue({ ...this.#terms, now, until: now + leaseMs });
		for (const claim of claims) {
			void this.#checkInBackground(claim);
		}
		const next = store.pollQueue.nextDueAt(now, this.#terms);
		return next === undefined ? undefined : sleepUntil(next, now);
	}

	get #terms(): DueTerms {
		return { limitsOf: this.#parts.limitsOf, owner: this.#parts.ownDemo.demoId };
	}

	/** Mends what a wrong clock wrote: at the first run, and when the clock was set back. */
	async #repairTimestamps(): Promise<void> {
		const now = this.#parts.clock.now();
		const suspect = now < this.#latest - 60_000;
		this.#latest = now;
		if (suspect) {
			await this.#parts.store.pollQueue.repairTimestamps(now);
		}
	}

	async #checkInBackground(claim: Claim): Promise<void> {
		try {
			await this.#checker.checkClaimed(claim);
		} catch (error) {
			if (!this.#closed) {
				this.#parts.log.error('A look failed', error);
			}
		} finally {
			this.wake();
		}
	}
}

/** A wait (ms) within the loop's bounds. */
function sleepUntil(due: number, now: number): number {
	return Math.min(Math.max(due - now, shortestSleepMs), longestSleepMs);
}
