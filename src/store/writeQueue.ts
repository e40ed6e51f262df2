import type { Disposable } from '../core/emitter';
import type { Log } from '../tracking/ports/host';
import type { Connection } from './connection';
import { retryMs } from './openFile';
import { sqlFailure, StoreError } from './storeError';
import type { Timers } from './timers';

const slowRetryMs = 5_000;
/** How long queued writes run before the event loop has its turn, ms. */
const sliceMs = 20;
/** After how long a write that waits for another process is worth a word, ms. */
const lockedAfterMs = 10_000;

interface Job {
	run(sql: Connection): void;
	/** After the commit. */
	done(): void;
	fail(error: unknown): void;
}

/**
 * What is to be done with the first write, decided under the lock.
 * - `go`: it is run
 * - `stop`: the file is not to be written to any more; writes wait until `drain` is called
 * - `refuse`: it and all others are refused with StoreError `readOnly`
 */
export type UnconfirmedStatus = 'go' | 'stop' | 'refuse';

/** Why a write could not be done now. `locked`: another process has held the lock for more than ten seconds. */
export type WriteFailure = 'damaged' | 'full' | 'disk' | 'locked';

interface Parts {
	readonly timers: Timers;
	readonly log: Log;
	/** Undefined while there is no file to write to: writes wait. */
	connection(): Connection | undefined;
	/** Asked under the lock before each write. */
	judge(sql: Connection): UnconfirmedStatus;
	/** After every commit, before the write's own promise settles. */
	committed(): void;
	/** Called once for each attempt that met it (`locked`: once for each wait). After `damaged`, writes wait until `drain` is called. */
	onDiskError(kind: WriteFailure, error: unknown): void;
}

/**
 * Writes, each in a transaction of its own and in the order of their coming. One that meets another process's lock waits 50 ms, then for its turn
 * on a timer, so that the shared extension host goes on; one that meets a full or failing disk is tried again every five seconds.
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

	/** Lets writes wait, until `resume`. */
	stop(): void {
		this.#isStopped = true;
		this.#lockIsGone();
	}

	resume(): void {
		this.#isStopped = false;
		this.drain();
	}

	/** Tries what is waiting. */
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

	/** Refuses what waits. */
	refuse(kind: 'readOnly' | 'disposed'): void {
		for (const job of this.#jobs.splice(0)) {
			job.fail(new StoreError(kind));
		}
	}

	/** Refuses what waits, for good. */
	dispose(): void {
		this.#isStopped = true;
		this.#retry?.dispose();
		this.#lockIsGone();
		this.refuse('disposed');
	}

	/** A listener, or the attempt itself, may have ended or stopped us. */
	#stopped(): boolean {
		return this.#isStopped || this.#parts.timers.isDisposed;
	}

	/** Tries the first job once. Returns how long to wait before the next attempt, in ms; undefined to go on at once. */
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
