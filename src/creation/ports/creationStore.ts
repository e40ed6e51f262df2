import type { Event } from '../../core/emitter';
import type { OriginOperation, Task, TaskKey, TaskSnapshot } from '../../core/task';
import type { Creation, CreationId, CreationPlan, ExternalIdProof } from '../creation';

/** What one press of Run asks for. */
export interface PlanOrder {
	readonly operation: OriginOperation;
	readonly unitKey: string;
	/** How many takes. */
	readonly count: number;
	/** Ms since 1970. */
	readonly now: number;
	/**
	 * The rest of a plan, for a take; called in the journal's transaction, so it is pure and fast.
	 * @param salt belongs into the external ID of this installation: takes may have been forgotten when it changed. Empty until then
	 */
	readonly details: (take: number, salt: string) => Omit<CreationPlan, 'operation' | 'unitKey' | 'take' | 'plannedAt' | 'keyCounter'>;
	/** The most US dollars, at list price, of all creations within 24 hours; missing: no limit. */
	readonly dailyLimit?: number;
}

/**
 * - `limit`: nothing was planned, because it would exceed the limit. `spent` and `wanted` in US dollars
 * - `externalIdTaken`: the journal of this origin has this external ID; nothing was planned
 */
export type PlanOutcome =
	| { readonly kind: 'planned'; readonly creations: readonly Creation[] }
	| { readonly kind: 'limit'; readonly spent: number; readonly wanted: number; readonly limit: number }
	| { readonly kind: 'externalIdTaken'; readonly externalId: string };

/** The right to take the next step of one creation. It expires unless renewed. */
export interface CreationClaim {
	readonly creation: Creation;
	readonly claimId: string;
}

/** Where a step leads: what `nextCreationStep` decided. It replaces all of these fields; one that is missing has no value any more. */
export type CreationChange = Pick<Creation, 'state' | 'attempts' | 'reason' | 'nextAt' | 'sentAt' | 'searches' | 'changedAt'>;

/** The task of an accepted creation, stored in the same transaction. */
export interface AcceptedTask {
	readonly taskId: string;
	/** What the response says of it: of a finished one it is all there will be. */
	readonly snapshot?: TaskSnapshot;
	/** The response as text. */
	readonly body: string;
}

/** The journal of creates, shared by all windows. Reads are synchronous, writes settle as described at `Stores`. */
export interface CreationStore {
	/** Allots takes, reserves their estimates within the limit and writes the journal, all or nothing, in one transaction. */
	plan(order: PlanOrder): Promise<PlanOutcome>;
	/** Resolves when everything committed so far is on the disk. @throws the system's error; then nothing may be sent */
	flush(): Promise<void>;
	get(id: CreationId): Creation | undefined;
	/** The creation that made a task. */
	ofTask(task: TaskKey): Creation | undefined;
	/** Creations that are neither accepted nor left open, newest first. */
	listed(): readonly Creation[];
	/** The newest creation of a request file. @param uri of the file */
	newestOf(uri: string): Creation | undefined;
	/** Tasks that the same unit made, succeeded ones, newest first. */
	tasksOf(origin: string, unitKey: string): readonly Task[];
	/** The highest take that was given to a unit; 0: none. */
	highestTake(origin: string, unitKey: string): number;
	/** What belongs into the external IDs that are made now; see `PlanOrder.details`. */
	salt(): string;
	/** US dollars at list price, reserved or charged within the 24 hours before `now` (ms since 1970). */
	spent(now: number): number;
	/** When the next step of any creation can be taken, ms since 1970; undefined: none is due by itself. A claimed one counts as due when the claim expires. */
	nextDueAt(now: number): number | undefined;
	/**
	 * Claims creations whose step is due, and those whose window ended while it was sending. Of one origin at most one that is `waiting`.
	 * @param until ms since 1970
	 */
	claimDue(now: number, until: number, newClaimId: () => string): Promise<readonly CreationClaim[]>;
	/** Claims one for a person, whether or not it is due; undefined while another window has it. */
	claim(id: CreationId, now: number, until: number, claimId: string): Promise<CreationClaim | undefined>;
	/** False when the claim was lost. */
	renew(claim: CreationClaim, until: number): Promise<boolean>;
	/** Records a step and keeps the claim. False, with nothing recorded, when the claim was lost. */
	step(claim: CreationClaim, change: CreationChange): Promise<boolean>;
	/** Records a step and ends the claim. False, with nothing recorded, when the claim was lost. */
	record(claim: CreationClaim, change: CreationChange): Promise<boolean>;
	/** Ends the claim and changes nothing else. False when the claim was lost. */
	release(claim: CreationClaim): Promise<boolean>;
	/**
	 * Records that the API has the task, and stores it, whoever has the claim and whatever the state: a late response settles a creation.
	 * The task is announced when it finishes.
	 * @param known by which the task is stored if the journal does not have the creation any more (it was removed, or is not in the copy from
	 *   which the database was recovered): it was paid for
	 * @throws if the journal does not have it, without `known`
	 */
	accept(id: CreationId, task: AcceptedTask, now: number, known?: Pick<CreationPlan, 'operation' | 'subject' | 'keep'>): Promise<TaskKey>;
	/**
	 * Removes creations that are planned or waiting and of which no earlier attempt is uncertain, those that are rejected or absent, and those
	 * left open that count in no limit any more; others stay. Their takes stay used.
	 */
	remove(ids: readonly CreationId[]): Promise<void>;
	proof(operation: OriginOperation): ExternalIdProof;
	/** Nothing is recorded if another key was set since. */
	recordProof(operation: OriginOperation, proof: ExternalIdProof, keyCounter: number): Promise<void>;
	/** How often a key was set for an origin. */
	keyCounter(origin: string): number;
	/** The digests of all media copies that a creation may still need. */
	neededMedia(): ReadonlySet<string>;
	/** A creation changed, in this window or another. */
	readonly onDidChangeCreations: Event<void>;
}
