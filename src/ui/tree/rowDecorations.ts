import * as vscode from 'vscode';

const scheme = 'kling-row';

/** What the end of a row shows beside its icon, whatever icon it has. */
export interface RowMarks {
	/** The task has finished and was not viewed. */
	readonly unviewed?: boolean;
	/** All of its results are kept as files. */
	readonly saved?: boolean;
}

/** What a row names as its resource to get these marks; undefined for none. The same for all rows: only the decoration depends on it. */
export function markedResource({ unviewed = false, saved = false }: RowMarks): vscode.Uri | undefined {
	const marks = [unviewed ? 'unviewed' : '', saved ? 'saved' : ''].filter((mark) => mark !== '');
	return marks.length === 0 ? undefined : vscode.Uri.from({ scheme, path: `/${marks.join('-')}` });
}

/** Marks rows: a dot for tasks that were not viewed, a tick for those that are saved. VS Code decorates tree rows by their resource. */
export class RowDecorations implements vscode.FileDecorationProvider {
	readonly #decorations: ReadonlyMap<string, vscode.FileDecoration> = new Map([
		['/unviewed', new vscode.FileDecoration('●', vscode.l10n.t('Not viewed'))],
		['/saved', new vscode.FileDecoration('✓', vscode.l10n.t('Saved'))],
		['/unviewed-saved', new vscode.FileDecoration('●✓', vscode.l10n.t('Not viewed, saved'))],
	]);

	provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
		return uri.scheme === scheme ? this.#decorations.get(uri.path) : undefined;
	}
}
