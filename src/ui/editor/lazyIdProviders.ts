import * as vscode from 'vscode';
import type { Disposables } from '../../core/disposables';
import type * as Providers from './idProviders';

/**
 * The languages in which IDs of tracked tasks have a hover. Without a scheme: what is a file here is something else in a remote window.
 */
const languages = ['plaintext', 'markdown', 'json', 'jsonc', 'log', 'csv'];

/**
 * Links in the terminal and hovers in text on the IDs of tracked tasks. Registered when the store is open; the code is loaded when a line is
 * first asked about while something is tracked.
 * @param own disposes the registrations
 */
export function registerIdProviders(own: Disposables, parts: Providers.IdProviderParts): void {
	const load = async (): Promise<typeof Providers | undefined> => {
		const { active, finished } = parts.tasks.counts();
		return active + finished === 0 ? undefined : import('./idProviders');
	};
	const links: vscode.TerminalLinkProvider<Providers.TaskLink> = {
		provideTerminalLinks: async ({ line }) => (await load())?.terminalLinks(line, parts) ?? [],
		handleTerminalLink: ({ node }) => vscode.commands.executeCommand('kling.openResult', node),
	};
	own.own(vscode.window.registerTerminalLinkProvider(links));
	own.own(
		vscode.languages.registerHoverProvider(languages, {
			provideHover: async (document, position) => (await load())?.taskHover(document, position, parts),
		}),
	);
}
