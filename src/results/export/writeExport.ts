import { constants, type Stats } from 'node:fs';
import { copyFile, lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errorCode } from '../../core/errorCode';
import { inFolder } from '../fileProblem';
import { exportNames, mediaFolder, posterFolder, type ExportedResult, type ResultFacts } from './exportedResult';
import { galleryPage, type GalleryText } from './gallery';
import { concatList, resultsJson, resultsTable } from './lists';

/** A result to export. */
export interface ExportItem {
	readonly facts: ResultFacts;
	/** Absolute path of the kept file. */
	readonly path: string;
	/** Absolute path of its poster, which may be missing. */
	readonly poster?: string;
}

export interface ExportOrder {
	/** In the order of the gallery. */
	readonly items: readonly ExportItem[];
	/** Absolute path of a folder. */
	readonly parent: string;
	/** Of the new folder in it; a number is added if there is one. */
	readonly name: string;
	/** Ms since 1970. */
	readonly now: number;
	readonly gallery: (count: number) => GalleryText;
	/** The text of README.txt. */
	readonly readme: (count: number, hasConcatList: boolean) => string;
	readonly signal: AbortSignal;
	readonly onProgress: (done: number, total: number) => void;
}

export interface ExportOutcome {
	/** Absolute path of the new folder; missing if none of the files was there. */
	readonly folder?: string;
	readonly exported: number;
	/** How many files were not there any more, or not as they were kept. */
	readonly leftOut: number;
}

/** Of one day. */
const mostFolders = 1_000;

/**
 * Copies kept files to a new folder, with the lists of them. Nothing that exists is replaced; if it fails or is cancelled, the new folder is
 * removed.
 * @throws FileProblem; the signal's reason when it is aborted
 */
export async function writeExport(order: ExportOrder): Promise<ExportOutcome> {
	const folder = await inFolder(() => newFolder(order.parent, order.name));
	try {
		const results = await copyAll(order, folder);
		const leftOut = order.items.length - results.length;
		if (results.length === 0) {
			await rm(folder, { recursive: true, force: true });
			return { exported: 0, leftOut };
		}
		const list = concatList(results);
		await inFolder(async () => {
			const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text, { flag: 'wx' });
			await write('results.csv', resultsTable(results));
			await write('results.json', resultsJson(results, order.now));
			if (list !== undefined) {
				await write('concat.txt', list);
			}
			await write('README.txt', order.readme(results.length, list !== undefined));
			await write('index.html', galleryPage(results, order.gallery(results.length)));
		});
		return { folder, exported: results.length, leftOut };
	} catch (error) {
		// It was made here: everything in it is a copy.
		await rm(folder, { recursive: true, force: true }).catch(() => undefined);
		throw error;
	}
}

async function newFolder(parent: string, name: string): Promise<string> {
	for (let number = 1; ; number++) {
		const folder = join(parent, number === 1 ? name : `${name}-${number}`);
		try {
			await mkdir(folder);
			return folder;
		} catch (error) {
			if (errorCode(error) !== 'EEXIST' || number === mostFolders) {
				throw error;
			}
		}
	}
}

/** @throws FileProblem; the signal's reason when it is aborted */
async function copyAll({ items, signal, onProgress }: ExportOrder, folder: string): Promise<readonly ExportedResult[]> {
	const names = exportNames(items.map(({ path, facts }) => ({ name: basename(path), format: facts.format })));
	const results: ExportedResult[] = [];
	await inFolder(() => mkdir(join(folder, mediaFolder)));
	for (const [index, { facts, path, poster }] of items.entries()) {
		signal.throwIfAborted();
		const fileName = names[index] ?? '';
		if (await copyKept(path, join(folder, mediaFolder, fileName), facts.size)) {
			const posterName = poster === undefined ? undefined : await copyPoster(poster, folder, fileName);
			results.push({ ...facts, fileName, ...(posterName !== undefined && { posterName }) });
		}
		onProgress(index + 1, items.length);
	}
	signal.throwIfAborted();
	return results;
}

/**
 * Copies a file, as a clone where the file system can.
 * @returns false if it cannot be read, is a link, or has another size than when it was kept
 * @throws FileProblem if the copy cannot be written
 */
async function copyKept(path: string, target: string, size: number): Promise<boolean> {
	const isThere = async (): Promise<boolean> => {
		const found = await statOf(path);
		return found?.isFile() === true && found.size === size;
	};
	if (!(await isThere())) {
		return false;
	}
	try {
		await inFolder(() => copyFile(path, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE));
		return true;
	} catch (error) {
		// The folder of the copies was just made and can be written: what is refused is the reading.
		if (errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM' || !(await isThere())) {
			await rm(target, { force: true });
			return false;
		}
		throw error;
	}
}

/** Its name; undefined if there is none. Without one the gallery shows the video's own first picture. */
async function copyPoster(path: string, folder: string, fileName: string): Promise<string | undefined> {
	const name = `${fileName}.webp`;
	if ((await statOf(path))?.isFile() !== true) {
		return undefined;
	}
	try {
		await mkdir(join(folder, posterFolder), { recursive: true });
		await copyFile(path, join(folder, posterFolder, name), constants.COPYFILE_EXCL);
		return name;
	} catch {
		return undefined;
	}
}

function statOf(path: string): Promise<Stats | undefined> {
	return lstat(path).catch(() => undefined);
}
