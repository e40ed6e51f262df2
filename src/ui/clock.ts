import type { Clock } from '../tracking/ports/host';

/** setTimeout fires at once above this, ms. */
const longestTimer = 2 ** 31 - 1;

/** The machine's clock. A timer longer than 24 days fires early; its owner asks the time anyway. */
export const systemClock: Clock = {
	now: () => Date.now(),
	after(ms, callback) {
		const timer = setTimeout(callback, Math.min(Math.max(0, ms), longestTimer));
		return { dispose: () => clearTimeout(timer) };
	},
};
