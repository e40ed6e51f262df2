import { gapTexts } from '../gapTexts';
import type { FieldSchema } from '../bodySchemas';
import type { JsonObject, TextRange } from '../jsonNode';
import type { TextEdit } from '../problem';

/** A property at the end of an object, with the comma and the indentation that it needs. */
export function insertProperty(
	text: string,
	object: TextRange,
	last: TextRange | undefined,
	key: string,
	value: string,
): readonly TextEdit[] {
	const property = `${JSON.stringify(key)}: ${value}`;
	const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
	const outer = indentationOf(text, object.start);
	if (last === undefined) {
		return insertFirst(text, object, property, lineBreak, outer);
	}
	const { comma, lineEnd, isAfterLineComment } = gapAfter(text, last.end, object.end);
	const isOneLine = !text.slice(object.start, last.start).includes('\n');
	const separator =
		isOneLine && !isAfterLineComment ? ' ' : `${lineBreak}${isOneLine ? outer + indentUnit(text) : indentationOf(text, last.start)}`;
	if (comma !== undefined) {
		return [insertion(lineEnd, separator + property)];
	}
	return lineEnd === last.end
		? [insertion(last.end, `,${separator}${property}`)]
		: [insertion(last.end, ','), insertion(lineEnd, separator + property)];
}

function insertion(at: number, text: string): TextEdit {
	return { range: { start: at, end: at }, text };
}

/** Into an object without properties, which may have comments. */
function insertFirst(text: string, object: TextRange, property: string, lineBreak: string, outer: string): readonly TextEdit[] {
	const start = object.start + 1;
	// The brace may not have been written yet.
	const inside = { start, end: text.charAt(object.end - 1) === '}' && object.end > start ? object.end - 1 : object.end };
	const written = `${lineBreak}${outer}${indentUnit(text)}${property}`;
	return text.slice(inside.start, inside.end).trim() === ''
		? [{ range: inside, text: `${written}${lineBreak}${outer}` }]
		: [insertion(inside.start, written)];
}

/**
 * What follows the last property of an object: its comma, and where the rest of its line ends, comments included, so that a comment keeps its
 * line.
 */
function gapAfter(
	text: string,
	start: number,
	end: number,
): { readonly comma: number | undefined; readonly lineEnd: number; readonly isAfterLineComment: boolean } {
	let comma: number | undefined;
	let lineEnd = start;
	let isAfterLineComment = false;
	let isSameLine = true;
	for (let at = start; at < end;) {
		const rest = text.slice(at, at + 2);
		let next = at + 1;
		if (rest === '//') {
			const lineBreak = text.slice(at, end).search(/[\r\n]/);
			next = lineBreak < 0 ? end : at + lineBreak;
		} else if (rest === '/*') {
			const close = text.indexOf('*/', at + 2);
			next = close < 0 ? end : close + 2;
		}
		const char = rest.charAt(0);
		isSameLine &&= char !== '\n' && char !== '\r';
		if (char === '}') {
			break;
		}
		if (char === ',') {
			comma = at;
		}
		if ((isSameLine && char.trim() !== '') || char === ',') {
			lineEnd = next;
			isAfterLineComment = rest === '//';
		}
		at = next;
	}
	return { comma, lineEnd, isAfterLineComment };
}

/** The white space at the start of the line of a position. */
function indentationOf(text: string, at: number): string {
	const start = Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1;
	return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? '';
}

/** One step of indentation, as the text has it first. */
function indentUnit(text: string): string {
	const first = /[\r\n]([ \t]+)\S/.exec(text)?.[1];
	return first === undefined ? '\t' : first.startsWith('\t') ? '\t' : first;
}

/** Removes a property with its comma. */
export function removeProperty(text: string, object: JsonObject, index: number): readonly TextEdit[] {
	const property = object.properties[index];
	const next = object.properties[index + 1];
	const previous = object.properties[index - 1];
	if (property === undefined) {
		return [];
	}
	if (next !== undefined) {
		return [{ range: { start: property.start, end: next.start }, text: '' }];
	}
	// The only property may have a comma, which may not stay alone.
	const { comma } = gapAfter(text, property.end, object.end);
	return previous === undefined && comma !== undefined
		? [{ range: { start: property.start, end: comma + 1 }, text: '' }]
		: [{ range: { start: previous?.end ?? property.start, end: property.end }, text: '' }];
}

/** What a field that is added begins with: its default, the first value offered, or an example that says what belongs there. */
export function placeholderOf(key: string, schema: FieldSchema): string {
	return JSON.stringify(placeholderValue(key, schema), undefined, 0);
}

function placeholderValue(key: string, schema: FieldSchema): unknown {
	const first = schema.default ?? schema.values?.[0];
	if (first !== undefined) {
		return first;
	}
	switch (schema.type) {
		case 'string':
			return placeholderText(key, schema);
		case 'number':
		case 'integer':
			return schema.min ?? 0;
		case 'boolean':
			return false;
		case 'array':
			return schema.items === undefined ? [] : [placeholderValue(key, schema.items)];
		case 'object':
			return Object.fromEntries(
				Object.entries(schema.fields ?? {})
					.filter(([name, field]) => field.required === true || schema.oneOf?.some(([shown]) => shown === name) === true)
					.map(([name, field]) => [name, placeholderValue(name, field)]),
			);
	}
}

function placeholderText(key: string, { media }: FieldSchema): string {
	if (media?.takes.includes('base64') === true) {
		return media.kind === 'image' ? "${{ file('./image.png') }}" : "${{ file('./sound.mp3') }}";
	}
	if (media?.takes.includes('url') === true) {
		return media.kind === 'video' ? 'https://media.example/video.mp4' : 'https://media.example/sound.mp3';
	}
	return key.endsWith('_id') ? key.toUpperCase() : gapTexts.anything;
}
