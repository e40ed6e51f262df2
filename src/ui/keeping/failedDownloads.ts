import { downloadKey, type Download, type DownloadId } from '../../core/download';
import type { Disposable } from '../../core/emitter';
import type { KeepingParts } from './keepingParts';
import { causeOf, hasStopped, type KeepResults } from './keepResults';

/** Failures within this time (ms) are one message. */
const gatherMs = 3000;
/** The same cause is named again after this time (ms) at the earliest, in any window, and not while its message is open in this one. */
const quietMs = 60 * 60_000;
/** When each cause was named, or its message answered, last: ms since 1970, in any window. */
const namedKey = 'namedFailures';

/** Says why results were not kept by themselves: one message for each cause, whatever the number of results. */
export class FailedDownloads implements Disposable {
	readonly #keeping: KeepResults;
	readonly #parts: Pick<KeepingParts, 'store' | 'clock' | 'memory' | 'say'>;
	/** What is to be named, by its key. */
	readonly #waiting = new Map<string, DownloadId>();
	/** The causes whose message is open. */
	readonly #open = new Set<string>();
	#timer: Disposable | undefined;

	constructor(keeping: KeepResults, parts: Pick<KeepingParts, 'store' | 'clock' | 'memory' | 'say'>) {
		this.#keeping = keeping;
		this.#parts = parts;
	}

	/** A download has failed for good, or waits for what only a person can do. */
	note(download: DownloadId): void {
		this.#waiting.set(downloadKey(download), download);
		this.#timer ??= this.#parts.clock.after(gatherMs, () => {
			this.#timer = undefined;
			this.#announce();
		});
	}

	dispose(): void {
		this.#timer?.dispose();
	}

	#announce(): void {
		for (const [cause, failed] of this.#byCause()) {
			if (this.#open.has(cause) || this.#named().has(cause)) {
				continue;
			}
			this.#open.add(cause);
			this.#remember(cause);
			void this.#parts.say('warning', this.#keeping.failureText(failed), this.#keeping.remedies(failed)).finally(() => {
				this.#open.delete(cause);
				this.#remember(cause);
			});
		}
	}

	/** What still is as it was noted: meanwhile it may have been tried again, or its task untracked. */
	#byCause(): ReadonlyMap<string, readonly Download[]> {
		const { tasks, downloads } = this.#parts.store;
		const causes = new Map<string, Download[]>();
		for (const id of this.#waiting.values()) {
			const download = downloads.get(id);
			if (download?.reason === undefined || !hasStopped(download) || this.#keeping.reports(download) || tasks.get(id.task) === undefined) {
				continue;
			}
			const cause = causeOf(download.reason, download.plan.folder);
			const same = causes.get(cause);
			if (same === undefined) {
				causes.set(cause, [download]);
			} else {
				same.push(download);
			}
		}
		this.#waiting.clear();
		return causes;
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
