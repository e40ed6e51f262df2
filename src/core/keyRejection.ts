/**
 * When an API key counts as rejected. One rejection may be a gateway's temporary problem with its accounts: other checks of that API
 * wait, and one check ten seconds later decides. While an API is paused, one check an hour finds out whether the key works again.
 */

/** How long (ms) after a first rejection the deciding check comes. */
export const keyRecheckMs = 10_000;
/** How often (ms) a paused API is probed. */
export const pauseProbeMs = 60 * 60_000;

/** Timers are not exact: the deciding check may come this much earlier (ms). */
const tolerance = 500;

/**
 * What a rejection means.
 * - `unconfirmed`: it is the first, or came together with the first
 * - `confirmed`: the key is rejected
 * @param rejectedAt when the first rejection since the last accepted check came, ms since 1970
 */
export function afterRejection(rejectedAt: number | undefined, now: number): 'unconfirmed' | 'confirmed' {
	return rejectedAt === undefined || rejectedAt > now || now - rejectedAt < keyRecheckMs - tolerance ? 'unconfirmed' : 'confirmed';
}
