import * as vscode from 'vscode';
import type { Disposable } from '../../core/emitter';
import { operationKey, operations } from '../../core/operation';
import { schemaUri } from '../../requests/newRequestText';
import { parseRequestFile } from '../../requests/parseRequestFile';
import { longestPastedRequest, readPastedRequest, toRequestFile, type PastedRequest } from '../../requests/pastedRequest';
import { showMessage } from '../message';
import { pastingText } from '../text/requests/pasting';

/** The request files that are open to being pasted into: by their names, or untitled with the schema. */
const selector: vscode.DocumentSelector = ['jsonc', 'json'].flatMap((language) => [
	{ language, pattern: '**/*.kling.json' },
	{ language, scheme: 'untitled' },
]);

/** Makes request files of the copied requests that are pasted into empty ones. */
export function registerRequestPaste(): Disposable {
	const kind = vscode.DocumentDropOrPasteEditKind.Empty.append('kling', 'request');
	return vscode.languages.registerDocumentPasteEditProvider(selector, new RequestPasteProvider(kind), {
		providedPasteEditKinds: [kind],
		pasteMimeTypes: ['text/plain'],
	});
}

class RequestPasteEdit extends vscode.DocumentPasteEdit {
	/** What was left out, for the person who has pasted. */
	readonly request: PastedRequest;

	constructor(text: string | vscode.SnippetString, kind: vscode.DocumentDropOrPasteEditKind, request: PastedRequest) {
		super(text, vscode.l10n.t('Paste as Request'), kind);
		this.request = request;
	}
}

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
		const content = document.getText();
		const isUnnamed = document.uri.scheme === 'untitled';
		if (range === undefined || another !== undefined || !isEmptyRequest(content, isUnnamed)) {
			return undefined;
		}
		const text = (await dataTransfer.get('text/plain')?.asString()) ?? '';
		const request = token.isCancellationRequested || text.length > longestPastedRequest ? undefined : readPastedRequest(text);
		if (request === undefined) {
			return undefined;
		}
		const schema = content.includes(schemaUri) ? schemaUri : undefined;
		const edit = new RequestPasteEdit(pasted(request, schema), this.#kind, request);
		edit.additionalEdit = withoutRest(document, range);
		return [edit];
	}

	/** Called when the edit is applied. */
	resolveDocumentPasteEdit(edit: RequestPasteEdit): RequestPasteEdit {
		const text = pastingText(edit.request);
		if (text !== undefined) {
			void showMessage(edit.request.warnings.length > 0 ? 'warning' : 'info', text);
		}
		return edit;
	}
}

/** Whether a request file has nothing yet that pasting would replace. An untitled document is one only with the schema. */
function isEmptyRequest(content: string, isUnnamed: boolean): boolean {
	if (content.trim() === '') {
		return !isUnnamed;
	}
	if (content.length > 500) {
		return false;
	}
	const { root } = parseRequestFile(content).file;
	const [schema, ...others] = root?.properties ?? [];
	const isOnlyObject = root !== undefined && `${content.slice(0, root.start)}${content.slice(root.end)}`.trim() === '';
	return isOnlyObject && others.length === 0 && (schema === undefined ? !isUnnamed : schema.key === '$schema');
}

/** The text to insert. If the operation is not known, the person chooses it from a list at once. */
function pasted(request: PastedRequest, schema: string | undefined): string | vscode.SnippetString {
	const text = toRequestFile(request, { ...(schema !== undefined && { schema }) });
	const empty = '"operation": ""';
	const at = request.operation === undefined ? text.indexOf(empty) : -1;
	if (at === -1) {
		return text;
	}
	const snippet = new vscode.SnippetString();
	snippet.appendText(text.slice(0, at + empty.length - 1));
	snippet.appendChoice(operations.map(operationKey));
	snippet.appendText(text.slice(at + empty.length - 1));
	return snippet;
}

/** Removes what stands around the range that is pasted over. Touching edits may be made together, overlapping ones not. */
function withoutRest(document: vscode.TextDocument, range: vscode.Range): vscode.WorkspaceEdit {
	const edit = new vscode.WorkspaceEdit();
	const start = new vscode.Position(0, 0);
	const end = document.lineAt(document.lineCount - 1).range.end;
	if (range.start.isAfter(start)) {
		edit.delete(document.uri, new vscode.Range(start, range.start));
	}
	if (range.end.isBefore(end)) {
		edit.delete(document.uri, new vscode.Range(range.end, end));
	}
	return edit;
}
