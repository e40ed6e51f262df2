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
		label: vscode.l10n.t({ message: 'On {0}', args: [foreign.map(hostOf).join(', ')], comment: ['{0} is one or more host names.'] }),
		description: vscode.l10n.t('host from the link; requires its own API key'),
		choose: 'named' as const,
	};
	const asConfigured = {
		label: vscode.l10n.t({ message: 'On {0}', args: [hostOf(configured)], comment: ['{0} is a host name.'] }),
		description: vscode.l10n.t('configured base URL'),
		choose: 'configured' as const,
	};
	const picked = await vscode.window.showQuickPick([asConfigured, asNamed], {
		title: vscode.l10n.t('Select the API Host'),
		placeHolder: vscode.l10n.t('The link points to a different host than the base URL'),
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
