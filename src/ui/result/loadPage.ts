import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { folderSource } from './contentSecurityPolicy';
import { resultHtml } from './resultHtml';

/** What a page may load, and what it is called. */
export interface PageTerms {
	readonly extensionUri: vscode.Uri;
	/** The origins of the task's media. */
	readonly origins: readonly string[];
	/** Those of the kept files. */
	readonly folders: readonly vscode.Uri[];
	readonly title: string;
}

/** Loads the result page into a webview, in place of what is there. Nothing else than these media can be loaded in it. */
export function loadPage(webview: vscode.Webview, { extensionUri, origins, folders, title }: PageTerms): void {
	const pageFolder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
	webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [pageFolder, ...folders] };
	webview.html = resultHtml({
		nonce: randomBytes(16).toString('base64url'),
		cspSource: webview.cspSource,
		mediaOrigins: origins,
		fileFolders: folders.flatMap((folder) => folderSource(webview.asWebviewUri(folder).toString()) ?? []),
		language: vscode.env.language,
		title,
		scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(pageFolder, 'result.js')).toString(),
		styleUri: webview.asWebviewUri(vscode.Uri.joinPath(pageFolder, 'result.css')).toString(),
	});
}
