import * as vscode from 'vscode';
import { readPastedText, type PastedReference, type PastedText } from '../../../core/paste/pastedText';
import { escapeCodicons } from '../../text/foreignText';
import { sizeText } from '../../text/media';
import { operationLabel } from '../../text/operations';
import { shortId } from '../../text/tasks';
import { readAtOnce } from '../pasteReader';
import { isUncertain, nameOrId, type Source } from './candidates';
import { reasonText } from './textProblems';

/** A row of the input. Choosing it takes the text of its source; a row without a source is information only. */
export type Offer = vscode.QuickPickItem & { readonly source?: Source; /** It opens a request instead. */ readonly opensRequest?: true };

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
	return [{ label, description: foundText(references), iconPath: new vscode.ThemeIcon(icon), alwaysShow: true, source }];
}

/** What was found in a text, in one line, by names where there are some. */
export function foundText(references: readonly PastedReference[]): string {
	const shown = references.filter((reference) => !isUncertain(reference)).slice(0, 3);
	const [first] = shown;
	if (first === undefined) {
		return vscode.l10n.t('may be a task ID or an API key; you confirm before it is tracked');
	}
	return escapeCodicons(
		references.length === 1
			? vscode.l10n.t({
					message: '1 task: {0}',
					args: [first.name === undefined ? first.id : `${first.name} · ${first.id}`],
					comment: ['{0} is a task ID, or a name and a task ID.'],
				})
			: vscode.l10n.t({
					message: '{0} tasks: {1}',
					args: [references.length, shown.map(nameOrId).join(', ') + (references.length > shown.length ? ' …' : '')],
					comment: ['{0} is a count.', '{1} is a list of names or IDs of tasks.'],
				}),
	);
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
			// On a line of its own: beside the label it would be cut off.
			detail: reasonText(read),
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
	if (read.references.length > 1) {
		return {
			label: vscode.l10n.t({ message: 'Track {0} tasks', args: [read.references.length], comment: ['{0} is a count.'] }),
			description: escapeCodicons(
				read.references
					.slice(0, 3)
					.map(({ name, id }) => name ?? shortId(id))
					.join(', '),
			),
			iconPath: new vscode.ThemeIcon('eye'),
			alwaysShow: true,
			source: 'input',
		};
	}
	return {
		label: escapeCodicons(
			vscode.l10n.t({ message: 'Track {0}', args: [nameOrId(first)], comment: ['{0} is the name or the ID of a task.'] }),
		),
		description: typedDescription(first),
		iconPath: new vscode.ThemeIcon('eye'),
		alwaysShow: true,
		source: 'input',
	};
}

function typedDescription(reference: PastedReference): string {
	const { name, id, operation } = reference;
	const next =
		reference.suspect !== undefined
			? vscode.l10n.t('may be rounded; you confirm before it is tracked')
			: operation !== undefined
				? operationLabel(operation)
				: vscode.l10n.t('the operation is found automatically');
	return name === undefined ? next : `${id} · ${next}`;
}
