import * as vscode from 'vscode';
import { findOperation, operationKey } from '../../core/operation';
import type { TaskKey } from '../../core/task';
import { bodyText } from '../../requests/bodyText';
import { priceClass } from '../../requests/priceClass';
import { omitUndefined } from '../../core/omitUndefined';
import { commandRemedy } from '../message';
import { mediaProblemText } from '../text/requests/files';
import {
	firstErrorText,
	notAllReadText,
	notOnOfflineKlingText,
	notRunText,
	notSentText,
	refusedText,
	takeName,
} from '../text/requests/editor';
import { problemText } from '../text/requests/problems';
import { isUserError, UserError } from '../userError';
import type { DryRuns } from './dryRuns';
import { mediaForSending } from './mediaForSending';
import { rangeIn } from './ranges';
import { isRequestDocument, isRequestFile, requestName } from './requestDocument';
import type { CheckedRequest, RequestDocuments } from './requestDocuments';
import { requestOf, type RequestPreviews } from './requestPreviews';
import type { RequestSession } from './requestSession';
import { takesOf } from './runValues';
import { workspaceFiles } from './workspaceFiles';

export interface RequestCommandParts {
	readonly documents: RequestDocuments;
	readonly previews: RequestPreviews;
	readonly runs: DryRuns;
	readonly now: () => number;
	/** Aborted when the support for request files ends. */
	readonly signal: AbortSignal;
}

/** **Kling: Preview Request**; `args` as the editor passes them. */
export async function previewRequests({ documents, previews, signal }: RequestCommandParts, args: readonly unknown[]): Promise<void> {
	for (const document of await requestsOf(args)) {
		await documents.check(document, signal);
		await previews.show(document.uri);
	}
}

/**
 * **Kling: Dry Run Request**; `args` as the editor passes them. Of several requests each is run that can be.
 * @throws UserError with what is wrong with the first one that cannot
 */
export async function dryRunRequests(parts: RequestCommandParts, session: RequestSession, args: readonly unknown[]): Promise<void> {
	if (!vscode.workspace.isTrusted) {
		throw new UserError(
			vscode.l10n.t('Requests are not run in a workspace that you do not trust: whoever wrote its files would decide what is sent.'),
			[commandRemedy(vscode.l10n.t('Manage Workspace Trust'), 'workbench.trust.manage')],
		);
	}
	const requests = await requestsOf(args);
	const failures: unknown[] = [];
	for (const document of requests) {
		try {
			await dryRun(parts, session, document);
		} catch (error) {
			failures.push(error);
		}
	}
	if (failures.length > 0) {
		throw failureOf(failures[0], failures.length, requests.length);
	}
	const isShown = vscode.window.visibleTextEditors.some(({ document }) =>
		requests.some(({ uri }) => uri.toString() === document.uri.toString()),
	);
	if (!isShown) {
		// Nothing else on the screen says how they stand.
		await vscode.commands.executeCommand('kling.showTasks');
	}
}

/** One message for all requests that were not run: the first reason. */
function failureOf(first: unknown, failed: number, count: number): Error {
	if (count > 1 && isUserError(first)) {
		return new UserError(notRunText(failed, count, first.message), first.remedies, first.severity);
	}
	return first instanceof Error ? first : new Error(String(first));
}

async function dryRun({ runs, ...parts }: RequestCommandParts, session: RequestSession, document: vscode.TextDocument): Promise<void> {
	const { uri } = document;
	const before = runs.stateOf(uri);
	if (before?.kind === 'starting') {
		return; // A second press.
	}
	// Already now: its files may take long to read.
	runs.set(uri, { kind: 'starting' });
	let checked: CheckedRequest;
	try {
		checked = await checkedForRun(parts, document);
	} catch (failure) {
		runs.set(uri, before);
		throw failure;
	}
	try {
		runs.set(uri, { kind: 'created', keys: await create({ runs, ...parts }, session, checked) });
	} catch (failure) {
		if (runs.stateOf(uri)?.kind === 'starting') {
			runs.set(uri, undefined);
		}
		throw failure;
	}
}

/** @throws UserError with its first error, which is shown in the editor, or because the offline Kling does not have its operation */
async function checkedForRun(
	{ documents, signal }: Pick<RequestCommandParts, 'documents' | 'signal'>,
	document: vscode.TextDocument,
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
	const { operation } = checked.parsed.file;
	if (operation !== undefined && findOperation(operation.path) === undefined) {
		throw new UserError(
			notOnOfflineKlingText(requestName(document.uri), operationKey(operation.path)),
			[commandRemedy(vscode.l10n.t('Preview'), 'kling.previewRequest', document.uri)],
			'info',
		);
	}
	return checked;
}

/** As many characters of a name go to a task: as many as an imported list may give. */
const longestName = 200;

/** The name of a task on one line; undefined if nothing is left of it. */
function taskName(text: string): string | undefined {
	return text.replace(/\s+/g, ' ').trim().slice(0, longestName) || undefined;
}

/** Creates a task for each take. */
async function create(
	{ runs, now, signal }: RequestCommandParts,
	session: RequestSession,
	checked: CheckedRequest,
): Promise<readonly TaskKey[]> {
	const { document, parsed, facts } = checked;
	const { operation, name } = parsed.file;
	const keys: TaskKey[] = [];
	// The name that the editor gives a document which is not saved says nothing about its task.
	const title = taskName(name?.value ?? (document.isUntitled ? '' : requestName(document.uri).replace(/\.kling\.json$/, '')));
	for (const { body, allFilesKnown } of takesOf(parsed.file, facts, now())) {
		if (!allFilesKnown) {
			throw new UserError(notSentText(requestName(document.uri), notAllReadText()));
		}
		if (operation === undefined || body === undefined) {
			throw new Error('A request without errors has no body');
		}
		const media = await mediaForSending(body, workspaceFiles(document.uri), signal);
		if (!('base64' in media)) {
			throw new UserError(notSentText(requestName(document.uri), mediaProblemText(media)));
		}
		const outcome = await session.dryRun({
			operation: operation.path,
			body: bodyText(body, { media: ({ path }) => media.base64.get(path) ?? '' }),
			...omitUndefined({
				name: title === undefined || parsed.file.repeat.count === 1 ? title : takeName(title, keys.length + 1),
				priceClass: priceClass(operation.path, body),
			}),
		});
		if (!outcome.ok) {
			runs.set(document.uri, { kind: 'refused', message: outcome.message });
			throw new UserError(refusedText(requestName(document.uri), outcome.code, outcome.message));
		}
		keys.push(outcome.key);
	}
	return keys;
}

/**
 * What a command acts on: the files that it is called on, else the request in front, also through its preview.
 * @param args of the Explorer: the file clicked, then all that are selected; of a lens or a title button: its document
 * @throws UserError when there is none
 */
async function requestsOf(args: readonly unknown[]): Promise<readonly vscode.TextDocument[]> {
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
