import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { KeepingParts } from './keepingParts';

/** The folder of the last saved result, as a URI. */
const lastFolderKey = 'lastSaveFolder';

/** Where results were saved last, in any window; else the folder of the workspace, else the home folder. */
export function startFolder(memory: KeepingParts['memory']): vscode.Uri {
	const last = memory.get<unknown>(lastFolderKey);
	return typeof last === 'string' ? vscode.Uri.parse(last) : (vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir()));
}

/** Remembers it for all windows. */
export async function rememberFolder(memory: KeepingParts['memory'], folder: vscode.Uri): Promise<void> {
	await memory.update(lastFolderKey, folder.toString());
}

/** A path as it is shown and may be written in the settings: with `~` for the home folder. */
export function shortPath(path: string): string {
	const home = homedir();
	const rest = path.startsWith(home) ? path.slice(home.length) : '';
	return /^[/\\]/.test(rest) ? `~${rest}` : path;
}

/** Asks for a folder, and remembers it. @throws vscode.CancellationError */
export async function chooseFolder(title: string, button: string, memory: KeepingParts['memory']): Promise<vscode.Uri> {
	const [folder] =
		(await vscode.window.showOpenDialog({
			title,
			openLabel: button,
			defaultUri: startFolder(memory),
			canSelectFolders: true,
			canSelectFiles: false,
		})) ?? [];
	if (folder === undefined) {
		throw new vscode.CancellationError();
	}
	await rememberFolder(memory, folder);
	return folder;
}
