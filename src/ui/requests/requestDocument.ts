import * as vscode from 'vscode';

/** Names the schema in a document whose name does not: one that is not saved, or was saved under the name that the editor suggests. */
const schemaLine = /"\$schema"\s*:\s*"kling-schema:\/request\.schema\.json"/;
/** In so many characters at its beginning such a document names the schema. */
const headCharacters = 2_000;
/** Documents of other schemes, such as the earlier version in a comparison, are not what a person writes. */
const schemes: ReadonlySet<string> = new Set(['file', 'untitled', 'vscode-remote']);

/** The languages of request files; `json` after a person has chosen it. */
const requestLanguages = ['jsonc', 'json'] as const;

/** What documents the editor asks about; `isRequestDocument` decides. */
export const requestSelector: vscode.DocumentSelector = requestLanguages.map((language) => ({ language }));

/** Those of them into which a request may be pasted: for the others every paste would wait for this extension. */
export const pasteSelector: vscode.DocumentSelector = requestLanguages.flatMap((language) => [
	{ language, pattern: '**/*.kling.json' },
	{ language, scheme: 'untitled' },
]);

/** Whether a file is a request file, by its name. */
export function isRequestFile(uri: vscode.Uri): boolean {
	return uri.path.endsWith('.kling.json');
}

/** Whether a document is a request: a file of that name, or one of any name that names the schema of requests. */
export function isRequestDocument(document: vscode.TextDocument): boolean {
	const { uri, languageId } = document;
	if (
		!requestLanguages.some((language) => language === languageId) ||
		(!schemes.has(uri.scheme) && vscode.workspace.getWorkspaceFolder(uri) === undefined)
	) {
		return false;
	}
	return isRequestFile(uri) || schemaLine.test(document.getText(head).slice(0, headCharacters));
}

/** Its lines may be long: the text in it is cut again. */
const head = new vscode.Range(0, 0, 50, 0);

/** `text-to-video.kling.json`: what a request is called in messages. */
export function requestName({ path }: vscode.Uri): string {
	return path.slice(path.lastIndexOf('/') + 1);
}
