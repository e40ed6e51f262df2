import { joinWork, linkSignals, waitUntil } from '../core/abort';
import { isFinished } from '../core/task';
import type { TaskKey } from '../core/task';
import type { Disposable } from '../core/emitter';
import { Disposables } from '../core/disposables';
import type { EngineParts } from './engineHost';
import { keepAlive, leaseMs } from './lease';
import type { OriginKeys } from './originKeys';
import type { Claim } from './ports/pollQueue';
import type { CheckRecorder, CheckResult } from './checkRecorder';

/** Wait (ms) after an unexpected error. */
export const errorRetryMs = 60_000;
/** How long (ms) a requested check waits for another window's check of the same task: a little over the timeout of a request. */
const otherWindowTimeoutMs = 20_000;
const otherWindowPollMs = 1_000;

/**
 * The result of a requested check. `busy`: another window's check did not finish in time.
 * - `stopped`: the signal was aborted, or the engine is closed
 * - `unexpected`: an unexpected error, already logged
 */
export type CheckNowResult = CheckResult | { readonly kind: 'stopped' } | { readonly kind: 'unexpected'; readonly error: unknown };

export interface CheckOptions {
	/**
	 * Called when the task has finished: whether it may be announced now. False if a command reports it; the command then claims the
	 * announcement or leaves it to others soon.
	 */
	readonly announce: () => boolean;
	readonly signal?: AbortSignal | undefined;
	/** The reservation under which the task was added; the check's claim replaces it. */
	readonly reservation?: string | undefined;
}

/** Abort reason: another window has the claim, so this response is not recorded. */
const claimLost = new Error('The claim was lost');

/** Checks tasks: claim, slot, request, record. Each task has at most one check in flight over all windows. */
export class TaskChecker implements Disposable {
	readonly #parts: EngineParts;
	readonly #keys: OriginKeys;
	readonly #recorder: CheckRecorder;
	readonly #inFlight = new Map<TaskKey, Promise<CheckNowResult>>();
	readonly #closing = new AbortController();

	constructor(parts: EngineParts, keys: OriginKeys, recorder: CheckRecorder) {
		this.#parts = parts;
		this.#keys = keys;
		this.#recorder = recorder;
	}

	/**
	 * Checks a task on request, whether or not it is due or its origin is paused. Never rejects.
	 * Joins a check of the task that is in flight in this window or another.
	 */
	async checkNow(key: TaskKey, options: CheckOptions): Promise<CheckNowResult> {
		try {
			return await this.#checkNow(key, options);
		} catch (error) {
			return this.#resultOfError(error, options.signal);
		}
	}

	/**
	 * Checks a finished task once, for new links to its results. Never rejects. True if the API showed the task, or showed that it does not
	 * have it any more.
	 */
	async refreshLinks(key: TaskKey, signal: AbortSignal): Promise<boolean> {
		const result = await this.checkNow(key, { announce: () => false, signal });
		return result.kind === 'updated' || (result.kind === 'failed' && result.problem.kind === 'notFound');
	}

	/** Checks a claimed task that has its slot. Rejects only on unexpected errors. Always releases the claim and the slot. */
	async checkClaimed(claim: Claim): Promise<void> {
		await this.#runCheck(claim, { announce: () => true }, 'held');
	}

	/** Whether it was closed; further checks are not made. */
	get isClosed(): boolean {
		return this.#closing.signal.aborted;
	}

	/** Aborts all checks in flight and releases their claims; resolves when that is written. No further check starts. */
	async close(): Promise<void> {
		this.dispose();
		await Promise.allSettled(this.#inFlight.values());
	}

	dispose(): void {
		this.#closing.abort(new Error('The engine is closed'));
	}

	async #checkNow(key: TaskKey, options: CheckOptions): Promise<CheckNowResult> {
		const { store, clock } = this.#parts;
		const before = store.tasks.get(key);
		if (before === undefined) {
			return { kind: 'gone' };
		}
		if (!this.#parts.ownDemo.isOurs(before.owner)) {
			return { kind: 'busy' };
		}
		const deadline = clock.now() + otherWindowTimeoutMs;
		for (;;) {
			const result = await (this.#joinCheck(key, options.signal) ?? this.#startCheck(key, options));
			if (result !== undefined && result.kind !== 'busy' && result.kind !== 'stopped') {
				return result;
			}
			// Another window has the task, or the check that was joined has been stopped.
			await this.#tick(key, options.signal);
			store.changes.checkForOthers();
			const task = store.tasks.get(key);
			if (task === undefined) {
				return { kind: 'gone' };
			}
			if (task.lastCheckedAt !== before.lastCheckedAt) {
				return { kind: 'updated', task };
			}
			if (task.problem !== undefined && task.problem.at !== before.problem?.at) {
				return { kind: 'failed', task, problem: task.problem };
			}
			if (clock.now() >= deadline) {
				return { kind: 'busy' };
			}
		}
	}

	/** Starts or joins a check; undefined when another window has the task. */
	async #startCheck(key: TaskKey, options: CheckOptions): Promise<CheckNowResult | undefined> {
		const { store, clock, newId } = this.#parts;
		this.#closing.signal.throwIfAborted();
		options.signal?.throwIfAborted();
		const now = clock.now();
		const claim = await store.pollQueue.claim(key, { now, until: now + leaseMs, claimId: newId(), reservation: options.reservation });
		return await (claim === undefined ? this.#joinCheck(key, options.signal) : this.#runCheck(claim, options, 'asked'));
	}

	/** The check of this task that is in flight in this window; a signal ends the waiting for it, not the check. */
	#joinCheck(key: TaskKey, signal: AbortSignal | undefined): Promise<CheckNowResult> | undefined {
		const running = this.#inFlight.get(key);
		return running && joinWork(running, [signal]);
	}

	/** Waits until the task changes, for `otherWindowPollMs` at most. Rejects with the signal's reason. */
	async #tick(key: TaskKey, signal: AbortSignal | undefined): Promise<void> {
		const { clock, store } = this.#parts;
		await waitUntil(
			[(done) => clock.after(otherWindowPollMs, done), (done) => store.changes.onDidChange(({ keys }) => keys.has(key) && done())],
			[this.#closing.signal, signal],
		);
	}

	/**
	 * Runs a check with a claim; a requested one has no slot yet. Rejects only on unexpected errors. Always releases the claim and the slot.
	 */
	#runCheck(claim: Claim, options: CheckOptions, slot: 'held' | 'asked'): Promise<CheckNowResult> {
		const { key } = claim.task;
		const running = this.#check(claim, options, slot).finally(() => {
			if (this.#inFlight.get(key) === running) {
				this.#inFlight.delete(key);
			}
			this.#parts.slots.noteReleased();
		});
		this.#inFlight.set(key, running);
		return running;
	}

	async #check(claim: Claim, { announce, signal }: CheckOptions, slot: 'held' | 'asked'): Promise<CheckNowResult> {
		const { clock, slots } = this.#parts;
		const { task, claimId } = claim;
		const over = new Disposables();
		const abort = new AbortController();
		over.own(linkSignals(abort, [this.#closing.signal, signal]));
		over.own(this.#keepClaim(claim, () => abort.abort(claimLost)));
		try {
			if (slot === 'asked') {
				await slots.take(task.ref.origin, claimId, abort.signal);
			}
			abort.signal.throwIfAborted();
			const outcome = await this.#keys.ask(task, abort.signal);
			abort.signal.throwIfAborted();
			over.dispose();
			return await this.#recorder.settle(claim, outcome, announce);
		} catch (error) {
			over.dispose();
			const stopped = abort.signal.aborted;
			const isClaimLost = stopped && abort.signal.reason === claimLost;
			await this.#release(claim, stopped || isFinished(task) ? task.nextPollAt : clock.now() + errorRetryMs);
			if (isClaimLost) {
				return this.#recorder.claimLostResult(task.key);
			}
			if (stopped) {
				return { kind: 'stopped' };
			}
			throw error;
		}
	}

	/** Renews a claim and its slot while the check waits or is in flight. */
	#keepClaim(claim: Claim, onLost: () => void): Disposable {
		const { store, clock, log } = this.#parts;
		let over = false;
		// A failed renewal is not a lost claim: the final record decides whether it still holds.
		const renewal = keepAlive(clock, log, async () => {
			const kept = await store.pollQueue.renew(claim, clock.now() + leaseMs);
			if (!kept && !over) {
				onLost();
			}
			return kept;
		});
		return {
			dispose: () => {
				over = true;
				renewal.dispose();
			},
		};
	}

	/** Releases the claim of a check without an outcome; if that fails, the claim expires. */
	async #release(claim: Claim, nextPollAt: number | undefined): Promise<void> {
		try {
			await this.#parts.store.pollQueue.release(claim, nextPollAt);
		} catch (error) {
			if (!this.isClosed) {
				this.#parts.log.warn(`Failed to release a claim: ${String(error)}`);
			}
		}
	}

	#resultOfError(error: unknown, signal: AbortSignal | undefined): CheckNowResult {
		if (this.isClosed || signal?.aborted === true) {
			return { kind: 'stopped' };
		}
		this.#parts.log.error('Failed to check a task', error);
		return { kind: 'unexpected', error };
	}
}
