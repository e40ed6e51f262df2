import * as vscode from 'vscode';
import type { Clock } from '../tracking/ports/host';

/** Delay before progress is shown, ms. */
const quietMs = 1000;

/** Options handed to the work. */
interface WorkOptions {
	readonly signal: AbortSignal;
	/** Reports how many of the items are done. */
	readonly onProgress: (done: number, total: number) => void;
}

/**
 * Runs work that may take long; after a second, a notification shows its progress.
 * @param work its progress is shown as a count of items. With `cancellable`, the Cancel button aborts its signal with a
 * vscode.CancellationError as the reason; otherwise the signal is never aborted
 */
export async function showingProgress<T>(
	clock: Clock,
	title: string,
	work: (options: WorkOptions) => Promise<T>,
	{ cancellable = false } = {},
): Promise<T> {
	const abort = new AbortController();
	let count: string | undefined;
	let show: (() => void) | undefined;
	const onProgress = (items: number, total: number): void => {
		count =
			total > 1
				? vscode.l10n.t({ message: '{0} of {1}', args: [items, total], comment: ['{0} is a count.', '{1} is a count.'] })
				: undefined;
		show?.();
	};
	const done = work({ signal: abort.signal, onProgress });
	const timer = clock.after(quietMs, () => {
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
