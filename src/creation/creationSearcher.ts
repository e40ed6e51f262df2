import { operationKey } from '../core/operation';
import { keyOf } from '../tracking/ports/kling';
import type { Creation } from './creation';
import type { CreationLoopParts } from './creationParts';
import type { CreationRecorder } from './creationRecorder';
import { wasMade, type CreationEvent } from './nextCreationStep';
import type { SearchOutcome } from './ports/createApi';
import type { CreationClaim } from './ports/creationStore';
import { searchHint } from './rateLimitHints';
import type { SearchKind } from './searchSchedule';

/** Searches for the tasks of creations, and learns whether an API finds them by their external IDs. */
export class CreationSearcher {
	readonly #parts: CreationLoopParts;
	readonly #recorder: CreationRecorder;
	readonly #closed: AbortSignal;
	/** Background requests that teach the proof, by origin and operation. */
	readonly #proofs = new Map<string, Promise<void>>();

	constructor(parts: CreationLoopParts, recorder: CreationRecorder, closed: AbortSignal) {
		this.#parts = parts;
		this.#recorder = recorder;
		this.#closed = closed;
	}

	/** Resolves when no background request runs. Never rejects. */
	async settled(): Promise<void> {
		await Promise.allSettled(this.#proofs.values());
	}

	/** Searches for the task of a claimed creation, and records what was found out. @param isScheduled not for a person */
	async search(claim: CreationClaim, how: SearchKind, isScheduled: boolean, signal: AbortSignal): Promise<void> {
		const { creation } = claim;
		const { operation, externalId } = creation;
		const key = await keyOf(operation.origin, this.#parts);
		if (key === undefined || externalId === undefined) {
			await this.#recorder.take(claim, isScheduled ? this.#recorder.next(creation, { kind: 'noKey' }) : { kind: 'nothing' });
			return;
		}
		const { createApi } = this.#parts;
		const query = () => createApi.queryByExternalId(operation, externalId, key, signal);
		const list = () => createApi.findInList(operation, externalId, key, signal);
		const first = await this.#request(operation.origin, how === 'inList' ? list : query, signal);
		let event: CreationEvent = { kind: 'searched', how: how === 'inList' ? 'inList' : 'byExternalId', isScheduled, outcome: first };
		if (how === 'both' && isMissing(first)) {
			const second = await this.#request(operation.origin, list, signal);
			if (second.kind === 'found') {
				event = { kind: 'searched', how: 'inList', isScheduled, outcome: second };
			}
		}
		await this.#recorder.take(claim, this.#recorder.next(creation, event));
	}

	/** Finds out by one query whether the API finds tasks by their external IDs, in the background. */
	learnProof({ operation, externalId, keyCounter }: Creation, taskId: string): void {
		const { creations, createApi, log } = this.#parts;
		const name = `${operation.origin} ${operationKey(operation)}`;
		if (
			externalId === undefined ||
			this.#proofs.has(name) ||
			creations.proof(operation) !== 'unknown' ||
			creations.keyCounter(operation.origin) !== keyCounter
		) {
			return;
		}
		const signal = this.#closed;
		const learn = async (): Promise<void> => {
			try {
				const key = await keyOf(operation.origin, this.#parts);
				if (key === undefined) {
					return;
				}
				const outcome = await this.#request(
					operation.origin,
					() => createApi.queryByExternalId(operation, externalId, key, signal),
					signal,
				);
				if (outcome.kind === 'found' && (outcome.task.taskId === taskId || outcome.task.externalId === externalId)) {
					await creations.recordProof(operation, 'honoured', keyCounter);
				} else if (outcome.kind !== 'failed') {
					await creations.recordProof(operation, 'ignored', keyCounter);
				}
			} catch (error) {
				if (!signal.aborted) {
					log.warn(`Failed to find out whether tasks are found by external IDs: ${String(error)}`);
				}
			} finally {
				this.#proofs.delete(name);
			}
		};
		this.#proofs.set(name, learn());
	}

	#request(origin: string, request: () => Promise<SearchOutcome>, signal: AbortSignal): Promise<SearchOutcome> {
		const { slots, random } = this.#parts;
		return slots.use(origin, request, (outcome) => searchHint(outcome, random()), signal);
	}
}

/** Whether the API was asked and did not show the task: an error about this query says nothing about its list. */
function isMissing(outcome: SearchOutcome): boolean {
	return outcome.kind === 'notFound' || (outcome.kind === 'failed' && wasMade(outcome.error));
}
