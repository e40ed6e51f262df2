import * as vscode from 'vscode';
import type { Clock } from '../tracking/ports/host';

/** How long work goes on before anything is shown of it, ms. */
const quietMs = 1000;

/** What work that may take long is given. */
interface WorkOptions {
	readonly signal: AbortSignal;
	/** Says how much of it is done. */
	readonly onProgress: (done: number, total: number) => void;
}

/**
 * Does work that may take long: where it takes longer than a second, a message shows that it is going on.
 * @param work the message counts what it has done of several things. With `cancellable`, its signal is aborted by the message's Cancel, for the reason of a vscode.CancellationError; otherwise never
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
		count = total > 1 ? vscode.l10n.t('{0} of {1}', items, total) : undefined;
		show?.();
	};
	const done = work({ signal: abort.signal, onProgress });
	const timer = clock.after(quietMs, () => {
		const isDone = done.then(
			() => undefined,
			// Whoever waits for the work hears of it.
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
