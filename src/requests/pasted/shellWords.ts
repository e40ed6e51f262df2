/** The longest line break and indentation that is skipped in front of a word. */
const blank = /[ \t\u00a0]*/y;

/**
 * The words of the command that begins at an offset, without quotes and escapes, as a POSIX shell reads them; cmd.exe's carets and
 * PowerShell's backticks are understood as well. The command ends at `;`, `|`, `&`, `>` or the end of its line. A command in several lines
 * that an input box joined to one is read too.
 * @returns the words, and the offset behind the command
 */
export function shellWords(text: string, at: number): { readonly words: readonly string[]; readonly end: number } {
	const words: string[] = [];
	let word: string[] | undefined;
	let position = at;
	const finishWord = (): void => {
		if (word !== undefined) {
			words.push(word.join(''));
			word = undefined;
		}
	};
	while (position < text.length) {
		const character = text[position] ?? '';
		const next = text[position + 1] ?? '';
		if (character === "'" || (character === '$' && next === "'" && word === undefined)) {
			const isAnsi = character === '$';
			const read = isAnsi ? ansiQuoted(text, position + 2) : singleQuoted(text, position + 1);
			(word ??= []).push(read.value);
			position = read.end;
		} else if (character === '"' || (character === '$' && next === '"' && word === undefined)) {
			const read = doubleQuoted(text, position + (character === '$' ? 2 : 1));
			(word ??= []).push(read.value);
			position = read.end;
		} else if (/[\\^`]/.test(character) && /[\s]|^$/.test(next)) {
			// A line that is continued. In an input box its end became a space.
			finishWord();
			position += 2;
			if (next === '\r' && text[position] === '\n') {
				position++;
			}
		} else if (/[\\^]/.test(character)) {
			(word ??= []).push(next);
			position += 2;
		} else if (/[ \t\u00a0]/.test(character)) {
			finishWord();
			position++;
		} else if (/[\r\n]/.test(character)) {
			finishWord();
			// Options on the next line belong to the command even where the sign for it is missing.
			blank.lastIndex = position + (character === '\r' && next === '\n' ? 2 : 1);
			blank.exec(text);
			const following = text[blank.lastIndex];
			if (following !== '-' || words.length === 0) {
				return { words, end: position };
			}
			position = blank.lastIndex;
		} else if (/[;|>&)]/.test(character) && !(character === '&' && word !== undefined && /\w/.test(next))) {
			finishWord();
			return { words, end: position };
		} else {
			(word ??= []).push(character);
			position++;
		}
	}
	finishWord();
	return { words, end: position };
}

interface Quoted {
	readonly value: string;
	readonly end: number;
}

/** PowerShell writes a single quote in single quotes twice: `''` followed by a letter is none of two words. */
function singleQuoted(text: string, from: number): Quoted {
	const parts: string[] = [];
	let start = from;
	for (;;) {
		const end = text.indexOf("'", start);
		if (end === -1) {
			parts.push(text.slice(start));
			return { value: parts.join(''), end: text.length };
		}
		parts.push(text.slice(start, end));
		if (text[end + 1] !== "'" || !/\w/.test(text[end + 2] ?? '')) {
			return { value: parts.join(''), end: end + 1 };
		}
		parts.push("'");
		start = end + 2;
	}
}

const ansiEscapes: Readonly<Record<string, string>> = {
	n: '\n',
	r: '\r',
	t: '\t',
	a: '\x07',
	b: '\b',
	f: '\f',
	v: '\v',
	e: '\x1b',
	E: '\x1b',
};

/** `$'…'` of bash, as browsers copy a body with a single quote. */
function ansiQuoted(text: string, from: number): Quoted {
	const parts: string[] = [];
	let start = from;
	for (;;) {
		const match = nextOf(text, start, /['\\]/g);
		parts.push(text.slice(start, match));
		if (text[match] !== '\\') {
			return { value: parts.join(''), end: match + 1 };
		}
		const code = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|x([0-9a-fA-F]{1,2}))/.exec(text.slice(match + 1, match + 10));
		const hex = code?.[1] ?? code?.[2] ?? code?.[3];
		const point = hex === undefined ? undefined : Number.parseInt(hex, 16);
		const character = text[match + 1] ?? '';
		parts.push(point === undefined ? (ansiEscapes[character] ?? character) : point > 0x10ffff ? '' : String.fromCodePoint(point));
		start = match + 1 + (code?.[0].length ?? 1);
	}
}

function doubleQuoted(text: string, from: number): Quoted {
	const parts: string[] = [];
	let start = from;
	for (;;) {
		const match = nextOf(text, start, /["\\`]/g);
		parts.push(text.slice(start, match));
		const next = text[match + 1] ?? '';
		if (text[match] === '"' && next === '"' && /[\w{}:,[\]]/.test(text[match + 2] ?? '')) {
			// cmd.exe writes a quote within quotes twice.
			parts.push('"');
			start = match + 2;
		} else if (text[match] === '"' || text[match] === undefined) {
			return { value: parts.join(''), end: match + 1 };
		} else {
			// A backslash in front of anything else is a part of the text.
			parts.push(/["$`\\]/.test(next) ? next : /[\r\n]/.test(next) && text[match] === '\\' ? '' : `${text[match] ?? ''}${next}`);
			start = match + 2;
		}
	}
}

/** The offset of the next match, or of the end. */
function nextOf(text: string, from: number, pattern: RegExp): number {
	pattern.lastIndex = from;
	return pattern.exec(text)?.index ?? text.length;
}

/** Removes the carets with which cmd.exe escapes signs and line ends. */
export function withoutCarets(text: string): string {
	return text.replace(/\^(\r?\n)[ \t]*/g, ' ').replace(/\^(["&|<>^%\\{}()!,'_=:/[\]$-])/g, '$1');
}
