// Which fields a body has, by the table of bodies: missing, unknown and misplaced ones.
import type { FieldSchema } from '../bodySchemas';
import type { TextRange } from '../jsonNode';
import type { Fix, RequestProblem } from '../problem';
import { bodyFix, bodyProblem } from './bodyRules';
import { insertProperty, placeholderOf, removeProperty } from './edits';
import { isSecret } from './secrets';
import { likelyField, plain } from './spelling';
import { isOffered, modelOf, type Subject } from './subject';
import { checkValue } from './values';
import { fieldOf, isEmpty, type Written, type WrittenField, type WrittenObject } from './written';

type Fields = Readonly<Record<string, FieldSchema>>;

/** An object of a body with the fields that it may have. */
interface Level {
	readonly object: WrittenObject;
	readonly fields: Fields;
	readonly oneOf: readonly (readonly string[])[];
	/** `input.`, `image_list[0].`, empty for the body itself. */
	readonly path: string;
	/** What stands for a field that is missing: the key of the object, or the bracket of an item. */
	readonly owner: TextRange;
}

/** The fields of a body and everything in them. */
export function* checkFields(subject: Subject): Iterable<RequestProblem> {
	const { schema, body, key, isWhole } = subject;
	const level: Level = { object: body, fields: schema.fields, oneOf: schema.oneOf ?? [], path: '', owner: key };
	yield* checkLevel(subject, level);
	for (const names of isWhole ? (schema.anyOf ?? []) : []) {
		if (names.every((name) => isMissing(body, name))) {
			const [first = ''] = names;
			yield bodyProblem('any-of-missing', key, { fields: names.join(', ') }, addition(subject, level, first));
		}
	}
}

function* checkLevel(subject: Subject, level: Level): Iterable<RequestProblem> {
	const { object, fields } = level;
	if (subject.isWhole) {
		yield* missingFields(subject, level);
	}
	for (const field of object.fields.values()) {
		const schema = Object.hasOwn(fields, field.key) ? fields[field.key] : undefined;
		if (schema === undefined) {
			yield* unknownField(subject, level, field);
			continue;
		}
		const path = level.path + field.key;
		yield* checkValue(subject, field.value, schema, { path, key: field.key, field });
		yield* checkInside(subject, field.value, schema, path, field.property.keyRange);
		yield* combinations(level, field, schema);
		yield* ofModel(subject, field, schema);
	}
}

/** The fields of an object, and the items of an array. */
function* checkInside(subject: Subject, value: Written, schema: FieldSchema, path: string, owner: TextRange): Iterable<RequestProblem> {
	if (value.kind === 'object' && schema.fields !== undefined) {
		yield* checkLevel(subject, { object: value, fields: schema.fields, oneOf: schema.oneOf ?? [], path: `${path}.`, owner });
	} else if (value.kind === 'array' && schema.items !== undefined) {
		for (const [index, item] of value.items.entries()) {
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

function* missingFields(subject: Subject, level: Level): Iterable<RequestProblem> {
	const { object, fields, path, owner } = level;
	for (const [name, schema] of Object.entries(fields)) {
		if (schema.required === true && !object.fields.has(name) && !isMeantByOther(level, name)) {
			yield bodyProblem('field-missing', owner, { field: path + name }, addition(subject, level, name));
		}
	}
	for (const names of level.oneOf) {
		const given = names.filter((name) => fieldOf(object, name) !== undefined);
		const facts = { fields: names.map((name) => path + name).join(', ') };
		const [first = ''] = names;
		if (given.length === 0) {
			yield bodyProblem('one-of-missing', owner, facts, addition(subject, level, first));
		}
		const later = fieldOf(object, given[1] ?? '');
		if (later !== undefined && given.every((name) => !isMissing(object, name))) {
			const ranges = given.flatMap((name) => fieldOf(object, name)?.property.keyRange ?? []);
			yield bodyProblem(
				'one-of-several',
				ranges.reduce((a, b) => (b.start > a.start ? b : a), later.property.keyRange),
				facts,
			);
		}
	}
}

/** Whether an unknown field is a misspelling of a missing one: its own problem says so. */
function isMeantByOther({ object, fields }: Level, name: string): boolean {
	const known = Object.keys(fields);
	return [...object.fields.keys()].some((key) => !known.includes(key) && plain(key) === plain(name));
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

function* unknownField(subject: Subject, level: Level, { key, property, value }: WrittenField): Iterable<RequestProblem> {
	const { object, fields, path } = level;
	const range = property.keyRange;
	const rename = (name: string): Fix => bodyFix('renameField', [{ range, text: JSON.stringify(name) }], { field: name });
	if (key === 'model' && Object.hasOwn(fields, 'model_name')) {
		yield object.fields.has('model_name')
			? bodyProblem('model-field-ignored', range, {}, removal(subject, level, key))
			: bodyProblem('model-field', range, {}, [rename('model_name')]);
		return;
	}
	if (isSecret(key, value)) {
		return; // A rule of its own says so.
	}
	if (plain(key) === 'seed') {
		yield bodyProblem('field-without-seed', range, { field: path + key }, removal(subject, level, key));
		return;
	}
	const known = Object.keys(fields);
	const free = known.filter((name) => !object.fields.has(name));
	const likely = likelyField(key, known);
	const owner = ownerOf(subject, key);
	if (owner !== undefined && owner !== path && (likely === undefined || plain(likely) !== plain(key))) {
		yield owner === ''
			? bodyProblem('field-misplaced', range, { field: key, owner: 'body' })
			: bodyProblem('field-misplaced', range, { field: key, owner: owner.slice(0, -1) });
		return;
	}
	const fixes = likely !== undefined && free.includes(likely) ? [rename(likely)] : [];
	yield bodyProblem('field-unknown', range, { field: path + key, operation: subject.operation, likely: likely ?? '' }, fixes);
}

/** Where in the body a field of this name belongs: empty for the body itself, `input.` for an object in it. */
function ownerOf({ schema }: Subject, key: string): string | undefined {
	if (Object.hasOwn(schema.fields, key)) {
		return '';
	}
	const owner = Object.entries(schema.fields).find(([, field]) => field.fields !== undefined && Object.hasOwn(field.fields, key));
	return owner === undefined ? undefined : `${owner[0]}.`;
}

/** The fix that removes a field of the body itself. */
function removal({ file, node }: Subject, { path }: Level, key: string): readonly Fix[] {
	const index = path === '' ? node.properties.findIndex((property) => property.key === key) : -1;
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
