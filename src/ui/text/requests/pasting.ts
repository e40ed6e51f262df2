import * as vscode from 'vscode';
import type { PastedRequest, PasteWarning } from '../../../requests/pastedRequest';
import { shown } from '../../../core/shown';
import { operationLabel } from '../operations';
import { sentences } from '../sentences';

/** What was left out of a request that was made from a copied text, and what it lacks; undefined if neither is so. */
export function pastingText({
	operation,
	droppedKey,
	warnings,
}: Pick<PastedRequest, 'operation' | 'droppedKey' | 'warnings'>): string | undefined {
	const key = droppedKey ? vscode.l10n.t('The API key in the copied text was left out of the request.') : undefined;
	const lacking = operation === undefined ? vscode.l10n.t('The copied text does not say which operation it is for: enter it.') : undefined;
	const text = sentences(key, lacking, ...warnings.map(warningText));
	return text === '' ? undefined : text;
}

function warningText(warning: PasteWarning): string {
	switch (warning.kind) {
		case 'variables':
			return vscode.l10n.t({
				message: 'These fields had variables as values and need one now: {0}.',
				args: [shown(warning.fields.slice(0, 5).join(', ')) + (warning.fields.length > 5 ? ' …' : '')],
				comment: ['{0} is a list of names of fields.'],
			});
		case 'bodyInFile':
			return vscode.l10n.t({
				message: 'The body is in “{0}”, which was not read. Paste its content into the request.',
				args: [shown(warning.file.slice(-100))],
				comment: ['{0} is the name of a file.'],
			});
		case 'noBody':
			return vscode.l10n.t('The copied text has no JSON body.');
		case 'several':
			return vscode.l10n.t({
				message: 'The copied text has {0} requests. This is the first of them.',
				args: [warning.count],
				comment: ['{0} is a count.'],
			});
	}
}

/** “Text to Video: A fox in snow”: what a copied request makes. */
export function pastedRequestLabel({ operation }: Pick<PastedRequest, 'operation'>): string {
	return operation === undefined ? vscode.l10n.t('Operation not known yet') : operationLabel(operation);
}
