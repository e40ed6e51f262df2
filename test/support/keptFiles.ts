// Downloads and kept files, with the least that a test must give.
import type { Download, DownloadState, KeepPlan, KeptFile } from '../../src/core/download';
import { key } from './makers';

export const plan: KeepPlan = { folder: '/home/ada/kling', fileName: '{date}-{name}-{n}' };

export function keptFile(more: Partial<KeptFile> = {}): KeptFile {
	return { path: '/home/ada/kling/wave-1.mp4', size: 2_400_000, sha256: 'ab'.repeat(32), format: 'mp4', keptAt: 0, ...more };
}

/** The download of a task's first result; a kept one has a file. */
export function download(state: DownloadState, more: Partial<Download> = {}): Download {
	return { task: key('a'), media: 0, state, plan, attempts: 0, ...(state === 'kept' ? { file: keptFile() } : {}), ...more };
}
