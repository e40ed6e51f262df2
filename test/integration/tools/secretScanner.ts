import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as vscode from 'vscode';

/** Where a text is found among what an extension leaves behind: its files, its logs and its mementos. Empty: nowhere. */
export function findSecret(secret: string, context: vscode.ExtensionContext): readonly string[] {
	// The extension host's logs lie beside the extension's own.
	const folders = [
		context.globalStorageUri.fsPath,
		dirname(context.logUri.fsPath),
		...(context.storageUri === undefined ? [] : [context.storageUri.fsPath]),
	];
	const forms = [
		Buffer.from(secret, 'utf8'),
		Buffer.from(secret, 'utf16le'),
		Buffer.from(encodeURIComponent(secret)),
		Buffer.from(Buffer.from(secret).toString('base64').slice(0, -4)),
	];
	const files = folders.flatMap(filesOf).filter((file) => {
		const content = readFileSync(file);
		return file.includes(secret) || forms.some((form) => content.includes(form));
	});
	const mementos = [context.globalState, context.workspaceState].flatMap((memento, index) => {
		const values = memento.keys().map((key) => `${key} ${JSON.stringify(memento.get<unknown>(key))}`);
		return values.some((value) => value.includes(secret)) ? [index === 0 ? 'globalState' : 'workspaceState'] : [];
	});
	return [...files, ...mementos];
}

function filesOf(folder: string): readonly string[] {
	if (!existsSync(folder)) {
		return [];
	}
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.map((name) => join(folder, name))
		.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}
