import * as vscode from 'vscode';
import { readFilePath } from '../../requests/filePath';
import { mostMediaBytes } from '../../requests/gatherFacts';
import type { FileBytes, FileRefusal, FileStat, WorkspaceFiles } from '../../requests/ports/workspaceFiles';
import type { Clock } from '../../tracking/ports/host';
import { systemClock } from '../clock';
import { within } from './deadline';
import { readLocal, statLocal, type LocalFile } from './localFiles';

/** A file system that takes longer counts as failed, ms. A large file over a slow connection takes its time. */
const deadlines = { stat: 10_000, read: 120_000 } as const;

/** Where a request file is. */
export interface RequestLocation {
	readonly document: vscode.Uri;
	/** The folder of the workspace that contains it. */
	readonly folder: vscode.Uri | undefined;
	/** Whether the person trusts the workspace; asked at each access. */
	readonly isTrusted: () => boolean;
	readonly clock: Clock;
}

/** The files beside a request file, where it is in the workspace now. */
export function workspaceFiles(document: vscode.Uri): WorkspaceFiles {
	return filesBeside({
		document,
		folder: vscode.workspace.getWorkspaceFolder(document)?.uri,
		isTrusted: () => vscode.workspace.isTrusted,
		clock: systemClock,
	});
}

/**
 * The files beside a request file. Whatever the path, nothing outside of the folder is read, and nothing at all before the person trusts
 * the workspace. `file:` is this machine, whose real paths and inodes can be compared; any other scheme, such as that of a folder over SSH,
 * is read through the editor, and no link in it is followed.
 */
export function filesBeside(location: RequestLocation): WorkspaceFiles {
	const access = async <T>(
		ms: number,
		path: string,
		signal: AbortSignal,
		work: (file: FileIn) => Promise<T>,
	): Promise<T | { refused: FileRefusal }> => {
		const file = locate(path, location);
		if ('refused' in file) {
			return file;
		}
		return (await within(ms, () => work(file), location.clock, signal)) ?? { refused: 'unreadable' };
	};
	return {
		stat: (path, signal) =>
			access<FileStat>(deadlines.stat, path, signal, (file) => ('local' in file ? statLocal(file.local) : statForeign(file))),
		read: (path, signal) =>
			access<FileBytes>(deadlines.read, path, signal, (file) => ('local' in file ? readLocal(file.local) : readForeign(file))),
	};
}

/** A file of another file system: its URI, and those of the folders on the way, from the outside in, the file itself last. */
interface ForeignFile {
	readonly uri: vscode.Uri;
	readonly way: readonly vscode.Uri[];
}
type FileIn = { readonly local: LocalFile } | ForeignFile;

function locate(path: string, { document, folder, isTrusted }: RequestLocation): FileIn | { readonly refused: FileRefusal } {
	const read = readFilePath(path);
	if ('refused' in read) {
		return read;
	}
	if (document.scheme === 'untitled') {
		return { refused: 'unsaved' };
	}
	if (folder === undefined) {
		return { refused: 'noFolder' };
	}
	if (!isTrusted()) {
		return { refused: 'untrusted' };
	}
	const { segments } = read;
	const base = vscode.Uri.joinPath(document, '..');
	if (document.scheme === 'file') {
		return { local: { root: folder.fsPath, base: base.fsPath, segments } };
	}
	const below = base.path
		.slice(folder.path.length)
		.split('/')
		.filter((segment) => segment !== '');
	const all = [...below, ...segments];
	const way = all.map((_, index) => vscode.Uri.joinPath(folder, ...all.slice(0, index + 1)));
	return { uri: vscode.Uri.joinPath(base, ...segments), way };
}

/** How many files without a time were seen. */
let undated = 0;

async function statForeign({ uri, way }: ForeignFile): Promise<FileStat> {
	try {
		for (const one of way) {
			const { type, size, mtime, ctime } = await vscode.workspace.fs.stat(one);
			if ((type & vscode.FileType.SymbolicLink) !== 0) {
				return { refused: 'link' };
			}
			if (one === way.at(-1)) {
				// Without a time nothing is known to be unchanged.
				const time = mtime > 0 ? `${mtime}:${ctime}` : `#${++undated}`;
				return type === vscode.FileType.File ? { size, version: `${uri.toString()}:${size}:${time}` } : { refused: 'notAFile' };
			}
		}
		return { refused: 'notAFile' };
	} catch (error) {
		return { refused: refusalOf(error) };
	}
}

async function readForeign(file: ForeignFile): Promise<FileBytes> {
	const stat = await statForeign(file);
	if ('refused' in stat) {
		return stat;
	}
	if (stat.size > mostMediaBytes) {
		return { refused: 'unreadable' };
	}
	try {
		const bytes = await vscode.workspace.fs.readFile(file.uri);
		return bytes.length > mostMediaBytes ? { refused: 'unreadable' } : { bytes };
	} catch (error) {
		return { refused: refusalOf(error) };
	}
}

function refusalOf(error: unknown): FileRefusal {
	const code = error instanceof vscode.FileSystemError ? error.code : undefined;
	switch (code) {
		case 'FileNotFound':
		case 'FileNotADirectory':
			return 'missing';
		case 'FileIsADirectory':
			return 'notAFile';
		default:
			return 'unreadable';
	}
}
