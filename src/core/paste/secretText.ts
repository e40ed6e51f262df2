import { isReadable } from '../isReadable';

interface Announcement {
	readonly keyword: RegExp;
	/** Characters that may stand between the keyword and the value (`: "`, ` = '`, `\\": \\"`), and one of them that must. */
	readonly gap: string;
	readonly separator?: RegExp;
	/** The first character behind the value. */
	readonly end: RegExp;
}

const lineGap = ' \t\u00a0:="\'\\';
/** A header's value may stand on the next line of a command. */
const headerGap = `${lineGap}\n`;

/**
 * What announces a secret value, and how far the value goes. Short expressions without repetition: the rest is read by hand, for a
 * repeated group overflows the stack of regular expressions on a text that is long enough.
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

/** In no id, no URL and no syntax of JSON. */
const mask = '█';

const scheme = /(?:bearer|basic|token|apikey|key)[\s\\]/iy;

/** A text with every secret in it masked by `█`, line breaks where they were; `found` when there was any, or the word `Authorization`. */
export function maskSecrets(text: string): { readonly text: string; readonly found: boolean } {
	let masked = text.replace(/[A-Za-z0-9_.%+/=-]+/g, maskJwt);
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
		// `%20` is part of its keyword, and a separator.
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

/** A JSON Web Token: a base64url object (`{"` is `eyJ`) and two more parts between dots. */
function maskJwt(word: string): string {
	const start = word.indexOf('eyJ');
	if (start === -1) {
		return word;
	}
	const parts = word.slice(start).split('.', 3);
	return parts.length === 3 && parts[0] !== undefined && parts[0].length >= 10 ? `${word.slice(0, start)}${mask}` : word;
}

/**
 * Whether a whole text is nothing but an API key: `sk-…`, `Bearer …`, a JSON Web Token, or one long random word, perhaps in quotes or
 * assigned to a name (`export COMETAPI_KEY=…`). An id in a form that ids have is none.
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
	if (scheme !== undefined || /^sk[-_]./i.test(value) || maskJwt(value) === mask) {
		return true;
	}
	if (name !== undefined) {
		return /key$|token$|secret$|password$|authorization$/i.test(name);
	}
	return isLongRandomWord(value);
}

/**
 * Whether one word looks random and long enough to be a secret: 32 to 512 characters, 20 of them in a row letters and digits mixed (or
 * letters of both cases). Not a UUID, not `task_…`, not words and numbers joined by `-` or `_`, as external ids are made.
 */
export function isLongRandomWord(word: string): boolean {
	if (word.length < 32 || word.length > 512 || /^task_[A-Za-z0-9]+$/.test(word) || !/^[A-Za-z0-9_+.~-]+={0,2}$/.test(word)) {
		return false;
	}
	return word
		.split(/[^A-Za-z0-9]/)
		.some((run) => run.length >= 20 && /[A-Za-z]/.test(run) && (/\d/.test(run) || (/[a-z]/.test(run) && /[A-Z]/.test(run))));
}

/** Words before the sign that some keys begin with (`AK-…`, `sess_…`). */
const keyPrefix = /^(?:sk|ak|pk|rk|api|key|apikey|sess|session|token|secret|access|auth|bearer|ghp|gho|xox[a-z])[-_]/i;

/** So many letters and digits in a row, without a sign between them, are no name that a person made. */
const longestGroup = 19;

/**
 * Whether a word that could be an id which its owner made up could as well be a key: it begins like one, has 20 letters and digits in a row, or its groups of
 * letters and digits mixed do not read as words (a UUID). `isLongRandomWord` is what nobody takes for an id.
 */
export function mayBeKey(word: string): boolean {
	const groups = word.split(/[^A-Za-z0-9]+/);
	const mixed = groups.filter((group) => /[A-Za-z]/.test(group) && (/\d/.test(group) || (/[a-z]/.test(group) && /[A-Z]/.test(group))));
	return keyPrefix.test(word) || groups.some((group) => group.length > longestGroup) || !isReadable(mixed);
}
