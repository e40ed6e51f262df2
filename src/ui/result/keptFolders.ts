import * as vscode from 'vscode';
import type { Download } from '../../core/download';

/**
 * The folders that a task's page may load kept files from: those of its kept files, and of those that are being saved, so that the page need not
 * be loaded again when they are. Sorted, without duplicates.
 */
export function keptFolders(downloads: readonly Download[]): readonly vscode.Uri[] {
	const folders = downloads.flatMap(({ state, file, plan }) => {
		if (file !== undefined) {
			return [vscode.Uri.joinPath(vscode.Uri.file(file.path), '..')];
		}
		return state === 'queued' || state === 'running' ? [vscode.Uri.joinPath(vscode.Uri.file(plan.folder), 'file', '..')] : [];
	});
	return [...new Map(folders.map((folder) => [folder.toString(), folder])).entries()]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([, folder]) => folder);
}
