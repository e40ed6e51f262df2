import type { CancellationToken } from 'vscode';

/** The editor's cancellation as the layers below know it. */
export function signalOf(token: CancellationToken): AbortSignal {
	const controller = new AbortController();
	token.onCancellationRequested(() => controller.abort());
	return controller.signal;
}
