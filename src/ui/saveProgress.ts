import * as vscode from 'vscode';
import type { Download, DownloadOutcome } from '../results/download';
import type { Clock } from '../tracking/ports/host';
import { quietMs } from './progress';
import { sizeText } from './text/media';

/**
 * Runs a download; if it takes longer than a second, a notification shows its progress, with Cancel. A shorter one would leave the
 * notification beside the message that it is done: the editor shows it for a while in any case.
 */
export async function showingDownload(
	clock: Clock,
	name: string,
	download: (options: Required<Pick<Download, 'signal' | 'onProgress'>>) => Promise<DownloadOutcome>,
): Promise<DownloadOutcome> {
	const abort = new AbortController();
	let latest: readonly [received: number, total: number | undefined] | undefined;
	let report: ReturnType<typeof progressReport> | undefined;
	const done = download({
		signal: abort.signal,
		onProgress: (...bytes) => {
			latest = bytes;
			report?.(...bytes);
		},
	});
	const timer = clock.after(quietMs, () => {
		const title = vscode.l10n.t({ message: 'Kling: Saving {0}…', args: [name], comment: ['{0} is a file name.'] });
		void vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Notification, title, cancellable: true },
			async (progress, cancel) => {
				cancel.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
				report = progressReport(progress);
				if (latest !== undefined) {
					report(...latest);
				}
				// The caller gets the error.
				await done.catch(() => undefined);
			},
		);
	});
	try {
		return await done;
	} finally {
		timer.dispose();
	}
}

function progressReport(
	progress: vscode.Progress<{ message?: string; increment?: number }>,
): (received: number, total: number | undefined) => void {
	let reported = 0;
	return (received, total) => {
		const percent = total === undefined || total === 0 ? undefined : Math.floor((100 * received) / total);
		const megabytes = sizeText(received);
		if (percent === undefined) {
			progress.report({ message: megabytes });
		} else if (percent > reported) {
			progress.report({ message: megabytes, increment: percent - reported });
			reported = percent;
		}
	};
}
