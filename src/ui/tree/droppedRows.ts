import * as vscode from 'vscode';

/** The type by which a drag of rows without a file carries the text to insert for them. */
export const insertedType = 'application/vnd.kling-tasks.text';

/** Inserts rows that are dropped into a text with Shift: the editor itself would insert the resource of their tab, which is nothing outside. */
export function insertDroppedRows(): vscode.Disposable {
	return vscode.languages.registerDocumentDropEditProvider(
		'*',
		{
			provideDocumentDropEdits: async (_document, _position, data) => {
				const text = (await data.get(insertedType)?.asString()) ?? '';
				return text === '' ? undefined : new vscode.DocumentDropEdit(text, vscode.l10n.t('Insert Link or Name'));
			},
		},
		{ dropMimeTypes: [insertedType] },
	);
}
