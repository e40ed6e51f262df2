import { isFinished } from '../core/task';
import type { Task } from '../core/task';
import { Disposables } from '../core/disposables';
import type { Disposable } from '../core/emitter';
import type { Bookings } from './bookings';
import { DueLoop } from './dueLoop';
import type { EngineParts } from './engineHost';
import type { LazyListChecker } from './lazyListChecker';
import type { DueTerms, EarlierBooking } from './ports/pollQueue';
import { leaseMs } from './lease';
import { errorRetryMs, type TaskChecker } from './taskChecker';

/** A booking is moved forward only by more than this (ms). */
const minHelpfulAdvanceMs = 3_000;

/** The poll loop: claims due tasks and starts their checks. */
export class Poller implements Disposable {
	readonly #parts: EngineParts;
	readonly #bookings: Bookings;
	readonly #checker: TaskChecker;
	readonly #lists: LazyListChecker;
	readonly #own = new Disposables();
	readonly #loop: DueLoop;
	#closed = false;
	/** The time of the last run; Infinity before the first one, so that it repairs timestamps. */
	#latest = Infinity;

	constructor(parts: EngineParts, bookings: Bookings, checker: TaskChecker, lists: LazyListChecker) {
		this.#parts = parts;
		this.#bookings = bookings;
		this.#checker = checker;
		this.#lists = lists;
		const { store, clock, log } = parts;
		this.#loop = this.#own.own(
			new DueLoop(
				{ clock, log, health: store.health },
				{
					nextDueAt: (now) => store.pollQueue.nextDueAt(now, this.#terms),
					claimDue: () => this.#claimDue(),
					prepare: () => this.#repairTimestamps(),
					failure: 'Failed to claim due tasks',
					errorRetryMs,
				},
			),
		);
	}

	/** Starts polling. Before that, tasks are checked only on request. */
	start(): void {
		if (this.#loop.start()) {
			const { changes } = this.#parts.store;
			// On any change: a check booked by another window may be due before this timer.
			this.#own.own(changes.onDidChange(() => this.wake()));
			this.#own.own(changes.onDidChangeKeys(() => this.wake()));
		}
	}

	/** Checks immediately whether anything is due. Called on focus. */
	wake(): void {
		this.#loop.wake();
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
		await this.#loop.close();
		await Promise.all([this.#checker.close(), this.#lists.close()]);
	}

	dispose(): void {
		this.#closed = true;
		this.#checker.dispose();
		this.#lists.dispose();
		this.#own.dispose();
	}

	/** Starts checks of due tasks. Resolves to how many requests that are. */
	async #claimDue(): Promise<number> {
		const { store, clock } = this.#parts;
		const now = clock.now();
		const terms = { ...this.#terms, now, until: now + leaseMs };
		const queries = (await (await this.#lists.get())?.checkDue(terms)) ?? [];
		for (const query of queries) {
			void this.#inBackground(query);
		}
		const claims = await store.pollQueue.claimDue(terms);
		for (const claim of claims) {
			void this.#inBackground(this.#checker.checkClaimed(claim));
		}
		return queries.length + claims.length;
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
