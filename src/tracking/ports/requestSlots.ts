import type { RateLimits } from '../../core/rate';

/** The rate limits of an origin, shared by all windows. */
export type LimitsOf = (origin: string) => RateLimits;

/** A request that a person waits for, and its slot. Times in ms since 1970. */
export interface SlotRequest {
	readonly origin: string;
	/** Random, one per request. */
	readonly slotId: string;
	readonly now: number;
	/** The slot expires then, unless renewed. */
	readonly until: number;
	readonly limits: RateLimits;
}

/**
 * What a response says about the rate limit.
 * - `normal`: it did not ask to slow down
 * - otherwise it did, and the origin cools down in every window (see `cooldownMs` in core/rate.ts): `retryAfterMs` is its Retry-After (ms),
 *   `random` a number in [0, 1)
 */
export type RateLimitHint = 'normal' | { readonly retryAfterMs: number | undefined; readonly random: number };

/** The slots for requests to an API, shared by all windows. */
export interface SlotStore {
	/**
	 * Takes a slot for a request that a person waits for: before any background check, first come, first served, even while the origin cools
	 * down. Undefined when acquired; otherwise when to call again (ms since 1970). Until then its position in the queue is kept.
	 */
	acquire(request: SlotRequest): Promise<number | undefined>;
	/** Renews a slot that belongs to no claim. */
	renew(slotId: string, until: number): Promise<void>;
	/** Releases a slot, or leaves the queue for one. */
	release(origin: string, slotId: string, now: number, rateLimitHint?: RateLimitHint): Promise<void>;
}
