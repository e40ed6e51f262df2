import * as vscode from 'vscode';
import { readPastedText, type PastedReference, type PastedText } from '../../../core/paste/pastedText';
import { mayBeKey } from '../../../core/paste/secretText';
import { escapeCodicons } from '../../text/foreignText';
import { sizeText } from '../../text/media';
import { operationLabel } from '../../text/operations';
import { shortId } from '../../text/tasks';
import { readAtOnce } from '../pasteReader';
import { reasonText } from './textProblems';

/** Source of a text. */
export type Source = 'input' | 'selection' | 'clipboard' | 'file';

/** A row of the input. Choosing it takes the text of its source; a row without a source is information only. */
export type Offer = vscode.QuickPickItem & { readonly source?: Source };

/** Whether a reference could also be an API key: it is neither shown nor tracked until a person confirms that it is a task ID. */
export function isUncertain({ sure, id }: PastedReference): boolean {
	return sure === 'guess' && mayBeKey(id);
}

/** A row for a text, with the tasks found in it; no row for a text without tasks or with an API key. */
export function offer(text: string, source: Source, label: string, icon: string): readonly Offer[] {
	if (text.trim() === '') {
		return [];
	}
	if (text.length > readAtOnce) {
		return [unreadItem(text, source, label, icon)];
	}
	const { references, secret } = readPastedText(text);
	if (references.length === 0 || secret === 'apiKey') {
		return [];
	}
	const ids = references
		.filter((reference) => !isUncertain(reference))
		.slice(0, 3)
		.map(({ id }) => id);
	if (ids.length === 0) {
		return [
			{
				label,
				description: vscode.l10n.t('may be a task ID or an API key; you confirm before it is tracked'),
				iconPath: new vscode.ThemeIcon(icon),
				alwaysShow: true,
				source,
			},
		];
	}
	const description =
		references.length === 1
			? vscode.l10n.t({ message: '1 task: {0}', args: [ids.join()], comment: ['{0} is a task ID.'] })
			: vscode.l10n.t({
					message: '{0} tasks: {1}',
					args: [references.length, ids.join(', ') + (references.length > ids.length ? ' …' : '')],
					comment: ['{0} is a count.', '{1} is a list of task IDs.'],
				});
	return [{ label, description: escapeCodicons(description), iconPath: new vscode.ThemeIcon(icon), alwaysShow: true, source }];
}

/** A row for a long text, which is not read yet: reading would block the extension host while a person types. */
export function unreadItem(text: string, source: Source, label: string, icon: string): Offer {
	return { label, description: sizeText(text.length), iconPath: new vscode.ThemeIcon(icon), alwaysShow: true, source };
}

/** The row that shows what was found in the typed text. */
export function typedItem(read: PastedText): Offer {
	const [first] = read.references;
	if (first === undefined) {
		return {
			label: vscode.l10n.t('No task found in this text'),
			description: reasonText(read),
			iconPath: new vscode.ThemeIcon('circle-slash'),
			alwaysShow: true,
		};
	}
	if (read.references.length === 1 && isUncertain(first)) {
		return {
			label: vscode.l10n.t('Is this a task ID?'),
			description: vscode.l10n.t('It may be an API key; you confirm before it is tracked'),
			iconPath: new vscode.ThemeIcon('question'),
			alwaysShow: true,
			source: 'input',
		};
	}
	const operation = first.operation !== undefined ? operationLabel(first.operation) : vscode.l10n.t('next: choose the operation');
	return {
		label:
			read.references.length === 1
				? vscode.l10n.t({ message: 'Track {0}', args: [first.id], comment: ['{0} is a task ID.'] })
				: vscode.l10n.t({ message: 'Track {0} tasks', args: [read.references.length], comment: ['{0} is a count.'] }),
		description:
			read.references.length === 1
				? operation
				: read.references
						.slice(0, 3)
						.map(({ id }) => shortId(id))
						.join(', '),
		iconPath: new vscode.ThemeIcon('eye'),
		alwaysShow: true,
		source: 'input',
	};
}
