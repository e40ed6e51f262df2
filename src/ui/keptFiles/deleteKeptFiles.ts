import * as vscode from 'vscode';
import type { DownloadId } from '../../core/download';
import { mostSidecarBytes, parseSidecar, sidecarPath } from '../../results/sidecar';
import type { Log } from '../../tracking/ports/host';
import type { DownloadStore } from '../../tracking/ports/downloads';
import { confirm } from '../confirm';
import { deleteQuestion, noTrashQuestion } from '../text/keptFiles';
import type { KeptResult } from './keptTargets';

export interface DeletionParts {
	readonly downloads: Pick<DownloadStore, 'forgetFiles' | 'ofContent'>;
	/** The editor's. */
	readonly files: Pick<vscode.FileSystem, 'stat' | 'readFile' | 'delete'>;
	readonly log: Log;
}

/**
 * Asks, then moves kept files and their sidecars to the trash; where that does not take one, asks again. A file that is gone already counts
 * as deleted. Every result is forgotten as soon as its file is gone, whatever happens to the next, and so are the results that are not
 * chosen but share a file with one.
 * @returns how many were deleted, and how many could not be
 * @throws vscode.CancellationError when the person cancels, before anything or where the trash takes no file
 */
export async function deleteKeptFiles(
	kept: readonly KeptResult[],
	{ downloads, files: disk, log }: DeletionParts,
): Promise<{ readonly deleted: number; readonly failed: number }> {
	const files = new Map<string, { readonly size: number; readonly ids: readonly DownloadId[] }>();
	for (const { file } of kept) {
		if (!files.has(file.path)) {
			const ids = downloads.ofContent(file.sha256).filter((other) => other.file?.path === file.path);
			files.set(file.path, { size: file.size, ids: ids.map(({ task, media }) => ({ task, media })) });
		}
	}
	const others = [...files.values()].reduce((sum, { ids }) => sum + ids.length, 0) - kept.length;
	const folders = new Set([...files.keys()].map((path) => vscode.Uri.joinPath(vscode.Uri.file(path), '..').fsPath));
	const size = [...files.values()].reduce((sum, file) => sum + file.size, 0);
	await confirm(deleteQuestion(files.size, size, [...folders], others));
	let useTrash = true;
	let deleted = 0;
	let failed = 0;
	for (const [path, { ids }] of files) {
		const uri = vscode.Uri.file(path);
		let outcome = await remove(disk, uri, useTrash);
		if (useTrash && outcome !== undefined && !isForbidden(outcome)) {
			await confirm(noTrashQuestion(files.size - deleted - failed, trashReason(outcome)));
			useTrash = false;
			outcome = await remove(disk, uri, useTrash);
		}
		if (outcome === undefined) {
			deleted++;
			await removeSidecar(disk, vscode.Uri.file(sidecarPath(path)), useTrash);
			await downloads.forgetFiles(ids);
		} else {
			failed++;
			log.error('Failed to delete a kept file', outcome);
		}
	}
	return { deleted, failed };
}

/** Removes the file that describes a kept one, if it does: another file of that name is not ours. */
async function removeSidecar(disk: DeletionParts['files'], uri: vscode.Uri, useTrash: boolean): Promise<void> {
	try {
		const { size, type } = await disk.stat(uri);
		if (type !== vscode.FileType.File || size > mostSidecarBytes) {
			return;
		}
		if (parseSidecar(new TextDecoder().decode(await disk.readFile(uri))).ok) {
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
