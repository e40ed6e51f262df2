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
			description: reference.operation !== undefined ? operationLabel(reference.operation) : vscode.l10n.t('operation not named'),
			...omitUndefined({
				detail: isUncertain(reference)
					? vscode.l10n.t('may be a key: check it only if it is a task id')
					: severalLines
						? vscode.l10n.t('line {0}', reference.line)
						: undefined,
			}),
			picked: reference.sure === 'clear',
			reference,
		})),
		{
			title: vscode.l10n.t('Kling: track which tasks?'),
			placeHolder: references.some(({ sure }) => sure === 'clear')
				? vscode.l10n.t('{0} found; uncheck what is no task', references.length)
				: vscode.l10n.t('{0} found; check what is a task', references.length),
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
		label: vscode.l10n.t('On {0}', foreign.map(hostOf).join(', ')),
		description: vscode.l10n.t('as the link says; needs an API key of its own'),
		choose: 'named' as const,
	};
	const asConfigured = {
		label: vscode.l10n.t('On {0}', hostOf(configured)),
		description: vscode.l10n.t('the base URL of your settings'),
		choose: 'configured' as const,
	};
	const picked = await vscode.window.showQuickPick([asConfigured, asNamed], {
		title: vscode.l10n.t('Kling: look at it where?'),
		placeHolder: vscode.l10n.t('The link names another host than the base URL'),
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
