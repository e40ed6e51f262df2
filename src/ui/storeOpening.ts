import { assertNever } from '../core/assertNever';
import type { Clock, Log } from '../tracking/ports/host';
import type { Disposable } from '../core/emitter';
import { readStoreError } from '../tracking/ports/health';

/** How long an attempt to open the store may take, ms. */
const timeoutMs = 10_000;
/** How long the store may take to find out which process holds its file after the timeout, ms. */
const namingMs = 1_000;
/** Delay before an unusable file is tried again, ms. */
const retryMs = 10_000;

/**
 * Why the store is not open.
 * - `noSqlite`: this editor has no SQLite
 * - `unusable`: the file cannot be opened; retried
 * - `held`: another process holds the file; opened when it is released. `by` is that process, if known
 * - `slow`: opening takes long, for example because a damaged file is recovered
 * - `unexpected`: a bug in this extension; retried only when a person asks
 */
export type Unavailability =
	{ readonly kind: 'noSqlite' | 'unusable' | 'slow' | 'unexpected' } | { readonly kind: 'held'; readonly by: string | undefined };

/** Outcome of an attempt to open the store. */
export type Opened<R> = { readonly ok: true; readonly running: R } | { readonly ok: false; readonly reason: Unavailability };

export interface OpeningParts<S, R> {
	/**
	 * Opens the store; aborting the signal stops waiting for another process.
	 * @throws an error with the `kind` `noSqlite`, `unusable` or `busy` (with `holder`)
	 */
	readonly open: (signal: AbortSignal) => Promise<S>;
	/** Starts everything that runs on the store. */
	readonly run: (store: S) => R;
	/** Called when an attempt failed or takes too long. */
	readonly onUnavailable: (reason: Unavailability) => void;
	readonly clock: Clock;
	readonly log: Log;
}

/** Opens the store with bounded attempts, and retries until it is open or closed. */
export class StoreOpening<S extends { close(): Promise<void> }, R> {
	readonly #parts: OpeningParts<S, R>;
	readonly #closed = new AbortController();
	#attempt: Promise<Opened<R>> | undefined;
	#outcome: Promise<Opened<R>>;
	#nextAttempt: Disposable | undefined;

	/** Starts the first attempt. */
	constructor(parts: OpeningParts<S, R>) {
		this.#parts = parts;
		this.#outcome = this.#bounded();
	}

	/** Outcome of the latest attempt; settles within about 11 s after the start or a retry by a person. Never rejects. */
	get outcome(): Promise<Opened<R>> {
		return this.#outcome;
	}

	/** Tries now instead of waiting for the next attempt. */
	retry(): Promise<Opened<R>> {
		this.#outcome = this.#bounded();
		return this.#outcome;
	}

	/** Stops retrying; resolves when no attempt is running. */
	async close(): Promise<void> {
		this.#closed.abort();
		this.#nextAttempt?.dispose();
		await this.#attempt;
	}

	/** The running attempt or a new one, limited to the timeout; an attempt that exceeds it continues in the background. */
	async #bounded(): Promise<Opened<R>> {
		const { clock, onUnavailable } = this.#parts;
		let timer: Disposable | undefined;
		const slow = new Promise<Opened<R>>((resolve) => {
			timer = clock.after(timeoutMs + namingMs, () => {
				const reason = { kind: 'slow' } as const;
				onUnavailable(reason);
				resolve({ ok: false, reason });
			});
		});
		try {
			return await Promise.race([this.#start(), slow]);
		} finally {
			timer?.dispose();
		}
	}

	#start(): Promise<Opened<R>> {
		this.#nextAttempt?.dispose();
		this.#attempt ??= this.#try().then((opened) => {
			this.#attempt = undefined;
			this.#outcome = Promise.resolve(opened);
			if (!opened.ok && !this.#closed.signal.aborted) {
				this.#parts.onUnavailable(opened.reason);
				this.#tryLater(opened.reason);
			}
			return opened;
		});
		return this.#attempt;
	}

	async #try(): Promise<Opened<R>> {
		const { open, run, clock, log } = this.#parts;
		const bound = new AbortController();
		const timer = clock.after(timeoutMs, () => bound.abort());
		try {
			const store = await open(AbortSignal.any([bound.signal, this.#closed.signal]));
			if (this.#closed.signal.aborted) {
				await store.close();
				return { ok: false, reason: { kind: 'slow' } };
			}
			try {
				return { ok: true, running: run(store) };
			} catch (error) {
				await store.close();
				throw error;
			}
		} catch (error) {
			const reason = reasonOf(error);
			if (reason.kind !== 'held') {
				log.error('Failed to open the database', error);
			}
			return { ok: false, reason };
		} finally {
			timer.dispose();
		}
	}

	#tryLater(reason: Unavailability): void {
		switch (reason.kind) {
			case 'noSqlite':
			case 'unexpected':
				return;
			case 'held':
			case 'slow':
				// The store itself waits for the file.
				void this.#start();
				return;
			case 'unusable':
				this.#nextAttempt = this.#parts.clock.after(retryMs, () => void this.#start());
				return;
			default:
				assertNever(reason);
		}
	}
}

function reasonOf(error: unknown): Unavailability {
	const problem = readStoreError(error);
	switch (problem?.kind) {
		case 'busy':
			return { kind: 'held', by: problem.holder };
		case 'noSqlite':
		case 'unusable':
			return { kind: problem.kind };
		case 'readOnly':
		case 'disposed':
		case undefined:
			return { kind: 'unexpected' };
	}
}
