import * as vscode from 'vscode';
import type { DownloadId } from '../../core/download';
import { mostSidecarBytes, parseSidecar, sidecarPath } from '../../results/sidecar';
import type { Log } from '../../tracking/ports/host';
import type { DownloadStore } from '../../tracking/ports/downloads';
import { confirm } from '../confirm';
import { deleteQuestion, noTrashQuestion } from '../text/keptFiles';
import type { KeptResult } from './keptTargets';

export interface DeletionParts {
	readonly downloads: Pick<DownloadStore, 'forgetFiles'>;
	readonly log: Log;
}

/**
 * Asks, then moves kept files and their sidecars to the trash; where there is none, asks again. A file that is gone already counts as
 * deleted. Every result is forgotten as soon as its file is gone, whatever happens to the next.
 * @returns how many were deleted, and how many could not be
 * @throws vscode.CancellationError when the person cancels, before anything or where there is no trash
 */
export async function deleteKeptFiles(
	kept: readonly KeptResult[],
	{ downloads, log }: DeletionParts,
): Promise<{ readonly deleted: number; readonly failed: number }> {
	// Several results may share a file.
	const files = new Map<string, { readonly size: number; readonly ids: DownloadId[] }>();
	for (const { download, file } of kept) {
		const known = files.get(file.path) ?? { size: file.size, ids: [] };
		known.ids.push({ task: download.task, media: download.media });
		files.set(file.path, known);
	}
	const folders = new Set([...files.keys()].map((path) => vscode.Uri.joinPath(vscode.Uri.file(path), '..').fsPath));
	const size = [...files.values()].reduce((sum, file) => sum + file.size, 0);
	await confirm(deleteQuestion(files.size, size, [...folders]));
	let useTrash = true;
	let deleted = 0;
	let failed = 0;
	for (const [path, { ids }] of files) {
		const uri = vscode.Uri.file(path);
		let outcome = await remove(uri, useTrash);
		if (useTrash && outcome !== undefined && !isForbidden(outcome)) {
			await confirm(noTrashQuestion(files.size - deleted));
			useTrash = false;
			outcome = await remove(uri, useTrash);
		}
		if (outcome === undefined) {
			deleted++;
			await removeSidecar(vscode.Uri.file(sidecarPath(path)), useTrash);
			await downloads.forgetFiles(ids);
		} else {
			failed++;
			log.error('Failed to delete a kept file', outcome);
		}
	}
	return { deleted, failed };
}

/** Removes the file that describes a kept one, if it does: another file of that name is not ours. */
async function removeSidecar(uri: vscode.Uri, useTrash: boolean): Promise<void> {
	try {
		const { size, type } = await vscode.workspace.fs.stat(uri);
		if (type !== vscode.FileType.File || size > mostSidecarBytes) {
			return;
		}
		if (parseSidecar(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))).ok) {
			await vscode.workspace.fs.delete(uri, { useTrash });
		}
	} catch {
		// There is none, or it stays: it says only where a result came from.
	}
}

/** Whether a file may not be deleted at all, with or without a trash. */
function isForbidden(error: unknown): boolean {
	return error instanceof vscode.FileSystemError && error.code === 'NoPermissions';
}

/** Returns why a file could not be removed; undefined if it is not there any more. */
async function remove(uri: vscode.Uri, useTrash: boolean): Promise<unknown> {
	try {
		await vscode.workspace.fs.delete(uri, { useTrash });
		return undefined;
	} catch (error) {
		return error instanceof vscode.FileSystemError && error.code === 'FileNotFound' ? undefined : error;
	}
}
