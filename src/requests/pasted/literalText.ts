import type { Literal, LiteralObject } from './literal';

/** An object or array of scalars is written on one line if that is no longer (characters). */
const longestLine = 60;

/**
 * A value as indented JSON with its comments; an `unknown` is an empty string.
 * @param indent one level, for example two spaces
 * @param margin in front of every line but the first
 */
export function literalText(value: Literal, indent: string, margin = ''): string {
	switch (value.kind) {
		case 'unknown':
			return '""';
		case 'scalar':
			return value.text;
		case 'string':
			return value.source ?? jsonString(value.value);
		case 'array': {
			const entries = value.items.map((item) => ({ ...item, key: '' }));
			return container('[]', entries, value.comments, indent, margin);
		}
		case 'object': {
			const entries = value.members.map((member) => ({ ...member, key: `${jsonString(member.key)}: ` }));
			return container('{}', entries, value.comments, indent, margin);
		}
	}
}

/** The same with every member of the outermost object on a line of its own. */
export function expandedText(object: LiteralObject, indent: string, margin = ''): string {
	const entries = object.members.map((member) => ({ ...member, key: `${jsonString(member.key)}: ` }));
	return lines('{}', entries, object.comments, indent, margin);
}

interface Entry {
	readonly key: string;
	readonly value: Literal;
	readonly before: readonly string[];
	readonly after: string | undefined;
}

function container(brackets: string, entries: readonly Entry[], comments: readonly string[], indent: string, margin: string): string {
	return oneLine(brackets, entries, comments) ?? lines(brackets, entries, comments, indent, margin);
}

function oneLine(brackets: string, entries: readonly Entry[], comments: readonly string[]): string | undefined {
	const isSimple =
		comments.length === 0 &&
		entries.every(
			({ value, before, after }) => before.length === 0 && after === undefined && value.kind !== 'object' && value.kind !== 'array',
		);
	if (!isSimple || entries.length > longestLine) {
		return undefined;
	}
	const inner = entries.map(({ key, value }) => `${key}${literalText(value, '')}`).join(', ');
	const gap = brackets === '{}' && entries.length > 0 ? ' ' : '';
	return inner.length > longestLine ? undefined : `${brackets[0] ?? ''}${gap}${inner}${gap}${brackets[1] ?? ''}`;
}

function lines(brackets: string, entries: readonly Entry[], comments: readonly string[], indent: string, margin: string): string {
	if (entries.length === 0 && comments.length === 0) {
		return brackets;
	}
	const inner = `${margin}${indent}`;
	const written = entries.flatMap(({ key, value, before, after }, index) => [
		...before,
		`${key}${literalText(value, indent, inner)}${index === entries.length - 1 ? '' : ','}${after === undefined ? '' : ` ${after}`}`,
	]);
	return [brackets[0] ?? '', ...[...written, ...comments].map((line) => `${inner}${line}`), `${margin}${brackets[1] ?? ''}`].join('\n');
}

/** `JSON.stringify` writes a lone surrogate as an escape. */
function jsonString(value: string): string {
	return JSON.stringify(value);
}
