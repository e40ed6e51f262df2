import type { Creation, CreationId, ExternalIdProof } from '../creation/creation';
import type { AcceptedTask, CreationChange, CreationClaim, CreationStore, PlanOrder, PlanOutcome } from '../creation/ports/creationStore';
import type { Event } from '../core/emitter';
import type { OriginOperation, Task, TaskKey } from '../core/task';
import type { SqliteChangeFeed } from './changeFeed';
import type { CreationJournal } from './creationJournal';
import type { CreationReads } from './creationReads';
import type { Database, DatabaseOptions } from './database';

/** Whether `nextDueAt` and `listed` have anything to read: each is called when a window opens. */
const [anythingDue, anythingListed] = ['due_at IS NOT NULL', "state NOT IN ('accepted', 'leftOpen')"].map(
	(condition) => `SELECT 1 FROM creations WHERE ${condition} LIMIT 1`,
);

/**
 * The journal of creates. Most people's is empty or settled, so its code is loaded on use: what reads it without waiting, because reads are
 * synchronous, and what writes it as a bundle of its own. The contract of each method: see `CreationStore`.
 */
export class SqliteCreationStore implements CreationStore {
	readonly #feed: SqliteChangeFeed;
	readonly #openJournal: () => Promise<CreationJournal>;
	#loadedReads: CreationReads | undefined;
	#loadedJournal: Promise<CreationJournal> | undefined;

	constructor(feed: SqliteChangeFeed, database: Database, options: DatabaseOptions) {
		this.#feed = feed;
		this.#openJournal = async () => {
			const bundle = await import('./creationJournal');
			return new bundle.CreationJournal(feed, database, options);
		};
	}

	get onDidChangeCreations(): Event<void> {
		return this.#feed.onDidChangeCreations;
	}

	get(id: CreationId): Creation | undefined {
		return this.#reads.get(id);
	}

	ofTask(task: TaskKey): Creation | undefined {
		return this.#reads.ofTask(task);
	}

	listed(): readonly Creation[] {
		return this.#finds(anythingListed) ? this.#reads.listed() : [];
	}

	newestOf(uri: string): Creation | undefined {
		return this.#reads.newestOf(uri);
	}

	tasksOf(origin: string, unitKey: string): readonly Task[] {
		return this.#reads.tasksOf(origin, unitKey);
	}

	highestTake(origin: string, unitKey: string): number {
		return this.#reads.highestTake(origin, unitKey);
	}

	spent(now: number): number {
		return this.#reads.spent(now);
	}

	nextDueAt(now: number): number | undefined {
		return this.#finds(anythingDue) ? this.#reads.nextDueAt(now) : undefined;
	}

	proof(operation: OriginOperation): ExternalIdProof {
		return this.#reads.proof(operation);
	}

	keyCounter(origin: string): number {
		return this.#reads.keyCounter(origin);
	}

	neededMedia(): ReadonlySet<string> {
		return this.#reads.neededMedia();
	}

	async plan(order: PlanOrder): Promise<PlanOutcome> {
		return (await this.#journal).plan(order);
	}

	async flush(): Promise<void> {
		return (await this.#journal).flush();
	}

	async claimDue(now: number, until: number, newClaimId: () => string): Promise<readonly CreationClaim[]> {
		return (await this.#journal).claimDue(now, until, newClaimId);
	}

	async claim(id: CreationId, now: number, until: number, claimId: string): Promise<CreationClaim | undefined> {
		return (await this.#journal).claim(id, now, until, claimId);
	}

	async renew(claim: CreationClaim, until: number): Promise<boolean> {
		return (await this.#journal).renew(claim, until);
	}

	async step(claim: CreationClaim, change: CreationChange): Promise<boolean> {
		return (await this.#journal).change(claim, change, false);
	}

	async record(claim: CreationClaim, change: CreationChange): Promise<boolean> {
		return (await this.#journal).change(claim, change, true);
	}

	async accept(id: CreationId, task: AcceptedTask, now: number): Promise<TaskKey> {
		return (await this.#journal).accept(id, task, now);
	}

	async remove(ids: readonly CreationId[]): Promise<void> {
		return (await this.#journal).remove(ids);
	}

	async recordProof(operation: OriginOperation, proof: ExternalIdProof, keyCounter: number): Promise<void> {
		return (await this.#journal).recordProof(operation, proof, keyCounter);
	}

	get #reads(): CreationReads {
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- a dynamic import would make all reads of the journal asynchronous
		const bundle = () => require('./creationReads') as { readonly CreationReads: typeof CreationReads };
		return (this.#loadedReads ??= new (bundle().CreationReads)(this.#feed));
	}

	get #journal(): Promise<CreationJournal> {
		return (this.#loadedJournal ??= this.#openJournal());
	}

	#finds(statement = ''): boolean {
		return this.#feed.read((sql) => sql.first(statement) !== undefined, false);
	}
}
