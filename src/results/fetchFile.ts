import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PartialFile } from '../core/download';
import type { DownloadProblem } from '../core/linkProblem';
import type { MediaFormat } from '../core/mediaFormat';
import { omitUndefined } from '../core/omitUndefined';
import type { Resume } from './continuing';
import { DigestThread } from './digestThread';
import { Digests, type DigestMaker } from './digests';
import { FileProblem, onDisk } from './fileProblem';
import { FileWriter } from './fileWriter';
import { addFile, clearPart, createPart, ensureFolder, ensureSpace, readBeginning, removePart, type Beginning } from './partFile';
import { ownLength } from './ownLength';
import { readLink, type LinkQuestion, type OpenedResult } from './reading';
import { streamProblem } from './streamProblem';

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
	/** `received`: bytes that the partial file keeps; 0: it was removed, or never created. */
	| { readonly ok: false; readonly problem: DownloadProblem; readonly received: number; readonly validator?: string };

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
	try {
		await ensureFolder(dirname(part.path));
		beginning = await readBeginning(part, () => digestsFor(part.total, digestProgram), signal);
		const reading = await readLink({ ...question, ...(beginning !== undefined && { resume: resumeOf(part, beginning) }) });
		if (!reading.ok) {
			return await failed(reading.problem, part);
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
			// it records, must not leave a file.
			await clearPart(part.path);
			current = undefined;
		}
		await onStart?.(next);
		const file = continued?.file ?? (await createPart(part.path));
		current = next;
		const writer = new FileWriter(file, start, (chunks) => made?.add(algorithms, chunks));
		const target: Target = { writer, digests: made, received: start };
		const problem = await receive(result, target, onProgress);
		if (problem !== undefined) {
			return await failed(problem, current);
		}
		const least = total === undefined ? await onDisk(() => ownLength(part.path, format)) : 0;
		if (target.received < least) {
			return await failed({ kind: 'truncated', received: target.received, total: least }, current);
		}
		const found = await made.digests();
		return digests.every(({ algorithm, expected }) => found.get(algorithm) === expected)
			? { ok: true, size: target.received, sha256: found.get('sha256') ?? '', format }
			: await failed({ kind: 'digest' }, current);
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof FileProblem) {
			return current === undefined ? { ok: false, problem: error.problem, received: 0 } : await failed(error.problem, current);
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

/** Files of fewer bytes are not worth the start of a thread. */
const leastForThread = 16 * 1024 * 1024;

/** @param total bytes of the whole file, if they are known */
function digestsFor(total = 0, program?: string): DigestMaker {
	return program === undefined || total < leastForThread ? new Digests() : new DigestThread(program);
}

/** The file that is being written. */
interface Target {
	readonly writer: FileWriter;
	readonly digests: DigestMaker;
	/** Bytes of the whole file that have arrived. */
	received: number;
}

/**
 * Writes everything that arrives, and closes the file in any case.
 * @throws FileProblem, and what is not a problem of the link
 */
async function receive(
	{ chunks, total }: OpenedResult,
	target: Target,
	onProgress: FileQuestion['onProgress'],
): Promise<DownloadProblem | undefined> {
	const { writer, digests } = target;
	try {
		for await (const chunk of chunks) {
			// Once it is written, a chunk is empty.
			const { length } = chunk;
			const written = writer.add(chunk);
			if (written !== undefined) {
				await written;
			}
			const ready = digests.whenReady();
			if (ready !== undefined) {
				await ready;
			}
			target.received += length;
			onProgress?.(target.received, total);
		}
		await writer.finish();
		return undefined;
	} catch (error) {
		await writer.close();
		const problem = streamProblem(error, target.received, total);
		if (problem === undefined) {
			throw error;
		}
		return problem;
	}
}

/** After these, the bytes on the disk are not the beginning of the result, or the disk needs their space. */
const spoiled: ReadonlySet<DownloadProblem['kind']> = new Set(['overlong', 'tooLarge', 'digest', 'wrongKind', 'compressed', 'diskFull']);

async function failed(problem: DownloadProblem, { path, validator }: PartialFile): Promise<FetchedFile> {
	if (validator === undefined || spoiled.has(problem.kind)) {
		await removePart(path);
		return { ok: false, problem, received: 0 };
	}
	const received = await stat(path).then(
		({ size }) => size,
		() => 0,
	);
	return { ok: false, problem, received, ...(received > 0 && { validator }) };
}
