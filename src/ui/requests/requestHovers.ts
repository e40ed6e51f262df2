import * as vscode from 'vscode';
import { maskKeys } from '../../core/keyWord';
import { expressionsOf, type FoundExpression } from '../../requests/expressions';
import type { RequestFacts } from '../../requests/fileFacts';
import type { RequestFile } from '../../requests/requestFile';
import { resolveRequest } from '../../requests/resolve';
import type { ResolvedValue } from '../../requests/resolvedValue';
import { takesText } from '../text/requests/editor';
import { mediaFactsText, textFactsText } from '../text/requests/mediaFacts';
import { shown } from '../../core/shown';
import { rangeIn, touches } from './ranges';
import type { ReadRequest, RequestDocuments } from './requestDocuments';
import { dateOf } from './runValues';

/** A hover shows at most so many characters of a text. */
const mostCharacters = 1_000;

/** What an expression stands for now. */
type Value = { readonly kind: 'code'; readonly text: string } | { readonly kind: 'sentence'; readonly text: string } | undefined;

/** The value of the expression at the pointer, as text alone: it comes from files. */
export class RequestHoverProvider implements vscode.HoverProvider {
	readonly #documents: RequestDocuments;
	readonly #now: () => number;

	constructor(documents: RequestDocuments, now: () => number) {
		this.#documents = documents;
		this.#now = now;
	}

	provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
		const request = this.#documents.read(document);
		const offset = document.offsetAt(position);
		const found = request && expressionsOf(request.parsed.file).find(({ range }) => touches(range, offset));
		const value = request && found && valueOf(found, request, this.#now());
		if (found === undefined || value === undefined) {
			return undefined;
		}
		const markdown = new vscode.MarkdownString();
		return new vscode.Hover(
			value.kind === 'code' ? markdown.appendCodeblock(cut(maskKeys(shown(value.text))), 'plaintext') : markdown.appendText(value.text),
			rangeIn(document, found.range),
		);
	}
}

function valueOf({ expression }: FoundExpression, { parsed: { file }, facts }: ReadRequest, now: number): Value {
	switch (expression.kind) {
		case 'vars': {
			const value = varValue(file, facts, expression.argument, now);
			return value === undefined ? undefined : code(value);
		}
		case 'run':
			return expression.argument === 'date'
				? { kind: 'code', text: dateOf(now) }
				: { kind: 'sentence', text: takesText(file.repeat.count) };
		case 'file': {
			const media = facts.files.get(expression.argument);
			return media && { kind: 'sentence', text: mediaFactsText(expression.argument, media) };
		}
		case 'text': {
			const text = facts.texts.get(expression.argument);
			return (
				text &&
				(text.kind === 'text' ? { kind: 'code', text: text.text } : { kind: 'sentence', text: textFactsText(expression.argument, text) })
			);
		}
		case 'invalid':
			return undefined;
	}
}

/** The value of a var, as it would be in a body that has nothing else. */
function varValue(file: RequestFile, facts: RequestFacts, name: string, now: number): ResolvedValue | undefined {
	const properties = file.vars.filter(({ key }) => key === name);
	const alone = { ...file, vars: file.vars, body: { kind: 'object', start: 0, end: 0, properties } } as const;
	return resolveRequest(alone, facts, { take: 1, date: dateOf(now) }).body?.entries[0]?.[1];
}

function code(value: ResolvedValue): Value {
	switch (value.kind) {
		case 'string':
			return { kind: 'code', text: value.value };
		case 'number':
			return { kind: 'code', text: value.text };
		case 'boolean':
			return { kind: 'code', text: String(value.value) };
		case 'null':
			return { kind: 'code', text: 'null' };
		case 'media':
			return value.facts && { kind: 'sentence', text: mediaFactsText(value.path, value.facts) };
		case 'object':
		case 'array':
			return undefined;
	}
}

function cut(text: string): string {
	return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
