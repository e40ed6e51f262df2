/**
 * Maximum remaining time of a lease, ms. Leases last seconds: one that would last longer was written before the clock was set back, and counts
 * as expired.
 */
const longestLeaseMs = 60_000;

/** Parameters of the statements that ask which leases are valid at `now` (ms since 1970). */
export function leasesAt(now: number): { readonly now: number; readonly longestLease: number } {
	return { now, longestLease: now + longestLeaseMs };
}

/** The claim has not expired. */
export const isClaimed = '(claim_until > :now AND claim_until <= :longestLease)';
export const isFree = `(claim_until IS NULL OR NOT ${isClaimed})`;
/** The lease of a request slot or a window has not expired. */
export const isAlive = '(lease_until > :now AND lease_until <= :longestLease)';
