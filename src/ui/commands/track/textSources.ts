import * as vscode from 'vscode';
import { errorMessage } from '../../../core/errorMessage';
import { longestText } from '../../../core/paste/pastedText';
import { shown } from '../../../core/shown';
import { sizeText } from '../../text/media';
import { nothingToDo, UserError } from '../../userError';

/** The text that is selected in the active editor; empty without one. */
export function selectedText(): string {
	const editor = vscode.window.activeTextEditor;
	if (editor === undefined) {
		return '';
	}
	return editor.selections.map((selection) => editor.document.getText(selection)).join('\n');
}

/**
 * The files that a command of the Explorer is called on: all selected ones, or the active editor's without an argument.
 * @param args as the editor passes them: the clicked file, then all selected ones; not trusted
 * @throws UserError if there is none
 */
export function filesNamed([clicked, selected]: readonly unknown[]): readonly vscode.Uri[] {
	const named = (Array.isArray(selected) && selected.length > 0 ? (selected as readonly unknown[]) : [clicked]).filter(
		(item) => item instanceof vscode.Uri,
	);
	const active = vscode.window.activeTextEditor?.document.uri;
	const files = named.length === 0 && active !== undefined ? [active] : named;
	if (files.length === 0) {
		throw nothingToDo(vscode.l10n.t('Open a text file first, or select files in the Explorer.'));
	}
	return files;
}

/**
 * The text of files, one after the other; of open ones as it is in the editor.
 * @throws UserError when one is a folder, is not a text, cannot be read, or when all are too long together
 */
export async function readFiles(files: readonly vscode.Uri[]): Promise<string> {
	let size = 0;
	for (const file of files) {
		const stat = await reading(file, vscode.workspace.fs.stat(file));
		if ((stat.type & vscode.FileType.Directory) !== 0) {
			throw new UserError(
				vscode.l10n.t({
					message: '“{0}” is a folder. Select the files in it instead.',
					args: [nameOf(file)],
					comment: ['{0} is the name of a folder.'],
				}),
			);
		}
		size += stat.size;
	}
	if (size > longestText) {
		throw filesTooLong(files.length, size);
	}
	const texts: string[] = [];
	for (const file of files) {
		texts.push(openText(file) ?? (await decode(file, await reading(file, vscode.workspace.fs.readFile(file)))));
	}
	return texts.join('\n');
}

/** What stands in the editor, which may not be saved yet. */
function openText(file: vscode.Uri): string | undefined {
	return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString())?.getText();
}

/** By the encoding that the settings and the file itself name. */
async function decode(file: vscode.Uri, bytes: Uint8Array): Promise<string> {
	try {
		return await vscode.workspace.decode(bytes, { uri: file });
	} catch {
		throw new UserError(
			vscode.l10n.t({ message: '“{0}” is not a text file.', args: [nameOf(file)], comment: ['{0} is the name of a file.'] }),
		);
	}
}

async function reading<T>(file: vscode.Uri, result: Thenable<T>): Promise<T> {
	try {
		return await result;
	} catch (error) {
		throw new UserError(
			vscode.l10n.t({
				message: '“{0}” could not be read: {1}',
				args: [nameOf(file), shown(errorMessage(error))],
				comment: ['{0} is the name of a file.', '{1} is the message of the system.'],
			}),
		);
	}
}

function filesTooLong(files: number, size: number): UserError {
	return new UserError(
		files === 1
			? vscode.l10n.t({
					message: 'The file is {0}; the limit is {1}. Open it, select the part with the task IDs, and track the selection.',
					args: [sizeText(size), sizeText(longestText)],
					comment: ['{0} is a size such as “20.0 MB”.', '{1} is a size such as “16.0 MB”.'],
				})
			: vscode.l10n.t({
					message: 'The {0} files are {1} together; the limit is {2}. Select fewer files.',
					args: [files, sizeText(size), sizeText(longestText)],
					comment: ['{0} is a count.', '{1} is a size such as “20.0 MB”.', '{2} is a size such as “16.0 MB”.'],
				}),
	);
}

function nameOf(file: vscode.Uri): string {
	return shown(file.path.split('/').at(-1) ?? '');
}
