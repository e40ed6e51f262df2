import { assertNever } from '../core/assertNever';
import type { Clock, Log } from '../tracking/ports/host';
import type { Disposable } from '../core/emitter';
import { readStoreError } from '../tracking/ports/health';

/** How long opening may take before it counts as failed for now, ms. */
const timeoutMs = 10_000;
/** How long the store may take to say who holds its file once waiting was ended, ms. */
const namingMs = 1_000;
/** After how long a file that could not be opened is tried again, ms. */
const retryMs = 10_000;

/**
 * Why the store is not open.
 * - `noSqlite`: this editor cannot have one
 * - `unusable`: it cannot be opened; it is tried again
 * - `held`: another process holds its file; it is opened when that one releases it. `by` is that process, where it is known
 * - `slow`: opening takes long, such as recovering a damaged file
 * - `unexpected`: a mistake of ours; it is not tried again unless a person wants it
 */
export type Unavailability =
	{ readonly kind: 'noSqlite' | 'unusable' | 'slow' | 'unexpected' } | { readonly kind: 'held'; readonly by: string | undefined };

/** What came of an attempt to open the store and run on it. */
export type Opened<R> = { readonly ok: true; readonly running: R } | { readonly ok: false; readonly reason: Unavailability };

export interface OpeningParts<S, R> {
	/**
	 * Opens the store; an aborted signal ends its waiting for another process.
	 * @throws an error with the `kind` `noSqlite`, `unusable` or `busy` (with `holder`)
	 */
	readonly open: (signal: AbortSignal) => Promise<S>;
	/** Builds what runs on the store. */
	readonly run: (store: S) => R;
	/** It is not open, for this reason now. */
	readonly onUnavailable: (reason: Unavailability) => void;
	readonly clock: Clock;
	readonly log: Log;
}

/** Opens the store: an attempt is bounded, and those that fail are followed by others until it is open or closed. */
export class StoreOpening<S extends { close(): Promise<void> }, R> {
	readonly #parts: OpeningParts<S, R>;
	readonly #closed = new AbortController();
	#attempt: Promise<Opened<R>> | undefined;
	#outcome: Promise<Opened<R>>;
	#nextAttempt: Disposable | undefined;

	/** Begins to open. */
	constructor(parts: OpeningParts<S, R>) {
		this.#parts = parts;
		this.#outcome = this.#bounded();
	}

	/** What came of opening: settles within about ten seconds of the beginning or of a person's retry, else at once. Never rejects. */
	get outcome(): Promise<Opened<R>> {
		return this.#outcome;
	}

	/** Tries now, for a person who does not want to wait for the next attempt. */
	retry(): Promise<Opened<R>> {
		this.#outcome = this.#bounded();
		return this.#outcome;
	}

	/** Gives up; resolves when nothing is being opened any more. */
	async close(): Promise<void> {
		this.#closed.abort();
		this.#nextAttempt?.dispose();
		await this.#attempt;
	}

	/** The attempt that is under way, or a new one; an attempt that takes longer goes on. */
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
			if (opened.ok) {
				this.#outcome = Promise.resolve(opened);
			} else if (!this.#closed.signal.aborted) {
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
				log.error('The database cannot be opened', error);
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
				// The store waits for the file by itself.
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
