import type { Clock } from '../tracking/ports/host';

/** The longest delay of setTimeout, ms; longer ones fire immediately. */
const longestTimer = 2 ** 31 - 1;

/** The system clock. A timer over 24 days fires early, so callers must check the time. */
export const systemClock: Clock = {
	now: () => Date.now(),
	after(ms, callback) {
		const timer = setTimeout(callback, Math.min(Math.max(0, ms), longestTimer));
		return { dispose: () => clearTimeout(timer) };
	},
};
