import { keyRecheckMs, pauseProbeMs } from '../core/keyRejection';
import { isTurnOfNeverFound, requestAllowedAt, maxCooldownMs, requestsAllowed, rateWindowMs, cooldownMs } from '../core/rate';
import type { RequestStart, RateLimits, Urgency } from '../core/rate';
import type { RateLimitHint, SlotRequest } from '../tracking/ports/requestSlots';
import type { Connection, Row } from './connection';
import { numberOf, requiredNumber, requiredText, textOf } from './connection';
import { leasesAt } from './leases';
import { statements } from './statements';

/** Delay (ms) before asking again for a slot that is taken: there is no event when another window releases it. */
const askAgainMs = 500;
/** A request that a person waits for counts as waiting for this long (ms) after it last asked. */
const waitingMs = 2_000;

/** In the order of the column `urgency`: 0, 1, 2. */
const storedUrgencies: readonly Urgency[] = ['background', 'asked', 'neverFound'];

/** The free slots of an origin for background requests. */
export interface Capacity {
	readonly origin: string;
	/** How many requests may start now within the limits, less one for each waiting request of a person that may start now too. */
	readonly slots: number;
	/** When the next one may start, ms since 1970; `now` if there is a slot. */
	readonly at: number;
	/**
	 * The same for tasks that are refused and were never found; included in `slots`.
	 * `isFirst`: if there are not enough slots for all due tasks, one of these goes first.
	 */
	readonly neverFound: { readonly slots: number; readonly at: number; readonly isFirst: boolean };
}

/**
 * The capacity of an API for background requests at `now`. None during a cooldown, then one at a time until a response is normal. While an
 * origin is paused, or its key was rejected once, one request when its probe is due.
 */
export function capacityAt(sql: Connection, origin: Row, now: number, limits: RateLimits): Capacity {
	const name = requiredText(origin, 'origin');
	const closed = (at: number): Capacity => ({ origin: name, slots: 0, at, neverFound: { slots: 0, at, isFirst: false } });
	const cooldown = coolingDownUntil(origin, now);
	if (cooldown !== undefined) {
		return closed(cooldown);
	}
	const probe = probeAt(origin, now);
	if (probe !== undefined && probe > now) {
		return closed(probe);
	}
	const { inFlight, waiting } = count(sql, name, now);
	const most = probe !== undefined || requiredNumber(origin, 'slowdowns') > 0 ? 1 : limits.maxConcurrent;
	const starts = requestStarts(sql, name, now, limits);
	const first = Math.min(waiting, requestsAllowed(starts, now, limits, 'asked'));
	const free = most - inFlight - first;
	if (free <= 0) {
		return closed(now + askAgainMs);
	}
	const capacityFor = (urgency: Urgency) => {
		const slots = Math.min(free, requestsAllowed(starts, now, limits, urgency));
		return { slots, at: slots > 0 ? now : requestAllowedAt(starts, now, limits, urgency) };
	};
	return {
		origin: name,
		...capacityFor('background'),
		neverFound: { ...capacityFor('neverFound'), isFirst: isTurnOfNeverFound(starts, now) },
	};
}

/** When the next probe of an origin is due, ms since 1970; undefined if it is neither paused nor its key suspect. */
function probeAt(origin: Row, now: number): number | undefined {
	if (!isProbed(origin)) {
		return undefined;
	}
	const at = numberOf(origin, 'probe_at') ?? now;
	// Probes are never booked this far ahead, so a wrong clock wrote it.
	return at > now + (textOf(origin, 'paused') === undefined ? keyRecheckMs : pauseProbeMs) ? now : at;
}

/** Whether single checks (probes) find out if an origin accepts its key. */
export function isProbed(origin: Row): boolean {
	return textOf(origin, 'paused') !== undefined || numberOf(origin, 'refused_at') !== undefined;
}

/** Records the start of requests, each with its own slot. `now` and `until` are ms since 1970. */
export function startRequests(
	sql: Connection,
	origin: string,
	slotIds: readonly string[],
	urgency: Urgency,
	now: number,
	until: number,
): void {
	const stored = storedUrgencies.indexOf(urgency);
	sql.run(statements.forgetRequestStarts, memory(now));
	for (const slotId of slotIds) {
		sql.run(statements.startRequest, { token: slotId, origin, now, until });
		sql.run('INSERT INTO request_starts (origin, at, urgency) VALUES (:origin, :now, :stored)', { origin, now, stored });
	}
}

/** See `SlotStore.acquire`. */
export function acquireSlot(sql: Connection, { origin, slotId, now, until, limits }: SlotRequest): number | undefined {
	sql.run('INSERT OR IGNORE INTO origins (origin) VALUES (:origin)', { origin });
	sql.run(statements.expiredSlots, leasesAt(now));
	const [mine] = sql.all(statements.waitForSlot, { token: slotId, origin, until: now + waitingMs });
	const { inFlight, ahead } = count(sql, origin, now, numberOf(mine ?? {}, 'rowid'));
	if (limits.maxConcurrent - inFlight - ahead <= 0) {
		return now + askAgainMs;
	}
	const starts = requestStarts(sql, origin, now, limits);
	// The requests ahead ask again themselves, so the returned time does not include them.
	if (requestsAllowed(starts, now, limits, 'asked') - ahead <= 0) {
		return Math.max(now + askAgainMs, requestAllowedAt(starts, now, limits, 'asked'));
	}
	startRequests(sql, origin, [slotId], 'asked', now, until);
	return undefined;
}

/** Releases a slot, and notes the API's rate limit hint: a normal response after a cooldown resets the count of slowdowns. */
export function releaseSlot(sql: Connection, origin: string, slotId: string, now: number, rateLimitHint: RateLimitHint | undefined): void {
	sql.run(statements.releaseSlot, { token: slotId });
	const row = rateLimitHint === undefined ? undefined : sql.first(statements.origin, { origin });
	if (row === undefined || rateLimitHint === undefined) {
		return;
	}
	const slowdowns = requiredNumber(row, 'slowdowns');
	const cooldown = coolingDownUntil(row, now);
	if (rateLimitHint !== 'normal') {
		// Requests in flight together get the same hint: they count as one slowdown. A longer Retry-After still extends the cooldown.
		const times = cooldown === undefined ? slowdowns + 1 : 1;
		const until = Math.max(cooldown ?? 0, now + cooldownMs(times, rateLimitHint.retryAfterMs, rateLimitHint.random));
		sql.run('UPDATE origins SET slowdowns = :slowdowns, cooling_until = :until WHERE origin = :origin', {
			origin,
			until,
			slowdowns: cooldown === undefined ? times : slowdowns,
		});
	} else if (slowdowns > 0 && cooldown === undefined) {
		sql.run('UPDATE origins SET slowdowns = 0, cooling_until = NULL WHERE origin = :origin', { origin });
	}
}

/** Ms since 1970; undefined if the origin is not cooling down. */
function coolingDownUntil(origin: Row, now: number): number | undefined {
	const until = numberOf(origin, 'cooling_until');
	return until !== undefined && until > now && until <= now + maxCooldownMs ? until : undefined;
}

/** The latest request starts at an API, ascending; at most `maxPerMinute`, more do not matter. */
function requestStarts(sql: Connection, origin: string, now: number, { maxPerMinute }: RateLimits): readonly RequestStart[] {
	return sql
		.all(statements.requestStarts, { origin, limit: maxPerMinute, ...memory(now) })
		.map((row): RequestStart => ({
			at: requiredNumber(row, 'at'),
			urgency: storedUrgencies[requiredNumber(row, 'urgency')] ?? 'background',
		}))
		.reverse();
}

function memory(now: number): { readonly from: number; readonly to: number } {
	return { from: now - rateWindowMs, to: now + rateWindowMs };
}

function count(
	sql: Connection,
	origin: string,
	now: number,
	before = 0,
): { readonly inFlight: number; readonly waiting: number; readonly ahead: number } {
	const row = sql.first(statements.requests, { origin, ...leasesAt(now), before }) ?? {};
	return { inFlight: numberOf(row, 'in_flight') ?? 0, waiting: numberOf(row, 'waiting') ?? 0, ahead: numberOf(row, 'ahead') ?? 0 };
}
