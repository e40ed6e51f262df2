import * as vscode from 'vscode';
import type { Creation } from '../../creation/creation';
import { operationKey, sameOperation } from '../../core/operation';
import { readPastedText } from '../../core/paste/pastedText';
import type { ApiError } from '../../core/problem';
import type { TaskKey } from '../../core/task';
import { setKeyRemedy } from '../apiKey/setKeyRemedy';
import { showingProgress } from '../progress';
import { otherTaskQuestion, type Question } from '../text/creation/commands';
import { creationLabel } from '../text/creation/rows';
import { operationLabel } from '../text/operations';
import { causeText } from '../text/problems';
import { sentences } from '../text/sentences';
import { UserError } from '../userError';
import type { CreationCommandParts } from './creationCommands';

type Parts = Pick<CreationCommandParts, 'api' | 'keys' | 'clock' | 'creations' | 'askForKey'>;
type Confirm = (question: Question) => Promise<void>;

/** The longest text (characters) that is read as an ID, a link or a response. */
const longestInput = 50_000;

/**
 * **I Have the ID…**: the person names the task of a creation.
 * @returns the task, which is tracked now
 * @throws UserError if the API does not show such a task; vscode.CancellationError when the person cancels
 */
export async function enterTaskId(parts: Parts, creation: Creation, confirm: Confirm): Promise<TaskKey> {
	const typed = await vscode.window.showInputBox({
		title: vscode.l10n.t({
			message: 'Task ID of {0}',
			args: [creationLabel(creation)],
			comment: ['{0} is the name of a request.'],
		}),
		prompt: vscode.l10n.t('Paste the ID, or a link or response that contains it. The API console lists the tasks of the account.'),
		placeHolder: vscode.l10n.t('task ID'),
		ignoreFocusOut: true,
		validateInput: (text) => {
			const read = readTaskId(text, creation);
			return text.trim() === '' || read.ok ? undefined : read.message;
		},
	});
	if (typed === undefined || typed.trim() === '') {
		throw new vscode.CancellationError();
	}
	const read = readTaskId(typed, creation);
	if (!read.ok) {
		throw new UserError(read.message);
	}
	return track(parts, creation, read.id, confirm);
}

/** **Track That Task**: the one that the API has under the external ID of a creation. */
export async function trackFound(parts: Parts, creation: Creation, confirm: Confirm): Promise<TaskKey> {
	const { reason } = creation;
	if (reason?.otherTaskId === undefined) {
		throw new vscode.CancellationError();
	}
	return track(parts, creation, reason.otherTaskId, confirm);
}

/** The task ID in what a person has typed or pasted. */
function readTaskId(
	text: string,
	{ operation }: Creation,
): { readonly ok: true; readonly id: string } | { readonly ok: false; readonly message: string } {
	if (text.length > longestInput) {
		return { ok: false, message: vscode.l10n.t('The text is too long. Paste the ID alone.') };
	}
	const { references, secret } = readPastedText(text);
	const [only, more] = references;
	if (secret === 'apiKey') {
		return { ok: false, message: vscode.l10n.t('This looks like an API key, not like a task ID.') };
	}
	if (only === undefined) {
		return { ok: false, message: vscode.l10n.t('The text contains no task ID.') };
	}
	if (more !== undefined) {
		return { ok: false, message: vscode.l10n.t('The text contains several task IDs. Paste one.') };
	}
	if (only.operation !== undefined && !sameOperation(only.operation, operation)) {
		return {
			ok: false,
			message: vscode.l10n.t({
				message: 'This is a task of {0}, but the request is of {1}.',
				args: [operationKey(only.operation), operationKey(operation)],
				comment: ['{0} and {1} are operations such as videos/text2video.'],
			}),
		};
	}
	return { ok: true, id: only.id };
}

/** Checks with one query that the API has the task, and asks if it seems to be another one. */
async function track(
	{ api, keys, clock, creations, askForKey }: Parts,
	creation: Creation,
	id: string,
	confirm: Confirm,
): Promise<TaskKey> {
	const { operation } = creation;
	const apiKey = await keys.get(operation.origin);
	if (apiKey === undefined) {
		throw new UserError(causeText({ kind: 'noKey' }, operation.origin), [setKeyRemedy(() => askForKey(operation.origin))]);
	}
	const outcome = await showingProgress(
		clock,
		vscode.l10n.t('Kling: Checking the task…'),
		({ signal }) => api.query({ ...operation, id }, apiKey, signal),
		{ cancellable: true },
	);
	if (!outcome.ok) {
		throw new UserError(notShownText(outcome.error, creation, id));
	}
	const { externalTaskId: found } = outcome.snapshot;
	const { externalId: expected } = creation;
	// Many gateways show none.
	if (expected !== undefined && found !== undefined && found !== expected) {
		await confirm(otherTaskQuestion(creation, id, found, expected));
	}
	return creations.found(creation.id, id);
}

function notShownText(error: ApiError, { operation }: Creation, id: string): string {
	return error.kind === 'notFound' || error.kind === 'badRequest'
		? vscode.l10n.t({
				message: 'The API does not show a task {0} under {1}. Check the ID.',
				args: [id, operationLabel(operation)],
				comment: ['{0} is an ID, {1} an operation such as “Text to Video”.'],
			})
		: sentences(
				vscode.l10n.t({ message: 'Task {0} could not be checked.', args: [id], comment: ['{0} is an ID.'] }),
				causeText(error, operation.origin),
			);
}
