import * as vscode from 'vscode';
import { longestText, type PastedText } from '../../../core/paste/pastedText';
import { assertNever } from '../../../core/assertNever';
import { setKeyRemedy } from '../../apiKey/setKeyRemedy';
import { commandRemedy } from '../../message';
import { UserError, type Remedy } from '../../userError';
import { sizeText } from '../../text/media';
import { sentences } from '../../text/sentences';
import type { Source } from './candidates';
import { createRequestIn, requestRemedy } from './requestOffer';

/**
 * The text is too long.
 * @param size in characters
 */
export function tooLong(size: number): UserError {
	return new UserError(
		vscode.l10n.t({
			message: 'The text is {0}; the limit is {1}. Paste the part with the task IDs instead.',
			args: [sizeText(size), sizeText(longestText)],
			comment: ['{0} is a size such as “20.0 MB”.', '{1} is a size such as “16.0 MB”.'],
		}),
	);
}

/** The text is an API key; it is neither shown nor stored. */
export function resemblesKey(): UserError {
	return new UserError(vscode.l10n.t('This looks like an API key. It was not stored. Use “Set API Key” instead.'), [setKeyRemedy()]);
}

/** Why no task was found in a text, in whole sentences. */
export function reasonText({ unreadable }: PastedText): string {
	const reason = unreadable[0]?.reason ?? 'notUnderstood';
	switch (reason) {
		case 'badId':
			return vscode.l10n.t('A task ID has at most 128 characters: letters, digits, “-”, “_” and “=”.');
		case 'cutId':
			return vscode.l10n.t(
				'This task ID is not whole: something was left out, masked or rounded. Copy it again where it is shown in full.',
			);
		case 'badUrl':
		case 'noTaskId':
			return vscode.l10n.t(
				'A link ends with /kling/v1/, the operation and the task ID, for example …/videos/text2video/871234567890123456.',
			);
		case 'notHttps':
			return vscode.l10n.t('A link must start with https:// (http:// only for this computer).');
		case 'secret':
			return vscode.l10n.t('The text contains an API key. Use “Set API Key” instead.');
		case 'empty':
		case 'notUnderstood':
			return vscode.l10n.t('Paste a task ID such as 871234567890123456, a link, curl command or JSON response.');
		default:
			return assertNever(reason);
	}
}

/** No task was found in the text, and why. */
export async function nothingFound(
	read: PastedText,
	{ text, source }: { readonly text: string; readonly source: Source | 'command' },
): Promise<UserError> {
	if ((await createRequestIn(text)) !== undefined) {
		return new UserError(vscode.l10n.t('No task found in this text: it is a request that creates one.'), [requestRemedy(text)]);
	}
	switch (source) {
		case 'selection':
			return new UserError(sentences(vscode.l10n.t('No task found in the selection.'), missingText(read)), [pasteInstead()]);
		case 'file':
			return new UserError(sentences(vscode.l10n.t('No task found in the file.'), missingText(read)), [pasteInstead()]);
		case 'input':
		case 'clipboard':
		case 'command':
			return new UserError(sentences(vscode.l10n.t('No task found in this text.'), reasonText(read)), [
				commandRemedy(vscode.l10n.t('Try Again'), 'kling.trackTask'),
			]);
	}
}

/** Why no task was found in a text that was not pasted. */
function missingText(read: PastedText): string {
	const reason = read.unreadable[0]?.reason ?? 'notUnderstood';
	return reason === 'empty' || reason === 'notUnderstood'
		? vscode.l10n.t('A task is recognised by its ID such as 871234567890123456, a link, a curl command or a JSON response.')
		: reasonText(read);
}

function pasteInstead(): Remedy {
	return commandRemedy(vscode.l10n.t('Paste a Task ID'), 'kling.trackTask');
}
