import { isKeyName, whyNotKey } from '../../core/keyWord';
import type { Literal, LiteralArray, LiteralMember, LiteralObject } from './literal';

/** Shorter values of headers could be any word of a prompt. */
const shortestSecret = 8;
const mostSecrets = 64;

const named =
	/(?:authorization|x-api-key|(?:api|access|secret|comet|kling)[-_ ]?key|token|secret|password)["'`\s\\]{0,8}[:=,>]{1,2}["'`\s\\([]{0,8}(?:(?:bearer|basic|token)[\s"'`+\\]{1,8})?([\w.~+/=-]{8,4096})/gi;
const bearer = /\bbearer[\s"'`+=\\]{1,8}([\w.~+/=-]{8,4096})/gi;
const parameter = /[?&](?:api[-_]?)?(?:key|token|secret)=([^\s&"'`#]{8,4096})/gi;

/**
 * The API keys that a text names, in headers, variables and addresses, so that they can be removed wherever they are written.
 * @param text the whole text that was pasted
 */
export function keysIn(text: string): readonly string[] {
	const keys = new Set<string>();
	for (const pattern of [named, bearer, parameter]) {
		for (const [, value = ''] of text.matchAll(pattern)) {
			if (isKey(value) && keys.size < mostSecrets) {
				keys.add(value);
			}
		}
	}
	return [...keys];
}

/** Whether the value of a header or a field is a key, and no variable or placeholder. */
export function isKey(value: string): boolean {
	const word = value.replace(/^(?:bearer|basic|token)\s+/i, '').trim();
	const why = whyNotKey(word);
	return word.length >= shortestSecret && (why === undefined || why === 'long') && (/\d/.test(word) || word.length >= 20);
}

/** None is longer than 65,535 characters; without a bound, millions would overflow the stack of V8's regular expressions. */
const keyWords = [
	/(?:\bbearer\s{1,8})?(?<![A-Za-z0-9])sk[-_][A-Za-z0-9_-]{6,65535}/gi,
	/\bbearer\s{1,8}(?=[\w.~+/=-]{0,64}\d)[\w.~+/=-]{16,65535}/gi,
	/(?<![\w-])eyJ[\w-]{7,65535}\.[\w-]{1,65535}\.[\w-]{0,65535}/g,
];

/** A value without keys, and whether it had one. */
export interface WithoutKeys<T> {
	readonly value: T;
	readonly hadKey: boolean;
}

/** A text without the keys in it. */
export function withoutKeys(text: string, keys: readonly string[]): WithoutKeys<string> {
	let value = text;
	for (const key of keys) {
		value = value.replaceAll(key, '');
	}
	for (const pattern of keyWords) {
		value = value.replace(pattern, '');
	}
	return { value, hadKey: value !== text };
}

/** Removes the keys from every string of an object, the fields that are named like one, and the comments that contain one. */
export function objectWithoutKeys(object: LiteralObject, keys: readonly string[]): WithoutKeys<LiteralObject> {
	let hadKey = false;
	const text = (from: string): string => {
		const read = withoutKeys(from, keys);
		hadKey ||= read.hadKey;
		return read.value;
	};
	const comments = (lines: readonly string[]): readonly string[] =>
		lines.filter((line) => {
			const isSecret = withoutKeys(line, keys).hadKey;
			hadKey ||= isSecret;
			return !isSecret;
		});
	const comment = (line: string | undefined): string | undefined => (line === undefined ? undefined : comments([line])[0]);
	const clean = (value: Literal): Literal => {
		switch (value.kind) {
			case 'string': {
				const cleaned = text(value.value);
				return cleaned === value.value ? value : { kind: 'string', value: cleaned, source: undefined };
			}
			case 'array':
				return cleanArray(value);
			case 'object':
				return cleanObject(value);
			case 'scalar':
			case 'unknown':
				return value;
		}
	};
	const cleanArray = (array: LiteralArray): LiteralArray => ({
		kind: 'array',
		items: array.items.map(({ value, before, after }) => ({ value: clean(value), before: comments(before), after: comment(after) })),
		comments: comments(array.comments),
	});
	const cleanMember = (member: LiteralMember): readonly LiteralMember[] => {
		const isNamedKey = isKeyName(member.key) && member.value.kind !== 'object' && member.value.kind !== 'array';
		if (isNamedKey || withoutKeys(member.key, keys).hadKey) {
			hadKey ||= !isNamedKey || (member.value.kind === 'string' && isKey(member.value.value));
			return [];
		}
		return [{ key: member.key, value: clean(member.value), before: comments(member.before), after: comment(member.after) }];
	};
	const cleanObject = ({ members, comments: lines }: LiteralObject): LiteralObject => ({
		kind: 'object',
		members: members.flatMap(cleanMember),
		comments: comments(lines),
	});
	const value = cleanObject(object);
	return { value, hadKey };
}
