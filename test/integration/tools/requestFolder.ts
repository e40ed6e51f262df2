import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { cleanSlate } from '../../support/extension';
import { Messages } from './messages';

/** A folder of the workspace with files of each test of a suite, and the messages that are shown. */
export interface RequestFolder {
	/** Absolute path. */
	readonly path: string;
	readonly messages: Messages;
	readonly write: (name: string, content: string | Uint8Array) => vscode.Uri;
	/** As a person opens it: of a document that an extension opens, the editor holds the text for minutes. */
	readonly open: (name: string, content: string) => Promise<vscode.TextDocument>;
}

/** Makes the folder before each test of the suite, and removes it afterwards with all editors. */
export function requestFolder(name: string): RequestFolder {
	let root = '';
	let messages: Messages;
	before(async () => {
		await cleanSlate();
		const [folder] = vscode.workspace.workspaceFolders ?? [];
		assert.ok(folder);
		root = join(folder.uri.fsPath, name);
	});
	beforeEach(() => {
		mkdirSync(root, { recursive: true });
		messages = new Messages();
	});
	afterEach(async () => {
		messages.dispose();
		while (vscode.window.activeTextEditor !== undefined) {
			await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
		}
		rmSync(root, { recursive: true, force: true });
	});
	const write = (file: string, content: string | Uint8Array): vscode.Uri => {
		writeFileSync(join(root, file), content);
		return vscode.Uri.file(join(root, file));
	};
	return {
		get path() {
			return root;
		},
		get messages() {
			return messages;
		},
		write,
		open: async (file, content) => {
			await vscode.commands.executeCommand('vscode.open', write(file, content));
			const document = vscode.window.activeTextEditor?.document;
			assert.ok(document);
			assert.ok(document.uri.path.endsWith(`/${file}`));
			return document;
		},
	};
}
