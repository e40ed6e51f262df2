import { Disposables } from './disposables';
import type { Disposable } from './emitter';

/**
 * Aborts a controller with the reason of the first of some signals that is aborted, or is so already. Dispose it once the work is done: the listeners would live as
 * long as the signals. (`AbortSignal.any` cannot be told that.)
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
 * Waits until the first of some events, and then ends all the subscriptions.
 * @param events each subscribes `done` to something: a timer, an `Event`
 * @throws the reason of the first of the signals that is aborted, or is so already
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
