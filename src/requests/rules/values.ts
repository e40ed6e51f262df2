// The value of one field, by the table of bodies: its type, its limits, the values it has.
import { openGap } from '../gapTexts';
import type { FieldSchema } from '../bodySchemas';
import type { Fix, RequestProblem } from '../problem';
import { bodyFix, bodyProblem, type Facts } from './bodyRules';
import { checkMedia } from './media';
import { likelyValue } from './spelling';
import type { Position, Subject } from './subject';
import { isPlaceholder, shown } from './texts';
import { isEmpty, type Written, type WrittenArray, type WrittenNumber, type WrittenString } from './written';

/** Judges a value by itself; the fields of an object and the items of an array are judged on their own. */
export function* checkValue(subject: Subject, value: Written, schema: FieldSchema, at: Position): Iterable<RequestProblem> {
	const facts = { field: at.path };
	switch (value.kind) {
		case 'unknown':
			return;
		case 'media':
			yield* checkMedia(subject, value, schema, at);
			return;
		case 'null':
			yield schema.required === true ? bodyProblem('field-empty', value.range, facts) : bodyProblem('null-value', value.range, facts);
			return;
		case 'string':
			yield* schema.type === 'string' || schema.also === 'string'
				? checkText(subject, value, schema, at)
				: wrongTypeOfText(value, schema, facts);
			return;
		case 'number':
			yield* schema.type === 'number' || schema.type === 'integer'
				? checkNumber(value, schema, at)
				: wrongTypeOfNumber(value, schema, facts);
			return;
		case 'boolean':
			if (schema.type !== 'boolean') {
				yield wrongTypeOfBoolean(value, schema, at);
			}
			return;
		case 'array':
			if (schema.type === 'array') {
				yield* checkItems(value, schema, facts);
				return;
			}
			break;
		case 'object':
			if (schema.type === 'object') {
				if (schema.required === true && isEmpty(value) && schema.fields === undefined) {
					yield bodyProblem('field-empty', value.range, facts);
				}
				return;
			}
			break;
	}
	yield wrongType(value, schema, facts);
}

/** Replaces a value that is written here, not one of a variable. */
function replacement(value: { readonly range: Written['range']; readonly isLiteral: boolean }, json: string): readonly Fix[] {
	return value.isLiteral ? [bodyFix('replaceValue', [{ range: value.range, text: json }], { value: json })] : [];
}

function* checkText(subject: Subject, value: WrittenString, schema: FieldSchema, at: Position): Iterable<RequestProblem> {
	const facts = { field: at.path };
	if (isEmpty(value) && schema.required !== true && schema.values !== undefined) {
		yield notOffered(value, schema, schema.values, 'value-unknown', facts);
		return;
	}
	if (isEmpty(value)) {
		yield bodyProblem(schema.required === true ? 'field-empty' : 'empty-value', value.range, facts);
		return;
	}
	const isWord = schema.values !== undefined || schema.media !== undefined || /(?:_id|_url)$/.test(at.key);
	const trimmed = value.value.trim();
	if (isWord && trimmed !== value.value) {
		const fixes = value.isLiteral ? [bodyFix('trim', [{ range: value.range, text: JSON.stringify(trimmed) }])] : [];
		yield bodyProblem('space-around', value.range, facts, fixes);
		return;
	}
	if (schema.media !== undefined) {
		yield* checkMedia(subject, value, schema, at);
		return;
	}
	if (at.key.endsWith('_id') && at.key !== 'external_task_id') {
		if (isPlaceholder(value.value)) {
			yield bodyProblem('placeholder', value.range, { ...facts, value: shown(value.value) });
			return;
		}
		if (/^https?:\/\//i.test(value.value)) {
			yield bodyProblem('link-in-id', value.range, facts);
			return;
		}
	}
	const gap = openGap(value.value);
	if (gap !== undefined) {
		yield bodyProblem('text-placeholder', value.range, { ...facts, value: gap });
		return;
	}
	yield* checkWord(value, schema, facts);
	// Characters, not UTF-16 units.
	const { length } = value.value.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, '_');
	const { most, disputed } = schema;
	if (most !== undefined && length > most) {
		yield bodyProblem('value-too-long', value.range, { ...facts, length, most });
	} else if (disputed?.most !== undefined && length > disputed.most) {
		yield bodyProblem('value-too-long-disputed', value.range, { ...facts, length, most: disputed.most, usual: most ?? 0, by: disputed.by });
	}
}

/** One of the values that a field has. */
function* checkWord(value: WrittenString, schema: FieldSchema, facts: Facts): Iterable<RequestProblem> {
	const { values, closed, disputed } = schema;
	const word = value.value;
	if (values === undefined) {
		return;
	}
	const other = disputed?.values ?? [];
	const isKnown = values.includes(word);
	if (!isKnown && other.includes(word)) {
		yield bodyProblem('value-disputed', value.range, { ...facts, value: word, by: disputed?.by ?? '' });
	} else if (isKnown && other.length > 0 && !other.includes(word) && other.every((one) => values.includes(one))) {
		// The other document knows less, not more.
		yield bodyProblem('value-narrower-elsewhere', value.range, { ...facts, value: word, values: other.join(', '), by: disputed?.by ?? '' });
	} else if (!isKnown) {
		// Models come and go, but `5 s` is no number of seconds of any of them.
		const isRefused = closed === true || (values.every((one) => wholeNumber.test(one)) && !decimalNumber.test(word));
		yield notOffered(value, schema, values, isRefused ? 'value-not-offered' : 'value-unknown', facts);
	}
}

const wholeNumber = /^\d+$/;
const decimalNumber = /^\d+(?:\.\d+)?$/;

/** A text that is none of the values that a field has. An empty one probably means the default. */
function notOffered(
	value: WrittenString,
	schema: FieldSchema,
	values: readonly string[],
	code: 'value-not-offered' | 'value-unknown',
	facts: Facts,
): RequestProblem {
	const standard = typeof schema.default === 'string' ? schema.default : undefined;
	const likely = isEmpty(value) ? standard : likelyValue(value.value, values);
	const more = { value: shown(value.value), likely: likely ?? '', values: values.slice(0, 12).join(', ') };
	return bodyProblem(code, value.range, { ...facts, ...more }, likely === undefined ? [] : replacement(value, JSON.stringify(likely)));
}

function* checkNumber(value: WrittenNumber, schema: FieldSchema, at: Position): Iterable<RequestProblem> {
	const facts = { field: at.path, value: shown(value.text) };
	const number = Number(value.text);
	if (!Number.isFinite(number)) {
		return; // The form says so.
	}
	if (schema.type === 'integer' && !/^-?\d+$/.test(value.text)) {
		yield Number.isInteger(number) && Number.isSafeInteger(number)
			? bodyProblem('not-integer', value.range, facts, replacement(value, String(number)))
			: bodyProblem('not-integer', value.range, facts);
		return;
	}
	if (Math.abs(number) > Number.MAX_SAFE_INTEGER && /0{2}$/.test(value.text)) {
		yield bodyProblem('number-rounded', value.range, facts);
	}
	const { min, max } = schema;
	if ((min !== undefined && number < min) || (max !== undefined && number > max)) {
		yield bodyProblem('number-out-of-range', value.range, { ...facts, min: min ?? '', max: max ?? '' });
	}
}

function* checkItems(value: WrittenArray, schema: FieldSchema, facts: Facts): Iterable<RequestProblem> {
	const count = value.items.length;
	if (count === 0) {
		yield bodyProblem(schema.required === true ? 'field-empty' : 'empty-value', value.range, facts);
	} else if (schema.most !== undefined && count > schema.most) {
		// The first one that is too many: the line that a person would remove.
		yield bodyProblem('items-too-many', value.items[schema.most]?.range ?? value.range, { ...facts, count, most: schema.most });
	} else if (schema.least !== undefined && count < schema.least) {
		yield bodyProblem('items-too-few', value.range, { ...facts, count, least: schema.least });
	}
}

/** A text where another type belongs. */
function* wrongTypeOfText(value: WrittenString, schema: FieldSchema, facts: Facts): Iterable<RequestProblem> {
	const text = value.value.trim();
	if (schema.type === 'number' || schema.type === 'integer') {
		const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text);
		yield bodyProblem('string-for-number', value.range, { ...facts, value: shown(text) }, isNumber ? replacement(value, text) : []);
	} else if (schema.type === 'boolean') {
		const meant = /^(?:true|on|yes|1)$/i.test(text) ? 'true' : /^(?:false|off|no|0)$/i.test(text) ? 'false' : undefined;
		yield bodyProblem('string-for-boolean', value.range, facts, meant === undefined ? [] : replacement(value, meant));
	} else {
		yield wrongType(value, schema, facts);
	}
}

function* wrongTypeOfNumber(value: WrittenNumber, schema: FieldSchema, facts: Facts): Iterable<RequestProblem> {
	if (schema.type === 'string') {
		const plainNumber = String(Number(value.text));
		const text = schema.values?.includes(plainNumber) === true ? plainNumber : value.text;
		yield bodyProblem('number-for-string', value.range, { ...facts, value: text }, replacement(value, JSON.stringify(text)));
	} else if (schema.type === 'boolean' && (value.text === '0' || value.text === '1')) {
		const meant = value.text === '1' ? 'true' : 'false';
		yield bodyProblem('type-wrong', value.range, { ...facts, wanted: 'boolean', found: 'number' }, replacement(value, meant));
	} else {
		yield wrongType(value, schema, facts);
	}
}

function wrongTypeOfBoolean(
	value: Extract<Written, { readonly kind: 'boolean' }>,
	schema: FieldSchema,
	{ path, key }: Position,
): RequestProblem {
	const facts = { field: path };
	if (key === 'watermark_info') {
		return bodyProblem('watermark-boolean', value.range, facts, replacement(value, `{ "enabled": ${String(value.value)} }`));
	}
	if (schema.type === 'string') {
		const meant = (value.value ? ['on', 'yes'] : ['off', 'no']).find((word) => schema.values?.includes(word) === true);
		const fixes = meant === undefined ? [] : replacement(value, JSON.stringify(meant));
		return bodyProblem('boolean-for-string', value.range, { ...facts, values: schema.values?.join(', ') ?? '' }, fixes);
	}
	return wrongType(value, schema, facts);
}

/** Any other type than the field has. */
function wrongType(value: Written, schema: FieldSchema, facts: Facts): RequestProblem {
	const { start, end } = value.range;
	if (schema.type === 'array' && schema.items !== undefined && fitsItem(value, schema.items)) {
		const edits = [
			{ range: { start, end: start }, text: '[' },
			{ range: { start: end, end }, text: ']' },
		];
		return bodyProblem('array-missing', value.range, facts, [bodyFix('wrapInArray', edits)]);
	}
	const needed = Object.entries(schema.fields ?? {}).filter(([, field]) => field.required === true);
	const [name, only] = needed.length === 1 ? (needed[0] ?? []) : [];
	if (schema.type === 'object' && name !== undefined && only !== undefined && (fitsItem(value, only) || value.kind === only.also)) {
		const edits = [
			{ range: { start, end: start }, text: `{ ${JSON.stringify(name)}: ` },
			{ range: { start: end, end }, text: ' }' },
		];
		return bodyProblem('type-wrong', value.range, { ...facts, wanted: 'object', found: value.kind }, [
			bodyFix('wrapInObject', edits, { field: name }),
		]);
	}
	// An object or array may be long: its bracket is enough.
	const range = value.kind === 'object' || value.kind === 'array' ? { start, end: start + 1 } : value.range;
	return bodyProblem('type-wrong', range, { ...facts, wanted: schema.type, found: value.kind });
}

function fitsItem(value: Written, items: FieldSchema): boolean {
	return (
		value.kind === items.type ||
		(value.kind === 'number' && items.type === 'integer') ||
		(value.kind === 'media' && items.media !== undefined)
	);
}
