import { first } from '../core/first';

/** An object of unknown make-up. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Parses JSON, keeping the digits of integers beyond 2^53 (task ids) by reading them as strings.
 * @returns undefined when the text is not JSON (JSON has no undefined of its own)
 */
export function parseJson(text: string): unknown {
	// A byte order mark is no JSON, but some servers send one.
	const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
	try {
		const parsed: unknown = JSON.parse(json);
		return /[:[,\s]-?\d{16}/.test(json) ? JSON.parse(quoteLongIntegers(json)) : parsed;
	} catch {
		return undefined;
	}
}

/** Puts quotes around integers of 16 and more digits. The text must be valid JSON. */
function quoteLongIntegers(json: string): string {
	let inString = false;
	return json.replace(/\\.|"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs, (token) => {
		if (token === '"') {
			inString = !inString;
		}
		return !inString && /^-?\d{16,}$/.test(token) ? `"${token}"` : token;
	});
}

export function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const camelNames = new Map<string, string>();

/** A value by its name, which some gateways write in camel case: `task_id` is found under `taskId` too. Null and missing are the same. */
export function valueAt(fields: Fields | undefined, name: string): unknown {
	let camel = camelNames.get(name);
	if (camel === undefined) {
		camelNames.set(name, (camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())));
	}
	return fields?.[name] ?? fields?.[camel] ?? undefined;
}

/** An object or list that was sent as text, as some gateways hand on what they keep in a column, even as text within text; anything else as it is. */
export function unwrapped(value: unknown): unknown {
	let inner = value;
	for (let depth = 0; depth < 3 && typeof inner === 'string' && /^\s*["[{]/.test(inner); depth++) {
		inner = parseJson(inner);
	}
	return typeof inner === 'object' && inner !== null ? inner : value;
}

/** The object under a name, also where it was sent as text; undefined when something else is there. */
export function fieldsOf(fields: Fields | undefined, name: string): Fields | undefined {
	const value = unwrapped(valueAt(fields, name));
	return isFields(value) ? value : undefined;
}

/** The items of the list under a name, also where it was sent as text; one item that is no list counts as a list of one. At most a thousand, so that no response can drown us. */
export function itemsOf(fields: Fields | undefined, name: string): readonly unknown[] {
	const value = unwrapped(valueAt(fields, name));
	if (Array.isArray(value)) {
		return value.slice(0, 1000);
	}
	return value === undefined || value === null ? [] : [value];
}

/** A text without NUL, at which SQLite's readers end a text: it is replaced by the character that stands for a broken one. */
export function withoutNul(text: string): string {
	return text.replaceAll('\0', '\ufffd');
}

/** A string or a number as trimmed text of at most 4096 characters, without NUL; `""`, `null` and missing are the same. */
export function asText(value: unknown): string | undefined {
	if (typeof value === 'number') {
		return Number.isFinite(value) ? String(value) : undefined;
	}
	if (typeof value !== 'string') {
		return undefined;
	}
	const text = withoutNul(value.slice(0, 4096).trim());
	return text === '' ? undefined : text;
}

/** The first of the names that holds text. */
export function textOf(fields: Fields | undefined, ...names: readonly string[]): string | undefined {
	return first(names, (name) => asText(valueAt(fields, name)));
}

/** The first of the names that holds a number, or text that is one. */
export function numberOf(fields: Fields | undefined, ...names: readonly string[]): number | undefined {
	return first(names, (name) => {
		const text = asText(valueAt(fields, name));
		const number = Number(text);
		return text !== undefined && Number.isFinite(number) ? number : undefined;
	});
}

/** A text of links that is longer than this is none (characters). */
const mostOfLinks = 80_000;

/**
 * The links that a text holds, and nothing else: mostly one; some gateways send several with commas or line breaks between them. As they were sent, but made
 * whole: `//host/…` is https, `/…` is on the origin that sent it, white space is encoded, and what a text within a text or a page escapes is what it stands for.
 * @param origin of the API that sent it; without it a link that begins with `/` is none
 */
export function linksOf(value: unknown, origin: string | undefined): readonly string[] {
	if (typeof value !== 'string' || value.length > mostOfLinks) {
		return [];
	}
	const texts = value.split(/(?<=[\s,;|])(?=https?:\/\/)/i);
	return texts.flatMap((text, index) => linkOf(index < texts.length - 1 ? text.replace(/[\s,;|]{1,8}$/, '') : text, origin) ?? []);
}

function linkOf(sent: string, origin: string | undefined): string | undefined {
	const text = sent.trim().replace(/\\\//g, '/').replace(/&amp;/gi, '&');
	// A control character is nobody's, whatever a URL parser makes of it.
	if (text.length > 8192 || /\p{Cc}/u.test(text)) {
		return undefined;
	}
	if (/^\/\/[^/\s]/.test(text)) {
		return whole(`https:${text}`);
	}
	// A path of words alone may be anything: a file of the provider's, a template.
	if (/^\/[^/\s]/.test(text) && origin !== undefined) {
		return URL.parse(text, origin)?.href;
	}
	return /^https?:\/\//i.test(text) ? whole(text) : undefined;
}

/** A URL without white space as it is, another one with its white space encoded. */
function whole(text: string): string | undefined {
	const parsed = URL.parse(text);
	if (parsed === null) {
		return undefined;
	}
	return /\s/.test(text) ? parsed.href : text;
}

/** Whether a text is an http(s) URL and nothing else; over 8192 characters, or with spaces or control characters, it is none. */
export function isHttpUrl(text: string): boolean {
	return text.length <= 8192 && /^https?:\/\/[^\s\p{Cc}]+$/iu.test(text) && URL.parse(text) !== null;
}
