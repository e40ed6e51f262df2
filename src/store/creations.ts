import type { Creation, CreationId, ExternalIdProof } from '../creation/creation';
import type { AcceptedTask, CreationChange, CreationClaim, CreationStore, PlanOrder, PlanOutcome } from '../creation/ports/creationStore';
import type { Event } from '../core/emitter';
import { operationKey } from '../core/operation';
import type { OriginOperation, Task, TaskKey } from '../core/task';
import type { SqliteChangeFeed } from './changeFeed';
import type { Connection, Params, Row } from './connection';
import { numberOf } from './connection';
import type { CreationJournal } from './creationJournal';
import { readCreation } from './creationRow';
import type { Database } from './database';
import { integer } from './sqlValues';
import { isClaimed, leasesAt } from './statements';
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

/** Each uses an index, whatever the number of settled creations; a test checks the query plans. */
export const creationStatements = {
	get: 'SELECT * FROM creations WHERE id = :id',
	ofTask: 'SELECT * FROM creations WHERE task_key = :task ORDER BY number DESC LIMIT 1',
	listed: "SELECT * FROM creations WHERE state NOT IN ('accepted', 'leftOpen') ORDER BY number DESC",
	newestOf: 'SELECT * FROM creations WHERE source_uri = :uri ORDER BY number DESC LIMIT 1',
	tasksOf: `SELECT tasks.*, paused, paused_at FROM creations JOIN tasks ON tasks.key = creations.task_key LEFT JOIN origins ON origins.origin = tasks.origin
		WHERE creations.origin = :origin AND unit_key = :unitKey AND status = 'succeeded' AND removed_at IS NULL ORDER BY finished_at DESC, creations.number DESC`,
	highestTake: 'SELECT take FROM units WHERE origin = :origin AND unit_key = :unitKey',
	/** The limit's clock. */
	newestReserved: "SELECT max(reserved_at) AS at FROM creations WHERE state NOT IN ('rejected', 'absent')",
	spent: "SELECT total(dollars) AS dollars FROM creations WHERE state NOT IN ('rejected', 'absent') AND reserved_at > :from",
	nextDue: `SELECT min(max(${dueAt}, iif(${isClaimed}, claim_until, 0), iif(state = 'waiting', coalesce(${blockedUntil}, 0), 0))) AS at FROM creations WHERE due_at IS NOT NULL`,
	proof: `SELECT proof FROM proofs JOIN origins ON origins.origin = proofs.origin AND origins.key_counter = proofs.key_counter
		WHERE proofs.origin = :origin AND operation = :operation`,
	keyCounter: 'SELECT key_counter FROM origins WHERE origin = :origin',
} as const;

const proofs = ['honoured', 'ignored', 'none'] as const satisfies readonly ExternalIdProof[];

/** The journal of creates: what is read of it. What writes is a bundle of its own, loaded on use. The contract: see `CreationStore`. */
export class SqliteCreationStore implements CreationStore {
	readonly #feed: SqliteChangeFeed;
	readonly #load: () => Promise<CreationJournal>;

	constructor(feed: SqliteChangeFeed, database: Pick<Database, 'committedFile'>, parts: ConstructorParameters<typeof CreationJournal>[2]) {
		this.#feed = feed;
		let journal: Promise<CreationJournal> | undefined;
		this.#load = () => (journal ??= import('./creationJournal').then((bundle) => new bundle.CreationJournal(feed, database, parts)));
	}

	get onDidChangeCreations(): Event<void> {
		return this.#feed.onDidChangeCreations;
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
		return this.#rows('tasksOf', { origin, unitKey }).map(readTask);
	}

	highestTake(origin: string, unitKey: string): number {
		return numberOf(this.#row('highestTake', { origin, unitKey }), 'take') ?? 0;
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
		return new Set(
			this.listed()
				.filter(({ state }) => state !== 'rejected')
				.flatMap(({ body }) => body.flatMap((part) => (typeof part === 'string' ? [] : [part.sha256]))),
		);
	}

	async plan(order: PlanOrder): Promise<PlanOutcome> {
		return (await this.#load()).plan(order);
	}

	async flush(): Promise<void> {
		return (await this.#load()).flush();
	}

	async claimDue(now: number, until: number, newClaimId: () => string): Promise<readonly CreationClaim[]> {
		// Often nothing is due, which is found out without the bundle and without a lock.
		return (this.nextDueAt(now) ?? Infinity) > now ? [] : (await this.#load()).claimDue(now, until, newClaimId);
	}

	async claim(id: CreationId, now: number, until: number, claimId: string): Promise<CreationClaim | undefined> {
		return (await this.#load()).claim(id, now, until, claimId);
	}

	async renew(claim: CreationClaim, until: number): Promise<boolean> {
		return (await this.#load()).renew(claim, until);
	}

	async step(claim: CreationClaim, change: CreationChange): Promise<boolean> {
		return (await this.#load()).change(claim, change, false);
	}

	async record(claim: CreationClaim, change: CreationChange): Promise<boolean> {
		return (await this.#load()).change(claim, change, true);
	}

	async accept(id: CreationId, task: AcceptedTask, now: number): Promise<TaskKey> {
		return (await this.#load()).accept(id, task, now);
	}

	async remove(ids: readonly CreationId[]): Promise<void> {
		return (await this.#load()).remove(ids);
	}

	async recordProof(operation: OriginOperation, proof: ExternalIdProof, keyCounter: number): Promise<void> {
		return (await this.#load()).recordProof(operation, proof, keyCounter);
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

/** US dollars that count at a time of the limit's clock. */
export function spentAt(sql: Connection, now: number): number {
	return numberOf(sql.first(creationStatements.spent, { from: now - limitMs }) ?? {}, 'dollars') ?? 0;
}
