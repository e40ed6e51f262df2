import { apiErrorTraits } from '../core/problemTraits';
import { Emitter } from '../core/emitter';
import type { Disposable, Event } from '../core/emitter';
import type { Task } from '../core/task';
import type { EngineHost } from './engineHost';
import type { CheckOutcome } from './ports/kling';
import type { PauseReason } from './ports/origins';

/** How often one check starts again because the key was replaced under it. */
const maxKeyChanges = 3;

/** An origin's looks were paused, and this window is the one to say so. */
export interface Pause {
	readonly origin: string;
	readonly reason: PauseReason;
	/** The API's own words, where it said any. */
	readonly message?: string;
}

/** Nothing was asked: no key is stored, or the editor's secret storage did not give it out. */
export type Keyless = 'noKey' | { readonly keyUnreadable: string };

/** Asks APIs with their keys, and notes what their responses say of the keys: an API without a key that it takes is paused, for all windows. */
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
	 * Asks the API about a task with its origin's key, again if the key was replaced meanwhile. Pauses the origin when there is none, or when it was refused twice.
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
			if ((await this.#refuse(ref.origin, key, outcome.error.message)) || attempt === maxKeyChanges) {
				return outcome;
			}
		}
	}

	/** The origin's key as the vault gives it, or why it does not. */
	async #readKey(origin: string): Promise<{ readonly key: string | undefined } | { readonly keyUnreadable: string }> {
		try {
			return { key: await this.#host.keys.get(origin) };
		} catch (error) {
			return { keyUnreadable: error instanceof Error ? error.message : String(error) };
		}
	}

	/** The API refused a key (`used`): the first time its other checks wait for one that decides. False when the key in the vault is another by now. */
	async #refuse(origin: string, used: string, message: string): Promise<boolean> {
		const { keys, store, clock } = this.#host;
		if ((await keys.get(origin)) !== used) {
			return false;
		}
		if ((await store.origins.noteRefusal(origin, clock.now())) === 'confirmed') {
			return await this.#pause(origin, 'auth', used, message);
		}
		return true;
	}

	/**
	 * Pauses an origin for the key that was missing or refused (`used`), and tells it if this window is the one to.
	 * False when the key in the vault is another by now: then nothing is wrong with that one yet.
	 */
	async #pause(origin: string, reason: PauseReason, used: string | undefined, message?: string): Promise<boolean> {
		const { keys, store, clock } = this.#host;
		if ((await keys.get(origin)) !== used) {
			return false;
		}
		const isOurs = await store.origins.pause(origin, reason, clock.now());
		const current = await keys.get(origin);
		if (current !== used) {
			// Replaced while we wrote: its "key was set" may have come before our pause, so say it again.
			await store.origins.noteKey(origin, current !== undefined, clock.now());
			return false;
		}
		if (isOurs) {
			this.#didPause.fire({ origin, reason, ...(message !== undefined && { message }) });
		}
		return true;
	}

	/**
	 * The API took a key (`used`): the doubt about it is over, and so is a pause of its origin, unless the key was removed or replaced meanwhile.
	 * @param isSure whether a pause may end by it, which is told again if it begins again
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
			await store.origins.noteKey(origin, true, clock.now());
		}
	}

	dispose(): void {
		this.#didPause.dispose();
	}
}
