import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import * as vscode from 'vscode';
import type { DownloadProblem } from '../../core/linkProblem';
import type { SavedOutcome } from '../../results/saveInto';

/**
 * Saves a result to a folder that is not on this machine's disk: by way of a temporary folder, then under a name that no file there has.
 * @param save to a folder on the disk
 */
export async function saveToVirtualFolder(
	folder: vscode.Uri,
	save: (folder: string) => Promise<SavedOutcome>,
): Promise<
	{ readonly ok: true; readonly file: vscode.Uri; readonly size: number } | { readonly ok: false; readonly problem: DownloadProblem }
> {
	const temporary = await mkdtemp(join(tmpdir(), 'kling-tasks-'));
	try {
		const saved = await save(temporary);
		if (!saved.ok) {
			return saved;
		}
		const extension = extname(saved.path);
		const base = basename(saved.path, extension);
		for (let number = 1; ; number++) {
			const file = vscode.Uri.joinPath(folder, `${base}${number === 1 ? '' : ` (${number})`}${extension}`);
			try {
				await vscode.workspace.fs.copy(vscode.Uri.file(saved.path), file, { overwrite: false });
				return { ok: true, file, size: saved.size };
			} catch (error) {
				if (!(error instanceof vscode.FileSystemError)) {
					throw error;
				}
				if (error.code !== 'FileExists') {
					return { ok: false, problem: { kind: 'notWritable', code: error.code } };
				}
			}
		}
	} finally {
		await rm(temporary, { recursive: true, force: true });
	}
}
