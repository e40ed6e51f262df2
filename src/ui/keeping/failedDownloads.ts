import type { Download } from '../../core/download';
import type { Disposable } from '../../core/emitter';
import type { Clock } from '../../tracking/ports/host';
import type { Say } from '../message';
import { causeOf, type KeepResults } from './keepResults';

/** Failures within this time (ms) are one message. */
const gatherMs = 3000;
/** The same cause is named again after this time (ms) at the earliest, and not while its message is open. */
const quietMs = 60 * 60_000;

/** Says why results were not kept by themselves: one message for each cause, whatever the number of results. */
export class FailedDownloads implements Disposable {
	readonly #keeping: KeepResults;
	readonly #clock: Clock;
	readonly #say: Say;
	readonly #waiting = new Map<string, Download[]>();
	/** Until when (ms since 1970) a cause is not named again. */
	readonly #quietUntil = new Map<string, number>();
	#timer: Disposable | undefined;

	constructor(keeping: KeepResults, clock: Clock, say: Say) {
		this.#keeping = keeping;
		this.#clock = clock;
		this.#say = say;
	}

	/** A download has failed for good, or waits for what only a person can do. */
	note(download: Download): void {
		const { reason, plan } = download;
		if (reason === undefined || reason.kind === 'cancelled') {
			return;
		}
		const cause = causeOf(reason, plan.folder);
		const waiting = this.#waiting.get(cause) ?? [];
		waiting.push(download);
		this.#waiting.set(cause, waiting);
		this.#timer ??= this.#clock.after(gatherMs, () => {
			this.#timer = undefined;
			this.#announce();
		});
	}

	dispose(): void {
		this.#timer?.dispose();
	}

	#announce(): void {
		const now = this.#clock.now();
		for (const [cause, all] of this.#waiting) {
			const failed = all.filter((download) => !this.#keeping.reports(download));
			if (failed.length === 0 || (this.#quietUntil.get(cause) ?? 0) > now) {
				continue;
			}
			this.#quietUntil.set(cause, Infinity);
			void this.#say('warning', this.#keeping.failureText(failed), this.#keeping.remedies(failed)).finally(() =>
				this.#quietUntil.set(cause, this.#clock.now() + quietMs),
			);
		}
		this.#waiting.clear();
	}
}
