import type { Disposable } from '../core/emitter';
import type { Log } from '../tracking/ports/host';
import type { Connection } from './connection';
import { retryMs } from './openFile';
import { sqlFailure, StoreError } from './storeError';
import type { Timers } from './timers';

/** Delay (ms) before the next attempt after a disk error. */
const slowRetryMs = 5_000;
/** How long queued writes run before the event loop gets control, ms. */
const sliceMs = 20;
/** A write that has waited this long (ms) for another process is reported. */
const lockedAfterMs = 10_000;

interface Job {
	run(sql: Connection): void;
	/** After the commit. */
	done(): void;
	fail(error: unknown): void;
}

/**
 * What to do with the first write, decided under the lock.
 * - `go`: run it
 * - `stop`: do not write to this file any more; writes wait until `drain` is called
 * - `refuse`: reject it and all others with StoreError `readOnly`
 */
export type WriteDecision = 'go' | 'stop' | 'refuse';

/** Why a write failed for now. `locked`: another process has held the lock for more than ten seconds. */
export type WriteFailure = 'damaged' | 'full' | 'disk' | 'locked';

interface Parts {
	readonly timers: Timers;
	readonly log: Log;
	/** Undefined while no file is open: writes wait. */
	connection(): Connection | undefined;
	/** Called under the lock before each write. */
	judge(sql: Connection): WriteDecision;
	/** Called after every commit, before the promise of the write settles. */
	committed(): void;
	/** Called once for each failed attempt (`locked`: once for each wait). After `damaged`, writes wait until `drain` is called. */
	onDiskError(kind: WriteFailure, error: unknown): void;
}

/**
 * Runs writes in order, each in its own transaction. A write that meets another process's lock blocks for at most 50 ms and is then retried
 * on a timer, so that the shared extension host is not blocked. On a full or failing disk it is retried every five seconds.
 */
export class WriteQueue implements Disposable {
	readonly #parts: Parts;
	readonly #jobs: Job[] = [];
	#retry: Disposable | undefined;
	#lockTimer: Disposable | undefined;
	#isDraining = false;
	#isStopped = false;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** See `Database.write`. */
	push<T>(body: (sql: Connection) => T, committed?: (value: T) => void): Promise<T> {
		return new Promise<T>((resolve, reject) => {
			let value: { readonly it: T } | undefined;
			this.#jobs.push({
				run: (sql) => {
					value = { it: body(sql) };
				},
				done: () => {
					if (value !== undefined) {
						committed?.(value.it);
						resolve(value.it);
					}
				},
				fail: reject,
			});
			if (this.#retry === undefined) {
				this.drain();
			}
		});
	}

	/** Makes writes wait until `resume`. */
	stop(): void {
		this.#isStopped = true;
		this.#lockIsGone();
	}

	resume(): void {
		this.#isStopped = false;
		this.drain();
	}

	/** Runs the waiting writes. */
	drain(): void {
		if (this.#isDraining || this.#stopped()) {
			return;
		}
		this.#retry?.dispose();
		this.#retry = undefined;
		this.#isDraining = true;
		try {
			const started = performance.now();
			for (let job = this.#jobs[0]; job !== undefined; job = this.#jobs[0]) {
				const waitMs = this.#attempt(job);
				if (waitMs !== undefined) {
					this.#retry = this.#parts.timers.after(waitMs, () => this.drain());
					return;
				}
				if (this.#stopped()) {
					return;
				}
				if (performance.now() - started > sliceMs && this.#jobs.length > 0) {
					this.#retry = this.#parts.timers.nextTurn(() => this.drain());
					return;
				}
			}
		} finally {
			this.#isDraining = false;
		}
	}

	/** Rejects all waiting writes. */
	refuse(kind: 'readOnly' | 'disposed'): void {
		for (const job of this.#jobs.splice(0)) {
			job.fail(new StoreError(kind));
		}
	}

	/** Rejects all waiting writes, and runs none any more. */
	dispose(): void {
		this.#isStopped = true;
		this.#retry?.dispose();
		this.#lockIsGone();
		this.refuse('disposed');
	}

	/** Checked again after each attempt: a listener, or the attempt itself, may have disposed or stopped the queue. */
	#stopped(): boolean {
		return this.#isStopped || this.#parts.timers.isDisposed;
	}

	/** Runs the first job once. Returns the delay (ms) before the next attempt; undefined for none. */
	#attempt(job: Job): number | undefined {
		const sql = this.#parts.connection();
		if (sql === undefined) {
			return retryMs;
		}
		try {
			sql.exec('BEGIN IMMEDIATE');
			const decision = this.#parts.judge(sql);
			if (decision !== 'go') {
				sql.rollback();
				if (decision === 'refuse') {
					this.refuse('readOnly');
				}
				return undefined;
			}
			job.run(sql);
			sql.exec('COMMIT');
		} catch (error) {
			return this.#failed(sql, job, error);
		}
		this.#lockIsGone();
		this.#jobs.shift();
		this.#parts.committed();
		job.done();
		return undefined;
	}

	/** Returns as `#attempt` does. */
	#failed(sql: Connection, job: Job, error: unknown): number | undefined {
		const failure = sqlFailure(error);
		try {
			sql.rollback();
		} catch (rollbackError) {
			this.#parts.log.warn(`Failed to roll a write back: ${String(rollbackError)}`);
		}
		if (failure !== 'busy') {
			this.#lockIsGone();
		}
		switch (failure) {
			case 'damaged':
				this.#parts.onDiskError('damaged', error);
				return undefined;
			case 'busy':
				this.#lockTimer ??= this.#parts.timers.after(lockedAfterMs, () => this.#parts.onDiskError('locked', error));
				return retryMs;
			case 'full':
			case 'disk':
				this.#parts.onDiskError(failure, error);
				return slowRetryMs;
			case 'other':
				this.#jobs.shift();
				job.fail(error);
				return undefined;
		}
	}

	#lockIsGone(): void {
		this.#lockTimer?.dispose();
		this.#lockTimer = undefined;
	}
}
