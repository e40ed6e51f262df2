import * as vscode from 'vscode';
import type { TextRange } from '../../requests/jsonNode';

/** A part of a text as the editor counts it. */
export function rangeIn(document: vscode.TextDocument, { start, end }: TextRange): vscode.Range {
	return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** Whether a position of the text is in a part of it, or at its end. */
export function touches({ start, end }: TextRange, offset: number): boolean {
	return start <= offset && offset <= end;
}
