import { waitUntil } from '../core/abort';
import { clamp } from '../core/clamp';
import { Emitter } from '../core/emitter';
import { Disposables } from '../core/disposables';
import { keepAlive, leaseMs } from './lease';
import type { LimitsOf, RateLimitHint, SlotStore } from './ports/requestSlots';
import type { StoreHealth } from './ports/health';
import type { Clock, Log } from './ports/host';
import type { Disposable } from '../core/emitter';

/** Longest wait (ms) between two attempts of a waiting request, so that it keeps its position in the queue. */
const longestWaitMs = 1_000;

export interface RequestSlotsParts {
	readonly store: { readonly slots: SlotStore; readonly health: Pick<StoreHealth, 'readOnly'> };
	readonly clock: Clock;
	readonly newId: () => string;
	readonly limitsOf: LimitsOf;
	readonly log: Log;
}

/**
 * Request slots for requests that a person waits for. All windows share the limits through the store; background checks get the remaining
 * slots.
 */
export class RequestSlots implements Disposable {
	readonly #parts: RequestSlotsParts;
	readonly #didRelease: Emitter<void>;

	constructor(parts: RequestSlotsParts) {
		this.#parts = parts;
		this.#didRelease = new Emitter(parts.log);
	}

	/**
	 * Waits for a slot and takes it. The caller renews and releases it.
	 * @throws the signal's reason when it is aborted first (the slot must be released then too: it holds a position in the queue)
	 */
	async take(origin: string, slotId: string, signal: AbortSignal): Promise<void> {
		const { store, clock, limitsOf } = this.#parts;
		for (;;) {
			signal.throwIfAborted();
			const now = clock.now();
			const at = await store.slots.acquire({ origin, slotId, now, until: now + leaseMs, limits: limitsOf(origin) });
			if (at === undefined) {
				return;
			}
			await this.#pause(clamp(at - clock.now(), 0, longestWaitMs), signal);
		}
	}

	/** A slot was released in this window: requests that wait here try again immediately. */
	noteReleased(): void {
		this.#didRelease.fire();
	}

	/**
	 * Sends a request that is not the check of a tracked task as soon as there is a slot. Needs no slot while the store is read-only, because
	 * then no window polls.
	 * @param rateLimitHintOf what the response says about the rate limit
	 * @throws the signal's reason when it is aborted before there was a slot; otherwise what `request` throws
	 */
	async use<T>(
		origin: string,
		request: () => Promise<T>,
		rateLimitHintOf: (response: T) => RateLimitHint | undefined,
		signal: AbortSignal,
	): Promise<T> {
		const { store, clock, newId, log } = this.#parts;
		if (store.health.readOnly) {
			return request();
		}
		const slotId = newId();
		let rateLimitHint: RateLimitHint | undefined;
		const held = new Disposables();
		try {
			await this.take(origin, slotId, signal);
			held.own(keepAlive(clock, log, () => store.slots.renew(slotId, clock.now() + leaseMs).then(() => true)));
			const response = await request();
			rateLimitHint = rateLimitHintOf(response);
			return response;
		} finally {
			held.dispose();
			// Not awaited: the response is there, and a slot that cannot be released expires.
			store.slots.release(origin, slotId, clock.now(), rateLimitHint).then(
				() => this.noteReleased(),
				(error: unknown) => log.warn(`Failed to release a request slot: ${String(error)}`),
			);
		}
	}

	dispose(): void {
		this.#didRelease.dispose();
	}

	#pause(ms: number, signal: AbortSignal): Promise<void> {
		return waitUntil([(done) => this.#parts.clock.after(ms, done), (done) => this.#didRelease.event(done)], [signal]);
	}
}
