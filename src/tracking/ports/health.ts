import type { Event } from '../../core/emitter';

/**
 * How the file of what is remembered is; not `ok` wants telling.
 * - `newerSchema`: a newer version of this extension wrote it; it is left alone and read
 * - `readOnlyDisk`: the folder takes no writes; the file is read
 * - `diskFull`, `diskError`: writes wait and are tried again until the disk takes them
 * - `locked`: another program has held the file for more than ten seconds; writes wait and are tried again until it lets go
 * - `recovering`: the file is damaged or no longer at its path, and a new one is being filled; writes wait
 */
export type StoreCondition = 'ok' | 'newerSchema' | 'readOnlyDisk' | 'diskFull' | 'diskError' | 'locked' | 'recovering';

/** What a person should be told of the file. */
export interface StoreHealth {
	/** Set when the file cannot be written: a newer version made it, or the disk is read-only. */
	readonly readOnly: boolean;
	readonly condition: StoreCondition;
	readonly onDidChangeCondition: Event<void>;
	/** After a file that was damaged or lost has been replaced: how many tasks were recovered, for the one caller over all windows that says so. */
	claimRecovery(): Promise<{ readonly tasks: number } | undefined>;
}
