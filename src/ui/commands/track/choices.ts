import * as vscode from 'vscode';
import { hostOf } from '../../../core/origin';
import type { Candidate } from './candidates';

/** A candidate with its API origin. */
export type Located = Candidate & { readonly origin: string };

/**
 * Asks which host to use if a link names another host than the base URL; a task stays with the host it was tracked on.
 * @throws vscode.CancellationError when the person cancels
 */
export async function chooseOrigin(references: readonly Candidate[], configured: string): Promise<readonly Located[]> {
	const foreign = [...new Set(references.flatMap(({ origin }) => (origin === undefined || origin === configured ? [] : [origin])))];
	if (foreign.length === 0) {
		return references.map((reference) => ({ ...reference, origin: configured }));
	}
	const asNamed = {
		label: foreign.map(hostOf).join(', '),
		description: vscode.l10n.t('named in the link; needs an API key of its own'),
		choose: 'named' as const,
	};
	const asConfigured = {
		label: hostOf(configured),
		description: vscode.l10n.t('base URL in the settings'),
		choose: 'configured' as const,
	};
	const picked = await vscode.window.showQuickPick([asConfigured, asNamed], {
		title: references.length === 1 ? vscode.l10n.t('Which API has this task?') : vscode.l10n.t('Which API has these tasks?'),
		placeHolder: vscode.l10n.t('The link names another host than the settings'),
		ignoreFocusOut: true,
	});
	if (picked === undefined) {
		throw new vscode.CancellationError();
	}
	return references.map((reference) => ({
		...reference,
		origin: picked.choose === 'named' ? (reference.origin ?? configured) : configured,
	}));
}
