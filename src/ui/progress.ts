import * as vscode from 'vscode';
import type { Clock } from '../tracking/ports/host';

/** How long work goes on before anything is shown of it, ms. */
const quietMs = 1000;

/**
 * Does work that may take long: where it takes longer than a second, a message shows that it is going on.
 * @param work with `cancellable`, its signal is aborted by the message's Cancel, for the reason of a vscode.CancellationError; otherwise never
 */
export async function showingProgress<T>(
	clock: Clock,
	title: string,
	work: (signal: AbortSignal) => Promise<T>,
	{ cancellable = false } = {},
): Promise<T> {
	const abort = new AbortController();
	const done = work(abort.signal);
	const timer = clock.after(quietMs, () => {
		const ended = done.then(
			() => undefined,
			// Whoever waits for the work hears of it.
			() => undefined,
		);
		void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable }, (_, token) => {
			token.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
			return ended;
		});
	});
	try {
		return await done;
	} finally {
		timer.dispose();
	}
}
