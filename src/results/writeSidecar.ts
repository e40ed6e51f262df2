import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../core/errorCode';
import { onDisk } from './fileProblem';
import { FileWriter } from './fileWriter';
import { parseSidecar } from './parseSidecar';
import { removePart } from './partFile';
import { mostSidecarBytes, sidecarPath, sidecarText, type Sidecar } from './sidecar';
import { syncFolder } from './syncFolder';

/**
 * Writes the sidecar of a kept file, whole or not at all. What stands there already is replaced only if it is a sidecar of ours and of other
 * bytes: the first task that a file was kept for stays named. Any other file or link of that name is left as it is.
 * @param filePath absolute path of the kept file
 * @returns `known`: there is one that names the same bytes; `foreign`: nothing was written, because the name belongs to something else
 * @throws FileProblem
 */
export async function writeSidecar(filePath: string, sidecar: Sidecar): Promise<'written' | 'known' | 'foreign'> {
	const path = sidecarPath(filePath);
	const there = await existing(path);
	if (there !== undefined) {
		const read = there === 'other' ? undefined : parseSidecar(there);
		if (read?.ok !== true) {
			return 'foreign';
		}
		if (read.sidecar.file.sha256 === sidecar.file.sha256) {
			return 'known';
		}
	}
	const temporary = temporaryPath(path);
	const writer = new FileWriter(await onDisk(() => createAnew(temporary)));
	try {
		await writer.write(new TextEncoder().encode(sidecarText(sidecar)));
		await writer.finish();
		await onDisk(() => rename(temporary, path));
		await syncFolder(dirname(path));
	} catch (error) {
		await writer.discard();
		await removePart(temporary);
		throw error;
	}
	return 'written';
}

/** Never through a link that stands there. */
async function createAnew(path: string): Promise<FileHandle> {
	await rm(path, { force: true });
	return await open(path, 'wx');
}

/** The same each time, so that what a killed window left is replaced by the next one; short, because the sidecar's name may be long. */
function temporaryPath(path: string): string {
	return join(dirname(path), `.${createHash('sha256').update(basename(path)).digest('hex').slice(0, 16)}.part`);
}

/** The text of a regular file of a sidecar's size; `other`: there is something else. */
async function existing(path: string): Promise<string | undefined> {
	try {
		const found = await lstat(path);
		return found.isFile() && found.size <= mostSidecarBytes ? await readFile(path, 'utf8') : 'other';
	} catch (error) {
		return errorCode(error) === 'ENOENT' ? undefined : 'other';
	}
}
