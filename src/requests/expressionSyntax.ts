/** Why an expression is none. */
export type InvalidReason =
	/** No `}}` follows. */
	| 'unterminated'
	| 'empty'
	/** `file("./a.png")`, `file(./a.png)`, or a quote that is missing. */
	| 'quotes'
	/** A function other than `file` and `text`. */
	| 'function'
	/** `env.X`, `secrets.X`. */
	| 'secret'
	/** `steps.x`, `matrix.x`, `run.cell`. */
	| 'chain'
	/** `run.x`. */
	| 'run'
	/** `foo.x`, or a bare word. */
	| 'root'
	| 'syntax';

/** What stands between `${{` and `}}`. */
export type Expression =
	| { readonly kind: 'vars'; /** The name. */ readonly argument: string }
	| { readonly kind: 'run'; readonly argument: 'take' | 'date' }
	/** The path as written, relative to the request file. */
	| { readonly kind: 'file' | 'text'; readonly argument: string }
	| {
			readonly kind: 'invalid';
			readonly reason: InvalidReason;
			/** What is named as wrong, for example a function. */ readonly argument: string;
	  };

/** A part of a string value; positions are indexes into the value. */
export type TemplatePart =
	| { readonly kind: 'literal'; readonly text: string }
	| {
			readonly kind: 'expression';
			readonly expression: Expression;
			readonly start: number;
			/** Behind `}}`. */
			readonly end: number;
			/** Of the name, of the path without its quotes, or of what is wrong. */
			readonly argumentStart: number;
			readonly argumentEnd: number;
	  };

/**
 * Splits a string at its expressions. `$${{` is a literal `${{`. The first `}}` ends an expression, so that no path can contain it. Takes time
 * in proportion to the string.
 */
export function templateParts(value: string): readonly TemplatePart[] {
	const parts: TemplatePart[] = [];
	let literal = '';
	let from = 0;
	let close = 0;
	for (let open = value.indexOf('${{'); open !== -1; open = value.indexOf('${{', from)) {
		if (open > from && value[open - 1] === '$') {
			literal += `${value.slice(from, open - 1)}\${{`;
			from = open + 3;
			continue;
		}
		literal += value.slice(from, open);
		if (literal !== '') {
			parts.push({ kind: 'literal', text: literal });
			literal = '';
		}
		if (close !== -1 && close < open + 3) {
			close = value.indexOf('}}', open + 3);
		}
		const next = value.indexOf('${{', open + 3);
		const part = close === -1 || (next !== -1 && next < close) ? unterminated(value, open, next) : closed(value, open, close + 2);
		parts.push(part);
		from = part.end;
	}
	literal += value.slice(from);
	if (literal !== '') {
		parts.push({ kind: 'literal', text: literal });
	}
	return parts;
}

/** `{{ vars.x }}` and `${ vars.x }`, which are sent as they are. */
const lookalike = /(?:(?<!\$)\{\{|\$\{(?!\{))\s*((?:(?:vars|run)\s*\.|(?:file|text)\s*\()[^{}]*)\}{1,2}/g;

/** What is nearly an expression; positions are indexes into the string. */
export function lookalikes(value: string): readonly { readonly start: number; readonly end: number; readonly meant: string }[] {
	return value.includes('{')
		? [...value.matchAll(lookalike)].map(({ 0: whole, 1: inner = '', index: start }) => ({
				start,
				end: start + whole.length,
				meant: `\${{ ${inner.trim()} }}`,
			}))
		: [];
}

type ExpressionPart = Extract<TemplatePart, { kind: 'expression' }>;

function unterminated(value: string, start: number, next: number): ExpressionPart {
	const end = next === -1 ? value.length : next;
	const expression = { kind: 'invalid', reason: 'unterminated', argument: value.slice(start, end) } as const;
	return { kind: 'expression', expression, start, end, argumentStart: start, argumentEnd: end };
}

function closed(value: string, start: number, end: number): ExpressionPart {
	const inner = value.slice(start + 3, end - 2);
	const trimmed = inner.trim();
	const offset = start + 3 + inner.length - inner.trimStart().length;
	const [expression, from, to] = readExpression(trimmed);
	return { kind: 'expression', expression, start, end, argumentStart: offset + from, argumentEnd: offset + to };
}

const reference = /^([A-Za-z_][\w-]*)\s*\.\s*([A-Za-z_][\w-]*)$/;
const callee = /^([A-Za-z_][\w-]*)\s*\(/;
const quoted = /^'((?:[^']|'')*)'$/s;
/** The first word, to find out what was meant by something that is neither a reference nor a call. */
const firstWord = /^[A-Za-z_][\w-]*/;
const secretRoots: ReadonlySet<string> = new Set(['env', 'secret', 'secrets', 'process', 'input', 'inputs', 'github', 'config']);
const chainRoots: ReadonlySet<string> = new Set(['steps', 'matrix']);

/** A longer one is no expression: the longest has a path. */
const longestExpression = 2000;

type Reading = readonly [expression: Expression, argumentStart: number, argumentEnd: number];

/** @param text without white space around it */
function readExpression(text: string): Reading {
	const invalid = (reason: InvalidReason, from = 0): Reading => [
		{ kind: 'invalid', reason, argument: text.slice(from) },
		from,
		text.length,
	];
	if (text.length > longestExpression) {
		return invalid('syntax');
	}
	if (text === '') {
		return invalid('empty');
	}
	const word = firstWord.exec(text)?.[0];
	if (word === undefined) {
		return invalid('syntax');
	}
	if (chainRoots.has(word)) {
		return invalid('chain');
	}
	if (secretRoots.has(word)) {
		return invalid('secret');
	}
	const [, root, name] = reference.exec(text) ?? [];
	if (root !== undefined && name !== undefined) {
		const from = text.length - name.length;
		if (root === 'vars') {
			return [{ kind: 'vars', argument: name }, from, text.length];
		}
		if (root === 'run') {
			return name === 'take' || name === 'date'
				? [{ kind: 'run', argument: name }, from, text.length]
				: invalid(name === 'cell' ? 'chain' : 'run', from);
		}
		return [{ kind: 'invalid', reason: 'root', argument: root }, 0, root.length];
	}
	const [start, functionName] = callee.exec(text) ?? [];
	if (start !== undefined && functionName !== undefined && text.endsWith(')')) {
		return readCall(text, functionName, start.length);
	}
	return invalid(word === text ? 'root' : 'syntax');
}

/**
 * @param text of a whole call
 * @param from where its arguments begin
 */
function readCall(text: string, name: string, from: number): Reading {
	if (name !== 'file' && name !== 'text') {
		return [{ kind: 'invalid', reason: 'function', argument: name }, 0, name.length];
	}
	const inner = text.slice(from, -1);
	const argument = inner.trim();
	const start = from + inner.length - inner.trimStart().length;
	const path = quoted.exec(argument)?.[1];
	return path === undefined
		? [{ kind: 'invalid', reason: 'quotes', argument }, start, start + argument.length]
		: [{ kind: name, argument: path.replaceAll("''", "'") }, start + 1, start + argument.length - 1];
}
