import type { OriginOperation, Task, TaskKey } from '../../core/task';
import type { Claim, DueTerms } from './pollQueue';
import type { RateLimitHint } from './requestSlots';

/** The right to check several tasks of one operation with one list query. It expires unless renewed. */
export interface ListClaim {
	readonly operation: OriginOperation;
	/** The claim ID of each of the tasks, and the ID of the query's request slot. */
	readonly claimId: string;
	readonly tasks: readonly Task[];
	/** How many of the newest tasks to request. */
	readonly pageSize: number;
	/** A further task of the operation, claimed with a slot of its own, to be checked singly beside the list. */
	readonly sample?: Claim;
}

/** What a list query showed of lists. */
export interface ListKnowledge {
	readonly operation: OriginOperation;
	/** Tasks that no list of the operation will show: from now on they are checked singly. */
	readonly unlisted: readonly TaskKey[];
	/** How many of the newest tasks to request next. */
	readonly pageSize: number;
	/** The operation's list is not queried again before this time, ms since 1970; absent: it shows tasks. */
	readonly refusedUntil?: number;
}

/** Which tasks are checked by list queries, and which APIs refuse them; shared by all windows. */
export interface ListQueryStore {
	/**
	 * Claims tasks that are due now or soon, those of an operation together and with one slot, if a list query is worth it: at least
	 * `fewestTogether` of them, and the operation's list has shown tasks, or more than `triedAbove` tasks are active at the API and it has not
	 * refused the list. None while the API is paused, its key is suspect or it is cooling down. While there are slots for it, the
	 * task that was due first becomes a query's `sample`: so a list that is not kept current is noticed.
	 */
	claimDue(terms: DueTerms & { readonly now: number; readonly until: number }): Promise<readonly ListClaim[]>;
	/** The size of a page if a list query for tasks that a person has just tracked is worth it, by the same rules; otherwise undefined. */
	pageSizeFor(operation: OriginOperation, now: number): number | undefined;
	/** Renews the claims of a list query and its slot; false when all were lost. */
	renew(claimId: string, until: number): Promise<boolean>;
	/** Records what a query showed of lists. */
	record(knowledge: ListKnowledge, claimId: string): Promise<void>;
	/** Releases a query's slot, and the claims that it still has: those tasks stay due. */
	release(claim: Pick<ListClaim, 'operation' | 'claimId'>, now: number, rateLimitHint?: RateLimitHint): Promise<void>;
}

/** Loads the store's part for list queries on use. */
export interface ListQueryLoader {
	load(): Promise<ListQueryStore>;
}
