import type { Clock } from '../../tracking/ports/host';

/**
 * Waits for work that may hang, such as a call into a slow file system. The work itself goes on.
 * @returns undefined after `ms`
 * @throws the signal's reason when it is aborted
 */
export async function within<T>(ms: number, work: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T | undefined> {
	signal.throwIfAborted();
	let stop = (): void => undefined;
	const stopped = new Promise<undefined>((resolve, reject) => {
		const onAbort = (): void => reject(signal.reason as Error);
		signal.addEventListener('abort', onAbort);
		const timer = clock.after(ms, () => resolve(undefined));
		stop = () => {
			signal.removeEventListener('abort', onAbort);
			timer.dispose();
		};
	});
	try {
		return await Promise.race([work(), stopped]);
	} finally {
		stop();
	}
}
