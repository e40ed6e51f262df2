import * as vscode from 'vscode';
import { findOperation, operationKey } from '../../core/operation';
import type { TaskKey } from '../../core/task';
import { bodyText } from '../../requests/bodyText';
import { priceClass } from '../../requests/priceClass';
import { omitUndefined } from '../../core/omitUndefined';
import { commandRemedy } from '../message';
import { mediaProblemText } from '../text/requests/files';
import { notAllReadText, notOnOfflineKlingText, notSentText, refusedText, takeName } from '../text/requests/editor';
import { UserError } from '../userError';
import type { DryRuns } from './dryRuns';
import { mediaForSending } from './mediaForSending';
import { requestName } from './requestDocument';
import type { CheckedRequest, RequestDocuments } from './requestDocuments';
import type { RequestPreviews } from './requestPreviews';
import type { RequestSession } from './requestSession';
import { checkedForRun, failureOf, requestsOf, requireTrust, taskName } from './requestTargets';
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
	requireTrust();
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
		checked = await checkedForDryRun(parts, document);
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
async function checkedForDryRun(
	{ documents, signal }: Pick<RequestCommandParts, 'documents' | 'signal'>,
	document: vscode.TextDocument,
): Promise<CheckedRequest> {
	const checked = await checkedForRun(documents, document, signal);
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

/** Creates a task for each take. */
async function create(
	{ runs, now, signal }: RequestCommandParts,
	session: RequestSession,
	checked: CheckedRequest,
): Promise<readonly TaskKey[]> {
	const { document, parsed, facts } = checked;
	const { operation } = parsed.file;
	const keys: TaskKey[] = [];
	const title = taskName(checked);
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
