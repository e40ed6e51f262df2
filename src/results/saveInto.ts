import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { FileContent } from '../core/download';
import type { DownloadProblem } from '../core/linkProblem';
import { omitUndefined } from '../core/omitUndefined';
import { copyInto } from './copyResult';
import { fetchFile, type FileQuestion } from './fetchFile';
import { FileProblem } from './fileProblem';
import { FileWriter } from './fileWriter';
import { createPart, ensureFolder, partPath, removePart } from './partFile';
import { placeFile } from './placeFile';

/** A result that is a file now. `path`: absolute. */
interface SavedFile extends FileContent {
	readonly path: string;
}

export type SavedOutcome = ({ readonly ok: true } & SavedFile) | { readonly ok: false; readonly problem: DownloadProblem };

/** Where a result is saved. */
interface SaveTarget {
	/** Absolute path. */
	readonly folder: string;
	/** See `fileNameOf`. */
	readonly base: string;
	/** Absolute path of a file that has the result already; if it is gone, the link is used. */
	readonly kept?: string;
	/** Called for each chunk, in bytes; `total` if it is known. */
	readonly onProgress?: (received: number, total?: number) => void;
}

/**
 * Saves a result to a folder, from the file that is there already or from its link. Nothing is ever replaced: a number is added to the name,
 * and a file of the same content is not written twice.
 * @throws the signal's reason when aborted; no partial file is left in any case
 */
export async function saveInto(
	question: Omit<FileQuestion, 'part' | 'onStart' | 'onProgress'>,
	{ folder, base, kept, onProgress }: SaveTarget,
): Promise<SavedOutcome> {
	const part = partPath(folder, base, randomUUID());
	const progress = onProgress === undefined ? {} : { onProgress };
	try {
		let content = kept === undefined ? undefined : await copyToPart(kept, part, { ...question, ...progress });
		if (content === undefined) {
			const fetched = await fetchFile({ ...question, part: { path: part }, ...progress });
			if (!fetched.ok) {
				return { ok: false, problem: fetched.problem };
			}
			content = fetched;
		}
		const { size, sha256, format } = content;
		const { path } = await placeFile(part, { folder, base, format }, { size, sha256 });
		return { ok: true, path, size, sha256, format };
	} catch (error) {
		if (error instanceof FileProblem) {
			return { ok: false, problem: error.problem };
		}
		throw error;
	} finally {
		await removePart(part);
	}
}

/** @throws FileProblem */
function copyToPart(
	kept: string,
	part: string,
	{ signal, expected, onProgress }: Pick<FileQuestion, 'signal' | 'expected'> & Pick<SaveTarget, 'onProgress'>,
): ReturnType<typeof copyInto> {
	return copyInto(
		kept,
		async () => {
			await ensureFolder(dirname(part));
			return new FileWriter(await createPart(part));
		},
		omitUndefined({ signal, expected, onProgress }),
	);
}
