import { downloadKey, type Download, type DownloadId } from '../core/download';
import { Disposables } from '../core/disposables';
import { Emitter, type Disposable, type Event } from '../core/emitter';
import type { TaskKey } from '../core/task';
import { DueLoop } from './dueLoop';
import { LoadedOnUse } from './loadedOnUse';
import type { DownloadLoop, DownloadLoopParts, DownloadProgress, DownloadStore, KeepOrder } from './ports/downloads';
import type { ChangeFeed } from './ports/changes';
import type { StoreHealth } from './ports/health';

/** Wait (ms) after a run that could claim nothing, because other windows are at work, or that failed. */
const retryMs = 2_000;

export interface DownloadsParts extends Omit<DownloadLoopParts, 'downloads' | 'onProgress' | 'onSettled'> {
	readonly store: { readonly downloads: DownloadStore; readonly changes: ChangeFeed; readonly health: Pick<StoreHealth, 'readOnly'> };
	/** Loads what is done with a download that is due: a bundle of its own. */
	readonly loadDownloadLoop: (parts: DownloadLoopParts) => Promise<DownloadLoop>;
}

/**
 * When results are kept as files: the downloads that are due, of all windows. What is done then is loaded when something is due for the first
 * time. With nothing due there is no timer.
 */
export class Downloads implements Disposable {
	readonly #parts: DownloadsParts;
	readonly #own = new Disposables();
	readonly #loop: DueLoop;
	readonly #didSettle: Emitter<Download>;
	readonly #didChangeProgress: Emitter<TaskKey>;
	readonly #progress = new Map<string, DownloadProgress>();
	readonly #transfers: LoadedOnUse<DownloadLoop>;

	constructor(parts: DownloadsParts) {
		this.#parts = parts;
		const { loadDownloadLoop, store, ...rest } = parts;
		const { clock, log } = rest;
		this.#didSettle = this.#own.own(new Emitter<Download>(log));
		this.#didChangeProgress = this.#own.own(new Emitter<TaskKey>(log));
		this.#transfers = this.#own.own(
			new LoadedOnUse(() =>
				loadDownloadLoop({
					...rest,
					downloads: store.downloads,
					onProgress: (id, progress) => this.#noteProgress(id, progress),
					onSettled: (download) => this.#didSettle.fire(download),
				}),
			),
		);
		this.#loop = this.#own.own(
			new DueLoop(
				{ clock, log, health: store.health },
				{
					nextDueAt: (now) => store.downloads.nextDueAt(now),
					claimDue: async () => await (await this.#transfers.get()).claimDue(),
					failure: 'Failed to claim downloads',
					errorRetryMs: retryMs,
					emptyRetryMs: retryMs,
				},
			),
		);
	}

	/** A download was kept or has failed for good, in this window. */
	get onDidSettle(): Event<Download> {
		return this.#didSettle.event;
	}

	/** `progressOf` changed for results of this task; fires at most a few times a second. */
	get onDidChangeProgress(): Event<TaskKey> {
		return this.#didChangeProgress.event;
	}

	/** Starts what is due. Before that, orders only wait. */
	start(): void {
		if (this.#loop.start()) {
			this.#own.own(this.#parts.store.changes.onDidChange(() => this.wake()));
		}
	}

	/** Checks immediately whether anything is due. */
	wake(): void {
		this.#loop.wake();
	}

	/** Keeps results that a person wants as files, or tries failed ones again. Returns how many were queued. */
	async keep(orders: readonly KeepOrder[]): Promise<number> {
		const { store, clock } = this.#parts;
		const queued = await store.downloads.queue(orders, clock.now());
		this.wake();
		return queued;
	}

	/** Ends queued and running downloads, of all windows, and removes what there is of the files. */
	async cancel(ids: readonly DownloadId[]): Promise<void> {
		const { store, clock } = this.#parts;
		const before = ids.flatMap((id) => store.downloads.get(id) ?? []);
		await store.downloads.cancel(ids, clock.now());
		if (this.#transfers.isUsed || before.some(({ part }) => part !== undefined)) {
			await (await this.#transfers.get()).discard(before);
		}
	}

	/** Of a download that runs in this window. */
	progressOf(id: DownloadId): DownloadProgress | undefined {
		return this.#progress.get(downloadKey(id));
	}

	/** Starts nothing more; stops what runs, keeps its bytes and releases the claims. Never rejects. */
	async close(): Promise<void> {
		await this.#loop.close();
		await this.#transfers.close();
		this.dispose();
	}

	dispose(): void {
		this.#own.dispose();
	}

	#noteProgress(id: DownloadId, progress: DownloadProgress | undefined): void {
		if (progress === undefined) {
			this.#progress.delete(downloadKey(id));
		} else {
			this.#progress.set(downloadKey(id), progress);
		}
		this.#didChangeProgress.fire(id.task);
	}
}
