import { errorCode } from '../core/errorCode';
import type { StoreErrorKind } from '../tracking/ports/health';

/** The one error of this room; `cause` holds the system's own, if any. */
export class StoreError extends Error {
	override readonly name = 'StoreError';
	readonly kind: StoreErrorKind;
	/** Of `busy`: the process that holds the file, as far as it is known: `sqlitebrowser (4711)`. */
	readonly holder: string | undefined;

	constructor(kind: StoreErrorKind, cause?: unknown, holder?: string) {
		super(`store: ${kind}${cause instanceof Error ? ` (${cause.message})` : ''}`, cause === undefined ? undefined : { cause });
		this.kind = kind;
		this.holder = holder;
	}
}

/** Damage that SQLite itself does not see: the file is sound, but not as we left it. */
export class DamageError extends Error {
	override readonly name = 'DamageError';
	/** As SQLITE_CORRUPT. */
	readonly errcode = 11;
}

/** While a file was being opened another one was put into its place: it is to be opened anew. */
export class FileMovedError extends Error {
	override readonly name = 'FileMovedError';
	/** As SQLITE_BUSY. */
	readonly errcode = 5;
}

/** Whether an error is the system's of this name, such as `ENOENT`. */
export function isCode(error: unknown, code: string): boolean {
	return errorCode(error) === code;
}

/** SQLite's extended result code; undefined when the error is neither SQLite's nor one of the two above. */
export function sqlCode(error: unknown): number | undefined {
	return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** SQLite's primary result code (https://sqlite.org/rescode.html); 0 when the error has none. */
export function sqlPrimaryCode(error: unknown): number {
	return (sqlCode(error) ?? 0) & 0xff;
}

/** What an error of SQLite asks for. `b` is a mistake of ours, or not SQLite's at all. */
export type SqlFailure = 'busy' | 'damaged' | 'full' | 'disk' | 'other';

/** Sorts an error by SQLite's primary result code (https://sqlite.org/rescode.html). */
export function sqlFailure(error: unknown): SqlFailure {
	// A stored integer beyond 2^53 was never written by us.
	if (isCode(error, 'ERR_OUT_OF_RANGE')) {
		return 'damaged';
	}
	switch (sqlPrimaryCode(error)) {
		case 5: // SQLITE_BUSY
		case 6: // SQLITE_LOCKED
		case 15: // SQLITE_PROTOCOL: lost the race for the write-ahead log's lock
			return 'busy';
		case 11: // SQLITE_CORRUPT
		case 26: // SQLITE_NOTADB
			return 'damaged';
		case 13: // SQLITE_FULL
			return 'full';
		case 8: // SQLITE_READONLY
		case 10: // SQLITE_IOERR
		case 14: // SQLITE_CANTOPEN
			return 'disk';
		default:
			return 'other';
	}
}
