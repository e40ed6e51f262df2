import { Disposables } from './disposables';
import type { Disposable } from './emitter';

/**
 * Aborts a controller when the first of the signals is aborted, with that signal's reason; at once if one is aborted already. Dispose the
 * result when the work is done: otherwise the listeners live as long as the signals, which is also why `AbortSignal.any` is not used.
 */
export function linkSignals(controller: AbortController, signals: readonly (AbortSignal | undefined)[]): Disposable {
	const links = new Disposables();
	for (const signal of signals) {
		if (signal === undefined) {
			continue;
		}
		const follow = () => controller.abort(signal.reason);
		if (signal.aborted) {
			follow();
		}
		signal.addEventListener('abort', follow);
		links.own({ dispose: () => signal.removeEventListener('abort', follow) });
	}
	return links;
}

/**
 * Waits for the first of several events, then disposes all subscriptions.
 * @param events each subscribes `done` to something: a timer, an `Event`
 * @throws the reason of the first signal that is aborted, or was before the call
 */
export async function waitUntil(
	events: readonly ((done: () => void) => Disposable)[],
	signals: readonly (AbortSignal | undefined)[],
): Promise<void> {
	const over = new Disposables();
	const abort = new AbortController();
	try {
		over.own(linkSignals(abort, signals));
		abort.signal.throwIfAborted();
		await new Promise<void>((resolve) => {
			const done = () => resolve();
			abort.signal.addEventListener('abort', done);
			for (const subscribe of events) {
				over.own(subscribe(done));
			}
		});
	} finally {
		over.dispose();
	}
	abort.signal.throwIfAborted();
}

/**
 * Waits for work that others need too, so that a signal ends the waiting and not the work.
 * @throws the reason of the first signal that is aborted before the work settles; otherwise what the work throws
 */
export async function joinWork<T>(work: Promise<T>, signals: readonly (AbortSignal | undefined)[]): Promise<T> {
	await waitUntil(
		[
			(done) => {
				work.then(done, done);
				return { dispose: () => undefined };
			},
		],
		signals,
	);
	return await work;
}
