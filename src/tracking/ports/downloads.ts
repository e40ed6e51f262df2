import type { Download, DownloadId, FileFacts, KeepPlan, KeptFile } from '../../core/download';
import type { Disposable } from '../../core/emitter';
import type { Task, TaskKey } from '../../core/task';
import type { Creation } from '../../creation/creation';
import type { Clock, Log } from './host';
import type { ApiKeys } from './kling';

/** The right to work on one download. It expires unless renewed. */
export interface DownloadClaim {
	readonly download: Download;
	readonly claimId: string;
}

/** Where an attempt leads: what `nextDownloadStep` decided. It replaces all of these fields; one that is missing has no value any more. */
export interface DownloadChange extends Pick<
	Download,
	'state' | 'attempts' | 'nextAt' | 'reason' | 'isRefreshed' | 'part' | 'received' | 'file'
> {
	readonly changedAt: number;
}

/** A result that a person wants to keep, whatever the setting. */
export interface KeepOrder extends DownloadId {
	readonly plan: KeepPlan;
}

/** A result that succeeded and is not kept, whose link may still live. */
export interface UnkeptResult extends DownloadId {
	readonly url: string;
	/** See `linkExpiry`; ms since 1970. */
	readonly expiresAt: number;
	/** Bytes, if an earlier download was told or the file that is missing had them. */
	readonly size?: number;
}

/**
 * The queue of downloads and the kept files, shared by all windows. Reads are synchronous, writes settle as described at `Stores`. A result
 * is queued in the transaction in which its task is stored as succeeded, if the task has a `KeepPlan` and no owner.
 */
export interface DownloadStore {
	/** All of a task, by index; empty for most tasks. Fast enough for every row that is drawn. */
	of(task: TaskKey): readonly Download[];
	get(id: DownloadId): Download | undefined;
	/** Queued and running ones, the earliest first. */
	pending(): readonly Download[];
	/** The last kept ones, newest first. */
	newestKept(limit: number): readonly Download[];
	/** All that are kept as a file of this content, by any path: several results may share one file. */
	ofContent(sha256: string): readonly Download[];
	/** How many results are kept as files, and their size in bytes. */
	keptTotals(): { readonly files: number; readonly bytes: number };
	/** Results that are not kept nor queued, of succeeded tasks without an owner that finished at `from` (ms since 1970) or later, newest first. */
	unkept(from: number): Iterable<UnkeptResult>;
	/** When a download can be started, ms since 1970; undefined: none is due by itself. A claimed one counts as due when its claim expires. */
	nextDueAt(now: number): number | undefined;
	/** Claims due downloads, oldest first; at most two are claimed over all windows. Tasks that were untracked are left out. */
	claimDue(now: number, until: number, newClaimId: () => string): Promise<readonly DownloadClaim[]>;
	/** Also records the bytes on the disk, for other windows. False when the claim was lost. */
	renew(claim: DownloadClaim, until: number, received?: number): Promise<boolean>;
	/** Records a step and keeps the claim. False, with nothing recorded, when the claim was lost. */
	step(claim: DownloadClaim, change: DownloadChange): Promise<boolean>;
	/** Records a step and ends the claim. False, with nothing recorded, when the claim was lost. */
	record(claim: DownloadClaim, change: DownloadChange): Promise<boolean>;
	/** Ends the claim and changes nothing else: the download is due, and every window notices. */
	release(claim: DownloadClaim): Promise<boolean>;
	/**
	 * Queues results, or again those that failed, are missing or wait for another attempt, now; those that are kept, due or running stay as they
	 * are. Returns how many were queued.
	 */
	queue(orders: readonly KeepOrder[], now: number): Promise<number>;
	/** Ends queued and running ones: `failed` with the reason `cancelled`. */
	cancel(ids: readonly DownloadId[], now: number): Promise<void>;
	/** A result has a file: saved by hand, located, or named by a sidecar. Replaces what was known, ends a claim. */
	recordFile(id: DownloadId, file: KeptFile, now: number): Promise<void>;
	/** The file is not at its path. True for one caller over all windows, which says so. Nothing changes if `path` is not the one known. */
	recordMissing(id: DownloadId, path: string, now: number): Promise<boolean>;
	/** The file was deleted by the person: the result is not kept any more. */
	forgetFiles(ids: readonly DownloadId[]): Promise<void>;
	recordFacts(id: DownloadId, sha256: string, facts: FileFacts): Promise<void>;
	recordPosters(sha256s: readonly string[], hasPoster: boolean): Promise<void>;
	/** The plan of a task; undefined: its results are not kept by themselves. */
	planOf(task: TaskKey): KeepPlan | undefined;
	/** The setting changed: active tasks without an owner get this plan if they have none; undefined: they lose theirs. */
	replan(plan: KeepPlan | undefined): Promise<void>;
	/** True for one caller over all windows, once ever: the offer to keep everything. */
	claimOffer(): Promise<boolean>;
	/** True for one caller over all windows, and then not again for `everyMs`: the message about links that expire. */
	claimExpiryNotice(now: number, everyMs: number): Promise<boolean>;
}

/** Small pictures of results, in a folder beside the database: at most 50 MB, the least recently used are removed. */
export interface Posters {
	/** The absolute path of a poster's file, whether or not it exists. */
	pathOf(sha256: string): string;
	/** @param sha256 of the kept file @param bytes WebP or PNG @returns posters that were removed to make space */
	put(sha256: string, bytes: Uint8Array): Promise<readonly string[]>;
	/** Notes that posters are in use. */
	use(sha256s: readonly string[]): void;
	deleteEverything(): Promise<void>;
}

/** How far a download is, bytes. */
export interface DownloadProgress {
	/** Bytes on the disk. */
	readonly received: number;
	/** Missing if the server has not announced it. */
	readonly total?: number;
}

/** What downloading needs. */
export interface DownloadLoopParts {
	readonly downloads: DownloadStore;
	readonly task: (key: TaskKey) => Task | undefined;
	readonly creationOf: (key: TaskKey) => Creation | undefined;
	/** Checks a finished task once for new links; resolves to false if that was not possible. */
	readonly refresh: (key: TaskKey, signal: AbortSignal) => Promise<boolean>;
	readonly keys: ApiKeys;
	readonly clock: Clock;
	readonly random: () => number;
	readonly newId: () => string;
	readonly log: Log;
	/** How far a download is that runs in this window, at most a few times a second; undefined when it runs no more. */
	readonly onProgress: (id: DownloadId, progress: DownloadProgress | undefined) => void;
	/** A download was kept or has failed for good, in this window. */
	readonly onSettled: (download: Download) => void;
}

/** The downloads that this window works on. */
export interface DownloadLoop extends Disposable {
	/** Claims what is due and starts it. Returns how many. */
	claimDue(): Promise<number>;
	/**
	 * A person has cancelled these: stops those that run in this window and removes the partial files. Never rejects.
	 * @param cancelled as they were before
	 */
	discard(cancelled: readonly Download[]): Promise<void>;
	/** Starts nothing more; aborts what runs, keeps its bytes and releases the claims. Never rejects. */
	close(): Promise<void>;
}
