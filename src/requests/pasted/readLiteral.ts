import type { Literal, LiteralArray, LiteralMember, LiteralObject, LiteralString } from './literal';
import { jsonSource, scalarText, unescaped } from './literalTokens';

/** Deeper nesting is not read. */
const mostDepth = 64;
/** A variable, a call or a calculation that is longer (characters) is not skipped. */
const longestExpression = 4000;

/** What was read from an offset on: the object and the offset behind it, or the offset at which it stopped being one. */
export type LiteralReading = { readonly value: LiteralObject; readonly end: number } | { readonly stoppedAt: number };

/**
 * Reads the object that begins with the `{` at an offset: JSON, JSON with comments, and what JavaScript, Python, PHP, Ruby and PowerShell
 * write like it (single quotes, template strings, bare keys, trailing commas, `True`, `None`, `=>`). A value that is a variable or a call is
 * `unknown`. Never throws. Every character is read a bounded number of times, and the caller continues where this stopped.
 */
export function readLiteral(text: string, at: number): LiteralReading {
	// `{{name}}` is a variable of a template.
	if (text[at + 1] === '{') {
		return { stoppedAt: at + 1 };
	}
	const reader = new Reader(text, at);
	const value = reader.value(0);
	return value?.kind === 'object' ? { value, end: reader.position } : { stoppedAt: Math.max(reader.position, at + 1) };
}

/** Opening quotes and what closes them. Word processors and chats curl them. */
const quotes: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '„': '“', '‘': '’' };

const space = /[\s\u200b-\u200d\u2060\ufeff]*/y;
const lineSpace = /[ \t\u00a0]*/y;
const bareKey = /[\p{L}_$][\p{L}\p{N}_$-]{0,127}/uy;
const word = /[-+.\w$]{1,400}/y;
const prefixedString = /[rbuf]{1,2}(?=["'])/iy;
/** Calls around a value that is written out: `JSON.stringify({…})`. */
const transparentCall = /(?:JSON\.stringify|json\.dumps|json_encode|Object\.freeze)\s{0,8}\(/y;

interface Comments {
	readonly lines: string[];
}

class Reader {
	readonly #text: string;
	position: number;

	constructor(text: string, at: number) {
		this.#text = text;
		this.position = at;
	}

	/** The value at the position; undefined if there is none or it is not closed. */
	value(depth: number): Literal | undefined {
		const character = this.#text[this.position];
		if (character === undefined || depth > mostDepth) {
			return undefined;
		}
		if (character === '@' && this.#text[this.position + 1] === '{') {
			// A hash table of PowerShell.
			this.position++;
			return this.#object(depth);
		}
		if (this.#text.startsWith('{{', this.position)) {
			return this.#expression();
		}
		if (character === '{') {
			return this.#object(depth);
		}
		if (character === '[') {
			return this.#array(depth);
		}
		if (this.#stringFollows()) {
			return this.#strings();
		}
		return this.#match(transparentCall) === undefined ? this.#scalar() : this.#argument(depth);
	}

	#object(depth: number): LiteralObject | undefined {
		this.position++;
		const members: LiteralMember[] = [];
		for (;;) {
			const before: Comments = { lines: [] };
			this.#skipSpace(before);
			if (this.#text[this.position] === '}') {
				this.position++;
				return { kind: 'object', members, comments: before.lines };
			}
			if (this.#text.startsWith('...', this.position) || this.#text.startsWith('**', this.position)) {
				// Spread values are in a variable.
				if (this.#expression() === undefined || !this.#comma()) {
					return undefined;
				}
				this.#commentBehind();
				continue;
			}
			const key = this.#key();
			if (key === undefined) {
				return undefined;
			}
			this.#skipSpace(before);
			const isShort = /[,}]/.test(this.#text[this.position] ?? '');
			// `prompt,` stands for `prompt: prompt`.
			const separator = isShort ? '' : this.#match(/=>|:|=/y);
			if (separator === undefined) {
				return undefined;
			}
			this.#skipSpace(before);
			const value: Literal | undefined = isShort ? { kind: 'unknown' } : this.value(depth + 1);
			const isClosed = value !== undefined && (this.#comma() || separator === '=');
			if (!isClosed) {
				return undefined;
			}
			const after = this.#commentBehind();
			// `undefined` of JavaScript is not sent.
			if (!(value.kind === 'scalar' && value.text === '')) {
				members.push({ key, value, before: before.lines, after });
			}
		}
	}

	#array(depth: number): LiteralArray | undefined {
		this.position++;
		const items: { value: Literal; before: readonly string[]; after: string | undefined }[] = [];
		for (;;) {
			const before: Comments = { lines: [] };
			this.#skipSpace(before);
			if (this.#text[this.position] === ']') {
				this.position++;
				return { kind: 'array', items, comments: before.lines };
			}
			const value = this.value(depth + 1);
			if (value === undefined || !this.#comma()) {
				return undefined;
			}
			const after = this.#commentBehind();
			items.push({
				value: value.kind === 'scalar' && value.text === '' ? { kind: 'scalar', text: 'null' } : value,
				before: before.lines,
				after,
			});
		}
	}

	/** Takes the comma, or sees the bracket that closes. */
	#comma(): boolean {
		const start = this.position;
		this.#skipSpace();
		const character = this.#text[this.position];
		if (character === ',' || character === ';') {
			this.position++;
			return true;
		}
		const closes = character === '}' || character === ']';
		// A comment before the bracket is found again by who reads on.
		this.position = start;
		return closes;
	}

	/** The comment behind a value on its line. */
	#commentBehind(): string | undefined {
		this.#match(lineSpace);
		return this.#text[this.position] === '\n' || this.#text[this.position] === '\r' ? undefined : this.#comment();
	}

	#key(): string | undefined {
		if (this.#stringFollows()) {
			return this.#string()?.value;
		}
		return this.#match(bareKey) ?? this.#match(/\d{1,20}/y);
	}

	#stringFollows(): boolean {
		return quotes[this.#text[this.position] ?? ''] !== undefined || this.#sees(prefixedString) !== undefined;
	}

	/** One string, or several that a program joins: `'a' 'b'`, `"a" + "b"`. */
	#strings(): Literal | undefined {
		const first = this.#string();
		if (first === undefined) {
			return undefined;
		}
		const values = [first.value];
		let isUnknown = first.hasVariable;
		for (;;) {
			const end = this.position;
			this.#skipSpace();
			const isSum = this.#match(/[+.](?=\s*\S)/y) !== undefined;
			this.#skipSpace();
			if (!this.#stringFollows()) {
				this.position = end;
				if (isSum || this.#text[end] === '.') {
					// A calculation or a method.
					return this.#expression();
				}
				const source = values.length === 1 ? first.source : undefined;
				return isUnknown ? { kind: 'unknown' } : { kind: 'string', value: values.join(''), source };
			}
			const next = this.#string();
			if (next === undefined) {
				return undefined;
			}
			values.push(next.value);
			isUnknown ||= next.hasVariable;
		}
	}

	#string(): (LiteralString & { readonly hasVariable: boolean }) | undefined {
		const prefix = this.#match(prefixedString)?.toLowerCase() ?? '';
		const start = this.position;
		const quote = this.#text[start] ?? '';
		const triple = this.#text.startsWith(quote.repeat(3), start) && (quote === '"' || quote === "'") ? quote.repeat(3) : undefined;
		const close = triple ?? quotes[quote] ?? quote;
		const from = start + (triple ?? quote).length;
		let end = from;
		for (; end < this.#text.length; end++) {
			const character = this.#text[end];
			if (character === '\\' && !prefix.includes('r')) {
				end++;
			} else if (character === '\n' && quote === "'" && triple === undefined) {
				break;
			} else if (character === close[0] && this.#text.startsWith(close, end)) {
				this.position = end + close.length;
				const inner = this.#text.slice(from, end);
				const value = prefix.includes('r') ? inner : unescaped(inner);
				const source = quote === '"' && prefix === '' && triple === undefined ? jsonSource(inner) : undefined;
				const hasVariable = (quote === '`' && inner.includes('${')) || (prefix.includes('f') && /\{[^{}]/.test(inner));
				return { kind: 'string', value, source, hasVariable };
			}
		}
		// Not closed: what was read as a part of it is not read again.
		this.position = Math.min(end, this.#text.length);
		return undefined;
	}

	#scalar(): Literal | undefined {
		const start = this.position;
		const read = this.#match(word);
		const text = read === undefined ? undefined : scalarText(read);
		if (text !== undefined && /^[\s,;}\]\u200b-\u200d\u2060\ufeff/#]?$/.test(this.#text[this.position] ?? '')) {
			return { kind: 'scalar', text };
		}
		this.position = start;
		return this.#expression();
	}

	/** The first argument of a call, and the call's end. */
	#argument(depth: number): Literal | undefined {
		this.#skipSpace();
		const value = this.value(depth + 1);
		if (value === undefined || this.#expression() === undefined || this.#text[this.position] !== ')') {
			return undefined;
		}
		this.position++;
		return value;
	}

	/** Skips what is no value: to the comma or bracket behind it. */
	#expression(): Literal | undefined {
		const closing: string[] = [];
		const most = Math.min(this.#text.length, this.position + longestExpression);
		while (this.position < most) {
			const character = this.#text[this.position] ?? '';
			if (quotes[character] !== undefined) {
				if (this.#string() === undefined) {
					return undefined;
				}
				continue;
			}
			const close = brackets[character];
			if (close !== undefined) {
				closing.push(close);
			} else if (/[)\]}]/.test(character)) {
				if (closing.length === 0) {
					return { kind: 'unknown' };
				}
				if (closing.pop() !== character) {
					return undefined;
				}
			} else if ((character === ',' || character === ';') && closing.length === 0) {
				return { kind: 'unknown' };
			}
			this.position++;
		}
		return undefined;
	}

	#skipSpace(into?: Comments): void {
		for (;;) {
			this.#match(space);
			const comment = this.#comment();
			if (comment === undefined) {
				return;
			}
			into?.lines.push(comment);
		}
	}

	/** The comment at the position, as JSON with comments writes it. */
	#comment(): string | undefined {
		const isBlock = this.#text.startsWith('/*', this.position);
		const isLine = this.#text.startsWith('//', this.position);
		if (!isBlock && !isLine && this.#text[this.position] !== '#') {
			return undefined;
		}
		const found = this.#text.indexOf(isBlock ? '*/' : '\n', this.position);
		const end = found === -1 ? this.#text.length : found + (isBlock ? 2 : 0);
		const comment = this.#text.slice(this.position, end);
		this.position = end;
		return isBlock ? (found === -1 ? `${comment}*/` : comment) : `//${comment.slice(isLine ? 2 : 1).trimEnd()}`;
	}

	#match(pattern: RegExp): string | undefined {
		const found = this.#sees(pattern);
		this.position += found?.length ?? 0;
		return found;
	}

	#sees(pattern: RegExp): string | undefined {
		pattern.lastIndex = this.position;
		return pattern.exec(this.#text)?.[0];
	}
}

const brackets: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
