import { clamp } from '../core/clamp';
import type { Disposable } from '../core/emitter';
import type { StoreHealth } from './ports/health';
import type { Clock, Log } from './ports/host';

/** Shortest wait (ms) between two runs, so that the loop cannot spin. */
const shortestSleepMs = 250;
/** Longest wait (ms) while something is booked: timers do not run during sleep, and the clock may be set. */
const longestSleepMs = 5 * 60_000;

/** Work that is claimed when it is due: polls, creates, downloads. */
export interface DueWork {
	/** When something is due, ms since 1970; undefined: nothing is due by itself. */
	readonly nextDueAt: (now: number) => number | undefined;
	/** Claims what is due and starts it. Resolves to how much was claimed. */
	readonly claimDue: () => Promise<number>;
	/** Called before each run. */
	readonly prepare?: () => Promise<void>;
	/** What is logged when a run fails. */
	readonly failure: string;
	/** Wait (ms) after a run that failed. */
	readonly errorRetryMs: number;
	/** Shortest wait (ms) after a run that claimed nothing, though something was due. */
	readonly emptyRetryMs?: number;
}

/**
 * When work is claimed. Runs never overlap; each run books the next one after it has settled; after an error the loop waits and continues;
 * with nothing due there is no timer.
 */
export class DueLoop implements Disposable {
	readonly #host: { readonly clock: Clock; readonly log: Log; readonly health: Pick<StoreHealth, 'readOnly'> };
	readonly #work: DueWork;
	#started = false;
	#closed = false;
	/** The run in progress. */
	#run: Promise<void> | undefined;
	#wokenInRun = false;
	#timer: Disposable | undefined;

	constructor(host: { readonly clock: Clock; readonly log: Log; readonly health: Pick<StoreHealth, 'readOnly'> }, work: DueWork) {
		this.#host = host;
		this.#work = work;
	}

	/** Starts the runs. Returns whether they had not been started before. */
	start(): boolean {
		if (this.#started || this.#closed) {
			return false;
		}
		this.#started = true;
		this.wake();
		return true;
	}

	/** Checks immediately whether anything is due. */
	wake(): void {
		if (!this.#started || this.#closed) {
			return;
		}
		if (this.#run === undefined) {
			this.#sleep(0);
		} else {
			this.#wokenInRun = true;
		}
	}

	/** Starts no further run; resolves when the one in progress has settled. Never rejects. */
	async close(): Promise<void> {
		this.dispose();
		await this.#run;
	}

	dispose(): void {
		this.#closed = true;
		this.#timer?.dispose();
		this.#timer = undefined;
	}

	#sleep(ms: number): void {
		this.#timer?.dispose();
		this.#timer = this.#host.clock.after(ms, () => {
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
				this.#host.log.error(this.#work.failure, error);
			}
			wait = this.#work.errorRetryMs;
		}
		this.#run = undefined;
		if (this.#wokenInRun) {
			wait = 0;
		}
		this.#wokenInRun = false;
		if (wait !== undefined && !this.#closed) {
			this.#sleep(wait);
		}
	}

	/** Resolves to the wait (ms) until the next run; undefined when nothing is due by itself. */
	async #claimWhatIsDue(): Promise<number | undefined> {
		const { clock, health } = this.#host;
		const { nextDueAt, claimDue, prepare, emptyRetryMs = shortestSleepMs } = this.#work;
		if (health.readOnly) {
			return undefined;
		}
		await prepare?.();
		const now = clock.now();
		let due = nextDueAt(now);
		let shortest = shortestSleepMs;
		if (due !== undefined && due <= now) {
			shortest = (await claimDue()) === 0 ? emptyRetryMs : shortestSleepMs;
			due = nextDueAt(clock.now());
		}
		return due === undefined ? undefined : clamp(due - clock.now(), shortest, longestSleepMs);
	}
}
