import * as vscode from 'vscode';

/** What a row names as its resource while its task has finished and was not viewed. The same for all of them: only the decoration depends on it. */
export const unviewedResource = vscode.Uri.from({ scheme: 'kling-row', path: '/unviewed' });

/** Marks rows of tasks that were not viewed with a dot, whatever icon they have. VS Code decorates tree rows by their resource. */
export class RowDecorations implements vscode.FileDecorationProvider {
	readonly #unviewed = new vscode.FileDecoration('●', vscode.l10n.t('Not viewed'));

	provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
		return uri.scheme === unviewedResource.scheme ? this.#unviewed : undefined;
	}
}
