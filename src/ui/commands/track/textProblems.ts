import * as vscode from 'vscode';
import { longestText, type PastedText } from '../../../core/paste/pastedText';
import { assertNever } from '../../../core/assertNever';
import { setKeyRemedy } from '../../apiKey/setKeyRemedy';
import { commandRemedy } from '../../message';
import { UserError } from '../../userError';
import { sizeText } from '../../text/media';
import { sentences } from '../../text/sentences';

/**
 * The text is too long.
 * @param size in characters, or in bytes for a file
 */
export function tooLong(size: number): UserError {
	return new UserError(
		vscode.l10n.t(
			'The text has {0}; at most {1} are read at once. Take a part of it that holds the task ids.',
			sizeText(size),
			sizeText(longestText),
		),
	);
}

/** The text is an API key; it is neither shown nor stored. */
export function resemblesKey(): UserError {
	return new UserError(vscode.l10n.t('This looks like an API key. It was not stored; set it with “Set API key”.'), [setKeyRemedy()]);
}

/** Why no task was found in a text, in whole sentences. */
export function reasonText({ unreadable }: PastedText): string {
	const reason = unreadable[0]?.reason ?? 'notUnderstood';
	switch (reason) {
		case 'badId':
			return vscode.l10n.t('A task id holds only letters, digits, “-”, “_” and “=”, at most 128.');
		case 'badUrl':
		case 'noTaskId':
			return vscode.l10n.t('A link ends in /kling/v1/, the operation and the task id, for example …/videos/text2video/871234567890123456.');
		case 'notHttps':
			return vscode.l10n.t('A link starts with https:// (http:// only for this machine).');
		case 'unknownOperation':
			return vscode.l10n.t('An operation is written like videos/text2video.');
		case 'secret':
			return vscode.l10n.t('It holds an API key, which is not read here.');
		case 'empty':
		case 'notUnderstood':
			return vscode.l10n.t('Paste a task id such as 871234567890123456, a link, a curl line or a JSON answer.');
		default:
			return assertNever(reason);
	}
}

/** No task was found in the text, and why. */
export function nothingFound(read: PastedText): UserError {
	return new UserError(sentences(vscode.l10n.t('No task was found in this text.'), reasonText(read)), [
		commandRemedy(vscode.l10n.t('Try again'), 'kling.trackTask'),
	]);
}
