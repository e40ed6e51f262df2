import * as vscode from 'vscode';
import type { PastedRequest } from '../../../requests/pastedRequest';
import { commandRemedy } from '../../message';
import { escapeCodicons } from '../../text/foreignText';
import { operationLabel } from '../../text/operations';
import type { Remedy } from '../../userError';
import type { Offer } from './offers';

/** What every create request has: a body, or a command that sends one. */
const sign = /\{|\bcurl\b/;

/** The create request in a text, such as a curl command with POST; undefined if there is none of which the operation is certain. */
export async function createRequestIn(text: string): Promise<PastedRequest | undefined> {
	if (!sign.test(text)) {
		return undefined;
	}
	const { readPastedRequest } = await import('../../requests/newRequests');
	const request = readPastedRequest(text);
	return request?.operation === undefined ? undefined : request;
}

/** The row that makes a request file of the pasted text. */
export function requestItem({ operation, droppedKey }: PastedRequest): Offer {
	return {
		label: vscode.l10n.t('New Request from This Line'),
		description: operation === undefined ? '' : escapeCodicons(operationLabel(operation)),
		detail: droppedKey
			? vscode.l10n.t('It creates a task. The request opens without the API key.')
			: vscode.l10n.t('It creates a task. The request opens in an editor.'),
		iconPath: new vscode.ThemeIcon('new-file'),
		alwaysShow: true,
		opensRequest: true,
	};
}

/** The button for it. */
export function requestRemedy(text: string): Remedy {
	return commandRemedy(vscode.l10n.t('New Request from This Text'), 'kling.newRequest', { text });
}
