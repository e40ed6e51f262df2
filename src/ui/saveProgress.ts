import * as vscode from 'vscode';
import { percentOf } from '../core/download';
import type { Download, DownloadOutcome } from '../results/download';
import type { Clock } from '../tracking/ports/host';
import { showingWork } from './progress';
import { sizeText } from './text/media';

/** Runs a download; if it takes longer than a second, a notification shows its progress, with Cancel. */
export async function showingDownload(
	clock: Clock,
	name: string,
	download: (options: Required<Pick<Download, 'signal' | 'onProgress'>>) => Promise<DownloadOutcome>,
): Promise<DownloadOutcome> {
	const title = vscode.l10n.t({ message: 'Kling: Saving {0}…', args: [name], comment: ['{0} is a file name.'] });
	return await showingWork(
		clock,
		title,
		({ signal, report }) => download({ signal, onProgress: (received, total) => report(sizeText(received), percentOf(received, total)) }),
		{ cancellable: true },
	);
}
