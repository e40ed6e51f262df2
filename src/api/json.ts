import { first } from '../core/first';

/** A JSON object with unknown fields. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Parses JSON. Integers beyond 2^53 (task IDs) are read as strings, so that no digit is lost.
 * @returns undefined when the text is not JSON (JSON has no undefined of its own)
 */
export function parseJson(text: string): unknown {
	// A byte order mark is not valid JSON, but some servers send one.
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

/** The value of a field, which some gateways write in camel case: `task_id` is found under `taskId` too. Null and missing are the same. */
export function valueAt(fields: Fields | undefined, name: string): unknown {
	let camel = camelNames.get(name);
	if (camel === undefined) {
		camelNames.set(name, (camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())));
	}
	return fields?.[name] ?? fields?.[camel] ?? undefined;
}

/**
 * Parses an object or list that was sent as text, up to three times: some gateways return a database column as it is. Any other value is
 * unchanged.
 */
export function unwrapped(value: unknown): unknown {
	let inner = value;
	for (let depth = 0; depth < 3 && typeof inner === 'string' && /^\s*["[{]/.test(inner); depth++) {
		inner = parseJson(inner);
	}
	return typeof inner === 'object' && inner !== null ? inner : value;
}

/** The object in a field, also when it was sent as text; undefined for any other value. */
export function fieldsOf(fields: Fields | undefined, name: string): Fields | undefined {
	const value = unwrapped(valueAt(fields, name));
	return isFields(value) ? value : undefined;
}

/**
 * The items of a list in a field, also when it was sent as text. A single item counts as a list of one. At most 1000 items, which bounds
 * the work per response.
 */
export function itemsOf(fields: Fields | undefined, name: string): readonly unknown[] {
	const value = unwrapped(valueAt(fields, name));
	if (Array.isArray(value)) {
		return value.slice(0, 1000);
	}
	return value === undefined || value === null ? [] : [value];
}

/** Replaces NUL by U+FFFD: SQLite's readers end a text at NUL. */
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

/** The text of the first field that has one. */
export function textOf(fields: Fields | undefined, ...names: readonly string[]): string | undefined {
	return first(names, (name) => asText(valueAt(fields, name)));
}

/** The number in the first field that has one, also when it was sent as text. */
export function numberOf(fields: Fields | undefined, ...names: readonly string[]): number | undefined {
	return first(names, (name) => {
		const text = asText(valueAt(fields, name));
		const number = Number(text);
		return text !== undefined && Number.isFinite(number) ? number : undefined;
	});
}

/** The longest text that is searched for links, in characters. */
const mostOfLinks = 80_000;

/**
 * The links in a text that contains nothing else. Usually one; some gateways send several, separated by commas or line breaks. Links are
 * returned as sent, except that they are completed: `//host/…` becomes https, `/…` is resolved against the origin, white space is encoded,
 * and escapes of JSON and HTML are undone.
 * @param origin of the API that sent the text; without it a link that begins with `/` is ignored
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
	// No valid link has a control character, even if a URL parser accepts it.
	if (text.length > 8192 || /\p{Cc}/u.test(text)) {
		return undefined;
	}
	if (/^\/\/[^/\s]/.test(text)) {
		return whole(`https:${text}`);
	}
	// A path without a leading slash may be anything: a file name of the provider, a template.
	if (/^\/[^/\s]/.test(text) && origin !== undefined) {
		return URL.parse(text, origin)?.href;
	}
	return /^https?:\/\//i.test(text) ? whole(text) : undefined;
}

/** A URL without white space as it is; otherwise with its white space encoded. */
function whole(text: string): string | undefined {
	const parsed = URL.parse(text);
	if (parsed === null) {
		return undefined;
	}
	return /\s/.test(text) ? parsed.href : text;
}

/** Whether a text is exactly one http(s) URL: at most 8192 characters, no white space, no control characters. */
export function isHttpUrl(text: string): boolean {
	return text.length <= 8192 && /^https?:\/\/[^\s\p{Cc}]+$/iu.test(text) && URL.parse(text) !== null;
}
