import { waitUntil } from '../core/abort';
import { clamp } from '../core/clamp';
import { Emitter } from '../core/emitter';
import { Disposables } from '../core/disposables';
import { keepAlive, leaseMs } from './lease';
import type { LimitsOf, RateLimitHint, SlotStore } from './ports/requestSlots';
import type { StoreHealth } from './ports/health';
import type { Clock, Log } from './ports/host';
import type { Disposable } from '../core/emitter';

/** A waiting request asks again at least so often (ms), so that its place in the queue is kept. */
const longestWaitMs = 1_000;

export interface RequestSlotsParts {
	readonly store: { readonly slots: SlotStore; readonly health: Pick<StoreHealth, 'readOnly'> };
	readonly clock: Clock;
	readonly newId: () => string;
	readonly limitsOf: LimitsOf;
	readonly log: Log;
}

/** The places at the APIs for requests that a person waits for. The bounds are kept by all windows together, in the store; background looks get what is left. */
export class RequestSlots implements Disposable {
	readonly #parts: RequestSlotsParts;
	readonly #didRelease: Emitter<void>;

	constructor(parts: RequestSlotsParts) {
		this.#parts = parts;
		this.#didRelease = new Emitter(parts.log);
	}

	/**
	 * Waits until the API has a place for a request, and takes it. Whoever takes one renews and leaves it.
	 * @throws the signal's reason when it is aborted first (leave the place then too: the wait for it counts)
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

	/** A place was given back in this window: whoever waits here asks again at once. */
	noteReleased(): void {
		this.#didRelease.fire();
	}

	/**
	 * Does a request that is no look at a tracked task as soon as there is a place; at once where nothing can be written, and so no window looks at anything.
	 * @param rateLimitHintOf what the answer says of the pace
	 * @throws the signal's reason when it is aborted before there was one; otherwise whatever `request` throws
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
			// Not awaited: the answer is there, and a place that cannot be given back expires.
			store.slots.release(origin, slotId, clock.now(), rateLimitHint).then(
				() => this.noteReleased(),
				(error: unknown) => log.warn(`A place could not be given back: ${String(error)}`),
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
