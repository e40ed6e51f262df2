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
		if (token === '"') inString = !inString;
		return !inString && /^-?\d{16,}$/.test(token) ? `"${token}"` : token;
	});
}

export function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under a name; undefined when something else is there. */
export function fieldsOf(fields: Fields, name: string): Fields | undefined {
	const value = fields[name];
	return isFields(value) ? value : undefined;
}

/** The objects in the list under a name; at most a thousand, so that no answer can drown us. */
export function listOf(fields: Fields, name: string): readonly Fields[] {
	const value = fields[name];
	return Array.isArray(value) ? value.slice(0, 1000).filter(isFields) : [];
}

/** A string or a number as trimmed text of at most 4096 characters; `""`, `null` and missing are the same. */
export function asText(value: unknown): string | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
	if (typeof value !== 'string') return undefined;
	const text = value.slice(0, 4096).trim();
	return text === '' ? undefined : text;
}

/** The first of the names that holds text. */
export function textOf(fields: Fields | undefined, ...names: readonly string[]): string | undefined {
	return first(names, (name) => asText(fields?.[name]));
}

/** The first of the names that holds a number, or text that is one. */
export function numberOf(fields: Fields | undefined, ...names: readonly string[]): number | undefined {
	return first(names, (name) => {
		const text = asText(fields?.[name]);
		const number = Number(text);
		return text !== undefined && Number.isFinite(number) ? number : undefined;
	});
}

/** The first of the names that holds an http(s) URL. */
export function urlOf(fields: Fields | undefined, ...names: readonly string[]): string | undefined {
	return first(names, (name) => {
		const value = fields?.[name];
		return typeof value === 'string' && isHttpUrl(value.trim()) ? value.trim() : undefined;
	});
}

/** Whether a text is an http(s) URL and nothing else; over 8192 characters it is none. */
export function isHttpUrl(text: string): boolean {
	return text.length <= 8192 && /^https?:\/\/\S+$/i.test(text) && URL.parse(text) !== null;
}

/** What the first item that has it gives. */
export function first<T, R>(items: readonly T[], get: (item: T) => R | undefined): R | undefined {
	for (const item of items) {
		const found = get(item);
		if (found !== undefined) return found;
	}
	return undefined;
}
