import { posix, win32 } from 'node:path';
import type { KeepSettings } from '../settings';

/** What a folder for results depends on, beside the settings. */
export interface KeepSurroundings {
	/** The library's folder if the setting names none. */
	readonly standardLibrary: string;
	/** The person's home folder. */
	readonly home: string;
	/** The folder of the workspace that is on this machine, if there is one. */
	readonly workspaceFolder: string | undefined;
	readonly isTrusted: boolean;
	readonly isWindows: boolean;
}

/**
 * Why results are kept in another folder than the setting asks for.
 * - `notAbsolute`: the library's folder in the settings is no absolute path
 * - `noFolder`: no folder of the workspace is on this machine
 * - `notTrusted`: the workspace is not trusted
 */
export type KeepNotice = 'notAbsolute' | 'noFolder' | 'notTrusted';

/** A folder for results, as an absolute path, and why it is not the one that the settings ask for. */
export interface FoundFolder {
	readonly folder: string;
	readonly notices: readonly KeepNotice[];
}

/** The folder in the workspace's folder. */
const workspaceSubfolder = 'kling-results';

/** The folder in which results are kept. */
export function keepFolder(
	keep: Exclude<KeepSettings['keep'], 'off'>,
	libraryFolder: string,
	{ standardLibrary, home, workspaceFolder, isTrusted, isWindows }: KeepSurroundings,
): FoundFolder {
	const path = isWindows ? win32 : posix;
	if (keep === 'workspace' && workspaceFolder !== undefined && isTrusted) {
		return { folder: path.join(workspaceFolder, workspaceSubfolder), notices: [] };
	}
	const notices: readonly KeepNotice[] = keep === 'workspace' ? [workspaceFolder === undefined ? 'noFolder' : 'notTrusted'] : [];
	const expanded = /^~(?:$|[/\\])/.test(libraryFolder) ? path.join(home, libraryFolder.slice(1)) : libraryFolder;
	if (expanded === '') {
		return { folder: standardLibrary, notices };
	}
	// On Windows, `/results` and `C:results` depend on the current drive and folder.
	const isWhole = path.isAbsolute(expanded) && (!isWindows || /^(?:[a-z]:[/\\]|[/\\]{2})/i.test(expanded));
	return isWhole ? { folder: path.join(expanded), notices } : { folder: standardLibrary, notices: [...notices, 'notAbsolute'] };
}
