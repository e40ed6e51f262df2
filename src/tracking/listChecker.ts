import { linkSignals, waitUntil } from '../core/abort';
import type { Disposable } from '../core/emitter';
import { Disposables } from '../core/disposables';
import { fewestTogether, largestPage, listRefusalMs, nextPageSize, staleListMs } from '../core/listQuery';
import { operationKey } from '../core/operation';
import { isFinished, isFinishedStatus, type Task, type TaskKey } from '../core/task';
import type { CheckRecorder, CheckResult } from './checkRecorder';
import type { EngineParts } from './engineHost';
import { keepAlive, leaseMs } from './lease';
import type { ListOutcome, ShownOutcome } from './ports/kling';
import type { ListClaim, ListQueryStore } from './ports/listQueries';
import type { Claim, DueTerms } from './ports/pollQueue';
import { rateLimitHintOf } from './rateLimitHint';

/** How many tasks are recorded in one turn of the event loop: other extensions share it. */
const recordedAtOnce = 10;

export interface ListCheckerParts extends Pick<EngineParts, 'store' | 'api' | 'keys' | 'clock' | 'random' | 'log' | 'slots'> {
	readonly lists: ListQueryStore;
	readonly recorder: CheckRecorder;
	/** Checks one task singly; see `TaskChecker.checkClaimed`. */
	readonly checkClaimed: (claim: Claim) => Promise<void>;
}

export interface ListCheckOptions {
	/** Called for each task that has finished: whether it may be announced now (see `CheckOptions`). */
	readonly announce: (key: TaskKey) => boolean;
	/** Called with the tasks that a list shows, before they are recorded. */
	readonly onShown?: (tasks: readonly Task[]) => void;
	/** Called for each task that was checked. */
	readonly onResult?: (key: TaskKey, result: CheckResult) => void;
	readonly signal?: AbortSignal | undefined;
}

/**
 * Checks many tasks of one operation by one list query. Each item is recorded as the response to a single check would be. What a list does
 * not show is checked singly: a list is never an error of a task, and says nothing about the API key: some gateways respond to an unknown
 * path as if the key were wrong, and the next single check finds out. A bundle of its own, loaded when many tasks are active.
 */
export class ListChecker implements Disposable {
	readonly #parts: ListCheckerParts;
	readonly #inFlight = new Set<Promise<void>>();
	readonly #closing = new AbortController();

	constructor(parts: ListCheckerParts) {
		this.#parts = parts;
	}

	/**
	 * Claims what can be checked by list queries, and starts the checks, which reject only on unexpected errors. Never rejects itself: if it
	 * fails, the tasks are checked singly.
	 */
	async checkDue(terms: DueTerms & { readonly now: number; readonly until: number }): Promise<readonly Promise<void>[]> {
		const { lists, log } = this.#parts;
		let claims: readonly ListClaim[] = [];
		try {
			claims = await lists.claimDue(terms);
		} catch (error) {
			if (!this.#closing.signal.aborted) {
				log.error('Failed to claim tasks for list queries', error);
			}
		}
		return claims.flatMap((claim) => {
			const sample = claim.sample && this.#parts.checkClaimed(claim.sample);
			const list = this.#track(claim, sample);
			return sample === undefined ? [list] : [list, sample];
		});
	}

	/**
	 * Checks new tasks that a command has reserved, as many as possible by list queries, one per operation. The others remain reserved.
	 * Never rejects.
	 */
	async checkReserved(tasks: readonly Task[], reservation: string, options: ListCheckOptions): Promise<void> {
		const groups = new Map<string, Task[]>();
		for (const task of tasks) {
			const name = `${task.ref.origin} ${operationKey(task.ref)}`;
			groups.set(name, [...(groups.get(name) ?? []), task]);
		}
		await Promise.all([...groups.values()].map((group) => this.#checkGroup(group, reservation, options)));
	}

	/** Aborts the queries in flight and releases their claims; resolves when that is written. No further one starts. */
	async close(): Promise<void> {
		this.dispose();
		await Promise.allSettled(this.#inFlight);
	}

	dispose(): void {
		this.#closing.abort(new Error('The engine is closed'));
	}

	async #checkGroup(all: readonly Task[], claimId: string, options: ListCheckOptions): Promise<void> {
		const { lists, slots, clock, random, log } = this.#parts;
		const tasks = all.slice(0, largestPage);
		const [first] = tasks;
		const pageSize = first && tasks.length >= fewestTogether ? lists.pageSizeFor(first.ref, clock.now()) : undefined;
		if (first === undefined || pageSize === undefined) {
			return;
		}
		const { origin, action, action2 } = first.ref;
		const claim: ListClaim = { operation: { origin, action, action2 }, claimId, tasks, pageSize };
		const abort = new AbortController();
		const link = linkSignals(abort, [this.#closing.signal, options.signal]);
		try {
			const outcome = await slots.use(
				origin,
				() => this.#request(claim, abort.signal),
				(response) => response && rateLimitHintOf(response, random()),
				abort.signal,
			);
			await this.#record(claim, outcome, options, abort.signal);
		} catch (error) {
			// The tasks are checked singly.
			if (!abort.signal.aborted) {
				log.error('Failed to query a list of tasks', error);
			}
		} finally {
			link.dispose();
		}
	}

	/** Rejects only on unexpected errors. Always releases the claims and the slot. */
	async #track(claim: ListClaim, sample: Promise<void> | undefined): Promise<void> {
		const running = this.#checkClaimed(claim, sample);
		this.#inFlight.add(running);
		try {
			await running;
		} finally {
			this.#inFlight.delete(running);
			this.#parts.slots.noteReleased();
		}
	}

	async #checkClaimed(claim: ListClaim, sample: Promise<void> | undefined): Promise<void> {
		const { lists, clock, log, random } = this.#parts;
		const own = new Disposables();
		const abort = new AbortController();
		own.own(linkSignals(abort, [this.#closing.signal]));
		own.own(keepAlive(clock, log, () => lists.renew(claim.claimId, clock.now() + leaseMs)));
		let outcome: ListOutcome | undefined;
		const requestedAt = clock.now();
		try {
			outcome = await this.#request(claim, abort.signal);
			await this.#record(claim, outcome, { announce: () => true }, abort.signal);
		} catch (error) {
			if (!abort.signal.aborted) {
				throw error;
			}
		} finally {
			own.dispose();
			await lists.release(claim, clock.now(), outcome && rateLimitHintOf(outcome, random()));
		}
		await sample?.catch(() => undefined);
		if (outcome?.ok === true && !abort.signal.aborted) {
			await this.#compare(claim, outcome.shown.at(-1), requestedAt);
		}
	}

	/**
	 * Compares what the list says of its sample with what the single check has found.
	 * @param requestedAt when the list was requested, ms since 1970
	 */
	async #compare(
		{ operation, sample, pageSize, claimId }: ListClaim,
		listed: ShownOutcome | undefined,
		requestedAt: number,
	): Promise<void> {
		const { store, lists, clock, log } = this.#parts;
		const task = sample && store.tasks.get(sample.task.key);
		if (task === undefined || listed === undefined || isFinishedStatus(listed.snapshot.status)) {
			return;
		}
		// A list from a cache may have the date of when it was cached, or none.
		const listedAt = task.serverAheadMs === undefined ? listed.snapshot.respondedAt : requestedAt + task.serverAheadMs;
		const refusal = staleListMs(listedAt, isFinished(task) ? task.updatedAt : undefined);
		if (refusal > 0) {
			log.warn(`The list of ${operationKey(operation)} is not kept current, and not queried for ${Math.round(refusal / 60_000)} min`);
			await lists.record({ operation, unlisted: [], pageSize, refusedUntil: clock.now() + refusal }, claimId);
		}
	}

	/** Undefined if there is no key, so that nothing was sent: the single checks find out why. */
	async #request({ operation, tasks, pageSize, sample }: ListClaim, signal: AbortSignal): Promise<ListOutcome | undefined> {
		const { api, keys } = this.#parts;
		const apiKey = await keys.get(operation.origin).catch(() => undefined);
		signal.throwIfAborted();
		if (apiKey === undefined) {
			return undefined;
		}
		const ids = [...tasks, ...(sample === undefined ? [] : [sample.task])].map(({ ref: { id }, externalTaskId, alias }) => ({
			id,
			externalTaskId,
			alias: alias?.isSure === true ? alias.id : undefined,
		}));
		return await api.list({ operation, tasks: ids, pageSize }, apiKey, signal);
	}

	async #record(
		claim: ListClaim,
		outcome: ListOutcome | undefined,
		{ announce, onShown, onResult }: ListCheckOptions,
		signal: AbortSignal,
	): Promise<void> {
		signal.throwIfAborted();
		const { lists, recorder, clock, log } = this.#parts;
		const { operation, tasks, claimId, pageSize } = claim;
		const shown = outcome?.ok === true ? outcome.shown : [];
		const count = shown.filter((one) => one !== undefined).length;
		const [refusal, reason] =
			outcome === undefined
				? [listRefusalMs({ error: { kind: 'auth' } }), 'no API key']
				: outcome.ok
					? [listRefusalMs({ shown: count }), 'it shows none of the tracked tasks']
					: [listRefusalMs(outcome), outcome.error.kind];
		if (refusal > 0) {
			log.info(`The list of ${operationKey(operation)} is not queried for ${Math.round(refusal / 60_000)} min: ${reason}`);
		}
		const missing = count === 0 ? [] : tasks.filter((_, index) => shown[index] === undefined).map(({ key }) => key);
		const isFull = outcome?.ok === true && outcome.length >= pageSize;
		await lists.record(
			{
				operation,
				// Those beyond a full page may be on a larger one. A list that shows no task at all is refused, and says nothing about them.
				unlisted: isFull && pageSize < largestPage ? [] : missing,
				pageSize: outcome?.ok === true ? nextPageSize(pageSize, outcome.depth, missing.length > 0 && isFull) : pageSize,
				...(refusal > 0 && { refusedUntil: clock.now() + refusal }),
			},
			claimId,
		);
		onShown?.(tasks.filter((_, index) => shown[index] !== undefined));
		let recorded = 0;
		for (const [index, task] of tasks.entries()) {
			const response = shown[index];
			if (response === undefined) {
				continue;
			}
			if (++recorded % recordedAtOnce === 0) {
				await waitUntil([(done) => clock.after(0, done)], [signal]);
			}
			signal.throwIfAborted();
			const result = await recorder.settle({ task, claimId }, response, () => announce(task.key));
			onResult?.(task.key, result);
		}
	}
}
