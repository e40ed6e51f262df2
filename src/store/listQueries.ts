import { fewestTogether, largestPage, longestRefusalMs, firstPageSize, reachMs, triedAbove } from '../core/listQuery';
import { operationKey } from '../core/operation';
import type { OriginOperation } from '../core/task';
import type { ListClaim, ListKnowledge, ListQueryStore } from '../tracking/ports/listQueries';
import type { DueTerms } from '../tracking/ports/pollQueue';
import type { RateLimitHint } from '../tracking/ports/requestSlots';
import type { SqliteChangeFeed } from './changeFeed';
import type { Connection, Row } from './connection';
import { numberOf, requiredNumber, requiredText, textOf } from './connection';
import { capacityAt, isProbed, releaseSlot, startRequests } from './requestSlots';
import { neverFoundClass } from './intervalClasses';
import { integer } from './sqlValues';
import { isFree, leasesAt } from './leases';
import { statements } from './statements';
import { readTask } from './taskRow';

/** Rows compared per API, earliest booked first: enough for a full page of two operations. */
const compared = 2 * largestPage;

/** The statements of this file; a test checks their query plans too. */
export const listStatements = {
	/** The active tasks of an origin that a list query may check, earliest booked first. */
	listable: `SELECT number, action, action2, next_poll_at FROM tasks INDEXED BY tasks_listable
		WHERE origin = :origin AND next_poll_at <= :soon AND finished_at IS NULL AND removed_at IS NULL AND problem_kind IS NULL AND unconfirmed_status IS NULL AND unlisted = 0
		AND interval_class <> ${neverFoundClass} AND (owner IS NULL OR owner = :owner) AND ${isFree} ORDER BY next_poll_at LIMIT :limit`,
	/** Counts the active tasks of an origin up to a limit. */
	activeUpTo:
		'SELECT count(*) AS tasks FROM (SELECT 1 FROM tasks INDEXED BY tasks_due_by_interval WHERE origin = :origin AND next_poll_at IS NOT NULL AND finished_at IS NULL AND removed_at IS NULL LIMIT :limit)',
	claim: 'UPDATE tasks SET claim_id = :token, claim_until = :until WHERE number = :number RETURNING *',
	renew: 'UPDATE tasks SET claim_until = :until WHERE claim_id = :token AND removed_at IS NULL',
	release: 'UPDATE tasks SET claim_id = NULL, claim_until = NULL WHERE claim_id = :token',
	leaveOut: 'UPDATE tasks SET unlisted = 1 WHERE key = :key AND claim_id = :token',
	known: 'SELECT operation, refused_until, page_size FROM list_queries WHERE origin = :origin',
	remember: `INSERT INTO list_queries (origin, operation, refused_until, page_size) VALUES (:origin, :operation, :until, :pageSize)
		ON CONFLICT (origin, operation) DO UPDATE SET refused_until = :until, page_size = :pageSize WHERE refused_until IS NOT :until OR page_size <> :pageSize`,
} as const;

/** Which tasks are checked by list queries: a bundle of its own, loaded when many tasks are active. The contract: see `ListQueryStore`. */
export class SqliteListQueryStore implements ListQueryStore {
	readonly #feed: SqliteChangeFeed;

	constructor(feed: SqliteChangeFeed) {
		this.#feed = feed;
	}

	async claimDue({
		now: at,
		until: end,
		limitsOf,
		owner,
	}: DueTerms & { readonly now: number; readonly until: number }): Promise<readonly ListClaim[]> {
		// Often nothing is to be done, which is found out without a lock. The limits are read before the file is locked.
		const origins = this.#feed.read(
			(sql) =>
				sql
					.all(statements.origins)
					.map((row) => requiredText(row, 'origin'))
					.filter((origin) => dueTogether(sql, origin, integer(at), owner).length > 0),
			[],
		);
		const limits = new Map(origins.map((origin) => [origin, limitsOf(origin)]));
		if (limits.size === 0) {
			return [];
		}
		return await this.#feed.writeInTime((sql, waitedMs) => {
			const [now, until] = [integer(at + waitedMs), integer(end + waitedMs)];
			sql.run(statements.expiredSlots, leasesAt(now));
			return sql.all(statements.origins).flatMap((row) => {
				const origin = requiredText(row, 'origin');
				const known = limits.get(origin);
				if (known === undefined || isProbed(row)) {
					return [];
				}
				const { slots } = capacityAt(sql, row, now, known);
				const groups = dueTogether(sql, origin, now, owner).slice(0, slots);
				// Lists first, then samples.
				return groups.map((group, index) => claim(sql, origin, group, index < slots - groups.length, now, until));
			});
		});
	}

	pageSizeFor(operation: OriginOperation, at: number): number | undefined {
		const { origin } = operation;
		const now = integer(at);
		return this.#feed.read((sql) => {
			const row = sql.all(statements.origins).find((known) => textOf(known, 'origin') === origin);
			const active = activeAt(sql, origin);
			const isOpen = row !== undefined && !isProbed(row) && !((numberOf(row, 'cooling_until') ?? 0) > now);
			return isOpen ? pageSizeOf(knownLists(sql, origin, now).get(operationKey(operation)), active) : undefined;
		}, undefined);
	}

	renew(claimId: string, until: number): Promise<boolean> {
		return this.#feed.writeSilently((sql) => {
			const terms = { token: claimId, until: integer(until) };
			sql.run(statements.renewSlot, terms);
			return sql.run(listStatements.renew, terms) > 0;
		});
	}

	record({ operation, unlisted, pageSize, refusedUntil }: ListKnowledge, claimId: string): Promise<void> {
		return this.#feed.writeSilently((sql) => {
			const { origin } = operation;
			const until = refusedUntil === undefined ? null : integer(refusedUntil);
			sql.run(listStatements.remember, { origin, operation: operationKey(operation), until, pageSize: integer(pageSize) });
			for (const key of unlisted) {
				sql.run(listStatements.leaveOut, { key, token: claimId });
			}
		});
	}

	release({ operation, claimId }: Pick<ListClaim, 'operation' | 'claimId'>, now: number, rateLimitHint?: RateLimitHint): Promise<void> {
		return this.#feed.writeSilently((sql) => {
			releaseSlot(sql, operation.origin, claimId, integer(now), rateLimitHint);
			sql.run(listStatements.release, { token: claimId });
		});
	}
}

/** Claims the tasks of a group, with one slot for all, and another one for the first of them if it is to be a sample. */
function claim(sql: Connection, origin: string, { rows, pageSize }: DueGroup, hasSample: boolean, now: number, until: number): ListClaim {
	const claimed = (some: readonly Row[]) => {
		const claimId = requiredText(sql.first('SELECT lower(hex(randomblob(16))) AS id') ?? {}, 'id');
		startRequests(sql, origin, [claimId], 'background', now, until);
		const tasks = some.flatMap((row) =>
			sql.all(listStatements.claim, { number: requiredNumber(row, 'number'), token: claimId, until }).map(readTask),
		);
		return { claimId, tasks };
	};
	const { claimId: sampleId, tasks: [task] = [] } = hasSample ? claimed(rows.slice(0, 1)) : {};
	const { claimId, tasks } = claimed((hasSample ? rows.slice(1) : rows).slice(0, largestPage));
	const first = rows[0] ?? {};
	return {
		operation: { origin, action: requiredText(first, 'action'), action2: requiredText(first, 'action2') },
		claimId,
		tasks,
		pageSize,
		...(sampleId !== undefined && task !== undefined && { sample: { claimId: sampleId, task } }),
	};
}

/** The number of active tasks of an API, as far as it matters. */
function activeAt(sql: Connection, origin: string): number {
	return numberOf(sql.first(listStatements.activeUpTo, { origin, limit: largestPage }) ?? {}, 'tasks') ?? 0;
}

/** The lists of an API's operations at `now`: refused, or how many tasks to request. Only lists that showed tasks, or are refused. */
function knownLists(sql: Connection, origin: string, now: number): ReadonlyMap<string, number | 'refused'> {
	const known = new Map<string, number | 'refused'>();
	for (const row of sql.all(listStatements.known, { origin })) {
		const until = numberOf(row, 'refused_until');
		// A time further ahead was written by a wrong clock.
		if (until === undefined || (until > now && until <= now + longestRefusalMs)) {
			known.set(requiredText(row, 'operation'), until === undefined ? requiredNumber(row, 'page_size') : 'refused');
		}
	}
	return known;
}

/** How many tasks of an operation to request; undefined if its list is not to be queried. */
function pageSizeOf(known: number | 'refused' | undefined, active: number): number | undefined {
	return known === 'refused' ? undefined : (known ?? (active > triedAbove ? firstPageSize(active) : undefined));
}

/** Due tasks of one operation, the earliest booked first. */
interface DueGroup {
	readonly rows: Row[];
	readonly pageSize: number;
}

/** The tasks that one list query each can check, most first. */
function dueTogether(sql: Connection, origin: string, now: number, owner: string | undefined): readonly DueGroup[] {
	const active = activeAt(sql, origin);
	const known = knownLists(sql, origin, now);
	const groups = new Map<string, DueGroup>();
	const due = sql.all(listStatements.listable, {
		...leasesAt(now),
		origin,
		owner: owner ?? null,
		soon: now + reachMs,
		limit: compared,
	});
	for (const row of due) {
		const operation = `${requiredText(row, 'action')}/${requiredText(row, 'action2')}`;
		const pageSize = pageSizeOf(known.get(operation), active);
		if (pageSize !== undefined) {
			const group = groups.get(operation) ?? { rows: [], pageSize };
			group.rows.push(row);
			groups.set(operation, group);
		}
	}
	return [...groups.values()]
		.filter(({ rows }) => rows.length >= fewestTogether && requiredNumber(rows[0] ?? {}, 'next_poll_at') <= now)
		.sort((a, b) => b.rows.length - a.rows.length);
}
