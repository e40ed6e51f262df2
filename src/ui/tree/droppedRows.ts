import * as vscode from 'vscode';

/** The type by which a drag of rows without a file carries the text to insert for them. */
export const insertedType = 'application/vnd.kling-tasks.text';

/** Inserts rows that are dropped into a text with Shift: the editor itself would insert the resource of their tab, which is nothing outside. */
export function insertDroppedRows(): vscode.Disposable {
	return vscode.languages.registerDocumentDropEditProvider(
		// A pattern weighs more than the `*` of the editor's own provider for resources, which is registered later.
		{ pattern: '**' },
		{
			provideDocumentDropEdits: async (_document, _position, data) => {
				const text = (await data.get(insertedType)?.asString()) ?? '';
				// The editor's provider for Markdown comes after edits of this kind.
				const kind = vscode.DocumentDropOrPasteEditKind.Text;
				return text === '' ? undefined : new vscode.DocumentDropEdit(text, vscode.l10n.t('Insert Link or Name'), kind);
			},
		},
		{ dropMimeTypes: [insertedType] },
	);
}
