import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isHidden } from '../../requests/filePath';
import { mostMediaBytes } from '../../requests/gatherFacts';
import type { FileBytes, FileRefusal, FileStat } from '../../requests/ports/workspaceFiles';

/** Never waits for the other end of a pipe, never follows a link that has just been put there. Windows has neither flag. */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK || 0) | (constants.O_NOFOLLOW || 0);

/** A file of this machine, by absolute paths. */
export interface LocalFile {
	/** The folder of the workspace: the file must be inside it. */
	readonly root: string;
	/** The folder of the request file. */
	readonly base: string;
	/** The file's path below `base`. */
	readonly segments: readonly string[];
}

interface FoundFile {
	readonly path: string;
	readonly stat: BigIntStats;
}

/** Size and version, without opening the file. */
export async function statLocal(file: LocalFile): Promise<FileStat> {
	const found = await findLocal(file);
	return 'refused' in found ? found : { size: Number(found.stat.size), version: versionOf(found) };
}

/**
 * Opens the file that was checked, and checks that it is still at its path: nobody can exchange it in between. At most `mostMediaBytes`
 * are read.
 */
export async function readLocal(file: LocalFile): Promise<FileBytes> {
	const found = await findLocal(file);
	if ('refused' in found) {
		return found;
	}
	let handle: FileHandle;
	try {
		handle = await open(found.path, openFlags);
	} catch (error) {
		return { refused: refusalOf(error) };
	}
	try {
		const opened = await handle.stat({ bigint: true });
		const again = await findLocal(file);
		if ('refused' in again) {
			return again;
		}
		if (!opened.isFile() || !isSame(opened, again.stat) || opened.size > mostMediaBytes) {
			return { refused: 'unreadable' };
		}
		return { bytes: await readWhole(handle, Number(opened.size)) };
	} catch (error) {
		return { refused: refusalOf(error) };
	} finally {
		await handle.close();
	}
}

/** Follows all links. Only a file whose real path is inside the real folder is found. */
async function findLocal({ root, base, segments }: LocalFile): Promise<FoundFile | { readonly refused: FileRefusal }> {
	try {
		const [realRoot, realBase, path] = await Promise.all([realpath(root), realpath(base), realpath(join(base, ...segments))]);
		const below = segmentsBelow(realRoot, path);
		if (below === undefined) {
			return { refused: 'link' };
		}
		// A link, or a second name such as GIT~1, may lead to what is hidden. Folders above the request file do not count.
		if ((segmentsBelow(realBase, path) ?? below).some(isHidden)) {
			return { refused: 'hidden' };
		}
		const stat = await lstat(path, { bigint: true });
		return stat.isFile() ? { path, stat } : { refused: 'notAFile' };
	} catch (error) {
		return { refused: refusalOf(error) };
	}
}

/** The segments of a path below a folder; undefined: it is not below. Both are real paths, so that they have the same case and form. */
function segmentsBelow(folder: string, path: string): readonly string[] | undefined {
	const prefix = folder.endsWith(sep) ? folder : folder + sep;
	return path.startsWith(prefix) ? path.slice(prefix.length).split(sep) : undefined;
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
	return one.dev === other.dev && one.ino === other.ino;
}

function versionOf({ path, stat }: FoundFile): string {
	return [path, stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(':');
}

/** A file that grew since its size was read is read up to that size. */
async function readWhole(handle: FileHandle, size: number): Promise<Uint8Array> {
	const bytes = new Uint8Array(size);
	let length = 0;
	while (length < size) {
		const { bytesRead } = await handle.read(bytes, length, size - length, length);
		if (bytesRead === 0) {
			break;
		}
		length += bytesRead;
	}
	return bytes.subarray(0, length);
}

function refusalOf(error: unknown): FileRefusal {
	switch (error instanceof Error && 'code' in error ? error.code : undefined) {
		case 'ENOENT':
		case 'ENOTDIR':
		case 'ENAMETOOLONG':
			return 'missing';
		// A cycle of links, or one that was put there just now.
		case 'ELOOP':
			return 'link';
		// A socket, a device without a driver.
		case 'ENXIO':
		case 'ENODEV':
		case 'EISDIR':
			return 'notAFile';
		default:
			return 'unreadable';
	}
}
