// The minimum that an extension of this kind does on activation: loads an HTTP client, opens SQLite, registers a view and 15 commands.
import { DatabaseSync } from 'node:sqlite';
import fetch from 'node-fetch';
import * as vscode from 'vscode';

/** @param databaseFile absolute; created if missing */
export function activate(databaseFile: string): vscode.Disposable {
	const database = new DatabaseSync(databaseFile);
	database.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS tasks (key TEXT PRIMARY KEY)');
	const rows = database.prepare('SELECT key FROM tasks').all();
	const view = vscode.window.createTreeView('kling.tasks', {
		treeDataProvider: { getChildren: () => rows, getTreeItem: () => new vscode.TreeItem('') },
	});
	const commands = Array.from({ length: 15 }, (_, index) =>
		vscode.commands.registerCommand(`minimal.command${index}`, () => fetch('http://127.0.0.1/')),
	);
	return vscode.Disposable.from(view, ...commands, { dispose: () => database.close() });
}
