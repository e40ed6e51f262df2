import { assertNever } from '../../core/assertNever';
import { keptFileOf, percentOf, type Download, type DownloadId, type DownloadReason } from '../../core/download';
import { omitUndefined } from '../../core/omitUndefined';
import { retentionMs } from '../../core/retention';
import { isFinished, type Task, type TaskKey } from '../../core/task';
import type { DownloadProgress } from '../../tracking/ports/downloads';

/** What rows show of downloads and kept files. */
export interface RowDownloads {
	/** All of a task, by index. */
	of(task: TaskKey): readonly Download[];
	/** What has arrived of a download that this window runs. */
	readonly progressOf: (id: DownloadId) => DownloadProgress | undefined;
	/** The absolute path of a small picture of the file, if there is one; notes that it is in use. */
	readonly posterOf: (download: Download) => string | undefined;
}

/** How far the results of a task, or one of them, are kept as files. */
export interface Keeping {
	/**
	 * - `saving`: one is being downloaded
	 * - `waiting`: none is, but at least one is queued
	 * - `failed`: nothing more is tried by itself, and at least one is not kept
	 * - `missing`: at least one file is not in its folder any more
	 * - `kept`: all that were to be kept are
	 */
	readonly state: 'saving' | 'waiting' | 'failed' | 'missing' | 'kept';
	/** How many results are in that state. */
	readonly count: number;
	/** How many results there are. */
	readonly results: number;
	/** How many files are kept and, as far as is known, in their folders. */
	readonly kept: number;
	/** How many files are not in their folders any more, whatever the state. */
	readonly missing: number;
	/** Of the only result that is being downloaded, if its length is known: 0 to 99. */
	readonly percent?: number;
	/** `failed`: why, of the first that may be tried again. `waiting`: why the last attempt failed of the first that has one. */
	readonly reason?: DownloadReason;
	/** Whether one of them, whatever the state, may be tried again. */
	readonly canKeepAgain: boolean;
}

/** Whether a result is kept and its file, as far as is known, in its folder. */
export function hasFile(download: Download): boolean {
	return keptFileOf(download) !== undefined;
}

/** Whether a result was kept once, and its file is not in its folder any more. */
export function isMissing(download: Download): boolean {
	const { state, file } = download;
	return file !== undefined && (state === 'kept' || state === 'failed') && !hasFile(download);
}

/** Kling keeps results for 30 days; until then a link that has expired can be replaced by a check. @param now ms since 1970 */
export function mayHaveLink(task: Task, now: number): boolean {
	return isFinished(task) && now < (task.updatedAt ?? task.finishedAt) + retentionMs;
}

/**
 * Whether a person may have a download tried again, or at once while it waits for another attempt: a link that is gone stays so.
 * @param hasLink see `mayHaveLink`; what has arrived whole needs none
 */
export function canKeepAgain({ state, file, reason, part }: Download, hasLink: boolean): boolean {
	if (!hasLink && part?.verified === undefined) {
		return false;
	}
	switch (state) {
		case 'failed':
			return reason?.kind !== 'linkGone';
		case 'queued':
			return reason !== undefined;
		case 'running':
			return false;
		case 'kept':
			return file?.missingSince !== undefined;
		default:
			return assertNever(state);
	}
}

/** Whether nothing is left to save: there is a file, the link is gone, or the person does not want it. */
export function isSettled(download: Download): boolean {
	return (
		hasFile(download) || (download.state === 'failed' && (download.reason?.kind === 'cancelled' || download.reason?.kind === 'linkGone'))
	);
}

/**
 * How far results are kept; undefined if none of them was ever to be.
 * @param downloads of these results
 * @param results how many results there are: some may have no download
 * @param hasLink see `mayHaveLink`
 */
export function keepingOf(
	downloads: readonly Download[],
	results: number,
	hasLink: boolean,
	progressOf: RowDownloads['progressOf'] = () => undefined,
): Keeping | undefined {
	const inState = (state: Download['state']): readonly Download[] => downloads.filter((download) => download.state === state);
	const kept = downloads.filter(hasFile).length;
	const again = downloads.filter((download) => canKeepAgain(download, hasLink));
	const counts = {
		results,
		kept,
		missing: downloads.filter(isMissing).length,
		// What the person cancelled is not to be kept.
		canKeepAgain: again.some(({ reason }) => reason?.kind !== 'cancelled'),
	};
	const [running, queued] = [inState('running'), inState('queued')];
	const failed = inState('failed').filter((download) => download.reason?.kind !== 'cancelled');
	const [first] = running;
	if (first !== undefined) {
		const arrived = progressOf(first) ?? recorded(first);
		const percent = results === 1 && arrived !== undefined ? percentOf(arrived.received, arrived.total) : undefined;
		return { state: 'saving', count: running.length, ...counts, ...omitUndefined({ percent }) };
	}
	if (queued.length > 0) {
		const reason = queued.find((download) => download.reason !== undefined)?.reason;
		return { state: 'waiting', count: queued.length, ...counts, ...omitUndefined({ reason }) };
	}
	const reason = (failed.find((download) => again.includes(download)) ?? failed[0])?.reason;
	if (failed.length > 0) {
		return { state: 'failed', count: failed.length, ...counts, ...(reason === undefined ? {} : { reason }) };
	}
	if (counts.missing > 0) {
		return { state: 'missing', count: counts.missing, ...counts };
	}
	return kept === 0 ? undefined : { state: 'kept', count: kept, ...counts };
}

/** Whether all results are kept. */
export function isSaved(keeping: Keeping | undefined): boolean {
	return keeping?.state === 'kept' && keeping.kept === keeping.results;
}

/** Whether there are results that may be kept and that “Keep Again” does not stand for. */
export function isKeepable(keeping: Keeping | undefined): boolean {
	if (keeping === undefined) {
		return true;
	}
	const { state, kept, count, missing, results } = keeping;
	switch (state) {
		case 'saving':
		case 'waiting':
			return false;
		case 'failed':
			return kept + count + missing < results;
		case 'missing':
			return kept + count < results;
		case 'kept':
			return kept < results;
		default:
			return assertNever(state);
	}
}

/**
 * Tags of a row for the menus. `kept`: there is a file; `saving`: a download can be cancelled; `keepAgain`: one can be tried again, or at once;
 * `missing`: a file is not in its folder.
 */
export function keepingTags(keeping: Keeping | undefined): readonly string[] {
	if (keeping === undefined) {
		return [];
	}
	const { state, kept, missing, canKeepAgain: canBe } = keeping;
	return [
		...(kept > 0 ? ['kept'] : []),
		...(state === 'saving' || state === 'waiting' ? ['saving'] : []),
		...(canBe ? ['keepAgain'] : []),
		...(missing > 0 ? ['missing'] : []),
	];
}

/** What the window that downloads has recorded for the others. */
function recorded({ received, part }: Download): DownloadProgress | undefined {
	return received === undefined ? undefined : { received, ...omitUndefined({ total: part?.total }) };
}
