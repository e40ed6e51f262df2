import { omitUndefined } from '../../core/omitUndefined';
import type { Event } from '../../core/emitter';

/**
 * State of the database file. Everything but `ok` is shown to the person.
 * - `newerSchema`: written by a newer version of this extension; opened read-only
 * - `readOnlyDisk`: the folder is not writable; opened read-only
 * - `diskFull`, `diskError`: writes are queued and retried until they succeed
 * - `locked`: another program has locked the file for more than 10 s; writes are queued and retried
 * - `recovering`: the file is damaged or no longer at its path, and a new one is being filled; writes are queued
 */
export type StoreCondition = 'ok' | 'newerSchema' | 'readOnlyDisk' | 'diskFull' | 'diskError' | 'locked' | 'recovering';

/** State of the database file, for messages. */
export interface StoreHealth {
	/** True when the file cannot be written: a newer version wrote it, or the disk is read-only. */
	readonly readOnly: boolean;
	readonly condition: StoreCondition;
	readonly onDidChangeCondition: Event<void>;
	/** After a damaged or lost file was replaced: how many tasks were recovered. Defined for exactly one caller over all windows. */
	claimRecoveryNotice(): Promise<{ readonly tasks: number } | undefined>;
}

const storeErrorKinds = ['noSqlite', 'unusable', 'busy', 'readOnly', 'disposed'] as const;

/**
 * Why an operation of the store failed.
 * - `noSqlite`: the editor's runtime has no `node:sqlite`
 * - `unusable`: the folder or its files can neither be read nor replaced
 * - `busy`: another process has locked the file, and waiting was given up; opening can be retried
 * - `readOnly`: a newer version wrote the file, or the disk is read-only
 * - `disposed`: the window is closing
 */
export type StoreErrorKind = (typeof storeErrorKinds)[number];

/** The facts of a store error. */
interface StoreProblem {
	readonly kind: StoreErrorKind;
	/** With `busy`: the process that has locked the file, if known: `sqlitebrowser (4711)`. */
	readonly holder?: string;
}

/** Reads a store error from a thrown value; undefined when it is another error. Not by `instanceof`: every bundle has its own class. */
export function readStoreError(error: unknown): StoreProblem | undefined {
	if (!(error instanceof Error) || !('kind' in error)) {
		return undefined;
	}
	const kind = storeErrorKinds.find((known) => known === error.kind);
	const holder = 'holder' in error && typeof error.holder === 'string' ? error.holder : undefined;
	return kind === undefined ? undefined : { kind, ...omitUndefined({ holder }) };
}
