import * as vscode from 'vscode';
import type { Log } from '../tracking/ports';
import { commandIds, registerCommands, type CommandHandlers, type CommandId } from './commands/commandRegistry';
import { UserError } from './userError';

/** What stands in for everything when the database cannot be opened: the view says why, and so does every command. */
export function registerUnavailable(reason: 'noSqlite' | 'unusable', log: Log & { show(): void }): vscode.Disposable {
	const message =
		reason === 'noSqlite'
			? vscode.l10n.t('Kling Tasks needs VS Code 1.105 or newer: this editor has no SQLite.')
			: vscode.l10n.t('Kling Tasks cannot open its database. The log tells why; nothing was deleted.');
	const refuse = (): never => {
		throw new UserError(message, [{ label: vscode.l10n.t('Show log'), run: () => log.show() }]);
	};
	const handlers = Object.fromEntries(commandIds.map((id) => [id, id === 'kling.showLog' ? () => log.show() : refuse] satisfies [CommandId, () => unknown]));
	const view = vscode.window.createTreeView('kling.tasks', { treeDataProvider: { getChildren: () => [], getTreeItem: () => new vscode.TreeItem('') } });
	view.message = message;
	void vscode.window.showErrorMessage(message);
	// Every id of the list has its handler above.
	return vscode.Disposable.from(view, registerCommands(handlers as CommandHandlers, log));
}
