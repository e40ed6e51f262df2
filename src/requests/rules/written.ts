import type { JsonNode, JsonProperty, JsonString, TextRange } from '../jsonNode';
import type { ResolvedMedia, ResolvedObject, ResolvedValue } from '../resolvedValue';

/**
 * A value as it is sent, at the position where it is written: what rules judge. `isLiteral`: the text has the value itself, so that an edit
 * can change it. An expression whose file or variable is not known is `unknown` and not judged.
 */
export type Written =
	| WrittenObject
	| WrittenArray
	| WrittenString
	| WrittenNumber
	| { readonly kind: 'boolean'; readonly value: boolean; readonly range: TextRange; readonly isLiteral: boolean }
	| { readonly kind: 'null'; readonly range: TextRange; readonly isLiteral: boolean }
	| { readonly kind: 'media'; readonly media: ResolvedMedia; readonly range: TextRange }
	| { readonly kind: 'unknown'; readonly range: TextRange };

export interface WrittenString {
	readonly kind: 'string';
	readonly value: string;
	readonly range: TextRange;
	readonly isLiteral: boolean;
}
export interface WrittenNumber {
	readonly kind: 'number';
	/** As written. */
	readonly text: string;
	readonly range: TextRange;
	readonly isLiteral: boolean;
}
export interface WrittenArray {
	readonly kind: 'array';
	readonly items: readonly Written[];
	readonly range: TextRange;
}
export interface WrittenField {
	readonly key: string;
	readonly property: JsonProperty;
	readonly value: Written;
}
export interface WrittenObject {
	readonly kind: 'object';
	/** By their keys; of equal keys, which are an error of their own, the last one. */
	readonly fields: ReadonlyMap<string, WrittenField>;
	readonly range: TextRange;
}

/**
 * Joins what is written with what it resolves to.
 * @param resolved undefined: not known as a whole; what has no expression is judged nevertheless
 */
export function writtenObject(node: Extract<JsonNode, { readonly kind: 'object' }>, resolved: ResolvedObject | undefined): WrittenObject {
	const values = new Map(resolved?.entries);
	return {
		kind: 'object',
		range: node,
		fields: new Map(
			node.properties.map((property) => {
				const { key } = property;
				return [key, { key, property, value: written(property.value, values.get(key)) }];
			}),
		),
	};
}

function written(node: JsonNode, resolved: ResolvedValue | undefined): Written {
	switch (node.kind) {
		case 'object':
			return writtenObject(node, resolved?.kind === 'object' ? resolved : undefined);
		case 'array': {
			const items = resolved?.kind === 'array' ? resolved.items : [];
			return { kind: 'array', range: node, items: node.items.map((item, index) => written(item, items[index])) };
		}
		case 'number':
			return { kind: 'number', text: node.text, range: node, isLiteral: true };
		case 'boolean':
			return { kind: 'boolean', value: node.value, range: node, isLiteral: true };
		case 'null':
			return { kind: 'null', range: node, isLiteral: true };
		case 'string':
			if (!node.value.includes('${{')) {
				return { kind: 'string', value: node.value, range: node, isLiteral: true };
			}
			switch (resolved?.kind) {
				case 'media':
					return { kind: 'media', media: resolved, range: node };
				case 'string':
					// A text whose file has not been read yet is empty for now.
					return resolved.value === ''
						? { kind: 'unknown', range: node }
						: { kind: 'string', value: resolved.value, range: node, isLiteral: false };
				case 'number':
					return { kind: 'number', text: resolved.text, range: node, isLiteral: false };
				case 'boolean':
					return { kind: 'boolean', value: resolved.value, range: node, isLiteral: false };
				case 'null':
					return { kind: 'null', range: node, isLiteral: false };
				case 'object':
				case 'array':
				case undefined:
					return unresolved(node);
			}
	}
}

/** A file that cannot be read is one nevertheless: whether one may stand there does not depend on it. */
function unresolved(node: JsonString): Written {
	const path = /^\s*\$\{\{\s*file\(\s*'([^']*)'\s*\)\s*\}\}\s*$/.exec(node.value)?.[1];
	return path === undefined
		? { kind: 'unknown', range: node }
		: { kind: 'media', media: { kind: 'media', path, facts: undefined }, range: node };
}

/** A field that is there and not null: `null` counts as missing. */
export function fieldOf(object: WrittenObject, key: string): WrittenField | undefined {
	const field = object.fields.get(key);
	return field?.value.kind === 'null' ? undefined : field;
}

/** The text of a field; undefined if it is missing, not a text, or not known. */
export function textOf(object: WrittenObject, key: string): string | undefined {
	const value = object.fields.get(key)?.value;
	return value?.kind === 'string' ? value.value : undefined;
}

/** The number of a field that is a number, or a text that is one. */
export function numberOf(object: WrittenObject, key: string): number | undefined {
	const value = object.fields.get(key)?.value;
	const text = value?.kind === 'number' ? value.text : value?.kind === 'string' ? value.value : '';
	return text.trim() === '' || !Number.isFinite(Number(text)) ? undefined : Number(text);
}

/** The items of a field that is an array. */
export function itemsOf(object: WrittenObject, key: string): readonly Written[] | undefined {
	const value = object.fields.get(key)?.value;
	return value?.kind === 'array' ? value.items : undefined;
}

/** Whether a text is empty or only white space, an array or an object without content. */
export function isEmpty(value: Written): boolean {
	switch (value.kind) {
		case 'string':
			return value.value.trim() === '';
		case 'array':
			return value.items.length === 0;
		case 'object':
			return value.fields.size === 0;
		case 'number':
		case 'boolean':
		case 'null':
		case 'media':
		case 'unknown':
			return false;
	}
}
