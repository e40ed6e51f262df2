import { keyRecheckMs, pauseProbeMs } from '../core/keyRejection';
import type { RateLimits } from '../core/rate';
import { longestIntervalMs } from '../core/schedule';
import type { Task, TaskKey } from '../core/task';
import type { Claim, ClaimTerms, DueTerms, CheckRecord, EarlierBooking, PollQueue } from '../tracking/ports/pollQueue';
import type { ChangeSet, SqliteChangeFeed } from './changeFeed';
import { recordCheck } from './checkRecord';
import { chunkSize, inChunks, nextTurn } from './chunks';
import type { Connection } from './connection';
import { numberOf, requiredNumber, requiredText } from './connection';
import type { DatabaseOptions } from './database';
import type { Capacity } from './requestSlots';
import { leasesAt } from './leases';
import { statements } from './statements';
import { startRequests, isProbed, capacityAt } from './requestSlots';
import { optional, integer } from './sqlValues';
import { keyOf, readPauseReason, readTask } from './taskRow';
import { change, getTask } from './taskWrites';

/** Tolerated clock difference (ms): times further ahead were written by a wrong clock. */
const clockToleranceMs = 60_000;
/** Polls booked further ahead than this (ms) were booked by a wrong clock. */
const longestBookingMs = 2 * longestIntervalMs;

/** Which task is checked when, and by which window. The contract of each method: see `PollQueue`. */
export class SqlitePollQueue implements PollQueue {
	readonly #feed: SqliteChangeFeed;
	readonly #clock: DatabaseOptions['clock'];

	constructor(feed: SqliteChangeFeed, clock: DatabaseOptions['clock']) {
		this.#feed = feed;
		this.#clock = clock;
	}

	nextDueAt(now: number, { limitsOf, owner }: DueTerms): number | undefined {
		const limits = this.#limitsOfOrigins(limitsOf);
		return this.#feed.read((sql) => {
			const terms = { ...leasesAt(integer(now)), owner: owner ?? null };
			const times = sql.all(statements.origins).flatMap((row) => {
				const origin = requiredText(row, 'origin');
				const [usual, neverFound] = [statements.nextDue, statements.nextDueNeverFound].map((statement) =>
					numberOf(sql.first(statement, { ...terms, origin }) ?? {}, 'next_poll_at'),
				);
				if (usual === undefined && neverFound === undefined) {
					return [];
				}
				const known = limits.get(origin);
				if (known === undefined) {
					return [];
				}
				const capacity = capacityAt(sql, row, terms.now, known);
				return [
					...(usual === undefined ? [] : [Math.max(usual, capacity.at)]),
					...(neverFound === undefined ? [] : [Math.max(neverFound, capacity.neverFound.at)]),
				];
			});
			const free = numberOf(sql.first(statements.nextFree, terms) ?? {}, 'due');
			const all = free === undefined ? times : [...times, free];
			return all.length === 0 ? undefined : Math.min(...all);
		}, undefined);
	}

	claimDue({
		now: at,
		until: end,
		limitsOf,
		owner,
	}: DueTerms & { readonly now: number; readonly until: number }): Promise<readonly Claim[]> {
		// Before the file is locked. A new origin added meanwhile is a change event, after which this is called again.
		const limits = this.#limitsOfOrigins(limitsOf);
		return this.#feed.writeInTime((sql, waitedMs) => {
			const [now, until] = [integer(at + waitedMs), integer(end + waitedMs)];
			sql.run(statements.expiredSlots, leasesAt(now));
			return sql.all(statements.origins).flatMap((row) => {
				const origin = requiredText(row, 'origin');
				const known = limits.get(origin);
				if (known === undefined) {
					return [];
				}
				const claims = dueTasks(sql, capacityAt(sql, row, now, known), now, owner).flatMap(({ number, isNeverFound }) =>
					sql.all(statements.claimDue, { number, until }).map((claimed) => ({
						isNeverFound,
						claim: { task: readTask(claimed), claimId: requiredText(claimed, 'claim_id') },
					})),
				);
				for (const urgency of ['background', 'neverFound'] as const) {
					const claimIds = claims
						.filter(({ isNeverFound }) => isNeverFound === (urgency === 'neverFound'))
						.map(({ claim }) => claim.claimId);
					if (claimIds.length > 0) {
						startRequests(sql, origin, claimIds, urgency, now, until);
					}
				}
				if (claims.length > 0 && isProbed(row)) {
					const next = now + (readPauseReason(row) === undefined ? keyRecheckMs : pauseProbeMs);
					sql.run('UPDATE origins SET probe_at = :next WHERE origin = :origin', { origin, next });
				}
				return claims.map(({ claim }) => claim);
			});
		});
	}

	claim(key: TaskKey, { claimId, now, until, reservation }: ClaimTerms): Promise<Claim | undefined> {
		return this.#feed.writeInTime((sql, waitedMs) => {
			const isClaimed =
				sql.run(statements.claim, {
					key,
					token: claimId,
					...leasesAt(integer(now + waitedMs)),
					until: integer(until + waitedMs),
					reservation: reservation ?? null,
				}) > 0;
			const task = isClaimed ? getTask(sql, key) : undefined;
			return task && { task, claimId };
		});
	}

	renew({ task, claimId }: Claim, until: number): Promise<boolean> {
		return this.#feed.writeSilently((sql) => {
			sql.run(statements.renewSlot, { token: claimId, until: integer(until) });
			// An expired claim with the same ID can be renewed: no other window has taken it.
			return sql.run(statements.renew, { key: task.key, token: claimId, until: integer(until) }) > 0;
		});
	}

	async renewReservation(reservationId: string, until: number): Promise<void> {
		const terms = { token: reservationId, until: integer(until), limit: chunkSize };
		while ((await this.#feed.writeSilently((sql) => sql.run(statements.renewReservation, terms))) === chunkSize) {
			await nextTurn();
		}
	}

	async releaseReservation(reservationId: string): Promise<void> {
		const reserved = await this.#feed.writeSilently((sql) => sql.all(statements.reserved, { token: reservationId }).map(keyOf));
		await inChunks(this.#feed, reserved, (sql, changes, key) => {
			this.#endClaim(sql, changes, key, reservationId, (booked) => booked);
		});
	}

	release({ task, claimId }: Claim, nextPollAt: number | undefined): Promise<void> {
		return this.#feed.write((sql, changes) => {
			sql.run(statements.releaseSlot, { token: claimId });
			this.#endClaim(sql, changes, task.key, claimId, () => optional(nextPollAt));
		});
	}

	/**
	 * Ends the claim of a task, if it still has this ID.
	 * @param nextPoll when the task is checked next, from when it was booked; a reserved task is due now
	 */
	#endClaim(sql: Connection, changes: ChangeSet, key: TaskKey, claimId: string, nextPoll: (booked: number | null) => number | null): void {
		const row = sql.first('SELECT next_poll_at, claim_until, finished_at FROM tasks WHERE key = :key AND claim_id = :token', {
			key,
			token: claimId,
		});
		if (row === undefined) {
			return;
		}
		const booked = numberOf(row, 'next_poll_at') ?? null;
		// A reserved task was booked for the end of its reservation, which ends now.
		const isReserved = numberOf(row, 'finished_at') === undefined && booked === (numberOf(row, 'claim_until') ?? null);
		const next = isReserved ? integer(this.#clock.now()) : nextPoll(booked);
		sql.run('UPDATE tasks SET claim_id = NULL, claim_until = NULL WHERE key = :key', { key });
		if (next !== booked) {
			change(sql, changes, key, 'next_poll_at = :next', { next });
		}
	}

	record(check: CheckRecord): Promise<{ readonly before: Task; readonly after: Task } | undefined> {
		return this.#feed.write((sql, changes) => recordCheck(sql, changes, check));
	}

	async repairTimestamps(at: number): Promise<void> {
		const now = integer(at);
		const wrong = await this.#feed.writeSilently((sql) =>
			sql.all(statements.fromTheFuture, { now, tolerated: now + clockToleranceMs, furthest: now + longestBookingMs }).map(keyOf),
		);
		if (wrong.length > chunkSize) {
			await nextTurn();
		}
		await inChunks(this.#feed, wrong, (sql, changes, key) => {
			sql.run(
				`UPDATE tasks SET next_poll_at = :now, tracked_at = min(tracked_at, :now), last_checked_at = min(last_checked_at, :now), problem_at = min(problem_at, :now), revision = :revision
					WHERE key = :key AND (finished_at IS NULL OR next_poll_at IS NOT NULL)`,
				{ key, now, revision: changes.markChanged(key) },
			);
		});
	}

	async bringForward(bookings: readonly EarlierBooking[]): Promise<void> {
		await inChunks(this.#feed, bookings, (sql, changes, { key, instead, at, intervalMs }) => {
			// A task that another window has checked meanwhile has a new booking; after a failure it is a wait.
			const isStillBooked =
				sql.first('SELECT 1 FROM tasks WHERE key = :key AND next_poll_at = :instead AND finished_at IS NULL AND problem_kind IS NULL', {
					key,
					instead: integer(instead),
				}) !== undefined;
			if (isStillBooked) {
				change(sql, changes, key, 'next_poll_at = :at, interval_ms = :interval', { at: integer(at), interval: optional(intervalMs) });
			}
		});
	}

	#limitsOfOrigins(limitsOf: DueTerms['limitsOf']): ReadonlyMap<string, RateLimits> {
		const origins = this.#feed.read((sql) => sql.all('SELECT origin FROM origins').map((row) => requiredText(row, 'origin')), []);
		return new Map(origins.map((origin) => [origin, limitsOf(origin)]));
	}
}

/**
 * The due tasks of an origin, as many as it has slots for, most overdue first. Tasks that were never found get the slots that the others
 * leave, and one when it is their turn.
 */
function dueTasks(
	sql: Connection,
	{ origin, slots, neverFound }: Capacity,
	now: number,
	owner: string | undefined,
): readonly { readonly number: number; readonly isNeverFound: boolean }[] {
	const due = (isNeverFound: boolean, limit: number) =>
		limit <= 0
			? []
			: sql
					.all(isNeverFound ? statements.dueNeverFound : statements.due, { ...leasesAt(now), owner: owner ?? null, origin, limit })
					.map((row) => ({ isNeverFound, number: requiredNumber(row, 'number') }));
	const usual = due(false, slots);
	const others = due(true, Math.min(neverFound.slots, Math.max(slots - usual.length, neverFound.isFirst ? 1 : 0)));
	return [...usual.slice(0, slots - others.length), ...others];
}
