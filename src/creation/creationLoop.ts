import { linkSignals, waitUntil } from '../core/abort';
import { withoutCredentials } from '../core/credentials';
import { Disposables } from '../core/disposables';
import { operationKey } from '../core/operation';
import { taskKey, type TaskKey } from '../core/task';
import { keepAlive, leaseMs } from '../tracking/lease';
import type { ApiKeys, KlingApi } from '../tracking/ports/kling';
import type { Clock, Log } from '../tracking/ports/host';
import type { RequestSlots } from '../tracking/requestSlots';
import { bodyChunks, bodyLength } from './bodyStream';
import type { Creation, CreationId, MediaPart } from './creation';
import type { TaskNotShown } from './creations';
import { nextCreationStep, type CreationEvent, type CreationStep } from './nextCreationStep';
import type { CreateApi, CreateOutcome, SearchOutcome } from './ports/createApi';
import type { AcceptedTask, CreationChange, CreationClaim, CreationStore } from './ports/creationStore';
import type { MediaCopies } from './ports/mediaCopies';
import { searchHint, sendHint } from './rateLimitHints';
import { isSynchronous, type SearchKind } from './searchSchedule';

export interface CreationLoopParts {
	readonly creations: CreationStore;
	readonly api: Pick<KlingApi, 'query'>;
	readonly createApi: CreateApi;
	readonly keys: ApiKeys;
	readonly media: Pick<MediaCopies, 'base64'>;
	/** The polls' request slots: one limit for all requests. */
	readonly slots: RequestSlots;
	readonly clock: Clock;
	readonly random: () => number;
	readonly newId: () => string;
	readonly log: Log;
	/** See `Creations.onDidSettle`. */
	readonly onSettled: (creation: Creation) => void;
}

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
/** How long (ms) a person's step waits for another one's step on the same creation. */
const longestWaitMs = 20_000;
const waitStepMs = 250;
/** A task that the API has accepted is tried to be stored for as long as the window is open; the waits between (ms) double up to the longest. */
const [storeWaitMs, longestStoreWaitMs] = [500, 60_000];

/** Abort reasons. */
const closing = new Error('The window is closing');
const claimLost = new Error('The claim was lost');
const cancelled = new Error('A person acts on it');

/**
 * Takes the steps of creations that this window has claimed: sending, searching, recording. What it sends was on the disk before: the step to
 * `sending` is committed and flushed before the first byte.
 */
export class CreationLoop {
	readonly #parts: CreationLoopParts;
	readonly #jobs = new Map<CreationId, Job>();
	/** Background requests that teach the proof, by origin and operation. */
	readonly #proofs = new Map<string, Promise<void>>();
	readonly #closing = new AbortController();
	/** Aborts POSTs whose responses closing has not awaited. */
	readonly #abandon = new AbortController();

	constructor(parts: CreationLoopParts) {
		this.#parts = parts;
	}

	/** Claims what is due, and starts its steps. Resolves to how many. */
	async claimDue(): Promise<number> {
		const { creations, clock, newId } = this.#parts;
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
			await this.#track(claim, (signal) => (isSearched ? this.#search(claim, how, false, signal) : this.#release(claim)));
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
		const key = await this.#key(operation.origin);
		const outcome =
			key === undefined
				? ({ ok: false, error: { kind: 'auth', retryable: false, message: 'There is no API key' } } as const)
				: await api.query({ ...operation, id: taskId }, key, this.#closing.signal);
		if (!outcome.ok) {
			const notShown: TaskNotShown = Object.assign(new Error(outcome.error.message), { apiError: outcome.error });
			throw notShown;
		}
		const step = this.#next(creation, { kind: 'named', task: { taskId, snapshot: outcome.snapshot, body: outcome.body } });
		if (step.kind === 'accept') {
			await creations.accept(id, step.task, clock.now(), creation);
			this.#noteSettled(id);
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
		const step = this.#next(claim.creation, { kind });
		const isTaken = await this.#take(claim, step);
		return isTaken && (step.kind === 'remove' || (step.kind === 'record' && kind !== 'cancel'));
	}

	/** See `Creations.close`. */
	async close(): Promise<void> {
		this.#closing.abort(closing);
		const over = this.#parts.clock.after(closingMs, () => this.#abandon.abort(closing));
		await Promise.allSettled([...this.#jobs.values()].map(({ done }) => done));
		await Promise.allSettled(this.#proofs.values());
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
				await this.#release(claim);
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
		const step = this.#next(claim.creation, event);
		switch (step.kind) {
			case 'send':
				await this.#send(claim, step.change, signal, job);
				break;
			case 'search':
				await this.#search(claim, step.how, true, signal);
				break;
			default:
				await this.#take(claim, step);
		}
	}

	/** Sends a creation: slot, commit, flush, first byte. */
	async #send(claim: CreationClaim, change: CreationChange, signal: AbortSignal, job: Job): Promise<void> {
		const { creations, createApi, media, slots, clock, random } = this.#parts;
		const { creation } = claim;
		const { operation, body } = creation;
		const missing = await this.#missingCopy(creation);
		if (missing !== undefined) {
			await this.#take(claim, this.#next(creation, { kind: 'disk', message: missing }));
			return;
		}
		const sending: Creation = { ...creation, ...change };
		const event = await slots.use(
			operation.origin,
			async (): Promise<CreationEvent | undefined> => {
				const key = await this.#key(operation.origin);
				signal.throwIfAborted();
				if (key === undefined) {
					return { kind: 'noKey' };
				}
				job.isSending = true;
				if (!(await creations.step(claim, change))) {
					return undefined;
				}
				let isKept = false;
				try {
					await creations.flush();
					// After a pause of this window (a sleeping machine) another one may have it, and a person may have had it sent again.
					isKept = await creations.renew(claim, clock.now() + leaseMs);
				} catch (error) {
					return { kind: 'disk', message: messageOf(error) };
				}
				if (this.#closing.signal.aborted || !isKept) {
					return { kind: 'stopped' };
				}
				const outcome = await this.#post(() =>
					createApi.create({ operation, length: bodyLength(body), chunks: bodyChunks(body, media) }, key, this.#abandon.signal),
				);
				return outcome === 'stopped' ? { kind: 'stopped' } : { kind: 'sent', attempt: sending.attempts, outcome };
			},
			(what) => (what?.kind === 'sent' ? sendHint(what.outcome, random()) : undefined),
			signal,
		);
		if (event?.kind === 'noKey') {
			await this.#take(claim, this.#next(creation, event));
		} else if (event !== undefined) {
			await this.#settle({ ...claim, creation: sending }, event);
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
			return { kind: 'uncertain', how: 'lost', error: { kind: 'unreachable', retryable: true, message: messageOf(error) } };
		}
	}

	/**
	 * Records what became of an attempt. What became of a POST is recorded also if another window has claimed the creation meanwhile. Only that
	 * event names its attempt: any other one could be taken for something about a later attempt.
	 */
	async #settle(claim: CreationClaim, event: CreationEvent): Promise<void> {
		if (!(await this.#take(claim, this.#next(claim.creation, event))) && event.kind === 'sent') {
			const again = await this.#claimWhenFree(claim.creation.id, true);
			if (again !== undefined) {
				await this.#take(again, this.#next(again.creation, event));
			}
		}
		if (event.kind === 'sent' && event.outcome.kind === 'accepted') {
			this.#learnProof(claim.creation, event.outcome.taskId);
		}
	}

	async #search(claim: CreationClaim, how: SearchKind, isScheduled: boolean, signal: AbortSignal): Promise<void> {
		const { creation } = claim;
		const { operation, externalId } = creation;
		const key = await this.#key(operation.origin);
		if (key === undefined || externalId === undefined) {
			await this.#take(claim, isScheduled ? this.#next(creation, { kind: 'noKey' }) : { kind: 'nothing' });
			return;
		}
		const { createApi } = this.#parts;
		const query = () => createApi.queryByExternalId(operation, externalId, key, signal);
		const list = () => createApi.findInList(operation, externalId, key, signal);
		const first = await this.#request(operation.origin, how === 'inList' ? list : query, signal);
		let event: CreationEvent = { kind: 'searched', how: how === 'inList' ? 'inList' : 'byExternalId', isScheduled, outcome: first };
		if (how === 'both' && first.kind === 'notFound') {
			const second = await this.#request(operation.origin, list, signal);
			if (second.kind === 'found') {
				event = { kind: 'searched', how: 'inList', isScheduled, outcome: second };
			}
		}
		await this.#take(claim, this.#next(creation, event));
	}

	#request(origin: string, request: () => Promise<SearchOutcome>, signal: AbortSignal): Promise<SearchOutcome> {
		const { slots, random } = this.#parts;
		return slots.use(origin, request, (outcome) => searchHint(outcome, random()), signal);
	}

	/** Takes a step that sends and searches nothing. False if the claim was lost, so that nothing was recorded. */
	async #take(claim: CreationClaim, step: CreationStep): Promise<boolean> {
		const { creations } = this.#parts;
		const { creation } = claim;
		const { id } = creation;
		switch (step.kind) {
			case 'accept':
				await this.#accept(creation, step.task);
				this.#noteSettled(id);
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
					this.#noteSettled(id);
				}
				return isRecorded;
			}
			case 'nothing':
			case 'send':
			case 'search':
				return creations.release(claim);
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
			await waitUntil([(done) => clock.after(Math.min(longestStoreWaitMs, storeWaitMs * 2 ** attempt), done)], [this.#abandon.signal]);
		}
	}

	/** Finds out by one query whether the API finds tasks by their external IDs, in the background. */
	#learnProof({ operation, externalId, keyCounter }: Creation, taskId: string): void {
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
		const { signal } = this.#closing;
		const learn = async (): Promise<void> => {
			try {
				const key = await this.#key(operation.origin);
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
			return messageOf(error);
		}
	}

	/** The key of an origin; undefined if there is none, or the editor does not give it. */
	async #key(origin: string): Promise<string | undefined> {
		try {
			return await this.#parts.keys.get(origin);
		} catch (error) {
			this.#parts.log.warn(`Failed to read an API key: ${withoutCredentials(messageOf(error))}`);
			return undefined;
		}
	}

	#next(creation: Creation, event: CreationEvent): CreationStep {
		const { creations, clock } = this.#parts;
		const { operation, externalId } = creation;
		const proof = externalId === undefined ? 'none' : creations.proof(operation);
		return nextCreationStep(creation, event, { proof, keyCounter: creations.keyCounter(operation.origin) }, clock.now());
	}

	/** Ends a claim without a change. */
	async #release(claim: CreationClaim): Promise<void> {
		const { creations, log } = this.#parts;
		try {
			await creations.release(claim);
		} catch (error) {
			log.warn(`Failed to end a claim: ${String(error)}`);
		}
	}

	/** Claims a creation for a person, who does not wait for a step that can be stopped. Undefined: being sent, or gone. */
	async #claimForPerson(id: CreationId): Promise<CreationClaim | undefined> {
		const job = this.#jobs.get(id);
		if (job !== undefined && !job.isSending) {
			job.stop.abort(cancelled);
			await job.done;
		}
		return this.#claimWhenFree(id);
	}

	/**
	 * Undefined if the creation is gone, or being sent.
	 * @param waits also while it is being sent: by this window, as far as others know
	 * @throws if another step on it takes too long
	 */
	async #claimWhenFree(id: CreationId, waits = false): Promise<CreationClaim | undefined> {
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
			await waitUntil([(done) => clock.after(waitStepMs, done)], [this.#abandon.signal]);
		}
	}

	#noteSettled(id: CreationId): void {
		const creation = this.#parts.creations.get(id);
		if (creation !== undefined) {
			this.#parts.onSettled(creation);
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

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
