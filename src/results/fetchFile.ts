import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PartialFile } from '../core/download';
import type { DownloadProblem } from '../core/linkProblem';
import type { MediaFormat } from '../core/mediaFormat';
import { omitUndefined } from '../core/omitUndefined';
import type { Resume } from './continuing';
import type { DigestMaker } from './digests';
import { digestsFor } from './digestsFor';
import { FileProblem, unlessMissing } from './fileProblem';
import { FileWriter } from './fileWriter';
import { addFile, clearPart, createPart, ensureFolder, ensureSpace, readBeginning, removePart, type Beginning } from './partFile';
import { readLink, type LinkQuestion, type OpenedResult } from './reading';
import { receive } from './receive';

export interface FileQuestion extends Omit<LinkQuestion, 'resume'> {
	/** What is known of an earlier attempt; its path alone if there was none. */
	readonly part: PartialFile;
	/** Absolute path of dist/digest.js, for large files; missing: all digests are made in this thread. */
	readonly digestProgram?: string;
	/** What to record before the partial file is begun or continued, so that a later attempt can continue it. What it throws ends the attempt. */
	readonly onStart?: (part: PartialFile) => Promise<void>;
	/** Called for each chunk, in bytes of the whole file; `total` if the server announced it. */
	readonly onProgress?: (received: number, total?: number) => void;
}

export type FetchedFile =
	/** The partial file is complete, verified and on the disk. */
	| { readonly ok: true; readonly size: number; readonly sha256: string; readonly format: MediaFormat }
	/** `received`: bytes that the partial file keeps; 0: it was removed, or never created; missing: the disk or share with it is gone. */
	| { readonly ok: false; readonly problem: DownloadProblem; readonly received?: number; readonly validator?: string };

/**
 * Streams a result into its partial file in constant memory. Bytes of an earlier attempt are continued if the server still has the same
 * file, else replaced. The folder is created if only it is missing.
 * @throws the signal's reason when aborted, and what `onStart`, `onProgress` or `apiKey` throws; the bytes stay then
 */
export async function fetchFile({ part, digestProgram, onStart, onProgress, ...question }: FileQuestion): Promise<FetchedFile> {
	const { signal } = question;
	signal.throwIfAborted();
	let beginning: Beginning | undefined;
	let result: OpenedResult | undefined;
	let made: DigestMaker | undefined;
	/** What is on the disk; undefined: nothing of this download. */
	let current: PartialFile | undefined = part;
	const failed = async (problem: DownloadProblem): Promise<FetchedFile> => {
		await beginning?.file.close();
		return current === undefined ? { ok: false, problem, received: 0 } : await withRest(problem, current);
	};
	try {
		await ensureFolder(dirname(part.path));
		beginning = await readBeginning(part, () => digestsFor(part.total, digestProgram), signal);
		const reading = await readLink({ ...question, ...(beginning !== undefined && { resume: resumeOf(part, beginning) }) });
		if (!reading.ok) {
			return await failed(reading.problem);
		}
		({ result } = reading);
		const { start, total, validator, format, digests } = result;
		const continued = start > 0 ? beginning : undefined;
		made = continued?.digests ?? digestsFor(total, digestProgram);
		const others = new Set(digests.flatMap(({ algorithm }) => (algorithm === 'sha256' ? [] : [algorithm])));
		if (continued !== undefined && others.size > 0) {
			await addFile(made, others, continued.file, continued.at, signal);
		}
		const algorithms = ['sha256', ...others];
		await ensureSpace(part.path, (total ?? 0) - start);
		const next = omitUndefined({ path: part.path, validator, total });
		if (continued === undefined) {
			// The new validator must never be recorded while bytes of the old one are there, and a window that has lost its claim, as it learns when
			// it records, must not leave a file. Windows and shares keep the name of a file that is open.
			await beginning?.file.close();
			await clearPart(part.path);
			current = undefined;
		}
		await onStart?.(next);
		const file = continued?.file ?? (await createPart(part.path));
		current = next;
		const writer = new FileWriter(file, start, (chunks) => made?.add(algorithms, chunks));
		let received: Awaited<ReturnType<typeof receive>>;
		try {
			const target = { path: part.path, add: (chunk: Uint8Array) => writer.add(chunk), store: () => writer.finish() };
			received = await receive(result, target, made, onProgress);
		} finally {
			await writer.close();
		}
		return received.ok
			? { ok: true, size: received.size, sha256: received.digests.get('sha256') ?? '', format }
			: await failed(received.problem);
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof FileProblem) {
			return await failed(error.problem);
		}
		throw error;
	} finally {
		result?.close();
		await made?.end();
		await beginning?.digests.end();
		await beginning?.file.close();
	}
}

function resumeOf({ validator = '', total }: PartialFile, { at, head }: Beginning): Resume {
	return omitUndefined({ at, head, validator, total });
}

/** After these, the bytes on the disk are not the beginning of the result, or the disk needs their space. */
const spoiled: ReadonlySet<DownloadProblem['kind']> = new Set(['overlong', 'tooLarge', 'digest', 'wrongKind', 'compressed', 'diskFull']);

/** The failure, with what is left of the partial file. */
async function withRest(problem: DownloadProblem, { path, validator }: PartialFile): Promise<FetchedFile> {
	if (validator === undefined || spoiled.has(problem.kind)) {
		await removePart(path);
		return { ok: false, problem, received: 0 };
	}
	const received = await sizeOf(path);
	return { ok: false, problem, ...omitUndefined({ received }), ...(received !== 0 && { validator }) };
}

/** Bytes; 0: there is no such file in its folder; undefined: nobody knows, as when the folder is gone too. */
async function sizeOf(path: string): Promise<number | undefined> {
	try {
		const file = await unlessMissing(stat(path));
		return file?.size ?? ((await unlessMissing(stat(dirname(path)))) === undefined ? undefined : 0);
	} catch {
		return undefined;
	}
}
