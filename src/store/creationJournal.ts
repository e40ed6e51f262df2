import { applySnapshot } from '../core/applySnapshot';
import { omitUndefined } from '../core/omitUndefined';
import { operationKey } from '../core/operation';
import { isFinished, isFinishedStatus, taskKey, type OriginOperation, type TaskKey } from '../core/task';
import type { Creation, CreationId, CreationPlan, ExternalIdProof } from '../creation/creation';
import type { AcceptedTask, CreationChange, CreationClaim, PlanOrder, PlanOutcome } from '../creation/ports/creationStore';
import type { Clock, Log } from '../tracking/ports/host';
import type { ChangeSet, SqliteChangeFeed } from './changeFeed';
import { recordCheck } from './checkRecord';
import { inChunks, nextTurn } from './chunks';
import type { Connection, Params } from './connection';
import { numberOf, requiredNumber, requiredText, textOf } from './connection';
import { readCreation } from './creationRow';
import { blockedUntil, creationStatements, dueAt, limitClock, limitMs, spentAt } from './creationReads';
import type { Database } from './database';
import { flushLog } from './flush';
import { settleCreation } from './settleByExternalId';
import { integer, optional } from './sqlValues';
import { isFree, leasesAt } from './leases';
import { addTask, getTask } from './taskWrites';

/** How long the text and the body of a settled creation are kept once its task is gone, ms. */
const textsLiveMs = 30 * 24 * 60 * 60_000;
/** Number of creations in one statement that removes texts. */
const purgedAtOnce = 100;

/** The statements that write, and those that only writes need. */
export const journalStatements = {
	hasExternalId: 'SELECT 1 FROM creations WHERE origin = :origin AND external_id = :externalId',
	salt: 'SELECT salt FROM state',
	giveTakes: `INSERT INTO units (origin, unit_key, take) VALUES (:origin, :unitKey, :take)
		ON CONFLICT (origin, unit_key) DO UPDATE SET take = :take`,
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
	accept: settleCreation,
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
		return this.#feed.write((sql, changes) => plan(sql, changes, order));
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
			return accept(sql, changes, creation, task, now);
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

function keyCounterOf(sql: Connection, origin: string): number {
	return numberOf(sql.first(creationStatements.keyCounter, { origin }) ?? {}, 'key_counter') ?? 0;
}

/** A comparison of dollars that binary fractions do not decide. */
function exceeds(dollars: number, limit: number): boolean {
	return Math.round(dollars * 1e6) > Math.round(limit * 1e6);
}

function plan(sql: Connection, changes: ChangeSet, order: PlanOrder): PlanOutcome {
	const { operation, unitKey, count, dailyLimit } = order;
	const { origin } = operation;
	const now = integer(order.now);
	const base = { operation, unitKey, plannedAt: now, keyCounter: keyCounterOf(sql, origin) };
	const first = (numberOf(sql.first(creationStatements.highestTake, { origin, unitKey }) ?? {}, 'take') ?? 0) + 1;
	const salt = requiredText(sql.first(journalStatements.salt) ?? {}, 'salt');
	const plans = Array.from({ length: count }, (_, index): CreationPlan => {
		const take = first + index;
		return { ...order.details(take, salt), ...base, take };
	});
	const given = new Set<string>();
	for (const { externalId } of plans) {
		if (externalId === undefined) {
			continue;
		}
		if (given.has(externalId) || sql.first(journalStatements.hasExternalId, { origin, externalId }) !== undefined) {
			return { kind: 'externalIdTaken', externalId };
		}
		given.add(externalId);
	}
	const reservedAt = limitClock(sql, now);
	const wanted = plans.reduce((sum, { estimate }) => sum + (estimate?.dollars ?? 0), 0);
	const spent = spentAt(sql, reservedAt);
	// A request of unknown price, or without one, is in no limit.
	if (dailyLimit !== undefined && wanted > 0 && exceeds(spent + wanted, dailyLimit)) {
		return { kind: 'limit', spent, wanted, limit: dailyLimit };
	}
	sql.run('INSERT OR IGNORE INTO origins (origin) VALUES (:origin)', { origin });
	const creations = plans.map((it): Creation => ({ ...it, state: 'planned', attempts: 0, searches: 0, nextAt: now, changedAt: now }));
	for (const creation of creations) {
		insert(sql, creation, reservedAt, changes.creations());
	}
	if (count > 0) {
		sql.run(journalStatements.giveTakes, { origin, unitKey, take: first + count - 1 });
	}
	return { kind: 'planned', creations };
}

function insert(sql: Connection, creation: Creation, reservedAt: number, revision: number): void {
	const { operation, estimate } = creation;
	const columns: Params = {
		id: creation.id,
		...operation,
		external_id: creation.externalId ?? null,
		unit_key: creation.unitKey,
		take: creation.take,
		key_counter: creation.keyCounter,
		planned_at: creation.plannedAt,
		reserved_at: reservedAt,
		estimate: estimate === undefined ? null : JSON.stringify(estimate),
		state: creation.state,
		attempts: creation.attempts,
		searches: creation.searches,
		next_at: optional(creation.nextAt),
		changed_at: creation.changedAt,
		revision,
		source_uri: creation.source.uri ?? null,
		subject: JSON.stringify(creation.subject),
		source_text: creation.source.text,
		body: JSON.stringify(creation.body),
		keep: creation.keep === undefined ? null : JSON.stringify(creation.keep),
	};
	const names = Object.keys(columns);
	sql.run(`INSERT INTO creations (${names.join(', ')}) VALUES (:${names.join(', :')})`, columns);
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

/** `number`: of its row, if the journal has it. */
type KnownCreation = Pick<CreationPlan, 'operation' | 'subject' | 'keep'> & { readonly number?: number; readonly task?: TaskKey };

function accept(sql: Connection, changes: ChangeSet, creation: KnownCreation, accepted: AcceptedTask, now: number): TaskKey {
	const { operation, subject, task, number, keep } = creation;
	const ref = { ...operation, id: accepted.taskId };
	const key = taskKey(ref);
	if (task === key) {
		return key;
	}
	const known = sql.first('SELECT name, price_class FROM tasks WHERE key = :key', { key }) ?? {};
	const { name, priceClass } = subject;
	addTask(
		sql,
		changes,
		{
			ref,
			...omitUndefined({
				name: textOf(known, 'name') ?? name,
				prompt: subject.prompt,
				priceClass: textOf(known, 'price_class') ?? priceClass,
				keep,
			}),
		},
		now,
		undefined,
	);
	// `addTask` leaves a task that is tracked as it is.
	sql.run(
		'UPDATE tasks SET name = coalesce(name, :name), price_class = coalesce(price_class, :priceClass), revision = :revision WHERE key = :key',
		{ key, name: name ?? null, priceClass: priceClass ?? null, revision: changes.markChanged(key) },
	);
	// Two requests of one creation, both accepted: each task is in the list, and the creation keeps the first.
	if (number !== undefined && task === undefined) {
		sql.run(journalStatements.accept, {
			number,
			task: key,
			now: integer(now),
			revision: changes.creations(),
		});
	}
	applyResponse(sql, changes, key, accepted, now);
	return key;
}

/** Applies what the response to a create says of its task, if that has finished; otherwise the task is due now. */
function applyResponse(sql: Connection, changes: ChangeSet, key: TaskKey, { snapshot, body }: AcceptedTask, now: number): void {
	const before = getTask(sql, key);
	if (before === undefined) {
		return;
	}
	if (snapshot === undefined || !isFinishedStatus(snapshot.status) || isFinished(before)) {
		sql.run('INSERT OR IGNORE INTO responses (key, at, body) VALUES (:key, :at, :body)', { key, at: integer(now), body });
		return;
	}
	const { task, confirmAt, nextResultCheckAt } = applySnapshot(before, snapshot, now);
	// A check of another window that is in flight loses its claim: it would show the same.
	const claimId = `accept ${key}`;
	sql.run('UPDATE tasks SET claim_id = :claimId, claim_until = :now WHERE key = :key', { key, claimId, now: integer(now) });
	recordCheck(sql, changes, {
		key,
		claimId,
		at: now,
		body,
		snapshot,
		announce: true,
		...omitUndefined({ nextPollAt: confirmAt ?? nextResultCheckAt ?? (isFinished(task) ? undefined : now) }),
	});
}
