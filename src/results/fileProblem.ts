import { errorCode } from '../core/errorCode';
import type { FileWriteProblem } from '../core/linkProblem';

/** A file operation that the system refused. */
export class FileProblem extends Error {
	readonly kind: FileWriteProblem['kind'];
	/** The system's error code: EACCES, ENOENT, ENOSPC ... */
	readonly code: string;
	constructor(cause: unknown, kind?: FileWriteProblem['kind']) {
		const code = errorCode(cause) ?? 'UNKNOWN';
		super(code, { cause });
		this.code = code;
		this.kind = kind ?? (code === 'ENOSPC' || code === 'EDQUOT' ? 'diskFull' : 'notWritable');
	}

	get problem(): FileWriteProblem {
		return { kind: this.kind, code: this.code };
	}
}

/** What the system says of a disk, or a share, that is not connected any more. */
const goneCodes: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENODEV', 'ENXIO', 'ENOTCONN', 'EHOSTDOWN', 'EHOSTUNREACH']);

/**
 * Runs an operation in a folder that was there.
 * @throws FileProblem; `folderMissing` if the folder, or its disk, is gone
 */
export async function inFolder<T>(operation: () => Promise<T>): Promise<T> {
	try {
		return await operation();
	} catch (error) {
		const isGone = !(error instanceof FileProblem) && goneCodes.has(errorCode(error));
		throw isGone ? new FileProblem(error, 'folderMissing') : asFileProblem(error);
	}
}

/** @throws FileProblem */
export async function onDisk<T>(operation: () => Promise<T>): Promise<T> {
	try {
		return await operation();
	} catch (error) {
		throw asFileProblem(error);
	}
}

export function asFileProblem(error: unknown): FileProblem {
	return error instanceof FileProblem ? error : new FileProblem(error);
}

/** Undefined if the file is not there. */
export async function unlessMissing<T>(operation: Promise<T>): Promise<T | undefined> {
	try {
		return await operation;
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return undefined;
		}
		throw error;
	}
}
