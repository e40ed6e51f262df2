// Downloads and kept files with the least that a test must give.
import type { Download, DownloadId, KeepPlan, KeptFile } from '../../src/core/download';
import type { Media } from '../../src/core/media';
import type { TaskKey } from '../../src/core/task';
import type { DownloadChange, DownloadClaim, DownloadStore } from '../../src/tracking/ports/downloads';

export const plan: KeepPlan = { folder: '/results', fileName: '{date}-{name}-{n}' };

interface WithDownloads {
	readonly downloads: DownloadStore;
}

/** Results of one task: `https://media.kling.example/1.png` … */
export function images(count: number): readonly Media[] {
	return Array.from({ length: count }, (_, index) => ({ kind: 'image', url: `https://media.kling.example/${index + 1}.png` }));
}

/** The digest of a made-up file: a number in 64 digits. */
export function digest(number: number): string {
	return number.toString(16).padStart(64, '0');
}

export function keptFile(number: number, more: Partial<KeptFile> = {}): KeptFile {
	return {
		path: `/results/${number}.mp4`,
		size: 1_000 + number,
		sha256: digest(number),
		format: 'mp4',
		keptAt: 1_750_000_000_000,
		...more,
	};
}

/** Where an attempt leads, by default with nothing failed. */
export function downloadChange(state: Download['state'], more: Partial<DownloadChange> = {}): DownloadChange {
	return { state, attempts: 0, changedAt: 1_750_000_000_000, ...more };
}

let nextClaim = 0;

/** Claims what is due, for eight seconds. */
export function claimDownloads(store: WithDownloads, now: number): Promise<readonly DownloadClaim[]> {
	return store.downloads.claimDue(now, now + 8_000, () => `claim ${process.pid} ${++nextClaim}`);
}

/** `task media state` of each. */
export function statesOf(store: WithDownloads, ...tasks: readonly TaskKey[]): readonly string[] {
	return tasks.flatMap((task) => store.downloads.of(task)).map(labelOf);
}

/** `id media state`, for example `one 0 queued`. */
export function labelOf({ task, media, state }: Download): string {
	return `${task.split(' ')[1]} ${media} ${state}`;
}

export function idOf(task: TaskKey, media = 0): DownloadId {
	return { task, media };
}
