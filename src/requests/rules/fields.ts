// Which fields a body has, by the table of bodies: missing, unknown and misplaced ones.
import { bodySchemas, type FieldSchema } from '../bodySchemas';
import type { TextRange } from '../jsonNode';
import type { Fix, RequestProblem } from '../problem';
import { bodyFix, bodyProblem } from './bodyRules';
import { insertProperty, placeholderOf, removeProperty } from './edits';
import { isSecret } from './secrets';
import { plain } from '../similar';
import { likelyField } from './spelling';
import { isOffered, modelOf, type Subject } from './subject';
import { shown } from './texts';
import { checkValue } from './values';
import { fieldOf, isEmpty, type Written, type WrittenField, type WrittenObject } from './written';

type Fields = Readonly<Record<string, FieldSchema>>;

/** An object of a body with the fields that it may have. */
interface Level {
	readonly object: WrittenObject;
	readonly fields: Fields;
	readonly oneOf: readonly (readonly string[])[];
	readonly anyOf: readonly (readonly string[])[];
	/** `input.`, `image_list[0].`, empty for the body itself. */
	readonly path: string;
	/** What stands for a field that is missing: the key of the object, or the bracket of an item. */
	readonly owner: TextRange;
}

/** The fields of a body and everything in them. */
export function* checkFields(subject: Subject): Iterable<RequestProblem> {
	const { schema, body, key, operation } = subject;
	const contents = body.fields.get('contents');
	if (contents?.value.kind === 'array' && !Object.hasOwn(schema.fields, 'contents')) {
		// Every other field of it would be a problem of its own.
		yield bodyProblem('body-of-new-api', contents.property.keyRange, { operation });
		return;
	}
	yield* checkLevel(subject, {
		object: body,
		fields: schema.fields,
		oneOf: schema.oneOf ?? [],
		anyOf: schema.anyOf ?? [],
		path: '',
		owner: key,
	});
}

function* checkLevel(subject: Subject, level: Level): Iterable<RequestProblem> {
	const { object, fields } = level;
	const meant = misspellings(level);
	if (subject.isWhole) {
		const nested = [...object.fields.values()].flatMap((field) => nestedNames(level, field));
		yield* missingFields(subject, level, new Set([...meant.values(), ...nested]));
	}
	const unmet = new Set(
		subject.isWhole ? [...level.oneOf, ...level.anyOf].filter((names) => names.every((name) => isMissing(object, name))).flat() : [],
	);
	for (const field of object.fields.values()) {
		const schema = Object.hasOwn(fields, field.key) ? fields[field.key] : undefined;
		if (schema === undefined) {
			yield* unknownField(subject, level, field, meant.get(field.key));
			continue;
		}
		const path = level.path + field.key;
		// That one of several is missing is reported already.
		if (!unmet.has(field.key)) {
			yield* checkValue(subject, field.value, schema, { path, key: field.key, field });
		}
		yield* checkInside(subject, field.value, schema, path, field.property.keyRange);
		yield* combinations(level, field, schema);
		yield* ofModel(subject, field, schema);
	}
}

/** The fields of an object, and the items of an array. */
function* checkInside(subject: Subject, value: Written, schema: FieldSchema, path: string, owner: TextRange): Iterable<RequestProblem> {
	if (value.kind === 'object' && schema.fields !== undefined) {
		yield* checkLevel(subject, { object: value, fields: schema.fields, oneOf: schema.oneOf ?? [], anyOf: [], path: `${path}.`, owner });
	} else if (value.kind === 'array' && schema.items !== undefined) {
		// What is too many is one problem.
		for (const [index, item] of value.items.slice(0, schema.most).entries()) {
			const itemPath = `${path}[${index}]`;
			yield* checkValue(subject, item, schema.items, { path: itemPath, key: '', field: undefined });
			yield* checkInside(subject, item, schema.items, itemPath, { start: item.range.start, end: item.range.start + 1 });
		}
	}
}

/** `null`, an empty text and an empty list count as missing. */
function isMissing(object: WrittenObject, name: string): boolean {
	const field = fieldOf(object, name);
	return field === undefined || isEmpty(field.value);
}

/** A body with more unknown fields is something else. */
const mostUnknown = 100;

/** Unknown fields by their keys, with the needed field that each probably means: one mistake, not a missing and an unknown field. */
function misspellings({ object, fields, oneOf, anyOf }: Level): ReadonlyMap<string, string> {
	const required = Object.keys(fields).filter((name) => fields[name]?.required === true && !object.fields.has(name));
	const needed = [...required, ...[...oneOf, ...anyOf].filter((names) => names.every((name) => !object.fields.has(name))).flat()];
	const meant = new Map<string, string>();
	const unknown = needed.length === 0 ? [] : [...object.fields.values()].filter(({ key }) => !Object.hasOwn(fields, key));
	for (const { key, value } of unknown.slice(0, mostUnknown)) {
		const likely = likelyField(key, Object.keys(fields));
		// An object is no misspelled text.
		const isSameKind = likely !== undefined && (value.kind === 'object') === (fields[likely]?.type === 'object');
		if (isSameKind && needed.includes(likely) && ![...meant.values()].includes(likely)) {
			meant.set(key, likely);
		}
	}
	return meant;
}

/** Of an unknown object in the body (`input`, `parameters`), the fields that belong directly in the body. */
function nestedNames({ fields, path }: Level, { key, value }: WrittenField): readonly string[] {
	return path !== '' || Object.hasOwn(fields, key) || value.kind !== 'object'
		? []
		: [...value.fields.keys()].filter((name) => Object.hasOwn(fields, name));
}

function* missingFields(subject: Subject, level: Level, misspelled: ReadonlySet<string>): Iterable<RequestProblem> {
	const { object, fields, path, owner, oneOf, anyOf } = level;
	for (const [name, schema] of Object.entries(fields)) {
		if (schema.required === true && !object.fields.has(name) && !misspelled.has(name)) {
			yield bodyProblem('field-missing', owner, { field: path + name }, addition(subject, level, name));
		}
	}
	for (const [code, lists] of [
		['any-of-missing', anyOf],
		['one-of-missing', oneOf],
	] as const) {
		for (const names of lists) {
			if (names.every((name) => isMissing(object, name) && !misspelled.has(name))) {
				// One that is there and empty is what a person would point at.
				const range = names.map((name) => object.fields.get(name)?.value.range).find((found) => found !== undefined);
				yield bodyProblem(
					code,
					range ?? owner,
					{ fields: names.map((name) => path + name).join(', ') },
					addition(subject, level, names[0] ?? ''),
				);
			}
		}
	}
	for (const names of oneOf) {
		const given = names.flatMap((name) => (isMissing(object, name) ? [] : (object.fields.get(name) ?? [])));
		const [first, ...more] = given.map(({ property }) => property.keyRange).sort((a, b) => a.start - b.start);
		if (first !== undefined && more.length > 0) {
			yield bodyProblem('one-of-several', more.at(-1) ?? first, { fields: names.map((name) => path + name).join(', ') });
		}
	}
}

/** The fix that adds a field. */
function addition({ file, node }: Subject, { object, fields, path }: Level, name: string): readonly Fix[] {
	const schema = fields[name];
	if (schema === undefined || object.fields.has(name)) {
		return [];
	}
	const last = path === '' ? node.properties.at(-1) : [...object.fields.values()].at(-1)?.property;
	return [
		bodyFix('addField', insertProperty(file.text, object.range, last, name, placeholderOf(name, schema)), {
			field: path + name,
		}),
	];
}

/** @param needed the missing field that it probably means */
function* unknownField(subject: Subject, level: Level, field: WrittenField, needed: string | undefined): Iterable<RequestProblem> {
	const { key, property, value } = field;
	const { object, fields, path } = level;
	const range = property.keyRange;
	const facts = { field: path + shown(key), operation: subject.operation };
	const rename = (name: string): Fix => bodyFix('renameField', [{ range, text: JSON.stringify(name) }], { field: name });
	if (isSecret(key, value, path !== '') || key === '__proto__' || key.includes('${{')) {
		return; // A rule of its own says so.
	}
	if (key === 'model' && Object.hasOwn(fields, 'model_name')) {
		yield object.fields.has('model_name')
			? bodyProblem('model-field-ignored', range, {}, removal(subject, field))
			: bodyProblem('model-field', range, {}, [rename('model_name')]);
	} else if (nestedNames(level, field).length > 0) {
		yield bodyProblem('fields-nested', range, facts);
	} else if (needed !== undefined) {
		yield bodyProblem('field-misspelled', range, { ...facts, likely: needed }, [rename(needed)]);
	} else if (plain(key) === 'seed') {
		yield bodyProblem('field-without-seed', range, facts, removal(subject, field));
	} else {
		yield* otherUnknownField(subject, level, key, range, rename);
	}
}

function* otherUnknownField(
	subject: Subject,
	{ object, fields, path }: Level,
	key: string,
	range: TextRange,
	rename: (name: string) => Fix,
): Iterable<RequestProblem> {
	const facts = { field: path + shown(key), operation: subject.operation };
	const likely = likelyField(key, Object.keys(fields));
	const isSameWord = likely !== undefined && plain(likely) === plain(key);
	const owner = ownerOf(subject, key);
	const other = likely === undefined ? operationWith(key, subject.operation) : undefined;
	if (!isSameWord && owner !== undefined && owner !== path) {
		yield bodyProblem('field-misplaced', range, { field: key, owner: owner === '' ? 'body' : owner.slice(0, -1) });
	} else if (path === '' && other !== undefined) {
		yield bodyProblem('field-of-other', range, { ...facts, other });
	} else {
		const fixes = likely !== undefined && !object.fields.has(likely) ? [rename(likely)] : [];
		yield bodyProblem('field-unknown', range, { ...facts, likely: likely ?? '' }, fixes);
	}
}

/** An operation of the same kind of result that has a field. */
function operationWith(key: string, operation: string): string | undefined {
	const action = operation.slice(0, operation.indexOf('/') + 1);
	return Object.entries(bodySchemas).find(([name, { fields }]) => name.startsWith(action) && Object.hasOwn(fields, key))?.[0];
}

/** Where in the body a field of this name belongs: empty for the body itself, `input.` for an object in it. */
function ownerOf({ schema }: Subject, key: string): string | undefined {
	if (Object.hasOwn(schema.fields, key)) {
		return '';
	}
	const owner = Object.entries(schema.fields).find(([, field]) => field.fields !== undefined && Object.hasOwn(field.fields, key));
	return owner === undefined ? undefined : `${owner[0]}.`;
}

/** The fix that removes a field of the body itself: of equal keys the one that the problem is about. */
function removal({ file, node }: Subject, { key, property }: WrittenField): readonly Fix[] {
	const index = node.properties.indexOf(property);
	return index < 0 ? [] : [bodyFix('removeField', removeProperty(file.text, node, index), { field: key })];
}

/** Fields that may not, or must, stand beside it. Of two that exclude each other, the later one is reported. */
function* combinations({ object, path }: Level, { key, property, value }: WrittenField, schema: FieldSchema): Iterable<RequestProblem> {
	if (value.kind === 'null' || isEmpty(value)) {
		return;
	}
	for (const name of schema.excludes ?? []) {
		const other = fieldOf(object, name);
		if (other !== undefined && !isEmpty(other.value) && other.property.start < property.start) {
			yield bodyProblem('fields-exclude', property.keyRange, { field: path + key, other: path + name });
		}
	}
	for (const name of schema.needs ?? []) {
		if (fieldOf(object, name) === undefined) {
			yield bodyProblem('field-needs', property.keyRange, { field: path + key, other: path + name });
		}
	}
}

/** A field that the model does not know. Of a model that is not in the table, nothing is known. */
function* ofModel(
	subject: Subject,
	{ key, property, value }: WrittenField,
	{ models, default: standard }: FieldSchema,
): Iterable<RequestProblem> {
	const model = modelOf(subject);
	if (models === undefined || model === undefined || models.includes(model) || value.kind === 'null') {
		return;
	}
	const isStandard = (value.kind === 'string' && value.value === standard) || (value.kind === 'boolean' && value.value === standard);
	if (!isStandard && isOffered(subject, model)) {
		yield bodyProblem('model-lacks-field', property.keyRange, { field: key, model, models: models.join(', ') });
	}
}
