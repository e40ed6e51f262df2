import * as vscode from 'vscode';
import type { Fix } from '../../requests/problem';
import { fixText } from '../text/requests/problems';
import { rangeIn } from './ranges';
import { diagnosticOf } from './requestDiagnostics';
import type { RequestDocuments } from './requestDocuments';

/** The file that a request names is not read, because the workspace is not trusted. */
export const untrustedCodes: ReadonlySet<string> = new Set(['file-untrusted', 'text-untrusted']);

/** Quick fixes for the problems of request files. */
export class RequestFixProvider implements vscode.CodeActionProvider {
	static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
	readonly #documents: RequestDocuments;

	constructor(documents: RequestDocuments) {
		this.#documents = documents;
	}

	provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
		// Of another version the ranges would be wrong; the editor asks again when the diagnostics change.
		const problems = this.#documents.checked(document)?.problems ?? [];
		return problems
			.filter((problem) => rangeIn(document, problem.range).intersection(range) !== undefined)
			.flatMap((problem) => {
				const diagnostic = diagnosticOf(document, problem);
				const fixes = problem.fixes.map((fix) => actionOf(document, fix, diagnostic, problem.fixes.length === 1));
				return untrustedCodes.has(problem.code) ? [...fixes, trustAction(diagnostic)] : fixes;
			});
	}
}

function actionOf(document: vscode.TextDocument, fix: Fix, diagnostic: vscode.Diagnostic, isOnly: boolean): vscode.CodeAction {
	const action = new vscode.CodeAction(fixText(fix), vscode.CodeActionKind.QuickFix);
	action.diagnostics = [diagnostic];
	action.isPreferred = isOnly;
	action.edit = new vscode.WorkspaceEdit();
	action.edit.set(
		document.uri,
		fix.edits.map(({ range, text }) => new vscode.TextEdit(rangeIn(document, range), text)),
	);
	return action;
}

/** The editor has no way to ask for trust, but a page on which it is given. */
function trustAction(diagnostic: vscode.Diagnostic): vscode.CodeAction {
	const title = vscode.l10n.t('Manage Workspace Trust');
	const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
	action.diagnostics = [diagnostic];
	action.command = { command: 'workbench.trust.manage', title };
	return action;
}
