import { findOperation, operationKey, type OperationKey, type OperationPath } from '../core/operation';
import type { TextRange } from './jsonNode';
import { samples, type Samples } from './samples';
import { schemaUri } from './schemaUri';

/** The sample of an operation; of one outside the catalogue, a request with an empty body. */
export function newRequestText(operation: OperationPath, size: keyof Samples): string {
	return findOperation(operation) === undefined
		? `{\n  "operation": "${operationKey(operation)}",\n  "body": {}\n}\n`
		: samples[operationKey(operation) as OperationKey][size];
}

/** A request file that names its schema, in front of everything else. */
export function withSchema(text: string): string {
	return text.replace(/^\{\n([ \t]*)/, (_, indent: string) => `{\n${indent}"$schema": ${JSON.stringify(schemaUri)},\n${indent}`);
}

/**
 * The name of an operation's request file without `.kling.json`: `text-to-video`, `avatar-image-to-video`. Letters, digits, `-`, `_` and `=`
 * only.
 */
export function requestFileName({ action2 }: OperationPath): string {
	return action2
		.replaceAll('/', '-')
		.replace(/([a-z])2(?=[a-z])/g, '$1-to-')
		.slice(0, 60);
}

/** Fields whose value a person writes first. */
const firstFields = ['prompt', 'text', 'effect_scene', 'session_id', 'video_id'];

/**
 * What a person changes first: the prompt without its quotes, another text of the body, or the inside of an empty body.
 * @param text a request file as it is written here or by `toRequestFile`: one member a line
 */
export function firstSelection(text: string): TextRange {
	const body = text.indexOf('"body": {');
	const at = firstFields.map((field) => valueStart(text, body, field)).find((start) => start !== undefined) ?? firstValue(text, body);
	const start = at ?? body + '"body": {'.length;
	return { start, end: at === undefined ? start : stringEnd(text, start) };
}

/** The offset behind the opening quote of a member's value. */
function valueStart(text: string, from: number, field: string): number | undefined {
	const member = `"${field}": "`;
	const at = text.indexOf(member, from);
	return at === -1 ? undefined : at + member.length;
}

/** The same of the first member that is a text, but not the model. */
function firstValue(text: string, from: number): number | undefined {
	const member = /"(?!model_name")\w{1,64}": "/g;
	member.lastIndex = from;
	return member.exec(text) === null ? undefined : member.lastIndex;
}

/** The offset of the quote that closes a string. */
function stringEnd(text: string, from: number): number {
	let end = from;
	while (end < text.length && text[end] !== '"') {
		end += text[end] === '\\' ? 2 : 1;
	}
	return end;
}
