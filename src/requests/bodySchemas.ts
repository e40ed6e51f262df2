import { operationKey, type OperationKey, type OperationPath } from '../core/operation';
import { audioSchemas } from './bodySchemas/audio';
import { imageSchemas } from './bodySchemas/images';
import { editingSchemas } from './bodySchemas/videoEditing';
import { videoSchemas } from './bodySchemas/videos';

/** What kind of file a field takes, and how. */
export interface MediaField {
	readonly kind: 'image' | 'audio' | 'video';
	/** `base64`: the bytes, so that `file()` may stand there. `url`, `id`: only a link, or the ID of a result. */
	readonly takes: readonly ('base64' | 'url' | 'id')[];
	/** Formats that are documented, as in `MediaFacts.type`. */
	readonly types?: readonly string[];
	/** Of the file, not of its Base64. */
	readonly mostBytes?: number;
	/** Pixels of the shorter side. */
	readonly leastPixels?: number;
	/** Width ÷ height, and its inverse. */
	readonly mostRatio?: number;
}

/** One field of a body. */
export interface FieldSchema {
	readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array';
	/** Another type that a document or an example uses too. */
	readonly also?: 'string';
	/** One sentence. */
	readonly doc: string;
	/** It must be there whatever else the body says. Conditional ones are rules of their own. */
	readonly required?: true;
	/** Values that are offered. Others are accepted: models and effects come and go. */
	readonly values?: readonly string[];
	/** The values are all there are. */
	readonly closed?: true;
	readonly default?: string | number | boolean;
	readonly min?: number;
	readonly max?: number;
	/** Characters of a string, or items of an array. */
	readonly most?: number;
	readonly least?: number;
	/** A limit that another document states differently: which, in words. */
	readonly disputed?: { readonly most?: number; readonly values?: readonly string[]; readonly by: string };
	/** Fields that may not stand beside it. */
	readonly excludes?: readonly string[];
	/** Fields that must stand beside it. */
	readonly needs?: readonly string[];
	/** Of the models in `values` of `model_name`, those that know it; undefined: all. Nothing is known of other models. */
	readonly models?: readonly string[];
	readonly media?: MediaField;
	/** The fields of an object. */
	readonly fields?: Readonly<Record<string, FieldSchema>>;
	/** Of an object: of each list, exactly one field must be there. */
	readonly oneOf?: readonly (readonly string[])[];
	/** The items of an array. */
	readonly items?: FieldSchema;
}

/** The body of one operation. */
export interface BodySchema {
	readonly doc: string;
	readonly fields: Readonly<Record<string, FieldSchema>>;
	/** Of each list, exactly one field must be there. */
	readonly oneOf?: readonly (readonly string[])[];
	/** Of each list, at least one field must be there. */
	readonly anyOf?: readonly (readonly string[])[];
}

/** The schemas of the operations of the catalogue, by their keys. */
const catalogue = { ...videoSchemas, ...editingSchemas, ...imageSchemas, ...audioSchemas } satisfies Readonly<
	Record<OperationKey, BodySchema>
>;

/**
 * What the bodies of requests consist of, by the key of the operation. Sources: Kling's API reference of 2026-09-20, and the pages of CometAPI
 * where a field says so. The deprecated field `model` is not in it: it is ignored by the API.
 */
export const bodySchemas: Readonly<Record<string, BodySchema>> = catalogue;

/** The schema of an operation's body; undefined if the table has none, and nothing is known of its fields. */
export function findBodySchema(path: OperationPath): BodySchema | undefined {
	const key = operationKey(path);
	return Object.hasOwn(bodySchemas, key) ? bodySchemas[key] : undefined;
}

/** Whether a body may have an `external_task_id`: creating operations know it, and of others than those of the table nothing else is known. */
export function takesExternalId(path: OperationPath): boolean {
	const schema = findBodySchema(path);
	return schema === undefined || Object.hasOwn(schema.fields, 'external_task_id');
}
