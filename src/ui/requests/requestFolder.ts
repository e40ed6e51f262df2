import * as vscode from 'vscode';
import { UserError } from '../userError';

const ending = '.kling.json';

/**
 * The folder in which a new request is created: the one that was clicked in the Explorer, that of the request in the active editor, or the
 * workspace folder. Undefined if there is none, or if it is read-only.
 * @param argument of the command, not trusted
 * @throws vscode.CancellationError when the person cancels the choice of a workspace folder
 */
export async function requestFolder(argument: unknown): Promise<vscode.Uri | undefined> {
	const folder = await chosenFolder(argument);
	return folder !== undefined && vscode.workspace.fs.isWritableFileSystem(folder.scheme) === false ? undefined : folder;
}

async function chosenFolder(argument: unknown): Promise<vscode.Uri | undefined> {
	const { workspace, window } = vscode;
	if (argument instanceof vscode.Uri && workspace.getWorkspaceFolder(argument) !== undefined) {
		const isFolder = (await kindOf(argument)) === 'folder';
		return isFolder ? argument : vscode.Uri.joinPath(argument, '..');
	}
	const active = window.activeTextEditor?.document.uri;
	const owner = active === undefined ? undefined : workspace.getWorkspaceFolder(active);
	if (active !== undefined && owner !== undefined) {
		return active.path.endsWith(ending) ? vscode.Uri.joinPath(active, '..') : owner.uri;
	}
	const folders = workspace.workspaceFolders ?? [];
	if (folders.length < 2) {
		return folders[0]?.uri;
	}
	const picked = await window.showWorkspaceFolderPick({ placeHolder: vscode.l10n.t('Select the folder for the new request') });
	if (picked === undefined) {
		throw new vscode.CancellationError();
	}
	return picked.uri;
}

async function kindOf(uri: vscode.Uri): Promise<'folder' | 'file' | undefined> {
	try {
		const { type } = await vscode.workspace.fs.stat(uri);
		return (type & vscode.FileType.Directory) === 0 ? 'file' : 'folder';
	} catch {
		return undefined;
	}
}

/**
 * Asks for a name and creates the file; an existing one is never replaced. Undefined: the person wants no file.
 * @param stem of the suggested name, `text-to-video`
 * @param operation its label, for the title
 * @throws UserError if the file cannot be created; vscode.CancellationError when the person cancels
 */
export async function createRequestFile(
	folder: vscode.Uri,
	stem: string,
	text: string,
	operation: string,
): Promise<vscode.Uri | undefined> {
	const suggested = await freeName(folder, stem);
	const typed = await vscode.window.showInputBox({
		title: vscode.l10n.t({ message: 'New Request: {0}', args: [operation], comment: ['{0} is an operation such as “Text to Video”.'] }),
		prompt: vscode.l10n.t({
			message: 'Name of the file in “{0}”. Leave it empty to write the request without a file.',
			args: [folder.path.split('/').at(-1) ?? ''],
			comment: ['{0} is the name of a folder.'],
		}),
		value: suggested,
		valueSelection: [0, suggested.length - ending.length],
		ignoreFocusOut: true,
		validateInput: (name) => whyNotName(folder, name),
	});
	if (typed === undefined) {
		throw new vscode.CancellationError();
	}
	if (typed.trim() === '') {
		return undefined;
	}
	const file = vscode.Uri.joinPath(folder, fileNameOf(typed));
	const creation = new vscode.WorkspaceEdit();
	// Without `overwrite`, so that a file that was created meanwhile stays.
	creation.createFile(file, { contents: new TextEncoder().encode(text) });
	if (!(await vscode.workspace.applyEdit(creation))) {
		throw new UserError(
			vscode.l10n.t({
				message: '“{0}” could not be created. Choose another name or folder.',
				args: [fileNameOf(typed)],
				comment: ['{0} is the name of a file.'],
			}),
		);
	}
	return file;
}

/** `text-to-video.kling.json`, or the first of `text-to-video-2.kling.json`… that is free. */
async function freeName(folder: vscode.Uri, stem: string): Promise<string> {
	const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch(() => []);
	// On many systems `A` and `a` are the same file.
	const taken = new Set(entries.map(([name]) => name.toLowerCase()));
	let name = `${stem}${ending}`;
	for (let number = 2; taken.has(name.toLowerCase()); number++) {
		name = `${stem}-${number}${ending}`;
	}
	return name;
}

/** With `.kling.json` at its end, by which the editor knows request files. */
function fileNameOf(typed: string): string {
	const name = typed.trim();
	return name.toLowerCase().endsWith(ending) ? `${name.slice(0, -ending.length)}${ending}` : `${name.replace(/\.jsonc?$/i, '')}${ending}`;
}

async function whyNotName(folder: vscode.Uri, typed: string): Promise<string | undefined> {
	if (typed.trim() === '') {
		return undefined;
	}
	const name = fileNameOf(typed);
	const isAllowed = name.length <= 200 && name.split('/').every((segment) => /^[^.\s<>:"|?*\\\p{Cc}][^<>:"|?*\\\p{Cc}]*$/u.test(segment));
	if (!isAllowed || name === ending) {
		return vscode.l10n.t('Write a name such as “shot-01” or “scene/shot-01”, without < > : " | ? * \\ and without a dot in front.');
	}
	if ((await kindOf(vscode.Uri.joinPath(folder, name))) !== undefined) {
		return vscode.l10n.t({ message: '“{0}” exists already. Choose another name.', args: [name], comment: ['{0} is the name of a file.'] });
	}
	return undefined;
}
