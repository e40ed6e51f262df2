import { waitUntil } from '../core/abort';
import { operationKey } from '../core/operation';
import { leaseMs } from '../tracking/lease';
import type { Creation, CreationId } from './creation';
import type { CreationLoopParts } from './creationParts';
import { nextCreationStep, type CreationEvent, type CreationStep } from './nextCreationStep';
import type { AcceptedTask, CreationChange, CreationClaim } from './ports/creationStore';

/** How long (ms) a step waits for another one on the same creation. */
const longestWaitMs = 20_000;
const waitStepMs = 250;
/** A task that the API has accepted is tried to be stored for as long as the window is open; the waits between (ms) double up to the longest. */
const [storeWaitMs, longestStoreWaitMs] = [500, 60_000];

/** Decides the steps of creations by what is known now, and records those that send and search nothing. */
export class CreationRecorder {
	readonly #parts: CreationLoopParts;
	readonly #abandoned: AbortSignal;

	/** @param abandoned ends the waits: the window closes */
	constructor(parts: CreationLoopParts, abandoned: AbortSignal) {
		this.#parts = parts;
		this.#abandoned = abandoned;
	}

	/** What an event means for a creation, by what is known of its API now. */
	next(creation: Creation, event: CreationEvent): CreationStep {
		const { creations, clock } = this.#parts;
		const { operation, externalId } = creation;
		const proof = externalId === undefined ? 'none' : creations.proof(operation);
		return nextCreationStep(creation, event, { proof, keyCounter: creations.keyCounter(operation.origin) }, clock.now());
	}

	/** Takes a step that sends and searches nothing. False if the claim was lost, so that nothing was recorded. */
	async take(claim: CreationClaim, step: CreationStep): Promise<boolean> {
		const { creations } = this.#parts;
		const { creation } = claim;
		const { id } = creation;
		switch (step.kind) {
			case 'accept':
				await this.#accept(creation, step.task);
				this.noteSettled(id);
				if (step.proof !== undefined) {
					await creations.recordProof(creation.operation, step.proof, creation.keyCounter);
				}
				return true;
			case 'remove':
				await creations.remove([id]);
				return creations.get(id) === undefined;
			case 'record': {
				const isRecorded = await creations.record(claim, step.change);
				if (isRecorded && needsPerson(step.change) && hasChanged(creation, step.change)) {
					this.noteSettled(id);
				}
				return isRecorded;
			}
			case 'nothing':
			case 'send':
			case 'search':
				return creations.release(claim);
		}
	}

	/** Ends a claim without a change. */
	async release(claim: CreationClaim): Promise<void> {
		const { creations, log } = this.#parts;
		try {
			await creations.release(claim);
		} catch (error) {
			log.warn(`Failed to end a claim: ${String(error)}`);
		}
	}

	/**
	 * Undefined if the creation is gone, or being sent.
	 * @param waits also while it is being sent: by this window, as far as others know
	 * @throws if another step on it takes too long
	 */
	async claimWhenFree(id: CreationId, waits = false): Promise<CreationClaim | undefined> {
		const { creations, clock, newId } = this.#parts;
		const deadline = clock.now() + longestWaitMs;
		for (;;) {
			const now = clock.now();
			const claim = await creations.claim(id, now, now + leaseMs, newId());
			if (claim !== undefined) {
				return claim;
			}
			const state = creations.get(id)?.state;
			if (state === undefined || (state === 'sending' && !waits)) {
				return undefined;
			}
			if (now >= deadline) {
				throw new Error('Another window works on this creation');
			}
			await waitUntil([(done) => clock.after(waitStepMs, done)], [this.#abandoned]);
		}
	}

	noteSettled(id: CreationId): void {
		const creation = this.#parts.creations.get(id);
		if (creation !== undefined) {
			this.#parts.onSettled(creation);
		}
	}

	/** Stores the task of a creation. What was paid for is not lost because of a lock or a full disk: it is tried again, and logged. */
	async #accept(creation: Creation, task: AcceptedTask): Promise<void> {
		const { creations, clock, log } = this.#parts;
		const { operation } = creation;
		for (let attempt = 1; ; attempt++) {
			try {
				await creations.accept(creation.id, task, clock.now(), creation);
				return;
			} catch (error) {
				log.error(`Task ${task.taskId} of ${operationKey(operation)} was created at ${operation.origin}, but is not stored yet`, error);
			}
			await waitUntil([(done) => clock.after(Math.min(longestStoreWaitMs, storeWaitMs * 2 ** attempt), done)], [this.#abandoned]);
		}
	}
}

/** Whether nothing more happens by itself, or all is done. */
function needsPerson({ state, nextAt }: CreationChange): boolean {
	switch (state) {
		case 'rejected':
		case 'absent':
			return true;
		case 'uncertain':
		case 'planned':
			return nextAt === undefined;
		default:
			return false;
	}
}

function hasChanged(before: Creation, after: CreationChange): boolean {
	return before.state !== after.state || before.nextAt !== after.nextAt || before.reason?.kind !== after.reason?.kind;
}
