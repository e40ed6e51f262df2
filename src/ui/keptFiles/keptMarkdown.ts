import * as vscode from 'vscode';
import { mediaLabel } from '../text/media';
import { taskLabel } from '../text/tasks';
import { kindOf, nameOf, type KeptResult } from './keptTargets';
import { markdownOf, relativeTarget } from './markdownLink';

/**
 * A kept file as Markdown. Its path is relative to the document in the active editor, else to the workspace folder that has the file; an
 * absolute one is a `file:` URI, because Markdown has no absolute paths.
 */
export function markdownOfKept({ task, download, file }: KeptResult): string {
	const uri = vscode.Uri.file(file.path);
	const media = task.results[download.media];
	const name = task.name ?? taskLabel(task);
	const label =
		media === undefined
			? nameOf(file)
			: task.results.length === 1
				? name
				: vscode.l10n.t({
						message: '{0} of {1}',
						args: [mediaLabel(media, download.media, task.results.length), name],
						comment: ['{0} is a result such as “Video 2 of 4”, {1} the name of its task.'],
					});
	return markdownOf(kindOf(file), label, targetOf(uri));
}

function targetOf(file: vscode.Uri): string {
	const folder = vscode.workspace.getWorkspaceFolder(file);
	const document = vscode.window.activeTextEditor?.document.uri;
	if (document?.scheme === file.scheme) {
		// Upwards only within one workspace folder: elsewhere the other folders are not known to whoever reads the document.
		const isInSameFolder = folder !== undefined && vscode.workspace.getWorkspaceFolder(document) === folder;
		const target = relativeTarget(vscode.Uri.joinPath(document, '..').path, file.path, isInSameFolder);
		if (target !== undefined) {
			return target;
		}
	}
	const target = folder === undefined ? undefined : relativeTarget(folder.uri.path, file.path, false);
	return target ?? file.toString();
}
