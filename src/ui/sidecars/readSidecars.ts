import * as vscode from 'vscode';
import { parseSidecar, type ReadSidecar } from '../../results/parseSidecar';
import { mostSidecarBytes } from '../../results/sidecar';
import { slices } from '../slicedWork';
import type { RefusedSidecar } from '../text/sidecars';
import { uriName } from '../uriName';
import { findSidecars, type FolderEntry, type Folders } from './sidecarSearch';
import type { SourcedSidecar } from './sidecarTasks';

/** Where sidecars may be. */
export interface SidecarLocations {
	readonly folders?: readonly vscode.Uri[];
	readonly files?: readonly vscode.Uri[];
	/** Those of which only the content is known. */
	readonly read?: readonly ReadSidecar[];
}

/** Where a sidecar lies; undefined if that is not known. */
export type SidecarSource = vscode.Uri | undefined;

/** What was read. */
export interface ReadSidecars {
	readonly sidecars: readonly SourcedSidecar<SidecarSource>[];
	readonly refused: readonly RefusedSidecar[];
	readonly isCut: boolean;
	/** Folders that could not be read. */
	readonly unreadable: number;
}

/**
 * Reads the sidecars of all locations, each once.
 * @throws the signal's reason when it is aborted
 */
export async function readSidecars(
	{ folders = [], files = [], read: known = [] }: SidecarLocations,
	{ signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (done: number, total: number) => void },
): Promise<ReadSidecars> {
	const found = await findSidecars(folders, editorFolders, { signal, onProgress: (count) => onProgress(count, count) });
	const all = [...new Map([...files, ...found.files].map((uri) => [uri.toString(), uri])).values()];
	const sidecars: SourcedSidecar<SidecarSource>[] = known.map((sidecar) => ({ sidecar, source: undefined }));
	const refused: RefusedSidecar[] = [];
	const pause = slices();
	for (const [index, source] of all.entries()) {
		await pause();
		signal.throwIfAborted();
		const read = await readSidecar(source);
		if (read.ok) {
			sidecars.push({ sidecar: read.sidecar, source });
		} else {
			refused.push({ name: uriName(source), problem: read.problem });
		}
		onProgress(index + 1, all.length);
	}
	return { sidecars, refused, isCut: found.isCut, unreadable: found.unreadable };
}

async function readSidecar(
	uri: vscode.Uri,
): Promise<ReturnType<typeof parseSidecar> | { readonly ok: false; readonly problem: { readonly kind: 'unreadable' } }> {
	let bytes: Uint8Array;
	try {
		const { size } = await vscode.workspace.fs.stat(uri);
		if (size > mostSidecarBytes) {
			return { ok: false, problem: { kind: 'tooLarge' } };
		}
		bytes = await vscode.workspace.fs.readFile(uri);
	} catch {
		return { ok: false, problem: { kind: 'unreadable' } };
	}
	try {
		return parseSidecar(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		return { ok: false, problem: { kind: 'notJson' } };
	}
}

/** Folders of this disk, of a remote or of a virtual file system. */
const editorFolders: Folders<vscode.Uri> = {
	list: async (folder) =>
		(await vscode.workspace.fs.readDirectory(folder)).map(([name, type]): FolderEntry => ({ name, kind: kindOf(type) })),
	join: (folder, name) => vscode.Uri.joinPath(folder, name),
};

function kindOf(type: vscode.FileType): FolderEntry['kind'] {
	// Of a link, the type also has a bit for what it leads to.
	return type === vscode.FileType.File ? 'file' : type === vscode.FileType.Directory ? 'folder' : 'other';
}
