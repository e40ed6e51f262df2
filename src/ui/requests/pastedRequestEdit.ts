import * as vscode from 'vscode';
import { operationKey, operations } from '../../core/operation';
import { readPastedRequest, toRequestFile } from '../../requests/pastedRequest';
import type { Severity } from '../message';
import { pastingText } from '../text/requests/pasting';

/** What is pasted instead of a copied create request. */
export interface PastedRequestEdit {
	/** A snippet if the person is to choose the operation from a list. */
	readonly insertText: string | vscode.SnippetString;
	/** What was left out. */
	readonly message: { readonly severity: Severity; readonly text: string } | undefined;
}

/**
 * The request file of a copied create request; undefined if the text contains none.
 * @param options as of `toRequestFile`
 */
export function pastedRequestEdit(text: string, options: Parameters<typeof toRequestFile>[1]): PastedRequestEdit | undefined {
	const request = readPastedRequest(text);
	if (request === undefined) {
		return undefined;
	}
	const left = pastingText(request);
	return {
		insertText: withOperation(toRequestFile(request, options), request.operation === undefined),
		message: left === undefined ? undefined : { severity: request.warnings.length > 0 ? 'warning' : 'info', text: left },
	};
}

function withOperation(text: string, isMissing: boolean): string | vscode.SnippetString {
	const empty = '"operation": ""';
	const at = isMissing ? text.indexOf(empty) + empty.length - 1 : -1;
	if (at === -1) {
		return text;
	}
	const snippet = new vscode.SnippetString();
	snippet.appendText(text.slice(0, at));
	snippet.appendChoice(operations.map(operationKey));
	snippet.appendText(text.slice(at));
	return snippet;
}
