import type { BodySchema } from '../bodySchemas';
import type { JsonObject, TextRange } from '../jsonNode';
import type { RequestProblem } from '../problem';
import type { RequestFile } from '../requestFile';
import { textOf, type WrittenField, type WrittenObject } from './written';

/** What the rules of bodies judge: one request. */
export interface Subject {
	readonly file: RequestFile;
	/** `videos/text2video`. */
	readonly operation: string;
	readonly schema: BodySchema;
	readonly body: WrittenObject;
	readonly node: JsonObject;
	/** The key `"body"`, which stands for what is missing in it. */
	readonly key: TextRange;
	/** Whether the text is whole: in one with syntax errors, what seems to be missing may only not have been read. */
	readonly isWhole: boolean;
}

/** A rule, or several about one matter. */
export type Rule = (subject: Subject) => Iterable<RequestProblem>;

/** The model that is used: as written, or the default. Undefined if neither is known. */
export function modelOf({ body, schema }: Subject): string | undefined {
	if (body.fields.has('model_name')) {
		return textOf(body, 'model_name');
	}
	const standard = schema.fields['model_name']?.default;
	return typeof standard === 'string' ? standard : undefined;
}

/** Whether the table of bodies has a model: nothing is known of others. */
export function isOffered({ schema }: Subject, model: string): boolean {
	return schema.fields['model_name']?.values?.includes(model) === true;
}

/** The value of a field that is a text, or its default. */
export function textOrDefault({ body, schema }: Subject, key: string): string | undefined {
	if (body.fields.has(key)) {
		return textOf(body, key);
	}
	const standard = schema.fields[key]?.default;
	return typeof standard === 'string' ? standard : undefined;
}

/** Where a value stands. */
export interface Position {
	/** `input.video_id`, `image_list[0]`. */
	readonly path: string;
	/** The name of the field; empty for an item of an array. */
	readonly key: string;
	readonly field: WrittenField | undefined;
}
