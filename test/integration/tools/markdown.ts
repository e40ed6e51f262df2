import type { MarkdownString } from 'vscode';

/** The text of a hover as a person reads it: without escapes, and without the spaces of no width that keep links apart. */
export function plainText({ value }: Pick<MarkdownString, 'value'>): string {
	return value
		.replace(/&nbsp;/g, ' ')
		.replace(/\\([\\`*_{}[\]()#+\-!~>.|])/g, '$1')
		.replace(/\u200B/g, '')
		.replace(/ {2}\n/g, '\n');
}
