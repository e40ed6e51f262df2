import * as vscode from 'vscode';
import { isFinished, type Task } from '../../core/task';
import { assertNever } from '../../core/assertNever';
import { escapeCodicons } from '../text/foreignText';

/**
 * Which tasks the list shows, until the person clears it; `running` are all that have not finished, `unsaved` those with a result that is not
 * kept as a file and still can be.
 */
export type TaskFilter =
	{ readonly kind: 'running' | 'failed' | 'unviewed' } | { readonly kind: 'unsaved' } | { readonly kind: 'text'; readonly text: string };

/** A longer text (characters) is cut: each key stroke and the list's message show it. */
const longestText = 200;

/** Whether a task matches a filter; by text the search decides, and what is not saved its downloads. */
export function matches(task: Task, filter: TaskFilter | undefined): boolean {
	switch (filter?.kind) {
		case undefined:
		case 'text':
		case 'unsaved':
			return true;
		case 'running':
			return !isFinished(task);
		case 'failed':
			return task.status === 'failed';
		case 'unviewed':
			return isFinished(task) && task.viewedAt === undefined;
		default:
			return assertNever(filter);
	}
}

/**
 * Asks for a filter; what is typed is offered as a text to filter by, so one list and one Enter are enough.
 * @param current the filter in use
 * @returns the choice; undefined if the person cancels
 */
export async function askForFilter(current: TaskFilter | undefined): Promise<TaskFilter | undefined> {
	const kinds = [
		{ label: vscode.l10n.t('Running'), iconPath: new vscode.ThemeIcon('sync'), filter: { kind: 'running' } },
		{ label: vscode.l10n.t('Failed'), iconPath: new vscode.ThemeIcon('error'), filter: { kind: 'failed' } },
		{ label: vscode.l10n.t('Not Viewed'), iconPath: new vscode.ThemeIcon('circle-filled'), filter: { kind: 'unviewed' } },
		{ label: vscode.l10n.t('Not Saved'), iconPath: new vscode.ThemeIcon('cloud-download'), filter: { kind: 'unsaved' } },
	] as const satisfies readonly (vscode.QuickPickItem & { filter: TaskFilter })[];
	const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly filter: TaskFilter }>();
	pick.title = vscode.l10n.t('Filter Tasks');
	pick.placeholder = vscode.l10n.t('Choose what to show, or type a part of a name, an ID or an operation');
	const offer = (): void => {
		const text = pick.value.trim().slice(0, longestText);
		const typed =
			text === ''
				? []
				: [
						{
							label: vscode.l10n.t({
								message: 'Tasks with “{0}”',
								args: [escapeCodicons(text)],
								comment: ['{0} is what the person has typed.'],
							}),
							iconPath: new vscode.ThemeIcon('search'),
							alwaysShow: true,
							filter: { kind: 'text', text } as const,
						},
					];
		pick.items = [...kinds, ...typed];
	};
	if (current?.kind === 'text') {
		pick.value = current.text;
	}
	offer();
	pick.activeItems = pick.items.filter(({ filter }) => filter.kind === current?.kind);
	return new Promise((resolve) => {
		pick.onDidChangeValue(offer);
		pick.onDidAccept(() => {
			// Enter may come before the entries follow what was typed.
			const filter = pick.selectedItems[0]?.filter;
			const text = pick.value.trim();
			resolve((filter === undefined || filter.kind === 'text') && text !== '' ? { kind: 'text', text } : filter);
			pick.hide();
		});
		pick.onDidHide(() => {
			resolve(undefined);
			pick.dispose();
		});
		pick.show();
	});
}
