import { errorCode } from '../core/errorCode';
import type { StoreErrorKind } from '../tracking/ports/health';

/** The only error that the store throws on purpose; `cause` is the system's error, if any. */
export class StoreError extends Error {
	override readonly name = 'StoreError';
	readonly kind: StoreErrorKind;
	/** For `busy`: the process that holds the file, if known, for example `sqlitebrowser (4711)`. */
	readonly holder: string | undefined;

	constructor(kind: StoreErrorKind, cause?: unknown, holder?: string) {
		super(`store: ${kind}${cause instanceof Error ? ` (${cause.message})` : ''}`, cause === undefined ? undefined : { cause });
		this.kind = kind;
		this.holder = holder;
	}
}

/** Damage that SQLite does not detect: the file is a valid database, but not as we wrote it. */
export class DamageError extends Error {
	override readonly name = 'DamageError';
	/** As SQLITE_CORRUPT. */
	readonly errcode = 11;
}

/** The file was replaced while it was being opened: opening must start again. */
export class FileMovedError extends Error {
	override readonly name = 'FileMovedError';
	/** As SQLITE_BUSY. */
	readonly errcode = 5;
}

/** Whether an error has this system error code, such as `ENOENT`. */
export function isCode(error: unknown, code: string): boolean {
	return errorCode(error) === code;
}

/** SQLite's extended result code; undefined unless the error is SQLite's, a DamageError or a FileMovedError. */
export function sqlCode(error: unknown): number | undefined {
	return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** SQLite's primary result code (https://sqlite.org/rescode.html); 0 if the error has none. */
export function sqlPrimaryCode(error: unknown): number {
	return (sqlCode(error) ?? 0) & 0xff;
}

/** Classes of SQLite's errors, by what to do about them. `other` is a bug of ours, or not an error of SQLite. */
export type SqlFailure = 'busy' | 'damaged' | 'full' | 'disk' | 'other';

/** Sorts an error by SQLite's primary result code (https://sqlite.org/rescode.html). */
export function sqlFailure(error: unknown): SqlFailure {
	// We never write integers beyond 2^53.
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
