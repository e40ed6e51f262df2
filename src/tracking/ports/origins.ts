/** Why an origin's looks are paused: no key is stored, or the API refused the one that is. */
export type PauseReason = 'noKey' | 'auth';

/** Which APIs are paused, and what is known of their keys. */
export interface OriginStore {
	paused(): ReadonlyMap<string, PauseReason>;
	/** Pauses an origin's looks, but for one an hour; true for the one caller, over all windows, that should say so (until it is resumed). */
	pause(origin: string, reason: PauseReason, now: number): Promise<boolean>;
	/** A key was set (`present`) or removed for an origin: raises the key revision for all windows. Set: resumes the origin and makes its paused, unauthorised and not-found tasks due now. Removed: pauses it. */
	noteKey(origin: string, present: boolean, now: number): Promise<void>;
	/** Notes that an origin refused its key: its other checks wait for the one that decides. */
	noteRefusal(origin: string, now: number): Promise<'unconfirmed' | 'confirmed'>;
	/** Notes that an origin took its key after it had refused it: its checks go on. */
	noteAcceptance(origin: string): Promise<void>;
	/** Whether an origin has refused its key and has not taken it since. */
	isKeySuspect(origin: string): boolean;
}
