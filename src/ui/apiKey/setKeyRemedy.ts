import * as vscode from 'vscode';
import { commandRemedy } from '../message';
import type { Remedy } from '../userError';

/**
 * The button that asks for a key.
 * @param ask asks for the key of a certain origin; without it, the command asks for the base URL's
 */
export function setKeyRemedy(ask?: () => Promise<unknown>): Remedy {
	const label = vscode.l10n.t('Set API Key');
	return ask === undefined ? commandRemedy(label, 'kling.setApiKey') : { label, run: ask };
}
