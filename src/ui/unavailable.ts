import * as vscode from 'vscode';
import { unreachable } from '../core/unreachable';
import type { Log } from '../tracking/ports/host';
import { commandIds, registerCommands, type CommandHandlers, type CommandId } from './commands/commandRegistry';
import { UserError } from './userError';

/**
 * Why the database is not there.
 * - `noSqlite`: this editor cannot have one
 * - `unusable`: it cannot be opened
 * - `held`: another program holds it; it is opened when that one lets go. `by` is that program, where it is known.
 */
export type Unavailability = { readonly kind: 'noSqlite' | 'unusable' } | { readonly kind: 'held'; readonly by: string | undefined };

/** What stands in for everything while the database is not open: the view says why, and so does every command. */
export function registerUnavailable(reason: Unavailability, log: Log & { show(): void }): vscode.Disposable {
	const message = reasonText(reason);
	const refuse = (): never => {
		throw new UserError(message, [{ label: vscode.l10n.t('Show log'), run: () => log.show() }]);
	};
	const handlers = Object.fromEntries(
		commandIds.map((id) => [id, id === 'kling.showLog' ? () => log.show() : refuse] satisfies [CommandId, () => unknown]),
	);
	const view = vscode.window.createTreeView('kling.tasks', {
		treeDataProvider: { getChildren: () => [], getTreeItem: () => new vscode.TreeItem('') },
	});
	view.message = message;
	void (reason.kind === 'held' ? vscode.window.showWarningMessage(message) : vscode.window.showErrorMessage(message));
	// Every id of the list has its handler above.
	return vscode.Disposable.from(view, registerCommands(handlers as CommandHandlers, log));
}

function reasonText(reason: Unavailability): string {
	switch (reason.kind) {
		case 'noSqlite':
			return vscode.l10n.t('Kling Tasks needs VS Code 1.105 or newer: this editor has no SQLite.');
		case 'unusable':
			return vscode.l10n.t('Kling Tasks cannot open its database. The log tells why; nothing was deleted.');
		case 'held':
			return reason.by === undefined
				? vscode.l10n.t('Another program holds the file of the task list. Kling Tasks starts as soon as it is released.')
				: vscode.l10n.t('{0} holds the file of the task list. Kling Tasks starts as soon as it is released.', reason.by);
		default:
			return unreachable(reason);
	}
}
