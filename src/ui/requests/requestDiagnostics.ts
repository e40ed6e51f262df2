import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { RequestProblem } from '../../requests/problem';
import { checksJson } from '../settings';
import { problemText } from '../text/requests/problems';
import { rangeIn } from './ranges';
import type { CheckedRequest, RequestDocuments } from './requestDocuments';

/** Whose diagnostics they are, beside each message. */
const diagnosticSource = 'Kling';

const severities = {
	error: vscode.DiagnosticSeverity.Error,
	warning: vscode.DiagnosticSeverity.Warning,
	information: vscode.DiagnosticSeverity.Information,
} as const;

/** Shows the problems of open request files; those of a closed one go. */
export class RequestDiagnostics implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #collection = this.#own.own(vscode.languages.createDiagnosticCollection(diagnosticSource));

	constructor(documents: RequestDocuments) {
		this.#own.own(documents.onDidCheck((request) => this.#collection.set(request.document.uri, diagnosticsOf(request))));
		this.#own.own(documents.onDidClose((uri) => this.#collection.delete(uri)));
	}

	dispose(): void {
		this.#own.dispose();
	}
}

function diagnosticsOf({ document, problems }: CheckedRequest): vscode.Diagnostic[] {
	const skipsSyntax = editorChecksJson();
	return problems.filter(({ code }) => !(skipsSyntax && code === 'syntax')).map((problem) => diagnosticOf(document, problem));
}

/** The diagnostic of a problem. */
export function diagnosticOf(document: vscode.TextDocument, problem: RequestProblem): vscode.Diagnostic {
	const diagnostic = new vscode.Diagnostic(rangeIn(document, problem.range), problemText(problem), severities[problem.severity]);
	diagnostic.source = diagnosticSource;
	diagnostic.code = problem.code;
	return diagnostic;
}

/**
 * Whether the editor underlines errors in the syntax of JSON itself, as errors: it cannot be asked not to, so that ours would stand beside
 * them. Of equal keys it only warns; ours says that the file cannot be run.
 */
function editorChecksJson(): boolean {
	return vscode.extensions.getExtension('vscode.json-language-features') !== undefined && checksJson();
}
