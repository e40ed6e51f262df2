import * as vscode from 'vscode';
import type { Disposable } from '../../core/emitter';
import { longestPastedRequest } from '../../requests/pastedRequest';
import { schemaUri } from '../../requests/schemaUri';
import { showMessage } from '../message';
import { pastedRequestEdit, type PastedRequestEdit } from './pastedRequestEdit';
import { isRequestFile, pasteSelector } from './requestDocument';

/** Makes request files of the copied create requests that are pasted into empty ones. */
export function registerRequestPaste(): Disposable {
	const kind = vscode.DocumentDropOrPasteEditKind.Empty.append('kling', 'request');
	return vscode.languages.registerDocumentPasteEditProvider(pasteSelector, new RequestPasteProvider(kind), {
		providedPasteEditKinds: [kind],
		pasteMimeTypes: ['text/plain'],
	});
}

class RequestPasteEdit extends vscode.DocumentPasteEdit {
	/** What was left out, for the person who has pasted. */
	readonly message: PastedRequestEdit['message'];

	constructor({ insertText, message }: PastedRequestEdit, kind: vscode.DocumentDropOrPasteEditKind) {
		super(insertText, vscode.l10n.t('Paste as Request'), kind);
		this.message = message;
	}
}

/** See `registerRequestPaste`. */
export class RequestPasteProvider implements vscode.DocumentPasteEditProvider<RequestPasteEdit> {
	readonly #kind: vscode.DocumentDropOrPasteEditKind;

	constructor(kind: vscode.DocumentDropOrPasteEditKind) {
		this.#kind = kind;
	}

	async provideDocumentPasteEdits(
		document: vscode.TextDocument,
		ranges: readonly vscode.Range[],
		dataTransfer: vscode.DataTransfer,
		_context: vscode.DocumentPasteEditContext,
		token: vscode.CancellationToken,
	): Promise<RequestPasteEdit[] | undefined> {
		const [range, another] = ranges;
		const content = contentOf(document);
		if (range === undefined || another !== undefined || content === undefined) {
			return undefined;
		}
		// Before anything else is awaited: the transfer ends with the paste.
		const text = (await dataTransfer.get('text/plain')?.asString()) ?? '';
		if (text.length > longestPastedRequest || token.isCancellationRequested) {
			return undefined;
		}
		const edit = pastedRequestEdit(text, { ...(content === 'schema' && { schema: schemaUri }), indent: indentOf(document) });
		if (edit === undefined) {
			return undefined;
		}
		const pasted = new RequestPasteEdit(edit, this.#kind);
		if (document.getText() !== '') {
			// The whole text is replaced: without a text to insert, the editor makes the additional edit alone.
			pasted.insertText = '';
			pasted.additionalEdit = new vscode.WorkspaceEdit();
			const end = document.lineAt(document.lineCount - 1).range.end;
			pasted.additionalEdit.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), end), edit.insertText);
		}
		return [pasted];
	}

	/** Called when the edit is applied. */
	resolveDocumentPasteEdit(edit: RequestPasteEdit): RequestPasteEdit {
		if (edit.message !== undefined) {
			void showMessage(edit.message.severity, edit.message.text);
		}
		return edit;
	}
}

/** Blank, or an object that has nothing but a schema. */
const emptyRequest = /^\s*(?:\{\s*(?:"\$schema"\s*:\s*"([^"\\\n]*)"\s*,?\s*)?\}\s*)?$/;

/**
 * What a request file has that pasting may replace: nothing, or the schema of a document of another name. Undefined if it has more, or if a
 * document is no request.
 */
function contentOf(document: vscode.TextDocument): 'nothing' | 'schema' | undefined {
	const content = document.getText();
	const match = content.length > 500 ? null : emptyRequest.exec(content);
	if (match === null) {
		return undefined;
	}
	return match[1] === schemaUri ? 'schema' : isRequestFile(document.uri) && !document.isUntitled ? 'nothing' : undefined;
}

/** One level, as the editor indents. */
function indentOf(document: vscode.TextDocument): string {
	const { insertSpaces = true, tabSize = 2 } =
		vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.options ?? {};
	return insertSpaces === false ? '\t' : ' '.repeat(typeof tabSize === 'number' ? Math.min(tabSize, 8) : 2);
}
