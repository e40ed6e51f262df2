/**
 * When a refused API key is believed to be refused. One refusal may be a gateway's own trouble with its accounts: its other checks wait, and one check ten
 * seconds later decides. While an API's checks are paused, one an hour finds out whether the pause is over.
 */

/** How long (ms) after a first refusal the check comes that decides. */
export const keyRecheckMs = 10_000;
/** How often (ms) a paused API is asked once. */
export const pauseProbeMs = 60 * 60_000;

/** Timers are not exact: the deciding check may come so much earlier (ms). */
const tolerance = 500;

/**
 * What a refusal means.
 * - `unconfirmed`: it is the first, or came together with the first
 * - `confirmed`: the key is refused
 * @param refusedAt when the first refusal came that no accepted check followed, ms since 1970
 */
export function afterRefusal(refusedAt: number | undefined, now: number): 'unconfirmed' | 'confirmed' {
	return refusedAt === undefined || refusedAt > now || now - refusedAt < keyRecheckMs - tolerance ? 'unconfirmed' : 'confirmed';
}
