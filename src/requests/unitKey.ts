import type { ResolvedObject, ResolvedValue } from './resolvedValue';

/**
 * Fields that say how a task is reported, not what it makes. A new `external_task_id` is needed for each try, and the address of a callback
 * changes with the person's tools: with either of them in the key, the same request would never be recognised.
 */
const notIdentity: ReadonlySet<string> = new Set(['external_task_id', 'callback_url']);

/** What is made for the same money by the same request: takes and days share it. */
export interface Unit {
	/** `https://api.cometapi.com`. */
	readonly origin: string;
	/** `videos/text2video`. */
	readonly operation: string;
	/** Resolved without `run`. */
	readonly body: ResolvedObject;
}

/**
 * The identity of a unit: the SHA-256 of origin, operation and body, with sorted keys, files by their digests and numbers as written (IDs
 * exceed 2^53, so that their values are rounded).
 * @param sha256 of the UTF-8 text, in hexadecimal digits
 * @returns undefined while a file of the body is not known
 */
export function unitKey({ origin, operation, body }: Unit, sha256: (text: string) => string): string | undefined {
	const entries = body.entries.filter(([key]) => !notIdentity.has(key));
	const parts: string[] = [JSON.stringify(origin), ' ', JSON.stringify(operation), ' '];
	return write({ kind: 'object', entries }, parts) ? sha256(parts.join('')) : undefined;
}

/** @returns false if a file is not known */
function write(value: ResolvedValue, parts: string[]): boolean {
	switch (value.kind) {
		case 'object':
			parts.push('{');
			for (const [key, inner] of value.entries.toSorted(([a], [b]) => compareCodePoints(a, b))) {
				parts.push(JSON.stringify(key), ':');
				if (!write(inner, parts)) {
					return false;
				}
				parts.push(',');
			}
			parts.push('}');
			return true;
		case 'array':
			parts.push('[');
			for (const item of value.items) {
				if (!write(item, parts)) {
					return false;
				}
				parts.push(',');
			}
			parts.push(']');
			return true;
		case 'string':
			parts.push(JSON.stringify(value.value));
			return true;
		case 'media':
			// No JSON, so that no string of a body is written the same.
			parts.push('sha256 ', value.facts?.sha256 ?? '');
			return value.facts !== undefined;
		case 'number':
			parts.push(value.text);
			return true;
		case 'boolean':
			parts.push(String(value.value));
			return true;
		case 'null':
			parts.push('null');
			return true;
	}
}

/** UTF-16 order differs above U+FFFF. */
function compareCodePoints(a: string, b: string): number {
	for (let index = 0; index < a.length && index < b.length; index++) {
		const [one, other] = [a.codePointAt(index) ?? 0, b.codePointAt(index) ?? 0];
		if (one !== other) {
			return one - other;
		}
	}
	return a.length - b.length;
}
