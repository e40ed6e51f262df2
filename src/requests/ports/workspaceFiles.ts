/** Why a file that a request names is not read. */
export type FileRefusal =
	/** The request file is not saved, so that nothing is relative to it. */
	| 'unsaved'
	/** The request file is in no folder of the workspace. */
	| 'noFolder'
	/** The workspace is not trusted. */
	| 'untrusted'
	/** The path is empty, or has a NUL or another character that no path has. */
	| 'malformed'
	/** `/a.png`, `C:\a.png`, `\\server\a.png`, `file:///a.png`, `~/a.png`. */
	| 'absolute'
	/** It has a `..`. */
	| 'parent'
	/** A segment begins with a dot. */
	| 'hidden'
	/** A symbolic link leads outside of the folder, or may do so. */
	| 'link'
	| 'missing'
	/** A folder, a pipe, a device. */
	| 'notAFile'
	/** The file system failed otherwise, or did not respond in time. */
	| 'unreadable';

export type FileStat = { readonly refused: FileRefusal } | { readonly size: number };
export type FileBytes = { readonly refused: FileRefusal } | { readonly bytes: Uint8Array };

/** The files beside one request file, by paths relative to it as they are written in `file('./a.png')`. Never rejects except when aborted. */
export interface WorkspaceFiles {
	/** Size in bytes. */
	stat(path: string, signal: AbortSignal): Promise<FileStat>;
	/** The whole content. Call it only for files whose size is known to be acceptable. */
	read(path: string, signal: AbortSignal): Promise<FileBytes>;
}
