/**
 * The decoded characters of a text with their positions: character `i` is written from `starts[i]` up to `starts[i + 1]` in the source
 * text.
 */
export interface Characters {
	readonly codes: Uint16Array;
	readonly starts: Int32Array;
	length: number;
}

/** How deep escapes may be nested (JSON in JSON, a URL in a URL). */
const maxDepth = 4;

const backslash = 0x5c;
const percent = 0x25;
const ampersand = 0x26;
const space = 0x20;
const hash = 0x23;
const semicolon = 0x3b;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Decodes the escapes of JSON, JavaScript and C (`\u0041`, `\u{41}`, `\x41`, `\101`, `\n`), of URLs (`%41`) and of HTML (`&#65;`, `&#x41;`,
 * `&amp;`), nested ones included. Everything that could be an escape is decoded, because the language of the text is unknown. Time and
 * memory are linear in the text.
 */
export function charactersOf(text: string): Characters {
	const bytes = Buffer.from(text, 'utf16le');
	const codes = new Uint16Array(bytes.buffer, bytes.byteOffset, text.length);
	const starts = new Int32Array(text.length + 1);
	for (let at = 0; at <= text.length; at++) {
		starts[at] = at;
	}
	const characters = { codes, starts, length: text.length };
	if (/[\\%&]/.test(text)) {
		for (let depth = 0; depth < maxDepth && unescape(characters); depth++) {}
	}
	return characters;
}

/**
 * Decodes one level of escapes in place (a decoded escape is never longer than its source). An escape character that starts no escape
 * becomes a space, so that only decoded characters can start an escape on the next level.
 * @returns whether there is a next level
 */
function unescape(characters: Characters): boolean {
	const { codes, starts, length } = characters;
	let goesOn = false;
	let to = 0;
	for (let from = 0; from < length; to++) {
		const code = codes[from] ?? 0;
		starts[to] = starts[from] ?? 0;
		if (!startsEscape(code)) {
			codes[to] = code;
			from++;
			continue;
		}
		const escape = readEscape(codes, from, length);
		codes[to] = escape?.code ?? space;
		from += escape?.length ?? 1;
		goesOn ||= escape !== undefined && startsEscape(escape.code);
	}
	starts[to] = starts[length] ?? 0;
	characters.length = to;
	return goesOn;
}

function startsEscape(code: number): boolean {
	return code === backslash || code === percent || code === ampersand;
}

interface Escape {
	readonly code: number;
	/** Length of the source, in characters. */
	readonly length: number;
}

function readEscape(codes: Uint16Array, at: number, end: number): Escape | undefined {
	switch (codes[at]) {
		case backslash:
			return readBackslashes(codes, at, end);
		case percent:
			return escapeOf(readDigits(codes, at + 1, end, 16, 2, 2), 1, 0);
		case ampersand:
			return readEntity(codes, at, end);
		default:
			return undefined;
	}
}

/** Reads one or more backslashes and what follows: each level of quoting doubles them. Without an escape they become one space. */
function readBackslashes(codes: Uint16Array, at: number, end: number): Escape {
	let count = 1;
	while (at + count < end && codes[at + count] === backslash) {
		count++;
	}
	const escape = readBackslash(codes, at + count - 1, end);
	return escape === undefined ? { code: space, length: count } : { code: escape.code, length: count - 1 + escape.length };
}

function readBackslash(codes: Uint16Array, at: number, end: number): Escape | undefined {
	const letter = String.fromCharCode(codes[at + 1] ?? 0);
	switch (letter) {
		case 'u':
			return codes[at + 2] === openBrace ? readBraced(codes, at + 3, end) : escapeOf(readDigits(codes, at + 2, end, 16, 4, 4), 2, 0);
		case 'x':
			return escapeOf(readDigits(codes, at + 2, end, 16, 2, 2), 2, 0);
		case 'b':
		case 'f':
		case 'n':
		case 'r':
		case 't':
		case 'v':
			return at + 1 < end ? { code: space, length: 2 } : undefined;
		default:
			return escapeOf(readDigits(codes, at + 1, end, 8, 3, 3), 1, 0);
	}
}

/** Reads `\u{41}`; `at` is behind the opening brace. */
function readBraced(codes: Uint16Array, at: number, end: number): Escape | undefined {
	const digits = readDigits(codes, at, end, 16, 1, 6);
	return digits !== undefined && at + digits.length < end && codes[at + digits.length] === closeBrace ? escapeOf(digits, 3, 1) : undefined;
}

/** The longest name of an HTML entity, in letters (`CounterClockwiseContourIntegral`). */
const longestName = 31;

/** A numeric entity, with or without its `;`. Of the named entities only `&amp;` can hide another escape; the others become a space. */
function readEntity(codes: Uint16Array, at: number, end: number): Escape | undefined {
	if (codes[at + 1] === hash) {
		const isHex = ((codes[at + 2] ?? 0) | 0x20) === 0x78;
		const digits = isHex ? readDigits(codes, at + 3, end, 16, 1, 7) : readDigits(codes, at + 2, end, 10, 1, 7);
		if (digits === undefined) {
			return undefined;
		}
		const before = isHex ? 3 : 2;
		return escapeOf(digits, before, codes[at + before + digits.length] === semicolon && at + before + digits.length < end ? 1 : 0);
	}
	let length = 1;
	while (length <= longestName && at + length < end && isLetter(codes[at + length] ?? 0)) {
		length++;
	}
	if (length < 3 || at + length >= end || codes[at + length] !== semicolon) {
		return undefined;
	}
	const isAmp = length === 4 && codes[at + 1] === 0x61 && codes[at + 2] === 0x6d && codes[at + 3] === 0x70;
	return { code: isAmp ? ampersand : space, length: length + 1 };
}

/** Reads `least` to `most` digits of a base; undefined when there are fewer. */
function readDigits(
	codes: Uint16Array,
	at: number,
	end: number,
	base: number,
	least: number,
	most: number,
): { readonly value: number; readonly length: number } | undefined {
	let value = 0;
	let length = 0;
	for (; length < most && at + length < end; length++) {
		const digit = digitOf(codes[at + length] ?? 0);
		if (digit >= base) {
			break;
		}
		value = value * base + digit;
	}
	return length < least ? undefined : { value, length };
}

function digitOf(code: number): number {
	if (code >= 0x30 && code <= 0x39) {
		return code - 0x30;
	}
	return isLetter(code) ? (code | 0x20) - 0x57 : Infinity;
}

function isLetter(code: number): boolean {
	return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
}

function escapeOf(
	digits: { readonly value: number; readonly length: number } | undefined,
	before: number,
	after: number,
): Escape | undefined {
	return digits === undefined ? undefined : { code: digits.value > 0xffff ? space : digits.value, length: before + digits.length + after };
}
