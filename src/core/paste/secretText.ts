import { isReadable } from '../isReadable';

interface Announcement {
	readonly keyword: RegExp;
	/** Characters allowed between the keyword and the value (`: "`, ` = '`, `\\": \\"`). One of them must match `separator`. */
	readonly gap: string;
	readonly separator?: RegExp;
	/** The first character after the value. */
	readonly end: RegExp;
}

const lineGap = ' \t\u00a0:="\'\\';
/** A header's value may be on the next line of a command. */
const headerGap = `${lineGap}\n`;

/**
 * Keywords that precede a secret value, and where the value ends. Short expressions without repetition, the rest is read in code: a
 * repeated group overflows the stack of the regular expression engine on long texts.
 */
const announcements: readonly Announcement[] = [
	{ keyword: /authorization/gi, gap: headerGap, separator: /[:=]/, end: /[\s"'\\,;{}[]/g },
	{ keyword: /bearer(?:%20)?/gi, gap: headerGap, separator: /[\s:=0]/, end: /[\s"'\\,;{}[)]/g },
	{
		keyword: /(?:api|access|secret|private|comet|kling)[-_ ]?key|secret|password|token/gi,
		gap: lineGap,
		separator: /[:=]/,
		end: /[\s"'\\,;{}[&]/g,
	},
	{ keyword: /cookie/gi, gap: lineGap, separator: /[:=]/, end: /["'\n]/g },
	{ keyword: /\s(?:-u|--user)(?=[\s=])/g, gap: lineGap, separator: /[\s=]/, end: /[\s"']/g },
	// `https://user:password@host`
	{ keyword: /:\/\/(?=[^\s/?#@]{0,256}@)/g, gap: '', end: /[\s/?#@]/g },
	{ keyword: /(?<![A-Za-z])(?=sk[-_][A-Za-z0-9_-])/gi, gap: '', end: /[^A-Za-z0-9_-]/g },
];

/** Occurs in no ID, URL or JSON syntax. */
const mask = '█';

const scheme = /(?:bearer|basic|token|apikey|key)[\s\\]/iy;

/** Masks every secret in a text by `█` and keeps line breaks. `found`: there was one, or the word `Authorization`. */
export function maskSecrets(text: string): { readonly text: string; readonly found: boolean } {
	let masked = maskJwts(text);
	for (const announcement of announcements) {
		masked = maskAnnounced(masked, announcement);
	}
	return { text: masked, found: masked !== text || /authorization/i.test(text) };
}

function maskAnnounced(text: string, { keyword, gap, separator, end }: Announcement): string {
	const parts: string[] = [];
	let from = 0;
	keyword.lastIndex = 0;
	for (let match = keyword.exec(text); match !== null; match = keyword.exec(text)) {
		const afterKeyword = keyword.lastIndex;
		let start = skip(text, afterKeyword, gap);
		// `%20` is part of the keyword and also its separator.
		if (separator !== undefined && !separator.test(text.slice(afterKeyword - 1, start))) {
			continue;
		}
		scheme.lastIndex = start;
		if (gap === headerGap && scheme.test(text)) {
			start = skip(text, scheme.lastIndex, gap);
		}
		end.lastIndex = start;
		const stop = end.exec(text)?.index ?? text.length;
		if (stop === start) {
			continue;
		}
		parts.push(text.slice(from, start), mask);
		from = stop;
		keyword.lastIndex = stop;
	}
	return parts.length === 0 ? text : `${parts.join('')}${text.slice(from)}`;
}

function skip(text: string, from: number, characters: string): number {
	let position = from;
	while (position < text.length && characters.includes(text.charAt(position))) {
		position++;
	}
	return position;
}

const afterJwt = /[^A-Za-z0-9_.%+/=-]/g;

/** Masks JSON Web Tokens: a base64url object (`{"` is `eyJ`) and two more parts between dots, up to the end of the word. */
function maskJwts(text: string): string {
	const parts: string[] = [];
	let from = 0;
	for (let start = text.indexOf('eyJ'); start !== -1; start = text.indexOf('eyJ', afterJwt.lastIndex)) {
		// One sign is searched, not a run: pastedWord.ts says what becomes of millions of repetitions.
		afterJwt.lastIndex = start;
		const end = afterJwt.exec(text)?.index ?? text.length;
		afterJwt.lastIndex = end;
		const [header = '', ...others] = text.slice(start, end).split('.', 3);
		if (others.length === 2 && header.length >= 10) {
			parts.push(text.slice(from, start), mask);
			from = end;
		}
	}
	return parts.join('') + text.slice(from);
}

/**
 * Whether a whole text is an API key: `sk-…`, `Bearer …`, a JSON Web Token, or one long random word, perhaps in quotes or assigned to a
 * name (`export COMETAPI_KEY=…`). An ID in a known form is not.
 */
export function isApiKey(text: string): boolean {
	const trimmed = text.trim();
	if (trimmed === '' || trimmed.length > 4096) {
		return false;
	}
	const match =
		/^(?:(?:export|set)\s+)?(?:["'`]?([A-Za-z_$][\w:.-]{0,63})["'`]?\s*[:=]\s*)?["'`]?(?:(bearer|basic)\s+)?["'`]?([^\s"'`]+)["'`]?[;,]?$/i.exec(
			trimmed,
		);
	const [, name, scheme, value] = match ?? [];
	if (value === undefined) {
		return false;
	}
	if (scheme !== undefined || /^sk[-_]./i.test(value) || maskJwts(value) === mask) {
		return true;
	}
	if (name !== undefined) {
		return /key$|token$|secret$|password$|authorization$/i.test(name);
	}
	return isLongRandomWord(value);
}

/**
 * Whether one word looks random and long enough for a secret: 32 to 512 characters, at least 20 consecutive letters and digits mixed (or
 * letters of both cases). Not a UUID, not `task_…`, not words and numbers joined by `-` or `_` like external IDs.
 */
export function isLongRandomWord(word: string): boolean {
	if (word.length < 32 || word.length > 512 || /^task_[A-Za-z0-9]+$/.test(word) || !/^[A-Za-z0-9_+.~-]+={0,2}$/.test(word)) {
		return false;
	}
	return word
		.split(/[^A-Za-z0-9]/)
		.some((run) => run.length >= 20 && /[A-Za-z]/.test(run) && (/\d/.test(run) || (/[a-z]/.test(run) && /[A-Z]/.test(run))));
}

/** Prefixes of keys (`AK-…`, `sess_…`). */
const keyPrefix = /^(?:sk|ak|pk|rk|api|key|apikey|sess|session|token|secret|access|auth|bearer|ghp|gho|xox[a-z])[-_]/i;

/** The longest run of letters and digits without a sign that a name may have. */
const longestGroup = 19;

/**
 * Whether a word that could be an external ID could also be a key: it has a key's prefix, 20 or more letters and digits in a row, or groups
 * of mixed letters and digits that do not read as words (a UUID). Broader than `isLongRandomWord`, which only matches what cannot be an ID.
 */
export function mayBeKey(word: string): boolean {
	const groups = word.split(/[^A-Za-z0-9]+/);
	const mixed = groups.filter((group) => /[A-Za-z]/.test(group) && (/\d/.test(group) || (/[a-z]/.test(group) && /[A-Z]/.test(group))));
	return keyPrefix.test(word) || groups.some((group) => group.length > longestGroup) || !isReadable(mixed);
}
