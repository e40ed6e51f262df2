import { printParseErrorCode, visit, type JSONVisitor } from 'jsonc-parser';
import type { ProblemList } from './formProblem';
import type { JsonNode, JsonProperty, TextRange } from './jsonNode';

/** Objects and arrays within each other. Requests have about six; deeper ones would overflow the stack of whatever walks them. */
const deepestNesting = 100;

/** A number of JSON. jsonc-parser goes on after `1.` and `2e`, which are none. */
const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** What the parser says where brackets do not match. */
const endErrors: ReadonlySet<string> = new Set(['CloseBraceExpected', 'CloseBracketExpected', 'EndOfFileExpected']);
const loneSurrogate = /\p{Cs}/u;

/** An object or array that is not complete yet. */
type OpenNode =
	| {
			readonly kind: 'object';
			readonly start: number;
			readonly properties: JsonProperty[];
			readonly keys: Set<string>;
			/** The key whose value comes next. */
			key: { readonly name: string; readonly range: TextRange } | undefined;
	  }
	| { readonly kind: 'array'; readonly start: number; readonly items: JsonNode[] };

/** Stops the parser, which cannot be stopped otherwise. */
class NestingError extends Error {}

/**
 * The tree of a JSON text with comments and trailing commas, as far as it can be understood, and what is wrong with it as JSON. Never throws.
 * A property without a value is not in the tree. Takes time in proportion to the text.
 * @returns undefined if there is no value, or if the text is nested too deeply
 */
export function readJson(text: string, problems: ProblemList): JsonNode | undefined {
	const reader = new TreeReader(text, problems);
	try {
		// A byte order mark is no character of JSON. The space keeps all offsets.
		visit(text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text, reader.visitor, {
			allowTrailingComma: true,
			allowEmptyContent: true,
		});
	} catch (error) {
		if (!(error instanceof NestingError)) {
			throw error;
		}
		return undefined;
	}
	return reader.root;
}

class TreeReader {
	root: JsonNode | undefined;
	readonly visitor: JSONVisitor;
	readonly #text: string;
	readonly #problems: ProblemList;
	readonly #open: OpenNode[] = [];
	/** An error was reported, and nothing was understood since: what follows is a consequence of it. */
	#isLost = false;
	/** Where the last error was that is no consequence of the one before. */
	#lastError: number | undefined;

	constructor(text: string, problems: ProblemList) {
		this.#text = text;
		this.#problems = problems;
		this.visitor = {
			onObjectBegin: (offset, length) => {
				this.#begin({ kind: 'object', start: offset, properties: [], keys: new Set(), key: undefined }, length);
			},
			onObjectProperty: (name, offset, length) => {
				this.#key(name, this.#range(offset, length));
			},
			onObjectEnd: (offset, length) => {
				this.#end(offset + length);
			},
			onArrayBegin: (offset, length) => {
				this.#begin({ kind: 'array', start: offset, items: [] }, length);
			},
			onArrayEnd: (offset, length) => {
				this.#end(offset + length);
			},
			onLiteralValue: (value: unknown, offset, length) => {
				const range = this.#range(offset, length);
				this.#add(this.#scalar(value, range));
				// A text without an end: what follows on the next line may be the rest of it.
				this.#isLost = typeof value === 'string' && !this.#hasEnd(range);
			},
			onError: (error, offset, length) => {
				this.#error(printParseErrorCode(error), offset, length);
			},
			onSeparator: () => {
				this.#isLost = false;
			},
		};
	}

	#error(error: string, offset: number, length: number): void {
		// After a mistake, brackets need not match any more.
		const isConsequence = this.#isLost || this.#isOnLineOfLast(offset) || (this.#problems.has('syntax') && endErrors.has(error));
		this.#isLost = true;
		if (!isConsequence) {
			this.#problems.add('syntax', this.#text.slice(offset).trim() === '' ? this.#last() : this.#range(offset, length), { error });
		}
	}

	/** A quotation mark in a text, for example, is several errors. */
	#isOnLineOfLast(offset: number): boolean {
		const last = this.#lastError;
		this.#lastError = offset;
		return last !== undefined && !this.#text.slice(last, offset).includes('\n');
	}

	/** The last character that is seen: what is missing at the end is missing after it. */
	#last(): TextRange {
		const end = this.#text.trimEnd().length;
		return { start: Math.max(0, end - 1), end };
	}

	/** An unterminated comment is reported as longer than the text. */
	#range(offset: number, length: number): TextRange {
		const end = Math.min(offset + length, this.#text.length);
		return { start: Math.min(offset, end), end };
	}

	#begin(node: OpenNode, length: number): void {
		this.#isLost = false;
		if (this.#open.length >= deepestNesting) {
			this.#problems.add('nesting-too-deep', this.#range(node.start, length), { most: deepestNesting });
			throw new NestingError();
		}
		this.#open.push(node);
	}

	#hasEnd({ start, end }: TextRange): boolean {
		return end - start >= 2 && this.#text[end - 1] === '"';
	}

	#key(name: string, range: TextRange): void {
		if (!this.#hasEnd(range)) {
			return;
		}
		this.#isLost = false;
		const object = this.#open.at(-1);
		if (object?.kind !== 'object') {
			return;
		}
		object.key = { name, range };
		if (name === '__proto__') {
			this.#problems.add('proto-key', range);
		} else if (object.keys.has(name)) {
			this.#problems.add('duplicate-key', range, { key: name });
		} else if (loneSurrogate.test(name)) {
			this.#problems.add('lone-surrogate', range);
		}
		object.keys.add(name);
	}

	#end(offset: number): void {
		const node = this.#open.pop();
		if (node !== undefined) {
			const range = this.#range(node.start, offset - node.start);
			this.#add(
				node.kind === 'object' ? { kind: 'object', properties: node.properties, ...range } : { kind: 'array', items: node.items, ...range },
			);
		}
	}

	#scalar(value: unknown, range: TextRange): JsonNode {
		if (typeof value === 'string') {
			if (loneSurrogate.test(value)) {
				this.#problems.add('lone-surrogate', range);
			}
			return { kind: 'string', value, ...range };
		}
		if (typeof value === 'number') {
			const written = this.#text.slice(range.start, range.end);
			if (!Number.isFinite(value)) {
				this.#problems.add('number-not-finite', range, { number: written });
			}
			return { kind: 'number', text: numberPattern.test(written) ? written : String(value), ...range };
		}
		return typeof value === 'boolean' ? { kind: 'boolean', value, ...range } : { kind: 'null', ...range };
	}

	#add(node: JsonNode): void {
		this.#isLost = false;
		const parent = this.#open.at(-1);
		if (parent === undefined) {
			this.root ??= node;
		} else if (parent.kind === 'array') {
			parent.items.push(node);
		} else if (parent.key !== undefined) {
			const { name, range } = parent.key;
			parent.properties.push({ key: name, keyRange: range, value: node, start: range.start, end: node.end });
			parent.key = undefined;
		}
	}
}

/** Where the characters of a string stand in the text. The positions must not decrease from call to call: each call goes on from the last. */
export function characterOffsets(
	text: string,
	node: { readonly value: string; readonly start: number; readonly end: number },
): (index: number) => number {
	let offset = node.start + 1;
	let characters = 0;
	// Without escapes, which are longer than what they mean, text and value run in parallel.
	if (node.end - node.start - 2 <= node.value.length) {
		return (index) => Math.min(offset + index, node.end);
	}
	return (index) => {
		while (characters < index && offset < node.end) {
			const [length, value] = escapeAt(text, offset);
			offset += length;
			characters += value;
		}
		return Math.min(offset, node.end);
	};
}

/** How many characters of a text are the next character of a string, and whether they are one: malformed escapes are none. */
function escapeAt(text: string, offset: number): readonly [length: number, characters: 0 | 1] {
	if (text[offset] !== '\\') {
		return [1, 1];
	}
	const letter = text[offset + 1] ?? '';
	if (letter === 'u') {
		const digits = /^[\da-f]{0,4}/i.exec(text.slice(offset + 2, offset + 6))?.[0].length ?? 0;
		return [2 + digits, digits === 4 ? 1 : 0];
	}
	return [2, '"\\/bfnrt'.includes(letter) && letter !== '' ? 1 : 0];
}
