import { operationKey, type OperationPath } from '../core/operation';
import { bodySchemas, findBodySchema, type BodySchema, type FieldSchema } from '../requests/bodySchemas';
import { bodyRules } from './bodyRules';
import type { Json } from './forms';
import { refusalWords } from './refusalWords';
import { mediaFault } from './sentMedia';

/** What a create's body comes to: a refusal, or a task that may fail. */
export type BodyOutcome = { readonly refused: string } | { readonly refused: undefined; readonly fails: string | undefined };

/**
 * Checks a create's body as Kling does: types first, then each field by the table of bodies, then what fields mean together. The first
 * fault counts. Unknown fields are ignored, as by Kling.
 * @param isTask whether an ID is that of a task
 */
export function checkBody(operation: OperationPath, body: Json, isTask: (id: string) => boolean): BodyOutcome {
	const schema = findBodySchema(operation);
	if (schema === undefined) {
		return { refused: undefined, fails: undefined };
	}
	if (!hasTypes(body, schema.fields)) {
		return { refused: refusalWords.wrongType() };
	}
	let fails: string | undefined;
	for (const fault of faultsOf(body, schema, '', isTask)) {
		if ('refused' in fault) {
			return { refused: fault.refused };
		}
		fails ??= fault.fails;
	}
	return { refused: bodyRules(operationKey(operation), body, schema), fails };
}

/** Whether a value is there: `null` and the empty text are as good as none. */
const isThere = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

export function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasTypes(object: Json, fields: Readonly<Record<string, FieldSchema>>): boolean {
	return Object.entries(fields).every(([name, field]) => !isThere(object[name]) || hasType(object[name], field));
}

function hasType(value: unknown, field: FieldSchema): boolean {
	if (field.also === 'string' && typeof value === 'string') {
		return /^-?\d+(?:\.\d+)?$/.test(value) || field.values?.includes(value) === true;
	}
	switch (field.type) {
		case 'integer':
			return Number.isInteger(value);
		case 'object':
			return isObject(value) && hasTypes(value, field.fields ?? {});
		case 'array':
			return Array.isArray(value) && value.every((item) => field.items === undefined || hasType(item, field.items));
		case 'string':
		case 'number':
		case 'boolean':
			return typeof value === field.type;
	}
}

type Fault = { readonly refused: string } | { readonly fails: string };
const refused = (words: string): Fault => ({ refused: words });

/** The faults of an object of a body, in the order of the table. @param path of the object, with a dot at its end; empty: the body itself */
function* faultsOf(
	object: Json,
	{ fields, oneOf = [], anyOf = [] }: Pick<BodySchema, 'oneOf' | 'anyOf'> & { readonly fields: Readonly<Record<string, FieldSchema>> },
	path: string,
	isTask: (id: string) => boolean,
): Generator<Fault> {
	const missing = path === '' ? refusalWords.missing : refusalWords.missingInside;
	for (const [name, field] of Object.entries(fields)) {
		const value = object[name];
		if (isThere(value)) {
			yield* faultsOfValue(value, name, field, path, isTask);
			const other = field.excludes?.find((excluded) => isThere(object[excluded]));
			if (other !== undefined) {
				yield refused(refusalWords.together(name, other));
			}
		} else if (field.required === true) {
			yield refused(missing(name));
		}
	}
	for (const names of [...anyOf, ...oneOf]) {
		const there = names.filter((name) => isThere(object[name]));
		const [first = '', second] = there;
		if (there.length === 0) {
			yield refused(missing(names[0] ?? ''));
		} else if (second !== undefined && oneOf.includes(names)) {
			yield refused(refusalWords.together(first, second));
		}
	}
}

function* faultsOfValue(value: unknown, name: string, field: FieldSchema, path: string, isTask: (id: string) => boolean): Generator<Fault> {
	const { least = 0, most = Infinity, min = -Infinity, max = Infinity, items } = field;
	if ((typeof value === 'string' || Array.isArray(value)) && (value.length < least || value.length > most)) {
		yield refused(refusalWords.size(`${path}${name}`, least, most));
	}
	if (typeof value === 'string') {
		if (!isOffered(value, name, field)) {
			yield refused(refusalWords.value(name, value));
		}
		if (field.media !== undefined) {
			const fault = mediaFault(value, field.media);
			yield* fault === undefined ? [] : [fault];
		}
		if (name === 'video_id' && isTask(value)) {
			yield refused(refusalWords.videoNotFound(value));
		}
	}
	if (typeof value === 'number' && (value < min || value > max)) {
		yield refused(refusalWords.value(name, value));
	}
	if (isObject(value) && field.fields !== undefined) {
		yield* faultsOf(value, { ...field, fields: field.fields }, `${path}${name}.`, isTask);
	}
	if (Array.isArray(value) && items !== undefined) {
		for (const [index, item] of value.entries()) {
			const of = `${path}${name}[${index}]`;
			if (isObject(item) && items.fields !== undefined) {
				yield* faultsOf(item, { ...items, fields: items.fields }, `${of}.`, isTask);
			} else {
				yield* faultsOfValue(item, name, items, '', isTask);
			}
		}
	}
}

/** Whether a text is one of the values of its field, if there is a list of all. Scenes come and go: any name of one may exist. */
function isOffered(value: string, name: string, { values, disputed }: FieldSchema): boolean {
	if (values === undefined || name === 'effect_scene' || values.includes(value) || disputed?.values?.includes(value) === true) {
		return true;
	}
	return name === 'model_name' && mayBeNewer(value);
}

/** `kling-v2-5-turbo` is version 2.5 of the family `kling-v`, in a variant. */
interface ModelName {
	readonly family: string;
	/** Generation and number in it, so that they can be compared: 2005 for 2.5. */
	readonly version: number;
	/** `turbo`; empty for the model itself. */
	readonly variant: string;
}

function readModel(model: string): ModelName | undefined {
	const [, family, generation, number = '0', variant = ''] =
		/^(kling-(?:v|video-o|image-o))(\d{1,2})(?:-(\d{1,2}))?((?:-[a-z]+)*)$/.exec(model) ?? [];
	return family === undefined ? undefined : { family, version: 1000 * Number(generation) + Number(number), variant };
}

const knownModels = new Set(Object.values(bodySchemas).flatMap(({ fields }) => fields['model_name']?.values ?? []));
const knownNames = [...knownModels].flatMap((model) => readModel(model) ?? []);

/** Kling has qualities as values of `mode`, not as variants of models: other gateways write `kling-v2-6-pro`. */
const qualities = /-(?:std|standard|pro|professional)(?:-|$)/;

/**
 * Whether a model may be newer than the table: a later version of its family, or a variant that no operation has. The table does not know
 * it then, and Kling does not certainly refuse it.
 */
function mayBeNewer(model: string): boolean {
	const own = readModel(model);
	const family = knownNames.filter((known) => known.family === own?.family);
	if (own === undefined || family.length === 0 || knownModels.has(model) || qualities.test(model)) {
		return false;
	}
	const generation = Math.floor(own.version / 1000);
	const latest = Math.max(...family.map(({ version }) => version).filter((version) => Math.floor(version / 1000) <= generation));
	return own.version > latest || (own.variant !== '' && family.some(({ version }) => version === own.version));
}
