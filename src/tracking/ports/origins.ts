/** Why checks at an origin are paused: no key is stored, or the API rejected the stored one. */
export type PauseReason = 'noKey' | 'auth';

/** Which APIs are paused, and the state of their keys. */
export interface OriginStore {
	paused(): ReadonlyMap<string, PauseReason>;
	/**
	 * Pauses an origin, except for one check an hour. True for exactly one caller over all windows until it is resumed: that one notifies.
	 */
	pause(origin: string, reason: PauseReason, now: number): Promise<boolean>;
	/**
	 * A key was set (`present`) or removed: increments the key revision for all windows. Set: resumes the origin; its paused, unauthorised
	 * and not-found tasks are due now. Removed: pauses it.
	 * @param isAnother whether the key may be another one than before, so that the account may be another one: what was learned about
	 * external IDs is learned anew. Left out: a key that was set is
	 */
	noteKey(origin: string, present: boolean, now: number, isAnother?: boolean): Promise<void>;
	/** Records that an origin rejected its key; its other checks wait until a second check has decided. */
	noteRejection(origin: string, now: number): Promise<'unconfirmed' | 'confirmed'>;
	/** Records that an origin accepted its key after a rejection; its checks resume. */
	noteAcceptance(origin: string): Promise<void>;
	/** Whether an origin has rejected its key and has not accepted it since. */
	isKeySuspect(origin: string): boolean;
}
