import type { Disposable } from '../core/emitter';
import type { Clock, Log } from './ports/host';

/** What a window claims, a task or a request slot, is its own for so long (ms) after the last renewal: as long as a dead window can keep it from others. */
export const leaseMs = 8_000;
/** How often (ms) a lease is renewed. */
const renewEveryMs = 3_000;

/**
 * Renews a lease, until disposed. A renewal that fails is tried again at the next turn.
 * @param renew extends it by `leaseMs`; resolves to false when it was lost, and then is not called again
 */
export function keepAlive(clock: Clock, log: Log, renew: () => Promise<boolean>): Disposable {
	let over = false;
	let timer: Disposable | undefined;
	const turn = async () => {
		try {
			if (!(await renew())) {
				return;
			}
		} catch (error) {
			if (!over) {
				log.warn(`What was claimed could not be renewed: ${String(error)}`);
			}
		}
		arm();
	};
	const arm = () => {
		if (!over) {
			timer = clock.after(renewEveryMs, () => void turn());
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
