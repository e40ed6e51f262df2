import { varName } from './expressionSyntax';

/** One `{…}` of a `save` pattern; positions are indexes into the pattern. */
export interface SavePlaceholder {
	readonly kind: 'file' | 'take' | 'date' | 'vars' | 'chain' | 'unknown' | 'unterminated';
	/** What stands between the braces; of `vars.x` the name `x`. */
	readonly argument: string;
	readonly start: number;
	readonly end: number;
}

/** Names of placeholders, for a likely spelling. */
export const placeholderNames: readonly string[] = ['file', 'take', 'date'];

const chainPlaceholder = /^(?:step|cell|(?:steps|matrix)\..*)$/s;

/** The placeholders of a pattern: `{file}`, `{take}`, `{take:2}` (two digits at least), `{date}`, `{vars.x}`. */
export function savePlaceholders(pattern: string): readonly SavePlaceholder[] {
	return [...pattern.matchAll(/\{([^{}]*)(\}|)/g)].map(({ 0: whole, 1: inner = '', 2: brace, index: start }) => {
		const end = start + whole.length;
		const name = inner.startsWith('vars.') ? inner.slice('vars.'.length) : undefined;
		if (brace === '') {
			return { kind: 'unterminated', argument: inner, start, end };
		}
		if (name !== undefined && varName.test(name)) {
			return { kind: 'vars', argument: name, start, end };
		}
		return { kind: kindOf(inner), argument: inner, start, end };
	});
}

function kindOf(inner: string): SavePlaceholder['kind'] {
	if (inner === 'file' || inner === 'date') {
		return inner;
	}
	return /^take(?::[1-9])?$/.test(inner) ? 'take' : chainPlaceholder.test(inner) ? 'chain' : 'unknown';
}
