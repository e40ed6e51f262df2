import { firstBytes, maxBaseBytes, safeBaseName, safeCharacters, utf8Length, withoutExtension } from './fileName';
import { varName } from './varName';

/**
 * The placeholders of file names: of the setting `kling.results.fileName` and of a request's `save`. The only list of them; `{vars.x}` is
 * beside it.
 * - `date`, `time`: when the task was finished, local: `2025-03-09`, `14-05-09`
 * - `name`: the task's name; of a task without one its operation and ID
 * - `n`: the number of the result, from 1; `take`: of the take. `{take:2}`: at least two digits
 * - `id`, `operation`: of the task
 * - `file`: the name of the request file, without `.kling.json`
 */
export const placeholderNames = ['date', 'time', 'name', 'n', 'id', 'operation', 'file', 'take'] as const;
type PlaceholderName = (typeof placeholderNames)[number];

/** As they are written, for people to read. */
export const placeholderForms: readonly string[] = [...placeholderNames.map((name) => `{${name}}`), '{take:2}', '{vars.x}'];

/** Those that may have a least number of digits. */
const numberNames: readonly string[] = ['n', 'take'] satisfies readonly PlaceholderName[];

/** One `{…}` of a pattern; positions are indexes into it. */
export type Placeholder = { readonly start: number; readonly end: number } & (
	| { readonly kind: 'value'; readonly name: PlaceholderName; readonly digits?: number }
	/** `{vars.x}`, whether or not the request has that variable; `name` is `x`. */
	| { readonly kind: 'vars'; readonly name: string }
	/** Anything else; `name` is what stands between the braces, if there are two. */
	| { readonly kind: 'unknown' | 'unterminated'; readonly name: string }
);

/** The placeholders of a pattern, in order. */
export function placeholdersOf(pattern: string): readonly Placeholder[] {
	return [...pattern.matchAll(/\{([^{}]*)(\}|)/g)].map(({ 0: whole, 1: inner = '', 2: brace, index: start }) => {
		const range = { start, end: start + whole.length };
		if (brace === '') {
			return { kind: 'unterminated', name: inner, ...range };
		}
		const variable = inner.startsWith('vars.') ? inner.slice('vars.'.length) : '';
		if (varName.test(variable)) {
			return { kind: 'vars', name: variable, ...range };
		}
		const [, word, digits] = /^([a-z]+)(?::([1-9]))?$/.exec(inner) ?? [];
		const name = placeholderNames.find((known) => known === word);
		if (name === undefined || (digits !== undefined && !numberNames.includes(name))) {
			return { kind: 'unknown', name: inner, ...range };
		}
		return { kind: 'value', name, ...range, ...(digits !== undefined && { digits: Number(digits) }) };
	});
}

/** What a file is named after. */
export interface NameFacts {
	/** When the task was finished, ms since 1970. */
	readonly at: number;
	/** The task's name, if a person gave it one. */
	readonly name?: string;
	/** The result's index within the task, from 0. */
	readonly index: number;
	/** How many results the task has; the number of several is added to a pattern without `{n}`. */
	readonly count?: number;
	readonly id: string;
	/** `text2video`. */
	readonly operation: string;
	/** What only the request has: `file`, `take`, `vars.mood`. See `KeepPlan`. */
	readonly values?: Readonly<Record<string, string>>;
}

/**
 * The name of a result's file without its extension: safe on Windows, macOS and Linux, never a path, never empty. It is short enough for a
 * number, the extension and the suffixes of the files beside it: values are shortened, the longest first. A placeholder without a value is
 * left out; an unknown one stays as it is written.
 */
export function fileNameOf(pattern: string, facts: NameFacts): string {
	const pieces = piecesOf(pattern.slice(0, mostOfPattern), facts);
	let excess = utf8Length(pieces.map(({ text }) => text).join('')) - maxBaseBytes;
	while (excess > 0) {
		const longest = pieces.filter(({ isValue }) => isValue).toSorted((a, b) => b.text.length - a.text.length)[0];
		if (longest === undefined || longest.text === '') {
			break;
		}
		const shorter = firstBytes(longest.text, utf8Length(longest.text) - 1);
		excess -= utf8Length(longest.text) - utf8Length(shorter);
		longest.text = shorter;
	}
	return safeBaseName(pieces.map(({ text }) => text).join('')) || safeBaseName(`${facts.operation}-${facts.id}`) || 'result';
}

/** UTF-16 units. */
const mostOfPattern = 1000;

/** A piece of a name. Only a value may be shortened, and no number. */
interface Piece {
	text: string;
	readonly isValue: boolean;
}

function piecesOf(pattern: string, facts: NameFacts): readonly Piece[] {
	const pieces: Piece[] = [];
	const addText = (text: string): void => void pieces.push({ text: safeCharacters(text), isValue: false });
	let end = 0;
	let hasNumber = false;
	for (const placeholder of placeholdersOf(pattern)) {
		if (placeholder.kind === 'value' || placeholder.kind === 'vars') {
			addText(pattern.slice(end, placeholder.start));
			pieces.push(pieceOf(placeholder, facts));
			({ end } = placeholder);
			hasNumber ||= placeholder.kind === 'value' && placeholder.name === 'n';
		}
	}
	addText(pattern.slice(end));
	if (!hasNumber && (facts.count ?? 1) > 1) {
		addText(`-${facts.index + 1}`);
	}
	return pieces;
}

function pieceOf(placeholder: Extract<Placeholder, { readonly kind: 'value' | 'vars' }>, facts: NameFacts): Piece {
	const value = placeholder.kind === 'vars' ? facts.values?.[`vars.${placeholder.name}`] : valueOf(placeholder.name, facts);
	const text = firstBytes(safeCharacters(value ?? '').trim(), maxBaseBytes);
	if (placeholder.kind === 'value' && numberNames.includes(placeholder.name)) {
		return { text: text === '' ? '' : text.padStart(placeholder.digits ?? 1, '0'), isValue: false };
	}
	return { text, isValue: true };
}

function valueOf(name: PlaceholderName, { at, id, index, name: given = '', operation, values }: NameFacts): string | undefined {
	switch (name) {
		case 'date':
			return localDay(new Date(at));
		case 'time':
			return localTime(new Date(at));
		case 'name':
			return safeBaseName(withoutExtension(given)) || `${operation}-${id}`;
		case 'n':
			return String(index + 1);
		case 'id':
			return id;
		case 'operation':
			return operation;
		case 'file':
		case 'take':
			return values?.[name];
	}
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');

function localDay(date: Date): string {
	return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-');
}

function localTime(date: Date): string {
	return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join('-');
}
