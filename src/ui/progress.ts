import * as vscode from 'vscode';
import type { Clock } from '../tracking/ports/host';

/** Delay before progress is shown, ms. */
export const quietMs = 1000;

/** Options handed to the work. */
interface WorkOptions {
	readonly signal: AbortSignal;
	/** Reports how many of the items are done. */
	readonly onProgress: (done: number, total: number) => void;
}

interface ProgressOptions {
	readonly cancellable?: boolean;
	/** Delay before the progress is shown, ms. */
	readonly delayMs?: number;
	/** The count of items as a text. */
	readonly countText?: (done: number, total: number) => string;
}

function countOf(done: number, total: number): string {
	return vscode.l10n.t({ message: '{0} of {1}', args: [done, total], comment: ['{0} is a count.', '{1} is a count.'] });
}

/**
 * Runs work that may take long; after a second, or `delayMs`, a notification shows its progress.
 * @param work its progress is shown as a count of items. With `cancellable`, the Cancel button aborts its signal with a
 * vscode.CancellationError as the reason; otherwise the signal is never aborted
 */
export async function showingProgress<T>(
	clock: Clock,
	title: string,
	work: (options: WorkOptions) => Promise<T>,
	{ cancellable = false, delayMs = quietMs, countText = countOf }: ProgressOptions = {},
): Promise<T> {
	const abort = new AbortController();
	let count: string | undefined;
	let show: (() => void) | undefined;
	const onProgress = (items: number, total: number): void => {
		count = total > 1 ? countText(items, total) : undefined;
		show?.();
	};
	const done = work({ signal: abort.signal, onProgress });
	const timer = clock.after(delayMs, () => {
		const isDone = done.then(
			() => undefined,
			// The caller gets the error.
			() => undefined,
		);
		void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable }, (progress, token) => {
			show = () => {
				if (count !== undefined) {
					progress.report({ message: count });
				}
			};
			show();
			token.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
			return isDone;
		});
	});
	try {
		return await done;
	} finally {
		timer.dispose();
	}
}
