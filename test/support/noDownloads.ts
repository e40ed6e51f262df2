import { ResultDownloadLoop } from '../../src/results/downloadLoop';
import type { EngineHost } from '../../src/tracking/engineHost';
import { digestWorkerFile } from './paths';

/** For hosts of engines that keep no results by themselves; what is ordered is really downloaded. */
export const noDownloads: Pick<EngineHost, 'loadDownloadLoop' | 'keepPlan'> = {
	loadDownloadLoop: (parts) => Promise.resolve(new ResultDownloadLoop(parts, digestWorkerFile)),
	keepPlan: () => undefined,
};
