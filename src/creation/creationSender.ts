import { errorMessage } from '../core/errorMessage';
import { leaseMs } from '../tracking/lease';
import { keyOf } from '../tracking/ports/kling';
import { bodyChunks, bodyLength } from './bodyStream';
import type { Creation, MediaPart } from './creation';
import { closing, type CreationLoopParts } from './creationParts';
import type { CreationRecorder } from './creationRecorder';
import type { CreationSearcher } from './creationSearcher';
import type { CreationEvent } from './nextCreationStep';
import type { CreateOutcome } from './ports/createApi';
import type { CreationChange, CreationClaim } from './ports/creationStore';
import { sendHint } from './rateLimitHints';

/** `closed`: nothing is begun any more. `abandoned`: what was begun is not waited for any longer. */
export interface SendingSignals {
	readonly closed: AbortSignal;
	readonly abandoned: AbortSignal;
}

/** Sends creations. What it sends was on the disk before: the step to `sending` is committed and flushed before the first byte. */
export class CreationSender {
	readonly #parts: CreationLoopParts;
	readonly #recorder: CreationRecorder;
	readonly #searcher: CreationSearcher;
	readonly #signals: SendingSignals;

	constructor(parts: CreationLoopParts, recorder: CreationRecorder, searcher: CreationSearcher, signals: SendingSignals) {
		this.#parts = parts;
		this.#recorder = recorder;
		this.#searcher = searcher;
		this.#signals = signals;
	}

	/** Sends a creation: slot, commit, flush, first byte. */
	async send(claim: CreationClaim, change: CreationChange, signal: AbortSignal, noteSending: () => void): Promise<void> {
		const { creations, createApi, media, slots, clock, random } = this.#parts;
		const { creation } = claim;
		const { operation, body } = creation;
		const missing = await this.#missingCopy(creation);
		if (missing !== undefined) {
			await this.#recorder.take(claim, this.#recorder.next(creation, { kind: 'disk', message: missing }));
			return;
		}
		const sending: Creation = { ...creation, ...change };
		const event = await slots.use(
			operation.origin,
			async (): Promise<CreationEvent | undefined> => {
				const key = await keyOf(operation.origin, this.#parts);
				signal.throwIfAborted();
				if (key === undefined) {
					return { kind: 'noKey' };
				}
				noteSending();
				if (!(await creations.step(claim, change))) {
					return undefined;
				}
				let isKept = false;
				try {
					await creations.flush();
					// After a pause of this window (a sleeping machine) another one may have it, and a person may have had it sent again.
					isKept = await creations.renew(claim, clock.now() + leaseMs);
				} catch (error) {
					return { kind: 'disk', message: errorMessage(error) };
				}
				if (this.#signals.closed.aborted || !isKept) {
					return { kind: 'stopped' };
				}
				const outcome = await this.#post(() =>
					createApi.create({ operation, length: bodyLength(body), chunks: bodyChunks(body, media) }, key, this.#signals.abandoned),
				);
				return outcome === 'stopped' ? { kind: 'stopped' } : { kind: 'sent', attempt: sending.attempts, outcome };
			},
			(what) => (what?.kind === 'sent' ? sendHint(what.outcome, random()) : undefined),
			signal,
		);
		if (event?.kind === 'noKey') {
			await this.#recorder.take(claim, this.#recorder.next(creation, event));
		} else if (event !== undefined) {
			await this.#settle({ ...claim, creation: sending }, event);
		}
	}

	/**
	 * Records what became of an attempt. What became of a POST is recorded also if another window has claimed the creation meanwhile. Only that
	 * event names its attempt: any other one could be taken for something about a later attempt.
	 */
	async #settle(claim: CreationClaim, event: CreationEvent): Promise<void> {
		if (!(await this.#recorder.take(claim, this.#recorder.next(claim.creation, event))) && event.kind === 'sent') {
			const again = await this.#recorder.claimWhenFree(claim.creation.id, true);
			if (again !== undefined) {
				await this.#recorder.take(again, this.#recorder.next(again.creation, event));
			}
		}
		if (event.kind === 'sent' && event.outcome.kind === 'accepted') {
			this.#searcher.learnProof(claim.creation, event.outcome.taskId);
		}
	}

	/** One POST, whatever is thrown: only the signal's reason means that nothing was sent. */
	async #post(request: () => Promise<CreateOutcome>): Promise<CreateOutcome | 'stopped'> {
		try {
			return await request();
		} catch (error) {
			if (error === closing) {
				return 'stopped';
			}
			this.#parts.log.error('Sending a creation failed', error);
			return { kind: 'uncertain', how: 'lost', error: { kind: 'unreachable', retryable: true, message: errorMessage(error) } };
		}
	}

	/** Why a file of a body cannot be sent: the first piece of each is read. Undefined if all can. */
	async #missingCopy({ body }: Creation): Promise<string | undefined> {
		if (body.length === 0) {
			return 'The body of the request is missing in the database';
		}
		const parts = new Map(body.filter((part): part is MediaPart => typeof part !== 'string').map((part) => [part.sha256, part]));
		try {
			for (const part of parts.values()) {
				const pieces = this.#parts.media.base64(part)[Symbol.asyncIterator]();
				await pieces.next();
				await pieces.return?.();
			}
			return undefined;
		} catch (error) {
			return errorMessage(error);
		}
	}
}
