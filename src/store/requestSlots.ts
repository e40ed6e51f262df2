import { keyRecheckMs, pauseProbeMs } from '../core/keyRefusal';
import { isTurnOfNeverFound, requestAllowedAt, maxCooldownMs, requestsAllowed, rateWindowMs, cooldownMs } from '../core/rate';
import type { RequestStart, RateLimits, Urgency } from '../core/rate';
import type { RateLimitHint, SlotRequest } from '../tracking/ports/requestSlots';
import type { Connection, Row } from './connection';
import { numberOf, requiredNumber, requiredText, textOf } from './connection';
import { leasesAt, statements } from './statements';

/** How soon (ms) to ask again for a place that someone else holds: nothing tells when another window gives it back. */
const askAgainMs = 500;
/** A person's request is counted as waiting for so long (ms) after it asked last. */
const waitingMs = 2_000;

/** As the column `urgency` has them: 0, 1, 2. */
const storedUrgencies: readonly Urgency[] = ['background', 'asked', 'neverFound'];

/** An origin's row with what its API has room for. */
export interface Capacity {
	readonly origin: string;
	/** How many background looks may begin now: what the bounds leave, less one for each request that a person waits for and that may begin now too. */
	readonly slots: number;
	/** When there may be one, ms since 1970; now when there is. */
	readonly at: number;
	/** The same of tasks that were never seen and are refused; they are among `places`. `isFirst`: where there is not room for all, one of them comes first. */
	readonly neverFound: { readonly slots: number; readonly at: number; readonly isFirst: boolean };
}

/**
 * What an API has room for in the background at `now`. After it asked to slow down, one look at a time finds out whether it still wants that; while it is paused,
 * or has refused its key once, one when it is time.
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

/** When an origin is to be asked once, ms since 1970; undefined when it is neither paused nor doubted. */
function probeAt(origin: Row, now: number): number | undefined {
	if (!isProbed(origin)) {
		return undefined;
	}
	const at = numberOf(origin, 'probe_at') ?? now;
	// Further ahead than such a probe is booked: a clock that was wrong wrote it.
	return at > now + (textOf(origin, 'paused') === undefined ? keyRecheckMs : pauseProbeMs) ? now : at;
}

/** Whether one check at a time finds out whether an origin takes its key. */
export function isProbed(origin: Row): boolean {
	return textOf(origin, 'paused') !== undefined || numberOf(origin, 'refused_at') !== undefined;
}

/** Begins looks, each with a place of its own. */
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

/** See `Tasks.takePlace`. */
export function acquireSlot(sql: Connection, { origin, slotId, now, until, limits }: SlotRequest): number | undefined {
	sql.run('INSERT OR IGNORE INTO origins (origin) VALUES (:origin)', { origin });
	sql.run(statements.expiredSlots, leasesAt(now));
	const [mine] = sql.all(statements.waitForSlot, { token: slotId, origin, until: now + waitingMs });
	const { inFlight, ahead } = count(sql, origin, now, numberOf(mine ?? {}, 'rowid'));
	if (limits.maxConcurrent - inFlight - ahead <= 0) {
		return now + askAgainMs;
	}
	const starts = requestStarts(sql, origin, now, limits);
	// Those ahead of it ask again by themselves: it need not know when it may begin behind them.
	if (requestsAllowed(starts, now, limits, 'asked') - ahead <= 0) {
		return Math.max(now + askAgainMs, requestAllowedAt(starts, now, limits, 'asked'));
	}
	startRequests(sql, origin, [slotId], 'asked', now, until);
	return undefined;
}

/** Gives a place back, and notes what its API said of the pace: an answer as usual after a rest ends all slowness. */
export function releaseSlot(sql: Connection, origin: string, slotId: string, now: number, rateLimitHint: RateLimitHint | undefined): void {
	sql.run(statements.releaseSlot, { token: slotId });
	const row = rateLimitHint === undefined ? undefined : sql.first(statements.origin, { origin });
	if (row === undefined || rateLimitHint === undefined) {
		return;
	}
	const slowdowns = requiredNumber(row, 'slowdowns');
	const cooldown = coolingDownUntil(row, now);
	if (rateLimitHint !== 'normal') {
		// Looks that were in flight together are told together: that is once. It may still have said a longer time.
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

/** Undefined when the origin does not rest. */
function coolingDownUntil(origin: Row, now: number): number | undefined {
	const until = numberOf(origin, 'cooling_until');
	return until !== undefined && until > now && until <= now + maxCooldownMs ? until : undefined;
}

/** The latest looks at an API, ascending; no more of them than count. */
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
	return { inFlight: numberOf(row, 'flying') ?? 0, waiting: numberOf(row, 'waiting') ?? 0, ahead: numberOf(row, 'ahead') ?? 0 };
}
