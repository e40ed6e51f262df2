import { link, lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../core/errorCode';
import { nameKey } from '../core/fileName';
import { mediaFormats, type MediaFormat } from '../core/mediaFormat';
import { hasContent, type ContentDigest } from './fileIdentity';
import { FileProblem, inFolder, unlessMissing } from './fileProblem';
import { removePart } from './partFile';
import { syncFolder } from './syncFolder';

/**
 * Gives a complete partial file its name: `base.mp4`, or `base (2).mp4` if another file has that name, also in capitals. Nothing is ever
 * replaced, and no link followed. If one of these names belongs to a file of the same content, then that is the file, and the partial one
 * is removed; it may be missing then, as after a crash between the two.
 * @param wanted `base` as `fileNameOf` makes it
 * @returns the absolute path; `existed`: the file was there before
 * @throws FileProblem: `folderMissing` if the folder is gone; `notWritable` with ENOENT if the partial file is gone, or has another size
 */
export function placeFile(
	part: string,
	{ folder, base, format }: { readonly folder: string; readonly base: string; readonly format: MediaFormat },
	digest: ContentDigest,
): Promise<{ readonly path: string; readonly existed: boolean }> {
	return inFolder(async () => {
		const { extension } = mediaFormats[format];
		const taken = await namesIn(folder);
		for (let number = 1; ; number++) {
			const name = `${base}${number === 1 ? '' : ` (${number})`}.${extension}`;
			const others = taken.get(nameKey(name)) ?? [];
			for (const other of new Set([...others, name])) {
				const path = join(folder, other);
				if (await hasContent(path, digest)) {
					await removePart(part);
					await syncFolder(folder);
					return { path, existed: true };
				}
			}
			if (others.length > 0) {
				continue;
			}
			await checkPart(part, digest.size);
			const path = join(folder, name);
			if (await moveToNew(part, path)) {
				await syncFolder(folder);
				return { path, existed: false };
			}
		}
	});
}

/** The names in a folder, by what makes two of them the same on some system. */
async function namesIn(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
	const names = new Map<string, string[]>();
	for (const name of await readdir(folder)) {
		const key = nameKey(name);
		const same = names.get(key);
		if (same === undefined) {
			names.set(key, [name]);
		} else {
			same.push(name);
		}
	}
	return names;
}

async function checkPart(part: string, size: number): Promise<void> {
	const found = await unlessMissing(lstat(part));
	if (found?.isFile() !== true || found.size !== size) {
		throw new FileProblem(Object.assign(new Error('The partial file is not the one that was verified'), { code: 'ENOENT' }), 'notWritable');
	}
}

/** Where a file cannot have a second name: exFAT, FAT, some network disks. */
const noLinks: ReadonlySet<string | undefined> = new Set([
	'EPERM',
	'ENOTSUP',
	'EOPNOTSUPP',
	'ENOSYS',
	'EMLINK',
	'EINVAL',
	'EISDIR',
	'UNKNOWN',
]);

/** Moves a file to a name in the same folder; false if that name belongs to another file. */
async function moveToNew(part: string, path: string): Promise<boolean> {
	try {
		// In contrast to renaming, this replaces nothing.
		await link(part, path);
		await removePart(part);
		return true;
	} catch (error) {
		if (errorCode(error) === 'EEXIST') {
			return false;
		}
		if (!noLinks.has(errorCode(error))) {
			throw error;
		}
	}
	try {
		// The name is taken with an empty file, and only that one is replaced.
		await (await open(path, 'wx')).close();
	} catch (error) {
		if (errorCode(error) === 'EEXIST') {
			return false;
		}
		throw error;
	}
	try {
		await rename(part, path);
	} catch (error) {
		await rm(path, { force: true });
		throw error;
	}
	return true;
}
