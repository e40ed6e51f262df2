import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { commandRemedy } from '../message';
import type { Remedy } from '../userError';

/** The button that shows a file; none where that is not possible: a browser can show no folder but those of the workspace. */
export function revealRemedy(file: vscode.Uri): readonly Remedy[] {
	const label = vscode.l10n.t('Reveal');
	if (file.scheme === 'file' && vscode.env.uiKind === vscode.UIKind.Desktop) {
		return [commandRemedy(label, 'revealFileInOS', file)];
	}
	return vscode.workspace.getWorkspaceFolder(file) === undefined ? [] : [commandRemedy(label, 'revealInExplorer', file)];
}

/** The name of the folder of a file. */
export function folderName(path: string): string {
	return basename(dirname(path));
}
