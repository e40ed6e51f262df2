import { findOperation, operationKey, type OperationKey, type OperationPath } from '../core/operation';
import type { TextRange } from './jsonNode';
import { parseRequestFile } from './parseRequestFile';
import { samples, type Samples } from './samples';

/** The schema of a document without a file name. */
export const schemaUri = 'kling-schema:/request.schema.json';

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

/** What a person changes first: the prompt without its quotes, another text of the body, or the inside of an empty body. */
export function firstSelection(text: string): TextRange {
	const { body } = parseRequestFile(text).file;
	if (body === undefined) {
		return { start: 0, end: 0 };
	}
	const outer = body.properties.flatMap((property) =>
		property.key === 'input' && property.value.kind === 'object' ? property.value.properties : [property],
	);
	const strings = outer.flatMap(({ key, value }) => (value.kind === 'string' ? [{ key, value }] : []));
	const chosen =
		firstFields.flatMap((field) => strings.find(({ key }) => key === field) ?? [])[0] ??
		strings.find(({ value }) => value.value === '') ??
		strings[0];
	return chosen === undefined
		? { start: body.start + 1, end: body.start + 1 }
		: { start: chosen.value.start + 1, end: chosen.value.end - 1 };
}
