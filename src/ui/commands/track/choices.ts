import * as vscode from 'vscode';
import { omitUndefined } from '../../../core/omitUndefined';
import type { PastedReference, PastedText } from '../../../core/paste/pastedText';
import { hostOf } from '../../../core/origin';
import { operationLabel } from '../../text/operations';
import { isUncertain, type Source } from './offers';

/** A reference with its API origin. */
export type Located = PastedReference & { readonly origin: string };

/**
 * Asks which references to track if there are several or any is a guess. Not asked: a single clear reference, or a single typed guess that
 * cannot be an API key.
 * @throws vscode.CancellationError when the person cancels or selects none
 */
export async function confirm(read: PastedText, source: Source | 'command'): Promise<readonly PastedReference[]> {
	const { references } = read;
	const [first] = references;
	if (references.length === 1 && first !== undefined && (first.sure === 'clear' || (source === 'input' && !isUncertain(first)))) {
		return references;
	}
	const severalLines = new Set(references.map(({ line }) => line)).size > 1;
	const picked = await vscode.window.showQuickPick(
		references.map((reference) => ({
			label: reference.id,
			description: reference.operation !== undefined ? operationLabel(reference.operation) : vscode.l10n.t('operation unknown'),
			...omitUndefined({
				detail: isUncertain(reference)
					? vscode.l10n.t('may be an API key: select it only if it is a task ID')
					: severalLines
						? vscode.l10n.t({ message: 'Line {0}', args: [reference.line], comment: ['{0} is a line number.'] })
						: undefined,
			}),
			picked: reference.sure === 'clear',
			reference,
		})),
		{
			title: vscode.l10n.t('Select Tasks to Track'),
			placeHolder: references.some(({ sure }) => sure === 'clear')
				? vscode.l10n.t({
						message: '{0} possible tasks. Clear the ones you don’t want to track.',
						args: [references.length],
						comment: ['{0} is a count.'],
					})
				: vscode.l10n.t({
						message: '{0} possible tasks. Select the ones to track.',
						args: [references.length],
						comment: ['{0} is a count.'],
					}),
			canPickMany: true,
			ignoreFocusOut: true,
		},
	);
	if (picked === undefined || picked.length === 0) {
		throw new vscode.CancellationError();
	}
	return picked.map(({ reference }) => reference);
}

/**
 * Asks which host to use if a link names another host than the base URL; a task stays with the host it was tracked on.
 * @throws vscode.CancellationError when the person cancels
 */
export async function chooseOrigin(references: readonly PastedReference[], configured: string): Promise<readonly Located[]> {
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
