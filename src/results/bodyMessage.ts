import { withoutCredentials } from '../core/credentials';
import { first } from '../core/first';
import { parseJson, type OtherBody } from './textBody';

/** The longest message that is shown, in characters. */
const mostCharacters = 200;

/**
 * The message in a body that is not media, in its sender's words: one line of plain text, at most 200 characters; undefined when it has
 * none.
 */
export function messageOf({ kind, text }: OtherBody): string | undefined {
	switch (kind) {
		case 'json':
			return oneLine(jsonMessage(parseJson(text)) ?? text);
		case 'xml':
			return oneLine(elementOf(text, 'message', 'detail', 'faultstring', 'error', 'title', 'code') ?? visibleText(text));
		case 'webPage':
			return oneLine(elementOf(text, 'title', 'h1') ?? visibleText(text));
		case 'text':
			return oneLine(text);
		case 'empty':
		case 'playlist':
		case 'compressed':
		case 'unknown':
			return undefined;
	}
}

/** The text of a body that may contain a reason, at most 4,000 characters; of a page only its visible text. */
export function wordsOf({ kind, text }: OtherBody): string {
	return (kind === 'webPage' || kind === 'xml' ? visibleText(text) : text).slice(0, 4000);
}

/** The fields in which gateways and object stores put their message, the most specific first. */
const messageNames = [
	'message',
	'msg',
	'error_description',
	'errmsg',
	'error_msg',
	'detail',
	'details',
	'description',
	'reason',
	'title',
	'error',
	'errors',
	'code',
];

/** The text of the most specific field, outer objects first. A text that is JSON itself is parsed. */
function jsonMessage(value: unknown, depth = 0): string | undefined {
	if (typeof value === 'string') {
		const inner = /^\s*[[{"]/.test(value) && depth < 4 ? jsonMessage(parseJson(value), depth + 1) : undefined;
		return inner ?? (value.trim() === '' ? undefined : value);
	}
	if (typeof value !== 'object' || value === null || depth >= 4) {
		return undefined;
	}
	if (Array.isArray(value)) {
		return first(value.slice(0, 20), (entry) => jsonMessage(entry, depth + 1));
	}
	const fields = new Map(Object.entries(value).map(([name, field]: [string, unknown]) => [name.toLowerCase(), field]));
	// `error` more often contains the message than it repeats it: an object there has priority.
	const error = fields.get('error');
	const inside = typeof error === 'object' ? jsonMessage(error, depth + 1) : undefined;
	return (
		inside ??
		first(messageNames, (name) => jsonMessage(fields.get(name), depth + 1)) ??
		first([...fields.values()].filter((field) => typeof field === 'object').slice(0, 20), (field) => jsonMessage(field, depth + 1))
	);
}

/** The text of the first element with one of these names, in their order. */
function elementOf(markup: string, ...names: readonly string[]): string | undefined {
	return first(names, (name) => {
		const open = new RegExp(`<(?:[\\w.-]+:)?${name}(?:\\s[^<>]*)?>`, 'i').exec(markup);
		if (open === null) {
			return undefined;
		}
		const rest = markup.slice(open.index + open[0].length);
		const text = visibleText(rest.slice(0, new RegExp(`</(?:[\\w.-]+:)?${name}\\s*>`, 'i').exec(rest)?.index)).trim();
		return text === '' ? undefined : text;
	});
}

/** The text of a markup, without tags, comments, scripts and styles. */
function visibleText(markup: string): string {
	return markup
		.replace(/<!--[^]*?(?:-->|$)/g, ' ')
		.replace(/<(script|style|head)\b[^]*?(?:<\/\1\s*>|$)/gi, ' ')
		.replace(/<!\[CDATA\[([^]*?)\]\]>/g, '$1')
		.replace(/<[^<>]*>/g, ' ')
		.replace(
			/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi,
			(whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
				if (name !== undefined) {
					return entities[name.toLowerCase()] ?? whole;
				}
				const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
				return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
			},
		);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function oneLine(text: string): string | undefined {
	// Control, invisible and direction characters can make a text look like another one.
	const line = withoutCredentials(text.slice(0, 10_000))
		.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
		.trim();
	const characters = Array.from(line);
	if (characters.length === 0) {
		return undefined;
	}
	return characters.length <= mostCharacters ? line : `${characters.slice(0, mostCharacters - 1).join('')}…`;
}
