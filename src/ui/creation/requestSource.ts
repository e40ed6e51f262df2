import * as vscode from 'vscode';
import type { Creation } from '../../creation/creation';
import { schemaUri } from '../../requests/schemaUri';
import { requestFileName } from '../text/creation/rows';

/** The request of a creation, open as a document. */
interface OpenedRequest {
	readonly document: vscode.TextDocument;
	/** Its file is gone, or it never had one: the document is new, with the text that was run. */
	readonly isNew: boolean;
}

/** Opens the request file of a creation, as it is now; without a file, a new document with the text that was run. */
export async function openRequest({ source }: Creation): Promise<OpenedRequest> {
	const open = source.uri === undefined ? undefined : await openFile(source.uri);
	return open === undefined
		? { document: await vscode.workspace.openTextDocument({ language: 'jsonc', content: withSchema(source.text) }), isNew: true }
		: { document: open, isNew: false };
}

/** Says why a new document is shown in place of the request file. */
export function goneText(creation: Creation): string {
	const name = requestFileName(creation);
	return name === undefined
		? vscode.l10n.t('This request was run without a file. The new document has its text as it was run.')
		: vscode.l10n.t({
				message: 'The request file {0} cannot be opened any more. The new document has its text as it was run.',
				args: [name],
				comment: ['{0} is the name of a file.'],
			});
}

async function openFile(text: string): Promise<vscode.TextDocument | undefined> {
	try {
		const uri = vscode.Uri.parse(text, true);
		// A document without a file is gone as soon as it is closed; opening its address would make an empty one.
		return uri.scheme === 'untitled'
			? vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())
			: await vscode.workspace.openTextDocument(uri);
	} catch {
		return undefined;
	}
}

/** The text, which names the schema: a document without a file name is a request only by that. */
function withSchema(text: string): string {
	return text.includes(schemaUri) ? text : text.replace(/^\s*\{/, (start) => `${start}\n  "$schema": ${JSON.stringify(schemaUri)},`);
}
