import { withoutCredentials } from '../core/credentials';
import { errorMessage } from '../core/errorMessage';
import { apiErrorTraits } from '../core/problemTraits';
import { Emitter } from '../core/emitter';
import type { Disposable, Event } from '../core/emitter';
import type { Task } from '../core/task';
import type { EngineHost } from './engineHost';
import type { CheckOutcome } from './ports/kling';
import type { PauseReason } from './ports/origins';

/** How many requests one check makes because the key was replaced during it. */
const maxKeyChanges = 3;

/** A paused origin, for which this window notifies. */
export interface Pause {
	readonly origin: string;
	readonly reason: PauseReason;
	/** The API's message, if any. */
	readonly message?: string;
}

/** No request was sent: no key is stored, or the editor's secret storage failed to return it. */
export type Keyless = 'noKey' | { readonly keyUnreadable: string };

/**
 * Queries APIs with their keys and records what the responses say about the keys. An API without an accepted key is paused in all windows.
 */
export class OriginKeys implements Disposable {
	readonly #host: Pick<EngineHost, 'store' | 'api' | 'keys' | 'clock'>;
	readonly #didPause: Emitter<Pause>;

	constructor(host: Pick<EngineHost, 'store' | 'api' | 'keys' | 'clock' | 'log'>) {
		this.#host = host;
		this.#didPause = new Emitter<Pause>(host.log);
	}

	/** An origin was paused; fires in one window only. */
	get onDidPause(): Event<Pause> {
		return this.#didPause.event;
	}

	/**
	 * Queries a task with its origin's key, again if the key was replaced meanwhile. Pauses the origin when there is no key, or when it was
	 * rejected twice.
	 * @throws the signal's reason when it is aborted
	 */
	async ask({ ref, externalTaskId, alias }: Task, signal: AbortSignal): Promise<CheckOutcome | Keyless> {
		const { api } = this.#host;
		for (let attempt = 1; ; attempt++) {
			const apiKeys = await this.#readKey(ref.origin);
			signal.throwIfAborted();
			if ('keyUnreadable' in apiKeys) {
				return apiKeys;
			}
			const { key } = apiKeys;
			if (key === undefined) {
				if ((await this.#pause(ref.origin, 'noKey', key)) || attempt === maxKeyChanges) {
					return 'noKey';
				}
				continue;
			}
			const outcome = await api.query(ref, key, signal, { externalTaskId, alias: alias?.isSure === true ? alias.id : undefined });
			if (outcome.ok || outcome.error.kind !== 'auth') {
				const taken = outcome.ok ? 'sure' : apiErrorTraits[outcome.error.kind].keyTaken;
				if (taken !== 'unsaid') {
					await this.#accept(ref.origin, key, taken === 'sure');
				}
				return outcome;
			}
			if ((await this.#reject(ref.origin, key, outcome.error.message)) || attempt === maxKeyChanges) {
				return outcome;
			}
		}
	}

	/** The origin's stored key, or why it cannot be read. */
	async #readKey(origin: string): Promise<{ readonly key: string | undefined } | { readonly keyUnreadable: string }> {
		try {
			return { key: await this.#host.keys.get(origin) };
		} catch (error) {
			return { keyUnreadable: withoutCredentials(errorMessage(error)) };
		}
	}

	/**
	 * The API rejected a key (`used`): the first time, its other checks wait for one that decides. False when another key is stored by now.
	 */
	async #reject(origin: string, used: string, message: string): Promise<boolean> {
		const { keys, store, clock } = this.#host;
		if ((await keys.get(origin)) !== used) {
			return false;
		}
		if ((await store.origins.noteRejection(origin, clock.now())) === 'confirmed') {
			return await this.#pause(origin, 'auth', used, message);
		}
		return true;
	}

	/**
	 * Pauses an origin because its key (`used`) was missing or rejected, and fires `onDidPause` if this window is to notify.
	 * False when another key is stored by now, about which nothing is known yet.
	 */
	async #pause(origin: string, reason: PauseReason, used: string | undefined, message?: string): Promise<boolean> {
		const { keys, store, clock } = this.#host;
		if ((await keys.get(origin)) !== used) {
			return false;
		}
		const isOurs = await store.origins.pause(origin, reason, clock.now());
		const current = await keys.get(origin);
		if (current !== used) {
			// Replaced during the write: the other `noteKey` may have come before this pause, so repeat it.
			await store.origins.noteKey(origin, current !== undefined, clock.now());
			return false;
		}
		if (isOurs) {
			this.#didPause.fire({ origin, reason, ...(message !== undefined && { message }) });
		}
		return true;
	}

	/**
	 * The API accepted a key (`used`): it is no longer suspect, and a pause of its origin ends, unless the key was removed or replaced
	 * meanwhile.
	 * @param isSure whether the response is proof enough to end a pause (a new pause notifies again)
	 */
	async #accept(origin: string, used: string, isSure: boolean): Promise<void> {
		const { keys, store, clock } = this.#host;
		const isPaused = store.origins.paused().has(origin);
		if ((!isPaused && !store.origins.isKeySuspect(origin)) || (await keys.get(origin)) !== used) {
			return;
		}
		if (!isPaused) {
			await store.origins.noteAcceptance(origin);
		} else if (isSure) {
			await store.origins.noteKey(origin, true, clock.now(), false);
		}
	}

	dispose(): void {
		this.#didPause.dispose();
	}
}
