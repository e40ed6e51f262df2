import type { Disposable } from '../core/emitter';
import type { Clock, Log } from './ports/host';

/** Lease duration (ms) of a claim or a request slot after its last renewal, and so how long a crashed window can block others. */
export const leaseMs = 8_000;
/** How often (ms) a lease is renewed. */
const renewEveryMs = 3_000;

/**
 * Renews a lease until disposed. A failed renewal is retried at the next interval.
 * @param renew extends the lease; resolves to false when it was lost, and is then not called again
 * @param everyMs how often; well below the lease's duration
 */
export function keepAlive(clock: Clock, log: Log, renew: () => Promise<boolean>, everyMs = renewEveryMs): Disposable {
	let over = false;
	let timer: Disposable | undefined;
	const turn = async () => {
		try {
			if (!(await renew())) {
				return;
			}
		} catch (error) {
			if (!over) {
				log.warn(`Failed to renew a lease: ${String(error)}`);
			}
		}
		arm();
	};
	const arm = () => {
		if (!over) {
			timer = clock.after(everyMs, () => void turn());
		}
	};
	arm();
	return {
		dispose: () => {
			over = true;
			timer?.dispose();
		},
	};
}
