/** Why a file that a request names is not read. */
export type FileRefusal =
	/** The request file is not saved, so that nothing is relative to it. */
	| 'unsaved'
	/** The request file is in no folder of the workspace. */
	| 'noFolder'
	/** The workspace is not trusted. */
	| 'untrusted'
	/** The path is empty, too long, or has a NUL or another character that no path has. */
	| 'malformed'
	/** `/a.png`, `C:\a.png`, `\\server\a.png`, `file:///a.png`, `~/a.png`. */
	| 'absolute'
	/** It has a `..`. */
	| 'parent'
	/** It has a backslash: only on Windows would that separate folders. */
	| 'backslash'
	/** Windows reads the name as another, or as a device: `a.png:x`, `a.png.`, `NUL`. Refused everywhere, so that a request means one thing. */
	| 'reserved'
	/** A segment begins with a dot, or a link leads to one that does. */
	| 'hidden'
	/** A symbolic link leads outside of the folder, or may do so. */
	| 'link'
	| 'missing'
	/** A folder, a pipe, a device. */
	| 'notAFile'
	/** The file system failed otherwise, or did not respond in time. */
	| 'unreadable';

export type FileStat =
	| { readonly refused: FileRefusal }
	/** `size` in bytes; `version` differs between files, and whenever a file's content may have changed. */
	| { readonly size: number; readonly version: string };
export type FileBytes = { readonly refused: FileRefusal } | { readonly bytes: Uint8Array };

/** The files beside one request file, by paths relative to it as they are written in `file('./a.png')`. Never rejects except when aborted. */
export interface WorkspaceFiles {
	stat(path: string, signal: AbortSignal): Promise<FileStat>;
	/** The whole content. Call it only for files whose size is known to be acceptable. */
	read(path: string, signal: AbortSignal): Promise<FileBytes>;
}
