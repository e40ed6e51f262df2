import { first } from './first';
import { hasKeyPrefix, isKeyName, isOtherName, longestName, whyNotKey, type WordRefusal } from './keyWord';
import { plainText, yourWord } from './keyText';
import { isLongRandomWord } from './paste/secretText';

/**
 * Why a pasted text gives no key.
 * - `empty`: nothing but white space
 * - `none`: no word that could be a key
 * - `several`: different keys
 * - `broken`: a space or line end within the key
 * - `short`, `long`, `letters`: a word that is shorter or longer than any key, or has letters that no key has
 * - `masked`: some of its characters are hidden
 * - `placeholder`: a name, a variable or `YOUR_API_KEY`
 * - `taskId`: the ID of a task
 * - `url`: an address
 */
export type KeyTextRefusal = 'empty' | 'none' | 'several' | 'broken' | WordRefusal;

/** What a pasted text gives. */
export type KeyReading = { readonly key: string } | { readonly refused: KeyTextRefusal };

/**
 * The API key in a text that a person pasted: on its own, or with what stands around it in files, commands and programs (names, quotes,
 * headers, JSON). A word of 8 to 4096 printable ASCII characters that stands alone is taken as it is. In longer texts only what follows
 * the name of a key, begins with `sk-`, or looks random. Takes linear time. Line ends count as spaces, because an input box makes spaces
 * of them.
 */
export function readKey(pasted: string): KeyReading {
	const text = plainText(pasted);
	if (text === '') {
		return { refused: 'empty' };
	}
	// A sign within a key that stands alone is part of it.
	const alone = unwrapped(text);
	if (hasKeyPrefix(alone) && /["'`&](?=[A-Za-z0-9])/.test(alone) && !/[\s,;{}|<>]/.test(alone)) {
		return readWord(alone);
	}
	// Not what is within an address: a link's token is no key.
	const found = findKeys(text.replace(cookies, '').replace(/[^\s"'`<>,;]+/g, withoutAddress));
	const [key, other] = found.keys;
	if (key !== undefined) {
		const refused = other === undefined ? continuation(text, key) : 'several';
		return refused === undefined ? { key } : { refused };
	}
	const refused = worst(found.refused);
	return refused === undefined || refused === 'short' ? readAlone(text) : { refused };
}

/** The cookies of a request that a browser copied: their tokens are no keys. */
const cookies = /(?:\bcookie["'^]{0,2} ?: ?|(?:^| )(?:-b|--cookie) )["'^]{0,2}[^"'^]{0,8000}/gi;

/** The sentence that helps most, if there are several reasons. */
function worst(reasons: ReadonlySet<WordRefusal>): WordRefusal | undefined {
	return (['masked', 'placeholder', 'letters', 'long', 'url', 'taskId', 'short'] as const).find((reason) => reasons.has(reason));
}

function withoutAddress(run: string): string {
	const scheme = run.indexOf('://');
	return scheme === -1 ? run : run.slice(0, scheme + 3);
}

interface Found {
	readonly keys: readonly string[];
	/** What follows the name of a key, or begins like one, and is none. */
	readonly refused: ReadonlySet<WordRefusal>;
}

/** The end of a value. */
const valueAt = /[^\s"'`,;)\]}<>\\^|&]+/y;
/** A placeholder in brackets: `<key>`. */
const bracketsAt = /<[^<>]{1,80}>/y;

/** What stands between the name of a key and its value. */
const gaps = {
	/** `=`, `: "`, `' : '`, `\": \"`, `"] = "`, ` => `, ` := `, ` | `, ` is `, ` (mine): `, `: string = `. */
	assignment: /(?: ?\([^()]{0,40}\))?[ "'`\\^\])*]{0,8}(?::=|[=-]>|[:=|]|- |(?<= )is )(?: ?(?:string|str|String) ?=)?[ "'`\\^*]{0,8}/y,
	/** `","value":"`, in lists of headers and variables. */
	pair: /(?:["'\\]{1,4} ?,?)? ?(?<=[ ,])["'\\]{0,4}value["'\\]{0,4} ?[:=] ?["'\\]{0,4}/y,
	/** `("NAME", "` */
	argument: /["'`] ?, ?["'`]/y,
	/** `<key>value</key>` */
	element: /> ?(?=[^<> ]+ ?<)/y,
	/** `setx NAME "`, `--api-key `, `Bearer `. */
	space: /[ :="'`\\^]{1,8}/y,
};

/** The scheme in front of a key in a header. */
const schemeAt = /(?:bearer|token|key|api-?key)[ :="'`\\^]{1,8}/iy;

function findKeys(text: string): Found {
	const keys = new Set<string>();
	/** Without a digit: taken only if it is assigned in a program or a file, because words of a sentence have none. */
	const weak = new Set<string>();
	const refused = new Set<WordRefusal>();
	const add = (value: string, isAssigned: boolean): void => {
		// The end of a sentence, or of `user:`.
		// `${NAME:-sk-…}`, and a host behind a key.
		const bare = value.replace(/^[-:=]+(?=sk[-_])/i, '').replace(/(?<=^sk[-_][\w-]{8,200})@[\w.-]+$/i, '');
		const word = withoutRepetition(bare.replace(/(?<![.:!?])[.:!?]$/, ''));
		const why = whyNotKey(word);
		if (why !== undefined) {
			refused.add(why);
		} else if (hasKeyPrefix(word) || /\d/.test(word)) {
			keys.add(word);
		} else if (isAssigned && !word.includes('.')) {
			weak.add(word);
		}
	};
	for (const [value] of text.matchAll(/(?<![\w.+/~-])sk[-_][^\s"'`,;)\]}<>\\^|&]+/gi)) {
		add(value, false);
	}
	let past = 0;
	for (const { 0: name, index } of text.matchAll(/[A-Za-z_][\w.-]*/g)) {
		const nameEnd = index + name.length;
		const start = index >= past && isKeyName(name) ? valueStart(text, index, nameEnd) : undefined;
		if (start !== undefined) {
			const value = matchAt(bracketsAt, text, start) ?? matchAt(valueAt, text, start) ?? '';
			add(value, /["'`=]|: ?bearer/i.test(text.slice(nameEnd, start)));
			// A short one may itself be a name (`"key": "Authorization"`). In a long one names would be read again and again.
			past = value.length > longestName ? start + value.length : past;
		}
	}
	return { keys: [...(keys.size > 0 ? keys : weak)], refused };
}

/** Half of a word that is the same twice: a key that was pasted twice. */
function withoutRepetition(word: string): string {
	const half = word.slice(0, word.length / 2);
	return word === half + half ? half : word;
}

/** Where the value behind the name of a key starts; undefined if none can follow. */
function valueStart(text: string, nameStart: number, nameEnd: number): number | undefined {
	const before = text.slice(Math.max(0, nameStart - 12), nameStart);
	const name = text.slice(nameStart, nameEnd);
	const gap =
		matchAt(gaps.assignment, text, nameEnd) ??
		matchAt(gaps.pair, text, nameEnd) ??
		matchAt(gaps.element, text, nameEnd) ??
		(/\(["'`]$/.test(before) ? matchAt(gaps.argument, text, nameEnd) : undefined) ??
		(/bearer$/i.test(name) || /--$|(?:setx|setenv|set -\w{1,3}) ["']?$/i.test(before) ? matchAt(gaps.space, text, nameEnd) : undefined);
	if (gap === undefined) {
		return undefined;
	}
	const start = nameEnd + gap.length;
	return start + (matchAt(schemeAt, text, start)?.length ?? 0);
}

function matchAt(sticky: RegExp, text: string, position: number): string | undefined {
	sticky.lastIndex = position;
	return sticky.exec(text)?.[0];
}

/** Whether a key goes on behind a space, or another one follows: a word that alternates between letters and digits, and is no name. */
function continuation(text: string, key: string): 'broken' | 'several' | undefined {
	const next = /^ ([A-Za-z0-9_-]{6,})(?=["'`,;]? |["'`,;]*$)/.exec(text.slice(text.indexOf(key) + key.length))?.[1];
	if (next === undefined || next === key || !/[A-Za-z]\d+[A-Za-z]|\d[A-Za-z]+\d/.test(next)) {
		return undefined;
	}
	return isLongRandomWord(next) ? 'several' : 'broken';
}

/** `NAME=value`, `$env:NAME = "value"` and the like, with any name. */
const assignment =
	/^(?:[\w-]{1,12} ){0,3}["'[(]{0,2}(?:\$env:|\$)?([\p{L}_][\p{L}\p{M}\p{N}_.-]{0,63})["'\])]{0,2} ?(:=|=>|=|:|,)(?!=)(.+)$/u;
/** `setx NAME value`. */
const setCommand = /^(?:setx|setenv|env|set -\w{1,3}) ["']?([A-Za-z_]\w{0,63})["']?( )(.+)$/i;
/** `Bearer value`. */
const header = /^(?:authorization ?[:=] ?["']?)?(bearer)( )(.+)$/i;
/** A comment behind a value, or an option of `setx`. */
const comment = / (?:#|\/\/|--|\/M$).*$/i;

/** A text without the known name of a key: one word, perhaps assigned to a name, or one random word among few others. */
function readAlone(text: string): KeyReading {
	const whole = unwrapped(text);
	if (whole.includes('://') && !whole.includes(' ')) {
		return { refused: 'url' };
	}
	const [, name = '', separator = '', rest = ''] = first([setCommand, header, assignment], (form) => form.exec(whole) ?? undefined) ?? [];
	const value = unwrapped(rest.replace(comment, ''));
	if (separator !== '' && !value.includes(' ') && assigns(name, separator, rest)) {
		return readWord(value);
	}
	if (isOtherName(name) || (/^[A-Za-z_-]+[:=]$/.test(whole) && isKeyName(whole.slice(0, -1)))) {
		return { refused: 'none' };
	}
	const random = readAmongWords(whole);
	return whole.includes(' ') || (/[,;|<>]/.test(whole) && 'key' in random) ? random : readWord(whole);
}

/** Whether a name, with what stands behind it, is that of a value. A colon also stands within keys and in any text. */
function assigns(name: string, separator: string, rest: string): boolean {
	return (
		isKeyName(name) ||
		(!isOtherName(name) &&
			separator !== ',' &&
			(separator !== ':' || (/\d/.test(rest) && /[A-Za-z]/.test(rest) && (rest.startsWith(' ') || !/[\d-]/.test(name)))))
	);
}

function readWord(word: string): KeyReading {
	const refused = word === '' ? 'none' : whyNotKey(word);
	return refused === undefined ? { key: word } : { refused };
}

/** How many words may stand around a random one without a name. IDs look random too, in logs for example. */
const mostWords = 3;

function readAmongWords(text: string): KeyReading {
	const words = [...new Set(text.match(/[^\s"'`,;()[\]{}<>|]+/g) ?? [])];
	const [key, other] = words.length > mostWords || words.some(isOtherName) ? [] : words.filter(isLongRandomWord);
	if (key !== undefined) {
		return other === undefined ? { key } : { refused: 'several' };
	}
	if (/\w\*{3}|\*{3}\w/.test(text)) {
		return { refused: 'masked' };
	}
	return {
		refused: text.includes(yourWord) || /^<[^<>]{1,80}>$|^your (?:\w{1,20} ){0,3}(?:key|token)/i.test(text) ? 'placeholder' : 'none',
	};
}

const brackets: ReadonlyMap<string, string> = new Map([
	['(', ')'],
	['[', ']'],
	['{', '}'],
]);

/** How many quotes and brackets within each other are removed. */
const mostLayers = 6;

/** Without list marks, quotes and brackets around it, and without the comma or semicolon behind it. */
function unwrapped(text: string): string {
	let left = text.replace(/^(?:[-*>#+]|\d{1,3}[.)]) /, '');
	for (let layer = 0; layer < mostLayers; layer++) {
		// Only from the first of a run on: otherwise the time grows with the square of a run within the text.
		left = left.replace(/^["'`\\ ]+|(?<!["'`\\,; ])["'`\\,; ]+$/g, '');
		if (left.length > 1 && brackets.get(left.charAt(0)) === left.at(-1)) {
			left = left.slice(1, -1);
		}
	}
	return left;
}
