import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import { formsOf, secretIn, secretsBelow } from '../../support/secrets';

/** Where a secret is found among what an extension leaves behind: its files, its logs and its mementos. Empty: nowhere. */
export async function findSecret(secret: string, context: vscode.ExtensionContext): Promise<readonly string[]> {
	const forms = formsOf(secret);
	// The extension host's logs are beside the extension's own.
	const folders = [context.globalStorageUri.fsPath, dirname(context.logUri.fsPath), context.storageUri?.fsPath].filter(
		(folder) => folder !== undefined,
	);
	const below = await Promise.all(folders.map((folder) => secretsBelow(folder, forms)));
	const files = new Set(below.flatMap(({ found }) => found.map(({ file }) => file)));
	const mementos = [context.globalState, context.workspaceState].flatMap((memento, index) => {
		const values = memento.keys().map((key) => `${key} ${JSON.stringify(memento.get<unknown>(key))}`);
		return values.some((value) => secretIn(Buffer.from(value), forms).length > 0) ? [index === 0 ? 'globalState' : 'workspaceState'] : [];
	});
	return [...files, ...mementos];
}
