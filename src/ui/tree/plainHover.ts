import * as vscode from 'vscode';
import { shown } from '../../core/shown';

/** A hover in which nothing is a link, HTML or a command. */
export function plainHover(): vscode.MarkdownString {
	const hover = new vscode.MarkdownString();
	hover.isTrusted = false;
	hover.supportHtml = false;
	return hover;
}

/** The most height of a picture in a hover, px: what is said under it is to be seen without scrolling. */
const posterHeight = 144;

/** Adds a small picture of a file of ours: its path is nobody else's text. */
export function appendPoster(hover: vscode.MarkdownString, path: string): void {
	hover.appendMarkdown(`![](${vscode.Uri.file(path).toString()}|height=${posterHeight})\n\n`);
}

/** Adds facts, one a line. */
export function appendFacts(hover: vscode.MarkdownString, facts: readonly { readonly label: string; readonly value: string }[]): void {
	facts.forEach(({ label, value }, index) => {
		hover.appendMarkdown(index === 0 ? '' : '  \n');
		appendPlain(hover, `${label}: ${cut(value)}`);
	});
}

/** How many characters of a value a hover shows: a prompt may have thousands. */
const mostCharacters = 300;

function cut(value: string): string {
	const characters = Array.from(value);
	return characters.length > mostCharacters ? `${characters.slice(0, mostCharacters - 1).join('')}…` : value;
}

/**
 * Adds text as text: `appendText` escapes Markdown, but not what GitHub's flavour makes a link or a tag of (a bare URL, an e-mail address,
 * `<`). A space of no width breaks those. Words are added one by one, because it makes every space one that does not wrap.
 */
export function appendPlain(hover: vscode.MarkdownString, text: string, around = ''): void {
	const inert = shown(text)
		.trim()
		.replace(/:\/\/|www\.|@|<|&|mailto:|xmpp:/gi, '$&\u200B');
	hover.appendMarkdown(around);
	inert.split(/(\s+)/).forEach((part) => {
		if (part.trim() === '') {
			hover.appendMarkdown(part.includes('\n') ? '  \n' : part === '' ? '' : ' ');
		} else {
			hover.appendText(part);
		}
	});
	hover.appendMarkdown(around);
}
