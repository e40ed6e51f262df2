import { operationKey } from '../core/operation';
import type { OriginOperation, TaskKey } from '../core/task';
import type { CreationId, ExternalIdProof } from '../creation/creation';
import type { AcceptedTask, CreationChange, CreationClaim, PlanOrder, PlanOutcome } from '../creation/ports/creationStore';
import type { Clock, Log } from '../tracking/ports/host';
import { acceptCreation, type KnownCreation } from './acceptCreation';
import type { SqliteChangeFeed } from './changeFeed';
import { inChunks, nextTurn } from './chunks';
import type { Connection, Params } from './connection';
import { numberOf, requiredNumber, requiredText } from './connection';
import { readCreation } from './creationRow';
import { blockedUntil, creationStatements, dueAt, limitClock, limitMs } from './creationReads';
import type { Database } from './database';
import { flushLog } from './flush';
import { isFree, leasesAt } from './leases';
import { keyCounterOf, planCreations } from './planCreations';
import { integer, optional } from './sqlValues';

/** How long the text and the body of a settled creation are kept once its task is gone, ms. */
const textsLiveMs = 30 * 24 * 60 * 60_000;
/** Number of creations in one statement that removes texts. */
const purgedAtOnce = 100;

/** The statements that write, and those that only writes need. */
export const journalStatements = {
	due: `SELECT number, origin, state FROM creations WHERE due_at IS NOT NULL AND ${dueAt} <= :now AND ${isFree} AND (state <> 'waiting' OR ${blockedUntil} IS NULL)
		ORDER BY due_at, number`,
	/** What a clock that was ahead has written is written anew: the searches, for example, count from `sent_at`. */
	claim: `UPDATE creations SET claim_id = :claimId, claim_until = :until, next_at = iif(:isDue, min(next_at, :now), next_at),
		planned_at = min(planned_at, :now), sent_at = min(sent_at, :now), changed_at = min(changed_at, :now) WHERE number = :number RETURNING *`,
	claimable: `SELECT number FROM creations WHERE id = :id AND state <> 'accepted' AND ${isFree}`,
	renew: 'UPDATE creations SET claim_until = :until WHERE id = :id AND claim_id = :claimId',
	claimed: 'SELECT number FROM creations WHERE id = :id AND claim_id = :claimId',
	hasChanged: `SELECT 1 FROM creations WHERE number = :number AND (state, attempts, searches, next_at, sent_at, changed_at, reason)
		IS NOT (:state, :attempts, :searches, :nextAt, :sentAt, :changedAt, :reason)`,
	endClaim: 'UPDATE creations SET claim_id = NULL, claim_until = NULL WHERE number = :number',
	release: 'UPDATE creations SET claim_id = NULL, claim_until = NULL WHERE id = :id AND claim_id = :claimId',
	change: `UPDATE creations SET state = :state, attempts = :attempts, searches = :searches, next_at = :nextAt, sent_at = :sentAt, changed_at = :changedAt, reason = :reason,
		revision = :revision WHERE number = :number`,
	remove: `DELETE FROM creations WHERE id = :id AND (state IN ('planned', 'waiting') AND sent_at IS NULL OR state IN ('rejected', 'absent')
		OR state = 'leftOpen' AND reserved_at <= :uncounted)`,
	recordProof: `INSERT INTO proofs (origin, operation, key_counter, proof) VALUES (:origin, :operation, :keyCounter, :proof)
		ON CONFLICT (origin, operation) DO UPDATE SET key_counter = :keyCounter, proof = :proof`,
	purge: `UPDATE creations SET body = NULL, subject = NULL, source_text = NULL, source_uri = NULL, keep = NULL WHERE number IN (SELECT number FROM creations
		WHERE body IS NOT NULL AND has_task = 0 AND state IN ('accepted', 'rejected', 'absent', 'leftOpen') AND changed_at <= :before LIMIT :limit)`,
} as const;

/** What writes the journal of creates. Entry point of dist/creationJournal.js. The contract of each method: see `CreationStore`. */
export class CreationJournal {
	readonly #feed: SqliteChangeFeed;
	readonly #database: Pick<Database, 'committedFile'>;

	constructor(
		feed: SqliteChangeFeed,
		database: Pick<Database, 'committedFile'>,
		{ clock, log }: { readonly clock: Clock; readonly log: Log },
	) {
		this.#feed = feed;
		this.#database = database;
		this.#purge(clock.now() - textsLiveMs).catch((error: unknown) =>
			log.warn(`Failed to remove the texts of old creations: ${String(error)}`),
		);
	}

	plan(order: PlanOrder): Promise<PlanOutcome> {
		return this.#feed.write((sql, changes) => planCreations(sql, changes, order));
	}

	flush(): Promise<void> {
		return flushLog(this.#database.committedFile());
	}

	async claimDue(at: number, end: number, newClaimId: () => string): Promise<readonly CreationClaim[]> {
		// Often nothing is due, which is found out without a lock.
		const due = this.#feed.read((sql) => numberOf(sql.first(creationStatements.nextDue, leasesAt(integer(at))) ?? {}, 'at'), undefined);
		if (due === undefined || due > at) {
			return [];
		}
		return await this.#feed.writeInTime((sql, waitedMs) => {
			const [now, until] = [integer(at + waitedMs), integer(end + waitedMs)];
			const waiting = new Set<string>();
			return sql.all(journalStatements.due, leasesAt(now)).flatMap((row) => {
				const origin = requiredText(row, 'origin');
				if (row['state'] === 'waiting' && waiting.has(origin)) {
					return [];
				}
				if (row['state'] === 'waiting') {
					waiting.add(origin);
				}
				return claim(sql, requiredNumber(row, 'number'), newClaimId(), now, until, true);
			});
		});
	}

	claim(id: CreationId, at: number, end: number, claimId: string): Promise<CreationClaim | undefined> {
		return this.#feed.writeInTime((sql, waitedMs) => {
			const [now, until] = [integer(at + waitedMs), integer(end + waitedMs)];
			const row = sql.first(journalStatements.claimable, { id, ...leasesAt(now) });
			return row && claim(sql, requiredNumber(row, 'number'), claimId, now, until, false)[0];
		});
	}

	renew({ creation, claimId }: CreationClaim, until: number): Promise<boolean> {
		// An expired claim with the same ID can be renewed: no other window has taken it.
		return this.#feed.writeSilently((sql) => sql.run(journalStatements.renew, { id: creation.id, claimId, until: integer(until) }) > 0);
	}

	step(claim: CreationClaim, change: CreationChange): Promise<boolean> {
		return this.#change(claim, change, false);
	}

	record(claim: CreationClaim, change: CreationChange): Promise<boolean> {
		return this.#change(claim, change, true);
	}

	release({ creation: { id }, claimId }: CreationClaim): Promise<boolean> {
		return this.#feed.writeSilently((sql) => sql.run(journalStatements.release, { id, claimId }) > 0);
	}

	#change({ creation, claimId }: CreationClaim, change: CreationChange, endsClaim: boolean): Promise<boolean> {
		return this.#feed.write((sql, changes) => {
			const row = sql.first(journalStatements.claimed, { id: creation.id, claimId });
			if (row === undefined) {
				return false;
			}
			const number = requiredNumber(row, 'number');
			const columns = { ...changeColumns(change), number };
			if (sql.first(journalStatements.hasChanged, columns) !== undefined) {
				sql.run(journalStatements.change, { ...columns, revision: changes.creations() });
			}
			if (endsClaim) {
				sql.run(journalStatements.endClaim, { number });
			}
			return true;
		});
	}

	accept(id: CreationId, task: AcceptedTask, now: number, known?: KnownCreation): Promise<TaskKey> {
		return this.#feed.write((sql, changes) => {
			const row = sql.first(creationStatements.get, { id });
			const creation = row === undefined ? known : { ...readCreation(row), number: requiredNumber(row, 'number') };
			if (creation === undefined) {
				throw new Error(`there is no creation ${id}`);
			}
			return acceptCreation(sql, changes, creation, task, now);
		});
	}

	async remove(ids: readonly CreationId[]): Promise<void> {
		await inChunks(this.#feed, ids, (sql, changes, id) => {
			// The limit's clock is read before the row is gone: it may be the newest one.
			if (sql.run(journalStatements.remove, { id, uncounted: limitClock(sql, 0) - limitMs }) > 0) {
				changes.creations();
			}
		});
	}

	recordProof(operation: OriginOperation, proof: ExternalIdProof, keyCounter: number): Promise<void> {
		return this.#feed.writeSilently((sql) => {
			const { origin } = operation;
			if (keyCounterOf(sql, origin) === keyCounter) {
				sql.run(journalStatements.recordProof, { origin, operation: operationKey(operation), keyCounter, proof });
			}
		});
	}

	/** Removes the texts of creations that are settled, and whose task is gone. Their takes and external IDs stay known. */
	async #purge(before: number): Promise<void> {
		const terms = { before: integer(before), limit: purgedAtOnce };
		while ((await this.#feed.writeSilently((sql) => sql.run(journalStatements.purge, terms))) === purgedAtOnce) {
			await nextTurn();
		}
	}
}

/** @param isDue whether its step is due by itself */
function claim(sql: Connection, number: number, claimId: string, now: number, until: number, isDue: boolean): readonly CreationClaim[] {
	return sql
		.all(journalStatements.claim, { number, claimId, now, until, isDue: isDue ? 1 : 0 })
		.map((row) => ({ creation: readCreation(row), claimId }));
}

function changeColumns({ state, attempts, searches, nextAt, sentAt, changedAt, reason }: CreationChange): Params {
	return {
		state,
		attempts,
		searches,
		nextAt: optional(nextAt),
		sentAt: optional(sentAt),
		changedAt: integer(changedAt),
		reason: reason === undefined ? null : JSON.stringify(reason),
	};
}
