import type { Creation, CreationId, ExternalIdProof } from '../creation/creation';
import { operationKey } from '../core/operation';
import type { OriginOperation, Task, TaskKey } from '../core/task';
import type { SqliteChangeFeed } from './changeFeed';
import type { Connection, Params, Row } from './connection';
import { numberOf, requiredNumber, textOf } from './connection';
import { costOf, estimateOf, readCreation } from './creationRow';
import { integer } from './sqlValues';
import { isClaimed, leasesAt } from './leases';
import { StoreError } from './storeError';
import { readTask } from './taskRow';

/** Steps booked further ahead than this (ms) were booked by a clock that was ahead: they are due. */
const longestWaitMs = 60 * 60_000;
/** The time for which the limit holds, ms. */
export const limitMs = 24 * 60 * 60_000;

/** When the next step of a creation is due by itself, ms since 1970. */
export const dueAt = `iif(due_at > :now + ${longestWaitMs}, 0, due_at)`;
/** Until when a `waiting` creation waits for another one of its origin that a window sends, or is about to send. */
export const blockedUntil = `(SELECT max(claim_until) FROM creations AS other WHERE other.claim_id IS NOT NULL AND other.origin = creations.origin
	AND other.number <> creations.number AND other.state IN ('sending', 'waiting') AND ${isClaimed})`;

/** What a finished task cost, by the task, or by its creation if it was deleted. Its JSON is read as `readTask` does: damaged is missing. */
const cost = "coalesce(iif(finished_at IS NOT NULL AND json_valid(facts), facts ->> 'unitsDeducted', NULL), units) AS cost";
const withCost = `SELECT creations.*, ${cost} FROM creations LEFT JOIN tasks ON tasks.key = task_key`;

/** Each uses an index, whatever the number of settled creations; a test checks the query plans. */
export const creationStatements = {
	get: `${withCost} WHERE creations.id = :id`,
	ofTask: `${withCost} WHERE task_key = :task ORDER BY creations.number DESC LIMIT 1`,
	listed: "SELECT * FROM creations WHERE state NOT IN ('accepted', 'leftOpen') ORDER BY number DESC",
	/** Those that may still be sent, by themselves or by a person. */
	sendable: "SELECT * FROM creations WHERE state NOT IN ('accepted', 'leftOpen') AND state <> 'rejected'",
	newestOf: `${withCost} WHERE source_uri = :uri ORDER BY creations.number DESC LIMIT 1`,
	tasksOf: `SELECT tasks.*, paused, paused_at FROM creations JOIN tasks ON tasks.key = creations.task_key LEFT JOIN origins ON origins.origin = tasks.origin
		WHERE creations.origin = :origin AND unit_key = :unitKey AND status = 'succeeded' AND removed_at IS NULL`,
	highestTake: 'SELECT take FROM units WHERE origin = :origin AND unit_key = :unitKey',
	/** The limit's clock. */
	newestReserved: "SELECT max(reserved_at) AS at FROM creations WHERE state NOT IN ('rejected', 'absent')",
	spent: `SELECT creations.action, estimate, ${cost} FROM creations LEFT JOIN tasks ON tasks.key = task_key WHERE state NOT IN ('rejected', 'absent') AND reserved_at > :from`,
	nextDue: `SELECT min(max(${dueAt}, iif(${isClaimed}, claim_until, 0), iif(state = 'waiting', coalesce(${blockedUntil}, 0), 0))) AS at FROM creations WHERE due_at IS NOT NULL`,
	proof: `SELECT proof FROM proofs JOIN origins ON origins.origin = proofs.origin AND origins.key_counter = proofs.key_counter
		WHERE proofs.origin = :origin AND operation = :operation`,
	keyCounter: 'SELECT key_counter FROM origins WHERE origin = :origin',
} as const;

const proofs = ['honoured', 'ignored', 'none'] as const satisfies readonly ExternalIdProof[];

/** What is read of the journal of creates. Entry point of dist/creationReads.js. The contract of each method: see `CreationStore`. */
export class CreationReads {
	readonly #feed: SqliteChangeFeed;

	constructor(feed: SqliteChangeFeed) {
		this.#feed = feed;
	}

	get(id: CreationId): Creation | undefined {
		return this.#creations('get', { id })[0];
	}

	ofTask(task: TaskKey): Creation | undefined {
		return this.#creations('ofTask', { task })[0];
	}

	listed(): readonly Creation[] {
		return this.#creations('listed');
	}

	newestOf(uri: string): Creation | undefined {
		return this.#creations('newestOf', { uri })[0];
	}

	tasksOf(origin: string, unitKey: string): readonly Task[] {
		return this.#rows('tasksOf', { origin, unitKey })
			.toReversed()
			.sort((a, b) => requiredNumber(b, 'finished_at') - requiredNumber(a, 'finished_at'))
			.map(readTask);
	}

	highestTake(origin: string, unitKey: string): number {
		return numberOf(this.#row('highestTake', { origin, unitKey }), 'take') ?? 0;
	}

	salt(): string {
		return this.#feed.read((sql) => textOf(sql.first('SELECT salt FROM state') ?? {}, 'salt') ?? '', '');
	}

	spent(now: number): number {
		return this.#feed.read((sql) => spentAt(sql, limitClock(sql, now)), 0);
	}

	nextDueAt(now: number): number | undefined {
		return numberOf(this.#row('nextDue', leasesAt(integer(now))), 'at');
	}

	proof(operation: OriginOperation): ExternalIdProof {
		const row = this.#row('proof', { origin: operation.origin, operation: operationKey(operation) });
		return proofs.find((proof) => proof === row['proof']) ?? 'unknown';
	}

	keyCounter(origin: string): number {
		return numberOf(this.#row('keyCounter', { origin }), 'key_counter') ?? 0;
	}

	neededMedia(): ReadonlySet<string> {
		const rows = this.#feed.read((sql) => sql.all(creationStatements.sendable), undefined);
		if (rows === undefined) {
			// Nothing read is not nothing needed.
			throw new StoreError('unusable');
		}
		return new Set(rows.map(readCreation).flatMap(({ body }) => body.flatMap((part) => (typeof part === 'string' ? [] : [part.sha256]))));
	}

	#rows(statement: keyof typeof creationStatements, params: Params = {}): readonly Row[] {
		return this.#feed.read((sql) => sql.all(creationStatements[statement], params), []);
	}

	#row(statement: keyof typeof creationStatements, params: Params): Row {
		return this.#rows(statement, params)[0] ?? {};
	}

	#creations(statement: keyof typeof creationStatements, params?: Params): readonly Creation[] {
		return this.#rows(statement, params).map(readCreation);
	}
}

/** The time by which the limit counts: it never runs back. @param now ms since 1970 */
export function limitClock(sql: Connection, now: number): number {
	return Math.max(integer(now), numberOf(sql.first(creationStatements.newestReserved) ?? {}, 'at') ?? 0);
}

/** US dollars that count at a time of the limit's clock: what is known of the costs, else the estimates. */
export function spentAt(sql: Connection, now: number): number {
	return sql
		.all(creationStatements.spent, { from: now - limitMs })
		.reduce((sum, row) => sum + ((costOf(row) ?? estimateOf(row))?.dollars ?? 0), 0);
}
