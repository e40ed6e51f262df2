/** A string, number or word of loose JSON. A number keeps the digits of its source: IDs exceed 2^53. */
export interface LooseScalar {
	readonly kind: 'scalar';
	readonly text: string;
	readonly quoted: boolean;
	/** Offset in the text. */
	readonly at: number;
}

export interface LooseObject {
	readonly kind: 'object';
	readonly at: number;
	/** In order; only those whose value was wanted or contains something that was. */
	readonly entries: { readonly key: string; readonly value: LooseValue }[];
}

interface LooseArray {
	readonly kind: 'array';
	readonly at: number;
	readonly items: LooseValue[];
}

export type LooseValue = LooseScalar | LooseObject | LooseArray;

/** An object or array found in a text, from `start` to `end` (exclusive). */
export interface LooseDocument {
	readonly value: LooseObject | LooseArray;
	readonly start: number;
	readonly end: number;
	/** Whether it was closed properly; if not, `value` is what had been read up to the error. */
	readonly complete: boolean;
	/** Whether it contains an object with at least one key. */
	readonly hasKeys: boolean;
}

/** More nesting than any response has. Anything deeper is read as a document of its own. */
const maxDepth = 64;

/**
 * Finds the objects and arrays in any text, in order: JSON, and what programs print like it (single quotes, bare keys, trailing commas,
 * Python's and JavaScript's words). A document that breaks off (truncated text, prose in brackets) yields what it contained so far.
 *
 * Time is linear: one loop with a bounded stack reads every character once; after an error it continues behind it and never goes back. Only
 * an unterminated string is read twice, and a line has at most one of each quote.
 * @param wanted which scalars to keep, by key (undefined in an array) and source text; the others are skipped
 */
export function* looseJson(text: string, wanted: (key: string | undefined, source: string) => boolean): Generator<LooseDocument> {
	// A brace that cannot start an object is skipped: templates and programs are full of them.
	const bracket = /\[|\{(?=[\s"'\w$}])/g;
	for (let match = bracket.exec(text); match !== null; match = bracket.exec(text)) {
		const document = readDocument(text, match.index, wanted);
		yield document;
		bracket.lastIndex = document.end;
	}
}

interface Open {
	readonly value: LooseObject | LooseArray;
	/** In an object: the key of the next value. */
	key: string | undefined;
	expects: 'item' | 'colon' | 'value' | 'comma';
}

function readDocument(text: string, start: number, wanted: (key: string | undefined, source: string) => boolean): LooseDocument {
	const root = emptyContainer(text, start);
	const stack: Open[] = [{ value: root, key: undefined, expects: 'item' }];
	let hasKeys = false;
	let position = start + 1;
	const stopped = (): LooseDocument => {
		for (let closing = stack.pop(); closing !== undefined; closing = stack.pop()) {
			attach(stack.at(-1), closing.value);
		}
		return { value: root, start, end: position, complete: false, hasKeys };
	};
	for (;;) {
		position = skipSpace(text, position);
		const open = stack.at(-1);
		const character = text[position];
		if (open === undefined || character === undefined) {
			return stopped();
		}
		const isObject = open.value.kind === 'object';
		const takesValue = isObject ? open.expects === 'value' : open.expects === 'item';
		if (character === (isObject ? '}' : ']') && (open.expects === 'item' || open.expects === 'comma')) {
			position++;
			stack.pop();
			const parent = stack.at(-1);
			if (parent === undefined) {
				return { value: root, start, end: position, complete: true, hasKeys };
			}
			attach(parent, open.value);
		} else if (character === ',' && open.expects === 'comma') {
			position++;
			open.expects = 'item';
		} else if (character === ':' && open.expects === 'colon') {
			position++;
			open.expects = 'value';
		} else if ((character === '{' || character === '[') && takesValue && stack.length < maxDepth) {
			open.expects = 'comma';
			stack.push({ value: emptyContainer(text, position), key: undefined, expects: 'item' });
			position++;
		} else if (takesValue || (isObject && open.expects === 'item')) {
			const scalar = readScalar(text, position);
			if (scalar === undefined) {
				// A document may start behind an unterminated quote; any other stray character is skipped as well.
				if (character === '"' || character === "'") {
					position++;
				}
				return stopped();
			}
			if (takesValue) {
				if (wanted(open.key, scalar.source)) {
					const value: LooseScalar = {
						kind: 'scalar',
						text: scalar.quoted ? unescape(scalar.source) : scalar.source,
						quoted: scalar.quoted,
						at: position,
					};
					put(open, value);
				}
				open.expects = 'comma';
			} else {
				open.key = scalar.source;
				open.expects = 'colon';
				hasKeys = true;
			}
			position = scalar.end;
		} else {
			return stopped();
		}
	}
}

function emptyContainer(text: string, at: number): LooseObject | LooseArray {
	return text[at] === '{' ? { kind: 'object', at, entries: [] } : { kind: 'array', at, items: [] };
}

/** Adds a closed container to its parent, unless nothing in it was wanted. */
function attach(parent: Open | undefined, value: LooseObject | LooseArray): void {
	if (parent !== undefined && (value.kind === 'object' ? value.entries : value.items).length > 0) {
		put(parent, value);
	}
}

function put(open: Open, value: LooseValue): void {
	if (open.value.kind === 'array') {
		open.value.items.push(value);
	} else if (open.key !== undefined) {
		open.value.entries.push({ key: open.key, value });
	}
}

function skipSpace(text: string, from: number): number {
	let position = from;
	for (let code = text.charCodeAt(position); code <= 0x20 || code === 0xa0; code = text.charCodeAt(position)) {
		position++;
	}
	return position;
}

/** `█` replaces a secret. */
const bareWord = /[-+.█\w$]+/y;

/** A quoted string (without its quotes), a bare word or a number; undefined if there is none, or if the string does not end on its line. */
function readScalar(text: string, start: number): { readonly source: string; readonly quoted: boolean; readonly end: number } | undefined {
	const quote = text.charCodeAt(start);
	if (quote !== 0x22 && quote !== 0x27) {
		bareWord.lastIndex = start;
		const source = bareWord.exec(text)?.[0];
		return source === undefined ? undefined : { source, quoted: false, end: bareWord.lastIndex };
	}
	for (let position = start + 1; ; position++) {
		let code = text.charCodeAt(position);
		if (code === quote) {
			return { source: text.slice(start + 1, position), quoted: true, end: position + 1 };
		}
		if (code === 0x5c) {
			code = text.charCodeAt(++position);
		}
		if (Number.isNaN(code) || code === 0x0a) {
			return undefined;
		}
	}
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: ' ', f: ' ' };

function unescape(source: string): string {
	if (!source.includes('\\')) {
		return source;
	}
	return source.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex: string | undefined, character: string | undefined) =>
		hex !== undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : (escapes[character ?? ''] ?? character ?? ''),
	);
}
