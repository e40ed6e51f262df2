import type { Download } from '../../core/download';
import type { Disposable } from '../../core/emitter';
import type { KeepingParts } from './keepingParts';
import { causeOf, type KeepResults } from './keepResults';

/** Failures within this time (ms) are one message. */
const gatherMs = 3000;
/** The same cause is named again after this time (ms) at the earliest, in any window, and not while its message is open in this one. */
const quietMs = 60 * 60_000;
/** When each cause was named, or its message answered, last: ms since 1970, in any window. */
const namedKey = 'namedFailures';

/** Says why results were not kept by themselves: one message for each cause, whatever the number of results. */
export class FailedDownloads implements Disposable {
	readonly #keeping: KeepResults;
	readonly #parts: Pick<KeepingParts, 'clock' | 'memory' | 'say'>;
	readonly #waiting = new Map<string, Download[]>();
	/** The causes whose message is open. */
	readonly #open = new Set<string>();
	#timer: Disposable | undefined;

	constructor(keeping: KeepResults, parts: Pick<KeepingParts, 'clock' | 'memory' | 'say'>) {
		this.#keeping = keeping;
		this.#parts = parts;
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
		this.#timer ??= this.#parts.clock.after(gatherMs, () => {
			this.#timer = undefined;
			this.#announce();
		});
	}

	dispose(): void {
		this.#timer?.dispose();
	}

	#announce(): void {
		for (const [cause, all] of this.#waiting) {
			const failed = all.filter((download) => !this.#keeping.reports(download));
			if (failed.length === 0 || this.#open.has(cause) || this.#named().has(cause)) {
				continue;
			}
			this.#open.add(cause);
			this.#remember(cause);
			void this.#parts.say('warning', this.#keeping.failureText(failed), this.#keeping.remedies(failed)).finally(() => {
				this.#open.delete(cause);
				this.#remember(cause);
			});
		}
		this.#waiting.clear();
	}

	/** The causes that were named a short time ago, and when. */
	#named(): ReadonlyMap<string, number> {
		const now = this.#parts.clock.now();
		const known = this.#parts.memory.get<unknown>(namedKey);
		const entries: readonly (readonly [string, unknown])[] = typeof known === 'object' && known !== null ? Object.entries(known) : [];
		// A time that is still to come is of a clock that was ahead.
		return new Map(
			entries.flatMap(([cause, at]) => (typeof at === 'number' && at <= now && at > now - quietMs ? [[cause, at] as const] : [])),
		);
	}

	#remember(cause: string): void {
		void this.#parts.memory.update(namedKey, Object.fromEntries([...this.#named(), [cause, this.#parts.clock.now()]]));
	}
}
