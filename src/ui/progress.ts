import * as vscode from 'vscode';
import type { Clock } from '../tracking/ports/host';
import { withoutLinks } from './text/foreignText';

/** Delay before progress is shown, ms. */
const quietMs = 1000;

/** Options handed to the work. */
interface WorkOptions {
	readonly signal: AbortSignal;
	/** @param percent of the whole; undefined: not known. It never goes back */
	readonly report: (message: string | undefined, percent?: number) => void;
}

interface WorkTerms {
	readonly cancellable?: boolean;
	/** Delay before the progress is shown, ms. */
	readonly delayMs?: number;
}

/** Options handed to work on several items. */
interface ItemOptions {
	readonly signal: AbortSignal;
	/** Reports how many of the items are done. */
	readonly onProgress: (done: number, total: number) => void;
}

interface ItemTerms extends WorkTerms {
	/** The count of items as a text. */
	readonly countText?: (done: number, total: number) => string;
}

export function countOf(done: number, total: number): string {
	return vscode.l10n.t({ message: '{0} of {1}', args: [done, total], comment: ['{0} is a count.', '{1} is a count.'] });
}

/**
 * Runs work that may take long; after a second, or `delayMs`, a notification shows its progress. A shorter one would leave the notification
 * beside the message that it is done: the editor shows it for a while in any case.
 * @param work with `cancellable`, the Cancel button aborts its signal with a vscode.CancellationError as the reason; otherwise the signal is
 * never aborted
 */
export async function showingWork<T>(
	clock: Clock,
	title: string,
	work: (options: WorkOptions) => Promise<T>,
	{ cancellable = false, delayMs = quietMs }: WorkTerms = {},
): Promise<T> {
	const abort = new AbortController();
	let latest: { readonly message: string | undefined; readonly percent: number | undefined } | undefined;
	let show: (() => void) | undefined;
	const done = work({
		signal: abort.signal,
		report: (message, percent) => {
			latest = { message, percent };
			show?.();
		},
	});
	const timer = clock.after(delayMs, () => {
		const isDone = done.then(
			() => undefined,
			// The caller gets the error.
			() => undefined,
		);
		void vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable },
			(progress, token) => {
				let reported = 0;
				show = () => {
					const { message, percent = 0 } = latest ?? {};
					const increment = Math.max(0, percent - reported);
					if (message !== undefined || increment > 0) {
						progress.report({ ...(message !== undefined && { message }), ...(increment > 0 && { increment }) });
						reported += increment;
					}
				};
				token.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
				show();
				return isDone;
			},
		);
	});
	try {
		return await done;
	} finally {
		timer.dispose();
	}
}

/** The same for work on several items: its progress is shown as a count of them. */
export async function showingProgress<T>(
	clock: Clock,
	title: string,
	work: (options: ItemOptions) => Promise<T>,
	{ countText = countOf, ...terms }: ItemTerms = {},
): Promise<T> {
	return await showingWork(
		clock,
		title,
		({ signal, report }) => work({ signal, onProgress: (done, total) => report(total > 1 ? countText(done, total) : undefined) }),
		terms,
	);
}
