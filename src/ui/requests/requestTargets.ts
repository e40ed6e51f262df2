import * as vscode from 'vscode';
import { commandRemedy } from '../message';
import { firstErrorText, notRunText } from '../text/requests/editor';
import { problemText } from '../text/requests/problems';
import { isUserError, UserError } from '../userError';
import { rangeIn } from './ranges';
import { isRequestDocument, isRequestFile, requestName } from './requestDocument';
import type { CheckedRequest, RequestDocuments } from './requestDocuments';
import { requestOf } from './requestPreviews';

/** @throws UserError in a workspace that the person does not trust */
export function requireTrust(): void {
	if (!vscode.workspace.isTrusted) {
		throw new UserError(
			vscode.l10n.t('Requests are not run in a workspace that you do not trust: whoever wrote its files would decide what is sent.'),
			[commandRemedy(vscode.l10n.t('Manage Workspace Trust'), 'workbench.trust.manage')],
		);
	}
}

/**
 * What a command acts on: the files that it is called on, else the request in front, also through its preview.
 * @param args of the Explorer: the file clicked, then all that are selected; of a lens or a title button: its document
 * @throws UserError when there is none
 */
export async function requestsOf(args: readonly unknown[]): Promise<readonly vscode.TextDocument[]> {
	const [one, all] = args;
	const several: readonly unknown[] = Array.isArray(all) ? all : [];
	const named = [one, ...several].filter((argument) => argument instanceof vscode.Uri);
	const uris = named.length > 0 ? named : frontRequest();
	const documents: vscode.TextDocument[] = [];
	for (const [, uri] of new Map(uris.map((each) => [each.toString(), requestOf(each) ?? each]))) {
		const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
		const document = open ?? (isRequestFile(uri) ? await openFile(uri) : undefined);
		if (document !== undefined && isRequestDocument(document)) {
			documents.push(document);
		}
	}
	if (documents.length === 0) {
		throw noRequest();
	}
	return documents;
}

function frontRequest(): readonly vscode.Uri[] {
	const front = vscode.window.activeTextEditor?.document.uri;
	return front === undefined ? [] : [front];
}

async function openFile(uri: vscode.Uri): Promise<vscode.TextDocument> {
	try {
		return await vscode.workspace.openTextDocument(uri);
	} catch {
		throw new UserError(vscode.l10n.t({ message: '{0} cannot be opened.', args: [requestName(uri)], comment: ['{0} is a file name.'] }));
	}
}

function noRequest(): UserError {
	return new UserError(
		vscode.l10n.t('Open a request file first: its name ends with .kling.json, and its language is JSON with Comments.'),
		[commandRemedy(vscode.l10n.t('New Request…'), 'kling.newRequest')],
		'info',
	);
}

/**
 * Checks a request with its files as they are now.
 * @throws UserError with its first error, which is shown in the editor; the signal's reason when it is aborted
 */
export async function checkedForRun(
	documents: RequestDocuments,
	document: vscode.TextDocument,
	signal: AbortSignal,
): Promise<CheckedRequest> {
	const checked = await documents.check(document, signal);
	if (checked === undefined) {
		throw noRequest();
	}
	const error = checked.problems.find(({ severity }) => severity === 'error');
	if (error !== undefined) {
		const range = rangeIn(document, error.range);
		await vscode.window.showTextDocument(document, { selection: range, preview: true });
		throw new UserError(firstErrorText(requestName(document.uri), range.start.line + 1, problemText(error)));
	}
	return checked;
}

/** As many characters of a name go to a task: as many as an imported list may give. */
const longestName = 200;

/** The name of the task of a request, on one line; undefined if nothing is left of it. */
export function taskName({ document, parsed: { file } }: CheckedRequest): string | undefined {
	// The name that the editor gives a document which is not saved says nothing about its task.
	const text = file.name?.value ?? (document.isUntitled ? '' : requestName(document.uri).replace(/\.kling\.json$/, ''));
	return text.replace(/\s+/g, ' ').trim().slice(0, longestName) || undefined;
}

/** One message for all requests that were not run: the first reason. */
export function failureOf(first: unknown, failed: number, count: number): Error {
	if (count > 1 && isUserError(first)) {
		return new UserError(notRunText(failed, count, first.message), first.remedies, first.severity);
	}
	return first instanceof Error ? first : new Error(String(first));
}
