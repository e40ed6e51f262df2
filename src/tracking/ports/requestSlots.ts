import type { RateLimits } from '../../core/rate';

/** How much the API at an origin is asked; all windows keep it together. */
export type LimitsOf = (origin: string) => RateLimits;

/** A request that a person waits for, and its place at the API. Times in ms since 1970. */
export interface SlotRequest {
	readonly origin: string;
	/** Random, one per request. */
	readonly slotId: string;
	readonly now: number;
	/** The place is held until then, unless it is renewed. */
	readonly until: number;
	readonly limits: RateLimits;
}

/**
 * What an answer said of the pace of looks.
 * - `normal`: it did not ask to slow down
 * - otherwise it did, and every window's looks at its origin rest (see `cooldownMs` in core/rate.ts): `retryAfterMs` is what it said (ms), `random` a number in [0, 1)
 */
export type RateLimitHint = 'normal' | { readonly retryAfterMs: number | undefined; readonly random: number };

/** The slots for requests to an API, shared by all windows. */
export interface SlotStore {
	/**
	 * Takes a place at an API for a request that a person waits for: before any background look, in the order of asking, even while the origin rests.
	 * Undefined when it was given; otherwise when to ask again (ms since 1970). Until then the place in the queue is kept.
	 */
	acquire(request: SlotRequest): Promise<number | undefined>;
	/** Extends a place that no claim extends. */
	renew(slotId: string, until: number): Promise<void>;
	/** Gives a place, or the wait for one, back. */
	release(origin: string, slotId: string, now: number, rateLimitHint?: RateLimitHint): Promise<void>;
}
