import { Emitter } from '../../../src/core/emitter';
import { omitUndefined } from '../../../src/core/omitUndefined';
import { taskKey, type OriginOperation, type TaskKey } from '../../../src/core/task';
import type { Creation, CreationId, CreationState, ExternalIdProof } from '../../../src/creation/creation';
import type { AcceptedTask, CreationChange, CreationClaim, CreationStore, PlanOutcome } from '../../../src/creation/ports/creationStore';
import { MemoryLog } from '../../support/log';

interface Held {
	readonly claimId: string;
	until: number;
}

/** A journal in memory. `calls` has what was called, in order, together with what a test adds. */
export class FakeCreationStore implements CreationStore {
	readonly #creations = new Map<CreationId, Creation>();
	readonly #claims = new Map<CreationId, Held>();
	readonly #proofs = new Map<string, ExternalIdProof>();
	readonly #didChange = new Emitter<void>(new MemoryLog());
	readonly calls: string[] = [];
	readonly accepted: AcceptedTask[] = [];
	readonly onDidChangeCreations = this.#didChange.event;
	/** What `flush` waits for. */
	flushed: () => Promise<void> = () => Promise.resolve();
	/** What `accept` waits for before it stores. */
	storing: () => Promise<void> = () => Promise.resolve();
	counter = 1;

	add(creation: Creation): void {
		this.#creations.set(creation.id, creation);
		this.#didChange.fire();
	}

	/** Another window claims it, as after the expiry of a claim. */
	takeOver(id: CreationId, until: number): CreationClaim {
		this.#claims.set(id, { claimId: 'other', until });
		return { creation: this.read(id), claimId: 'other' };
	}

	isClaimed(id: CreationId): boolean {
		return this.#claims.has(id);
	}

	read(id: CreationId): Creation {
		const creation = this.#creations.get(id);
		if (creation === undefined) {
			throw new Error(`there is no ${id}`);
		}
		return creation;
	}

	plan(): Promise<PlanOutcome> {
		throw new Error('not part of this fake');
	}

	async flush(): Promise<void> {
		this.calls.push('flush');
		await this.flushed();
		this.calls.push('flushed');
	}

	get(id: CreationId): Creation | undefined {
		return this.#creations.get(id);
	}

	ofTask(): undefined {
		return undefined;
	}

	listed(): readonly Creation[] {
		return [...this.#creations.values()];
	}

	newestOf(): undefined {
		return undefined;
	}

	tasksOf(): readonly [] {
		return [];
	}

	highestTake(): number {
		return 0;
	}

	salt(): string {
		return '';
	}

	spent(): number {
		return 0;
	}

	nextDueAt(now: number): number | undefined {
		const due = this.listed().flatMap((creation) => {
			const at = creation.state === 'sending' ? now : creation.nextAt;
			return at === undefined ? [] : [Math.max(at, this.#claims.get(creation.id)?.until ?? 0)];
		});
		return due.length === 0 ? undefined : Math.min(...due);
	}

	async claimDue(now: number, until: number, newClaimId: () => string): Promise<readonly CreationClaim[]> {
		const claims: CreationClaim[] = [];
		for (const { id, state, nextAt } of this.listed()) {
			if (state === 'sending' || (nextAt !== undefined && nextAt <= now)) {
				const claim = await this.claim(id, now, until, newClaimId());
				claims.push(...(claim === undefined ? [] : [claim]));
			}
		}
		return claims;
	}

	claim(id: CreationId, now: number, until: number, claimId: string): Promise<CreationClaim | undefined> {
		const creation = this.#creations.get(id);
		if (creation === undefined || (this.#claims.get(id)?.until ?? 0) > now) {
			return Promise.resolve(undefined);
		}
		this.#claims.set(id, { claimId, until });
		this.calls.push(`claim ${creation.state}`);
		return Promise.resolve({ creation, claimId });
	}

	renew({ creation, claimId }: CreationClaim, until: number): Promise<boolean> {
		const held = this.#claims.get(creation.id);
		if (held?.claimId !== claimId) {
			return Promise.resolve(false);
		}
		held.until = until;
		return Promise.resolve(true);
	}

	step(claim: CreationClaim, change: CreationChange): Promise<boolean> {
		return Promise.resolve(this.#change(claim, change, 'step'));
	}

	record(claim: CreationClaim, change: CreationChange): Promise<boolean> {
		const isRecorded = this.#change(claim, change, 'record');
		if (isRecorded) {
			this.#claims.delete(claim.creation.id);
			this.#didChange.fire();
		}
		return Promise.resolve(isRecorded);
	}

	release({ creation: { id }, claimId }: CreationClaim): Promise<boolean> {
		const isHeld = this.#claims.get(id)?.claimId === claimId;
		this.calls.push(isHeld ? 'release' : 'release lost');
		if (isHeld) {
			this.#claims.delete(id);
		}
		return Promise.resolve(isHeld);
	}

	async accept(id: CreationId, task: AcceptedTask, now: number, known?: Pick<Creation, 'operation'>): Promise<TaskKey> {
		await this.storing();
		if (!this.#creations.has(id) && known !== undefined) {
			this.calls.push(`accept ${task.taskId} without a creation`);
			this.accepted.push(task);
			return taskKey({ origin: known.operation.origin, id: task.taskId });
		}
		const { operation, attempts, searches } = this.read(id);
		const key = taskKey({ origin: operation.origin, id: task.taskId });
		this.calls.push(`accept ${task.taskId}`);
		this.accepted.push(task);
		this.#claims.delete(id);
		this.#replace(id, { state: 'accepted', attempts, searches, changedAt: now }, key);
		this.#didChange.fire();
		return key;
	}

	remove(ids: readonly CreationId[]): Promise<void> {
		for (const id of ids) {
			this.calls.push('remove');
			this.#creations.delete(id);
			this.#claims.delete(id);
		}
		return Promise.resolve();
	}

	proof({ origin, action, action2 }: OriginOperation): ExternalIdProof {
		return this.#proofs.get(`${origin} ${action}/${action2} ${this.counter}`) ?? 'unknown';
	}

	recordProof({ origin, action, action2 }: OriginOperation, proof: ExternalIdProof, keyCounter: number): Promise<void> {
		this.calls.push(`proof ${proof}`);
		this.#proofs.set(`${origin} ${action}/${action2} ${keyCounter}`, proof);
		return Promise.resolve();
	}

	keyCounter(): number {
		return this.counter;
	}

	neededMedia(): ReadonlySet<string> {
		const over: readonly CreationState[] = ['accepted', 'leftOpen', 'rejected'];
		const needed = [...this.#creations.values()].filter(({ state }) => !over.includes(state));
		return new Set(needed.flatMap(({ body }) => body.flatMap((part) => (typeof part === 'string' ? [] : [part.sha256]))));
	}

	#change({ creation: { id }, claimId }: CreationClaim, change: CreationChange, name: string): boolean {
		if (this.#claims.get(id)?.claimId !== claimId || !this.#creations.has(id)) {
			this.calls.push(`${name} lost`);
			return false;
		}
		this.calls.push(`${name} ${change.state}`);
		this.#replace(id, change);
		return true;
	}

	/** All fields of the step are replaced, as the port says. */
	#replace(id: CreationId, change: CreationChange, task?: TaskKey): void {
		const none = { reason: undefined, nextAt: undefined, sentAt: undefined };
		this.#creations.set(id, { ...omitUndefined({ ...this.read(id), ...none }), ...change, ...(task !== undefined && { task }) });
	}
}
