import type { NextField, NextOperation } from '../core/nextOperations';
import { restOfBody, type Gap, type GappedObject, type GappedValue } from './continuedBodies';
import { schemaUri } from './schemaUri';

/** Sentences for the comments of the file: one line each. */
export interface ContinuedComments {
	/** At the top: what the request continues with. */
	readonly head: readonly string[];
	/** That the result's link, which follows, can stand in place of its ID. */
	readonly byLink: string;
}

/** A request file in two forms: as the text it is, and as a snippet of the editor, whose tab stops are what a person replaces. */
export interface ContinuedRequest {
	readonly text: string;
	readonly snippet: string;
}

/** Fields that are written first: they decide what the others may be. */
const leading: ReadonlySet<string> = new Set(['model_name', 'effect_scene', 'session_id']);

/** A line of the text; `gaps` of its characters are replaced by the person. */
interface Line {
	readonly depth: number;
	readonly parts: readonly (string | { readonly gap: string })[];
}

/**
 * The request file that continues with a result: what is filled in first, then the rest as tab stops. Nothing of the result is read as an
 * expression or as a snippet.
 */
export function continuedRequest({ key, takes, count, fields, byLink }: NextOperation, comments: ContinuedComments): ContinuedRequest {
	const body = mergedBody(fields, restOfBody(takes, key, count));
	const commented = byLink.length === 0 ? undefined : pathKey(fields[0]?.path ?? []);
	const comment = commented === undefined ? undefined : { at: commented, lines: [comments.byLink, ...byLink.map(commentOf)] };
	const lines: Line[] = [
		{ depth: 0, parts: ['{'] },
		{ depth: 1, parts: [`"$schema": ${JSON.stringify(schemaUri)},`] },
		...comments.head.map((line) => commentLine(1, line)),
		{ depth: 1, parts: [`"operation": ${JSON.stringify(key)},`] },
		...memberLines('body', body, 1, [], comment, ''),
		{ depth: 0, parts: ['}'] },
	];
	return { text: linesText(lines), snippet: linesSnippet(lines) };
}

/** `"video_url": "https://…",` as it stands in a comment. */
function commentOf({ path, value }: NextField): string {
	return `${JSON.stringify(path.findLast((step) => typeof step === 'string'))}: ${literal(value ?? '')},`;
}

interface CommentAt {
	/** The member that it stands in front of. */
	readonly at: string;
	readonly lines: readonly string[];
}

function commentLine(depth: number, text: string): Line {
	return { depth, parts: [`// ${text.replace(/\s+/g, ' ')}`] };
}

function pathKey(path: readonly (string | number)[]): string {
	return path.join('/');
}

/** The fields at their paths, before the rest, but behind what leads. */
function mergedBody(fields: readonly NextField[], rest: GappedObject): GappedObject {
	const filled = fields.reduce<GappedValue>((body, { path, piece, value }) => withValue(body, path, value ?? gapOf(piece)), {});
	const merged = merge(filled, rest) as GappedObject;
	const entries = Object.entries(merged);
	return Object.fromEntries([...entries.filter(([name]) => leading.has(name)), ...entries.filter(([name]) => !leading.has(name))]);
}

/** What stands where an ID could not be read. */
function gapOf(piece: NextField['piece']): Gap {
	return { gap: piece === 'face' ? 'FACE_ID' : piece === 'session' ? 'SESSION_ID' : 'ID' };
}

function withValue(target: GappedValue | undefined, [step, ...more]: readonly (string | number)[], value: GappedValue): GappedValue {
	if (step === undefined) {
		return value;
	}
	if (typeof step === 'number') {
		const items = isList(target) ? [...target] : [];
		items[step] = withValue(items[step], more, value);
		return items;
	}
	const object = isObject(target) ? target : {};
	return { ...object, [step]: withValue(object[step], more, value) };
}

/** `first` with what `second` has more, in objects and item by item. */
function merge(first: GappedValue, second: GappedValue): GappedValue {
	if (isList(first) && isList(second)) {
		return first.map((item, index) => (second[index] === undefined ? item : merge(item, second[index])));
	}
	if (!isObject(first) || !isObject(second)) {
		return first;
	}
	const merged = Object.entries(first).map(
		([name, value]) => [name, second[name] === undefined ? value : merge(value, second[name])] as const,
	);
	return { ...Object.fromEntries(merged), ...Object.fromEntries(Object.entries(second).filter(([name]) => first[name] === undefined)) };
}

function isGap(value: GappedValue): value is Gap {
	return typeof value === 'object' && 'gap' in value && (typeof value.gap === 'string' || typeof value.gap === 'number');
}

function isList(value: GappedValue | undefined): value is readonly GappedValue[] {
	return Array.isArray(value);
}

function isObject(value: GappedValue | undefined): value is GappedObject {
	return typeof value === 'object' && !isList(value) && !isGap(value);
}

/** The lines of one member of an object, or (`name` undefined) of an item. */
function memberLines(
	name: string | undefined,
	value: GappedValue,
	depth: number,
	path: readonly (string | number)[],
	comment: CommentAt | undefined,
	comma: string,
): readonly Line[] {
	const prefix = name === undefined ? '' : `${JSON.stringify(name)}: `;
	const before =
		comment !== undefined && path.length > 0 && pathKey(path) === comment.at ? comment.lines.map((line) => commentLine(depth, line)) : [];
	if (isObject(value) || isList(value)) {
		const members: readonly (readonly [string | number, GappedValue])[] = isList(value) ? [...value.entries()] : Object.entries(value);
		const [open, close] = isList(value) ? ['[', ']'] : ['{', '}'];
		if (members.length === 0) {
			return [...before, { depth, parts: [`${prefix}${open}${close}${comma}`] }];
		}
		return [
			...before,
			{ depth, parts: [`${prefix}${open}`] },
			...members.flatMap(([step, inner], index) =>
				memberLines(
					typeof step === 'string' ? step : undefined,
					inner,
					depth + 1,
					[...path, step],
					comment,
					index === members.length - 1 ? '' : ',',
				),
			),
			{ depth, parts: [`${close}${comma}`] },
		];
	}
	return [...before, { depth, parts: [prefix, ...valueParts(value), comma] }];
}

function valueParts(value: string | number | boolean | Gap): Line['parts'] {
	if (typeof value === 'string') {
		return [literal(value)];
	}
	if (typeof value !== 'object') {
		return [String(value)];
	}
	if (typeof value.gap === 'number') {
		return [{ gap: String(value.gap) }];
	}
	// Gaps are our own texts: their expressions are meant.
	return ['"', JSON.stringify(value.before ?? '').slice(1, -1), { gap: JSON.stringify(value.gap).slice(1, -1) }, '"'];
}

/** A JSON string that is sent as it is: what is spelled like an expression is none. */
function literal(text: string): string {
	return JSON.stringify(text.replaceAll('${{', () => '$${{'));
}

function linesText(lines: readonly Line[]): string {
	return lines
		.map(({ depth, parts }) => '  '.repeat(depth) + parts.map((part) => (typeof part === 'string' ? part : part.gap)).join(''))
		.join('\n')
		.concat('\n');
}

/** Indented by tabs, which the editor replaces by what the person has set. */
function linesSnippet(lines: readonly Line[]): string {
	let stop = 0;
	return lines
		.map(
			({ depth, parts }) =>
				'\t'.repeat(depth) +
				parts.map((part) => (typeof part === 'string' ? escaped(part) : `\${${++stop}:${escaped(part.gap)}}`)).join(''),
		)
		.join('\n')
		.concat('\n');
}

function escaped(text: string): string {
	return text.replace(/[\\$}]/g, '\\$&');
}
