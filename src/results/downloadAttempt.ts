import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { downloadKey, type Download, type FileContent, type KeptFile, type PartialFile } from '../core/download';
import { errorMessage } from '../core/errorMessage';
import { fileNameOf } from '../core/fileNamePattern';
import type { DownloadEvent } from '../core/nextDownloadStep';
import { mediaFormats } from '../core/mediaFormat';
import { omitUndefined } from '../core/omitUndefined';
import { isFinished, type Task } from '../core/task';
import type { DownloadClaim, DownloadLoopParts } from '../tracking/ports/downloads';
import { keyOf } from '../tracking/ports/kling';
import { copyInto } from './copyResult';
import { fetchFile } from './fetchFile';
import { hasContent } from './fileIdentity';
import { FileProblem } from './fileProblem';
import { FileWriter } from './fileWriter';
import { clearPart, createPart, ensureFolder, partPath, removePart } from './partFile';
import { placeFile } from './placeFile';
import { sidecarOf } from './sidecar';
import { writeSidecar } from './writeSidecar';

/** How often progress is reported, ms. */
const progressEveryMs = 250;

/** The attempts at one download under one claim. */
export class DownloadAttempt {
	readonly #parts: DownloadLoopParts;
	readonly #digestProgram: string;
	readonly #claim: DownloadClaim;
	readonly #onClaimLost: () => void;
	#part: PartialFile | undefined;
	#received: number | undefined;
	#reportedAt = -Infinity;
	/** Whether all bytes that are on the disk were written under this claim: another window may still write for a moment. */
	#isAlone: boolean;

	/**
	 * @param digestProgram see `FileQuestion`
	 * @param onClaimLost aborts the signal of `make`
	 */
	constructor(parts: DownloadLoopParts, digestProgram: string, claim: DownloadClaim, onClaimLost: () => void) {
		this.#parts = parts;
		this.#digestProgram = digestProgram;
		this.#claim = claim;
		this.#onClaimLost = onClaimLost;
		this.#part = claim.download.part;
		this.#isAlone = claim.download.part === undefined;
	}

	/** The partial file as it is on the disk. */
	get part(): PartialFile | undefined {
		return this.#part;
	}

	/** Bytes on the disk. */
	get received(): number | undefined {
		return this.#received;
	}

	/**
	 * Fetches the file, or what is missing of it, and gives it its name.
	 * @throws the signal's reason when aborted, also when the claim was lost
	 */
	async make(download: Download, task: Task, signal: AbortSignal): Promise<DownloadEvent> {
		const { part } = download;
		const { folder } = download.plan;
		// A person may have chosen another folder since.
		const isHere = part !== undefined && isIn(folder, part.path);
		if (part?.verified !== undefined) {
			const event = await this.#finish(download, task, part, part.verified, signal);
			if (event !== undefined) {
				return event;
			}
		}
		const media = task.results[download.media];
		if (media === undefined) {
			return { kind: 'noLink' };
		}
		const isContinued = isHere && part.verified === undefined;
		const started: PartialFile = isContinued ? part : { path: partPath(folder, baseOf(download, task), this.#parts.newId()) };
		if (!isContinued) {
			// A whole file elsewhere may only be out of reach.
			if (part !== undefined && (isHere || part.verified === undefined)) {
				await removePart(part.path);
			}
			// Before there is a file, so that none is left behind.
			await this.step({ ...download, part: started }, signal);
			if (part !== undefined && !isHere) {
				await removePart(part.path);
			}
		}
		const { origin } = task.ref;
		const fetched = await fetchFile({
			url: media.url,
			taskOrigin: origin,
			apiKey: () => keyOf(origin, this.#parts),
			expected: media.kind,
			signal,
			part: started,
			digestProgram: this.#digestProgram,
			onStart: (current) => this.step({ ...download, part: current }, signal),
			onProgress: (received, total) => this.#note(received, total),
		});
		if (!fetched.ok) {
			const { problem, validator, received = this.#received ?? download.received ?? 0 } = fetched;
			// Where the folder is missing, so may be its disk, with the bytes on it.
			const stays = fetched.received !== 0 || problem.kind === 'folderMissing';
			if (!stays) {
				// An empty file may be there, of a window that has lost its claim.
				await removePart(started.path);
			}
			const kept = stays ? { ...(this.#part ?? started), ...omitUndefined({ validator }) } : undefined;
			return { kind: 'problem', problem, received, ...omitUndefined({ part: kept }) };
		}
		const { size, sha256, format } = fetched;
		const verified: FileContent = { size, sha256, format };
		const complete: PartialFile = { path: started.path, verified };
		await this.step({ ...download, part: complete, received: size }, signal);
		const event = await this.#finish(download, task, complete, verified, signal);
		if (event !== undefined) {
			return event;
		}
		// Another window has changed the file, or a person has removed it.
		await removePart(complete.path);
		return { kind: 'problem', problem: { kind: 'digest' }, received: 0 };
	}

	/**
	 * Records how far a download is, and keeps the claim.
	 * @throws the signal's reason when the claim was lost
	 */
	async step({ attempts, reason, isRefreshed, part, received, file }: Download, signal: AbortSignal): Promise<void> {
		const { downloads, clock } = this.#parts;
		this.#part = part;
		const change = {
			state: 'running',
			attempts,
			changedAt: clock.now(),
			...omitUndefined({ reason, isRefreshed, part, received, file }),
		} as const;
		if (!(await downloads.step(this.#claim, change))) {
			this.#onClaimLost();
		}
		signal.throwIfAborted();
	}

	/** Names a complete file and writes its sidecar. Undefined if the partial file is not there any more, or is not what it was. */
	async #finish(
		download: Download,
		task: Task,
		complete: PartialFile,
		verified: FileContent,
		signal: AbortSignal,
	): Promise<DownloadEvent | undefined> {
		const { folder } = download.plan;
		let part = complete;
		try {
			if (!isIn(folder, part.path)) {
				const copy = await copyOf(part.path, partPath(folder, baseOfPart(part.path), downloadKey(download)), verified, signal);
				if (copy === undefined) {
					return undefined;
				}
				part = { path: copy, verified };
				await this.step({ ...download, part, received: verified.size }, signal);
				await removePart(complete.path);
			}
			if (!this.#isAlone && (await isThere(part.path)) && !(await hasContent(part.path, verified))) {
				return undefined;
			}
			const { path } = await placeFile(part.path, { folder, base: baseOfPart(part.path), format: verified.format }, verified);
			const file: KeptFile = { ...verified, path, keptAt: this.#parts.clock.now() };
			await this.#writeSidecar(download, task, file);
			return { kind: 'kept', file };
		} catch (error) {
			if (!(error instanceof FileProblem)) {
				throw error;
			}
			if (error.code === 'ENOENT' && (await isThere(folder))) {
				return undefined;
			}
			return { kind: 'problem', problem: error.problem, part: { ...part, verified }, received: verified.size };
		}
	}

	/** A file is kept without its sidecar, unless that only lacks space. */
	async #writeSidecar({ media, plan }: Download, task: Task, file: KeptFile): Promise<void> {
		const { creationOf, log } = this.#parts;
		try {
			await writeSidecar(file.path, sidecarOf({ task, creation: creationOf(task.key), media, file, plan }));
		} catch (error) {
			if (error instanceof FileProblem && error.kind === 'diskFull') {
				throw error;
			}
			log.warn(`Failed to write a sidecar: ${errorMessage(error)}`);
		}
	}

	#note(received: number, total: number | undefined): void {
		this.#received = received;
		const now = this.#parts.clock.now();
		// Also after the clock was set back.
		if (Math.abs(now - this.#reportedAt) >= progressEveryMs) {
			this.#reportedAt = now;
			this.#parts.onProgress(this.#claim.download, omitUndefined({ received, total }));
		}
	}
}

/** The name of a result's file, without its extension. */
function baseOf({ media, plan }: Download, task: Task): string {
	const { name, ref, results, resultsLeftOut = 0, trackedAt } = task;
	return fileNameOf(plan.fileName, {
		at: isFinished(task) ? task.finishedAt : trackedAt,
		index: media,
		count: results.length + resultsLeftOut,
		id: ref.id,
		operation: ref.action2,
		...omitUndefined({ name, values: plan.values }),
	});
}

/** Whether a file is directly in a folder, which may be written with a slash at its end. */
function isIn(folder: string, path: string): boolean {
	return dirname(path) === resolve(folder);
}

/** The same from the path of its partial file: the task may be renamed meanwhile, and a file that already has its name must be found again. */
function baseOfPart(path: string): string {
	return basename(path).replace(/\.[\da-f]{8}\.part$/, '');
}

/**
 * Copies a complete partial file into another folder, to a path that is the same each time: nothing is left behind after a crash.
 * @returns the path; undefined if there is no such file any more
 * @throws FileProblem; the signal's reason when aborted
 */
async function copyOf(from: string, path: string, { sha256, format }: FileContent, signal: AbortSignal): Promise<string | undefined> {
	const create = async (): Promise<FileWriter> => {
		await ensureFolder(dirname(path));
		await clearPart(path);
		return new FileWriter(await createPart(path));
	};
	const copied = await copyInto(from, create, { signal, expected: mediaFormats[format].kind });
	if (copied?.sha256 === sha256) {
		return path;
	}
	await removePart(path);
	return undefined;
}

async function isThere(path: string): Promise<boolean> {
	return await stat(path).then(
		() => true,
		() => false,
	);
}
