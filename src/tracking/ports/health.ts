import { omitUndefined } from '../../core/omitUndefined';
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
	claimRecoveryNotice(): Promise<{ readonly tasks: number } | undefined>;
}

const storeErrorKinds = ['noSqlite', 'unusable', 'busy', 'readOnly', 'disposed'] as const;

/**
 * Why the store cannot do what was asked.
 * - `noSqlite`: this editor's runtime has no `node:sqlite`
 * - `unusable`: the folder or its files can neither be read nor replaced
 * - `busy`: another process holds the file, and waiting for it was ended; opening can be tried again
 * - `readOnly`: a newer version made the file, or the disk takes no writes
 * - `disposed`: the window is going away
 */
export type StoreErrorKind = (typeof storeErrorKinds)[number];

/** What an error of the store says. */
interface StoreProblem {
	readonly kind: StoreErrorKind;
	/** Of `busy`: the process that holds the file, as far as it is known: `sqlitebrowser (4711)`. */
	readonly holder?: string;
}

/** Reads the store's error from whatever was thrown; undefined when it is none. Not by its class: every bundle has one of its own. */
export function readStoreError(error: unknown): StoreProblem | undefined {
	if (!(error instanceof Error) || !('kind' in error)) {
		return undefined;
	}
	const kind = storeErrorKinds.find((known) => known === error.kind);
	const holder = 'holder' in error && typeof error.holder === 'string' ? error.holder : undefined;
	return kind === undefined ? undefined : { kind, ...omitUndefined({ holder }) };
}
