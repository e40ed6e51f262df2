import { linkSignals } from '../core/abort';
import { Disposables } from '../core/disposables';
import { errorMessage } from '../core/errorMessage';
import { taskKey, type TaskKey } from '../core/task';
import { keepAlive, leaseMs } from '../tracking/lease';
import { keyOf } from '../tracking/ports/kling';
import type { CreationId } from './creation';
import { closing, type CreationLoopParts } from './creationParts';
import { CreationRecorder } from './creationRecorder';
import { CreationSearcher } from './creationSearcher';
import { CreationSender } from './creationSender';
import type { TaskNotShown } from './creations';
import type { CreationEvent } from './nextCreationStep';
import type { CreationClaim } from './ports/creationStore';
import { isSynchronous } from './searchSchedule';

/** A step that a window takes, and how it is stopped. */
interface Job {
	/** Aborts what has not sent anything yet. */
	readonly stop: AbortController;
	/** Whether a byte may have been sent: then it is not stopped any more. */
	isSending: boolean;
	readonly done: Promise<void>;
}

/** How long (ms) closing waits for responses to creates. */
const closingMs = 2_000;
/** Copies of files that no creation needs are kept for so long (ms): a Run that is not confirmed yet, in any window, may need them. */
const keptMs = 60 * 60_000;

/** Abort reasons. */
const claimLost = new Error('The claim was lost');
const cancelled = new Error('A person acts on it');

/** Takes the steps of creations that this window has claimed, and those that a person wants. */
export class CreationLoop {
	readonly #parts: CreationLoopParts;
	readonly #jobs = new Map<CreationId, Job>();
	readonly #closing = new AbortController();
	/** Aborts POSTs whose responses closing has not awaited. */
	readonly #abandon = new AbortController();
	readonly #recorder: CreationRecorder;
	readonly #searcher: CreationSearcher;
	readonly #sender: CreationSender;
	/** The last removal of copies of files. */
	#sweeping: Promise<void> | undefined;

	constructor(host: CreationLoopParts) {
		const [closed, abandoned] = [this.#closing.signal, this.#abandon.signal];
		const parts: CreationLoopParts = {
			...host,
			onSettled: (creation) => {
				this.#sweeping = this.#sweep();
				host.onSettled(creation);
			},
		};
		this.#parts = parts;
		this.#recorder = new CreationRecorder(parts, abandoned);
		this.#searcher = new CreationSearcher(parts, this.#recorder, closed);
		this.#sender = new CreationSender(parts, this.#recorder, this.#searcher, { closed, abandoned });
	}

	/** Claims what is due, and starts its steps. Resolves to how many. */
	async claimDue(): Promise<number> {
		const { creations, clock, newId } = this.#parts;
		this.#sweeping ??= this.#sweep();
		const now = clock.now();
		const claims = await creations.claimDue(now, now + leaseMs, newId);
		for (const claim of claims) {
			this.#start(claim, claim.creation.state === 'sending' ? { kind: 'windowGone' } : { kind: 'due' });
		}
		return claims.length;
	}

	/** See `Creations.searchNow`. */
	async searchNow(id: CreationId): Promise<void> {
		const claim = await this.#claimForPerson(id);
		if (claim !== undefined) {
			const { state } = claim.creation;
			const isSearched = state === 'uncertain' || state === 'absent' || state === 'leftOpen';
			const how = isSynchronous(claim.creation.operation) ? 'byExternalId' : 'both';
			await this.#track(claim, (signal) => (isSearched ? this.#searcher.search(claim, how, false, signal) : this.#recorder.release(claim)));
		}
	}

	/** See `Creations.found`. */
	async found(id: CreationId, taskId: string): Promise<TaskKey> {
		const { creations, api, clock } = this.#parts;
		const creation = creations.get(id);
		if (creation === undefined) {
			throw new Error('The creation does not exist any more');
		}
		const { operation } = creation;
		const key = await keyOf(operation.origin, this.#parts);
		const outcome =
			key === undefined
				? ({ ok: false, error: { kind: 'auth', retryable: false, message: 'There is no API key' } } as const)
				: await api.query({ ...operation, id: taskId }, key, this.#closing.signal);
		if (!outcome.ok) {
			const notShown: TaskNotShown = Object.assign(new Error(outcome.error.message), { apiError: outcome.error });
			throw notShown;
		}
		const step = this.#recorder.next(creation, { kind: 'named', task: { taskId, snapshot: outcome.snapshot, body: outcome.body } });
		if (step.kind === 'accept') {
			await creations.accept(id, step.task, clock.now(), creation);
			this.#recorder.noteSettled(id);
		}
		return step.kind === 'accept'
			? taskKey({ origin: operation.origin, id: taskId })
			: (creation.task ?? taskKey({ origin: operation.origin, id: taskId }));
	}

	/** What a person wants, except for searching. False if it is not possible in the creation's present state. */
	async act(id: CreationId, kind: 'sendAgain' | 'leaveOpen' | 'cancel' | 'confirm'): Promise<boolean> {
		const claim = await this.#claimForPerson(id);
		if (claim === undefined) {
			return false;
		}
		const step = this.#recorder.next(claim.creation, { kind });
		const isTaken = await this.#recorder.take(claim, step);
		return isTaken && (step.kind === 'remove' || (step.kind === 'record' && kind !== 'cancel'));
	}

	/** See `Creations.close`. */
	async close(): Promise<void> {
		this.#closing.abort(closing);
		const over = this.#parts.clock.after(closingMs, () => this.#abandon.abort(closing));
		await Promise.allSettled([...this.#jobs.values()].map(({ done }) => done));
		await this.#searcher.settled();
		await this.#sweeping;
		over.dispose();
	}

	/** Stops everything at once. */
	dispose(): void {
		this.#closing.abort(closing);
		this.#abandon.abort(closing);
	}

	#start(claim: CreationClaim, event: CreationEvent): void {
		void this.#track(claim, (signal, job) => this.#handle(claim, event, signal, job));
	}

	/** Runs a step with its claim kept alive. Never rejects. */
	#track(claim: CreationClaim, work: (signal: AbortSignal, job: Job) => Promise<void>): Promise<void> {
		const { creations, clock, log } = this.#parts;
		const { id } = claim.creation;
		const stop = new AbortController();
		const own = new Disposables();
		own.own(linkSignals(stop, [this.#closing.signal]));
		own.own(
			keepAlive(clock, log, async () => {
				const isKept = await creations.renew(claim, clock.now() + leaseMs);
				if (!isKept) {
					stop.abort(claimLost);
				}
				return isKept;
			}),
		);
		const run = async (): Promise<void> => {
			// Not before the job is known.
			await Promise.resolve();
			try {
				await work(stop.signal, job);
			} catch (error) {
				if (!stop.signal.aborted) {
					log.error('A step of a creation failed', error);
				}
				await this.#recorder.release(claim);
			} finally {
				own.dispose();
				if (this.#jobs.get(id) === job) {
					this.#jobs.delete(id);
				}
			}
		};
		const job: Job = { stop, isSending: false, done: run() };
		this.#jobs.set(id, job);
		return job.done;
	}

	async #handle(claim: CreationClaim, event: CreationEvent, signal: AbortSignal, job: Job): Promise<void> {
		const step = this.#recorder.next(claim.creation, event);
		switch (step.kind) {
			case 'send':
				await this.#sender.send(claim, step.change, signal, () => (job.isSending = true));
				break;
			case 'search':
				await this.#searcher.search(claim, step.how, true, signal);
				break;
			default:
				await this.#recorder.take(claim, step);
		}
	}

	/** Removes the copies of files that no creation needs. One that fails is made up for by a later one. */
	async #sweep(): Promise<void> {
		const { creations, media, clock, log } = this.#parts;
		try {
			await media.sweep(creations.neededMedia(), clock.now() - keptMs);
		} catch (error) {
			log.warn(`Failed to remove copies of files: ${errorMessage(error)}`);
		}
	}

	/** Claims a creation for a person, who does not wait for a step that can be stopped. Undefined: being sent, or gone. */
	async #claimForPerson(id: CreationId): Promise<CreationClaim | undefined> {
		const job = this.#jobs.get(id);
		if (job !== undefined && !job.isSending) {
			job.stop.abort(cancelled);
			await job.done;
		}
		return this.#recorder.claimWhenFree(id);
	}
}
