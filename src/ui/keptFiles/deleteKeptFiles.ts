import * as vscode from 'vscode';
import type { DownloadId, KeptFile } from '../../core/download';
import { identifyFile } from '../../results/fileIdentity';
import { parseSidecar } from '../../results/parseSidecar';
import { mostSidecarBytes, sidecarPath } from '../../results/sidecar';
import type { Clock, Log } from '../../tracking/ports/host';
import type { DownloadStore } from '../../tracking/ports/downloads';
import { confirm } from '../confirm';
import { showingProgress } from '../progress';
import { deleteQuestion, noTrashQuestion } from '../text/keptFiles';
import type { KeptResult } from './keptTargets';

export interface DeletionParts {
	readonly downloads: Pick<DownloadStore, 'forgetFiles' | 'ofContent'>;
	/** The editor's. */
	readonly files: Pick<vscode.FileSystem, 'stat' | 'readFile' | 'delete'>;
	readonly clock: Clock;
	readonly log: Log;
}

/**
 * Asks, then moves kept files and their sidecars to the trash; where that does not take one, asks again. A file that is gone already counts
 * as deleted, and one that has other content now is not touched. Every result is forgotten as soon as its file is gone, whatever happens to
 * the next, and so are the results that are not chosen but share a file with one.
 * @returns how many were deleted, how many stay because they have other content, and how many could not be deleted
 * @throws vscode.CancellationError when the person cancels before anything was done
 */
export async function deleteKeptFiles(
	kept: readonly KeptResult[],
	{ downloads, files: disk, clock, log }: DeletionParts,
): Promise<{ readonly deleted: number; readonly changed: number; readonly failed: number }> {
	const files = new Map<string, Pick<KeptFile, 'size' | 'sha256'> & { readonly ids: readonly DownloadId[] }>();
	for (const { file } of kept) {
		if (!files.has(file.path)) {
			const ids = downloads.ofContent(file.sha256).filter((other) => other.file?.path === file.path);
			files.set(file.path, { size: file.size, sha256: file.sha256, ids: ids.map(({ task, media }) => ({ task, media })) });
		}
	}
	const others = [...files.values()].reduce((sum, { ids }) => sum + ids.length, 0) - kept.length;
	const folders = new Set([...files.keys()].map((path) => vscode.Uri.joinPath(vscode.Uri.file(path), '..').fsPath));
	const total = [...files.values()].reduce((sum, file) => sum + file.size, 0);
	await confirm(deleteQuestion(files.size, total, [...folders], others));
	const counts = { deleted: 0, changed: 0, failed: 0 };
	const done = (): number => counts.deleted + counts.changed + counts.failed;
	let useTrash = true;
	const deleteEach = async (signal: AbortSignal, onProgress: (done: number, total: number) => void): Promise<void> => {
		for (const [path, { size, sha256, ids }] of files) {
			signal.throwIfAborted();
			onProgress(done(), files.size);
			try {
				if (await isOther(path, { size, sha256 }, signal)) {
					counts.changed++;
					continue;
				}
			} catch (error) {
				signal.throwIfAborted();
				counts.failed++;
				log.error('Failed to read a kept file', error);
				continue;
			}
			const uri = vscode.Uri.file(path);
			let outcome = await remove(disk, uri, useTrash);
			if (useTrash && outcome !== undefined && !isForbidden(outcome)) {
				await confirm(noTrashQuestion(files.size - done(), trashReason(outcome)));
				useTrash = false;
				outcome = await remove(disk, uri, useTrash);
			}
			if (outcome === undefined) {
				counts.deleted++;
				await removeSidecar(disk, vscode.Uri.file(sidecarPath(path)), sha256, useTrash);
				await downloads.forgetFiles(ids);
			} else {
				counts.failed++;
				log.error('Failed to delete a kept file', outcome);
			}
		}
	};
	try {
		const title = vscode.l10n.t('Kling: Deleting saved results…');
		await showingProgress(clock, title, ({ signal, onProgress }) => deleteEach(signal, onProgress), { cancellable: true });
	} catch (error) {
		// What was done before is said.
		if (!(error instanceof vscode.CancellationError) || done() === 0) {
			throw error;
		}
	}
	return counts;
}

/**
 * Whether something is at the path of a kept file that is not that file: edited, or another one. False if there is nothing.
 * @throws if it cannot be read; the signal's reason when it is aborted
 */
async function isOther(path: string, { size, sha256 }: Pick<KeptFile, 'size' | 'sha256'>, signal: AbortSignal): Promise<boolean> {
	try {
		const found = await vscode.workspace.fs.stat(vscode.Uri.file(path));
		return (found.type & vscode.FileType.File) === 0 || found.size !== size || (await identifyFile(path, signal)).sha256 !== sha256;
	} catch (error) {
		if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') {
			return false;
		}
		throw error;
	}
}

/** Removes the file that describes a kept one, if it does: another file of that name is not ours. */
async function removeSidecar(disk: DeletionParts['files'], uri: vscode.Uri, sha256: string, useTrash: boolean): Promise<void> {
	try {
		const { size, type } = await disk.stat(uri);
		if (type !== vscode.FileType.File || size > mostSidecarBytes) {
			return;
		}
		const read = parseSidecar(new TextDecoder().decode(await disk.readFile(uri)));
		if (read.ok && read.sidecar.file.sha256 === sha256) {
			await disk.delete(uri, { useTrash });
		}
	} catch {
		// There is none, or it stays: it says only where a result came from.
	}
}

/** What the editor or the system says of why the trash did not take a file; undefined where there is none. */
function trashReason(error: unknown): string | undefined {
	const message = error instanceof Error ? error.message : String(error);
	return message.includes('via trash because provider does not support it') ? undefined : message;
}

/** Whether a file may not be deleted at all, with or without a trash. */
function isForbidden(error: unknown): boolean {
	return error instanceof vscode.FileSystemError && error.code === 'NoPermissions';
}

/** Returns why a file could not be removed; undefined if it is not there any more. */
async function remove(disk: DeletionParts['files'], uri: vscode.Uri, useTrash: boolean): Promise<unknown> {
	try {
		await disk.delete(uri, { useTrash });
		return undefined;
	} catch (error) {
		return error instanceof vscode.FileSystemError && error.code === 'FileNotFound' ? undefined : error;
	}
}
