import { sidecarSuffix } from '../../results/sidecar';

/** How much of a folder is read. */
const mostSidecars = 10_000;
const mostEntries = 200_000;
const deepest = 32;
/** Folders that hold no results, and many files. */
const skipped: ReadonlySet<string> = new Set(['node_modules', '.git']);

/** What is in a folder. `other`: links, which are not followed, and devices. */
export interface FolderEntry {
	readonly name: string;
	readonly kind: 'file' | 'folder' | 'other';
}

/** The file system, with `U` as the address of a file or folder. */
export interface Folders<U> {
	/** Rejects for a folder that cannot be read. */
	list(folder: U): Promise<readonly FolderEntry[]>;
	join(folder: U, name: string): U;
}

export interface FoundSidecars<U> {
	/** Those near the top come first, each folder's by name. */
	readonly files: readonly U[];
	/** The folder has more than is read. */
	readonly isCut: boolean;
	/** How many folders could not be read. */
	readonly unreadable: number;
}

/**
 * The sidecars in folders and the folders in them.
 * @param onProgress called with the number of sidecars that were found
 * @throws the signal's reason when it is aborted
 */
export async function findSidecars<U>(
	tops: readonly U[],
	folders: Folders<U>,
	{ signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress?: (found: number) => void },
): Promise<FoundSidecars<U>> {
	const files: U[] = [];
	let level = tops;
	let entries = 0;
	let unreadable = 0;
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > deepest) {
			return { files, isCut: true, unreadable };
		}
		const next: U[] = [];
		for (const folder of level) {
			signal.throwIfAborted();
			const found = await folders.list(folder).catch(() => undefined);
			unreadable += found === undefined ? 1 : 0;
			for (const { name, kind } of [...(found ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))) {
				if (++entries > mostEntries) {
					return { files, isCut: true, unreadable };
				}
				if (kind === 'folder' && !skipped.has(name)) {
					next.push(folders.join(folder, name));
				} else if (kind === 'file' && name.endsWith(sidecarSuffix)) {
					if (files.length === mostSidecars) {
						return { files, isCut: true, unreadable };
					}
					files.push(folders.join(folder, name));
				}
			}
			onProgress?.(files.length);
		}
		level = next;
	}
	return { files, isCut: false, unreadable };
}
