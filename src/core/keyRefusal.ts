/**
 * When a refused API key counts as refused. One refusal may be a gateway's temporary problem with its accounts: other checks of that API
 * wait, and one check ten seconds later decides. While an API is paused, one check an hour finds out whether the key works again.
 */

/** How long (ms) after a first refusal the deciding check comes. */
export const keyRecheckMs = 10_000;
/** How often (ms) a paused API is probed. */
export const pauseProbeMs = 60 * 60_000;

/** Timers are not exact: the deciding check may come this much earlier (ms). */
const tolerance = 500;

/**
 * What a refusal means.
 * - `unconfirmed`: it is the first, or came together with the first
 * - `confirmed`: the key is refused
 * @param refusedAt when the first refusal since the last accepted check came, ms since 1970
 */
export function afterRefusal(refusedAt: number | undefined, now: number): 'unconfirmed' | 'confirmed' {
	return refusedAt === undefined || refusedAt > now || now - refusedAt < keyRecheckMs - tolerance ? 'unconfirmed' : 'confirmed';
}
