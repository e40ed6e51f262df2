import { assertNever } from '../../core/assertNever';
import { keptFileOf, percentOf, type Download, type DownloadId, type DownloadReason } from '../../core/download';
import { omitUndefined } from '../../core/omitUndefined';
import type { TaskKey } from '../../core/task';
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

/** Whether a person may have a download tried again: a link that is gone stays so. */
export function canKeepAgain({ state, file, reason }: Download): boolean {
	return state === 'failed' ? reason?.kind !== 'linkGone' : state === 'kept' && file?.missingSince !== undefined;
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
 */
export function keepingOf(
	downloads: readonly Download[],
	results: number,
	progressOf: RowDownloads['progressOf'] = () => undefined,
): Keeping | undefined {
	const inState = (state: Download['state']): readonly Download[] => downloads.filter((download) => download.state === state);
	const kept = downloads.filter(hasFile).length;
	const counts = { results, kept, missing: downloads.filter(isMissing).length };
	const [running, queued] = [inState('running'), inState('queued')];
	// What the person cancelled is not to be kept.
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
	const reason = (failed.find(canKeepAgain) ?? failed[0])?.reason;
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
 * Tags of a row for the menus. `kept`: there is a file; `saving`: a download can be cancelled; `keepAgain`: one can be tried again;
 * `missing`: a file is not in its folder.
 */
export function keepingTags(keeping: Keeping | undefined): readonly string[] {
	if (keeping === undefined) {
		return [];
	}
	const { state, kept, missing, reason } = keeping;
	return [
		...(kept > 0 ? ['kept'] : []),
		...(state === 'saving' || state === 'waiting' ? ['saving'] : []),
		...(missing > 0 || (state === 'failed' && reason?.kind !== 'linkGone') ? ['keepAgain'] : []),
		...(missing > 0 ? ['missing'] : []),
	];
}

/** What the window that downloads has recorded for the others. */
function recorded({ received, part }: Download): DownloadProgress | undefined {
	return received === undefined ? undefined : { received, ...omitUndefined({ total: part?.total }) };
}
