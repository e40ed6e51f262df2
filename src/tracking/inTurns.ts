import { boundsLimits } from '../core/rate';

/** More would only wait for places at the API. */
const atATime = boundsLimits.inFlight.usual;

/**
 * Does `work` for each item, as many at a time as looks are usually in flight, in order.
 * Rejects with the first error; then no further item is begun.
 */
export async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	const queue = items.values();
	let failed = false;
	const turn = async () => {
		for (const item of queue) {
			if (failed) {
				return;
			}
			try {
				await work(item);
			} catch (error) {
				failed = true;
				throw error;
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, turn));
}
