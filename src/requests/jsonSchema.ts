// The schema of request files for the editor's own JSON server: completion, hovers and snippets. Used by the build alone.
import { placeholderForms } from '../core/fileNamePattern';
import { operationKey, operations } from '../core/operation';
import { bodySchemas, type BodySchema, type FieldSchema } from './bodySchemas';
import { commonFields, visualFields } from './bodySchemas/fields';
import { fieldMarkdown, markdown } from './jsonSchemaDocs';
import { schemaUri } from './schemaUri';
import { bodySnippets, fieldSnippets, fileSnippets, textFileSnippet, type Snippet, type SnippetBody } from './jsonSchemaSnippets';

/**
 * Draft-07 and what the editor's JSON server adds to it. Keywords that reject a value stand below `if` and `anyOf` only, where they decide
 * what is offered: every diagnostic of a request file is ours.
 */
interface JsonSchema {
	readonly $schema?: string;
	readonly title?: string;
	readonly markdownDescription?: string;
	readonly allowComments?: true;
	readonly allowTrailingCommas?: true;
	readonly properties?: Readonly<Record<string, JsonSchema>>;
	readonly items?: JsonSchema;
	readonly default?: string | number | boolean;
	readonly examples?: readonly (string | number | boolean)[];
	readonly defaultSnippets?: readonly Snippet[];
	readonly anyOf?: readonly JsonSchema[];
	readonly allOf?: readonly JsonSchema[];
	readonly if?: JsonSchema;
	readonly then?: JsonSchema;
	readonly not?: JsonSchema;
	readonly required?: readonly string[];
	readonly const?: string;
	readonly enum?: readonly string[];
	readonly markdownEnumDescriptions?: readonly string[];
	/** The property is not offered. */
	readonly doNotSuggest?: true;
	/** In place of the name, by which properties are sorted otherwise. */
	readonly suggestSortText?: string;
	readonly $ref?: string;
	readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/**
 * The schema of request files, from the table of bodies. It offers and explains, and rejects nothing: not a value, not a missing field, not
 * an unknown name.
 */
export function requestJsonSchema(): object {
	const schema: JsonSchema = {
		$schema: 'http://json-schema.org/draft-07/schema#',
		title: 'Kling request',
		allowComments: true,
		allowTrailingCommas: true,
		defaultSnippets: fileSnippets(),
		properties: { ...properties, ...chainProperties },
		allOf: [...Object.entries(bodySchemas).map(([key, schema]) => bodyOf(key, schema)), bodyOfUnknown],
	};
	return shared(schema);
}

/** Fields that most operations have and few requests need. */
const last: ReadonlySet<string> = new Set(Object.keys(visualFields));

const keys = [
	...operations.map((operation) => operationKey(operation)),
	...Object.keys(bodySchemas).filter((key) => !operations.some((operation) => operationKey(operation) === key)),
];

/** The properties of a request file. `examples` and `default` are what is inserted with a key; they reject nothing. */
const properties: Readonly<Record<string, JsonSchema>> = {
	operation: {
		markdownDescription: markdown(
			'The operation: the path of the request after `/kling/v1/`. Others than these are possible; nothing is known of their bodies.',
		),
		examples: keys,
		anyOf: [{ enum: keys, markdownEnumDescriptions: keys.map((key) => markdown(bodySchemas[key]?.doc ?? '')) }, {}],
	},
	body: {
		markdownDescription: markdown(
			"What is sent, as Kling documents it. Texts may contain expressions: `${{ file('./a.png') }}`, `${{ text('./a.md') }}`, `${{ vars.x }}`, `${{ run.take }}`, `${{ run.date }}`.",
		),
		properties: {},
	},
	name: { markdownDescription: markdown('The name of the task in the list. Without it, the name of the file.'), ...oneSnippet('""', '$1') },
	vars: {
		markdownDescription: markdown('Texts, numbers and `true` or `false` by names of your own. The body uses them as `${{ vars.name }}`.'),
		...oneSnippet('{ }', { '${1:name}': '${2:value}' }),
	},
	repeat: { markdownDescription: markdown('How many tasks the request makes, 1 to 20. Each is charged.'), default: 1, examples: [1, 2, 4] },
	save: {
		markdownDescription: markdown(
			`The file names of the results. Replaced are ${placeholderForms.map((form) => `\`${form}\``).join(', ')}; the extension is added.`,
		),
		...oneSnippet('"{file}_{take:2}"', '^"${1:{file\\}_{take:2\\}}"'),
	},
	version: { markdownDescription: markdown('The version of the format: 1.'), default: 1 },
	$schema: {
		markdownDescription: markdown('Makes a file without a name, or with another name, a request file.'),
		default: schemaUri,
	},
};

/** The words of chains. A file that uses one cannot be run, which a diagnostic says. */
const chainProperties = Object.fromEntries(
	Object.entries({
		steps: 'Several requests of which one uses the results of another.',
		matrix: 'The request once for each combination of values.',
		pause: 'Stops until a result is picked.',
		after: 'The steps before this one.',
		limit: 'How many combinations are run at most.',
	}).map(([word, meaning]): [string, JsonSchema] => [
		word,
		{ markdownDescription: markdown(`${meaning} Chains are not supported yet.`), doNotSuggest: true },
	]),
);

/** The body of a file with a certain operation. */
function bodyOf(key: string, { doc, fields }: BodySchema): JsonSchema {
	return {
		if: { required: ['operation'], properties: { operation: { const: key, doNotSuggest: true } } },
		then: {
			properties: {
				body: { markdownDescription: markdown(doc), defaultSnippets: bodySnippets(key), properties: propertiesOf(fields) },
			},
		},
	};
}

/** The body of an operation that is not in the table: of it, only the fields are known that all creating operations have. */
const bodyOfUnknown: JsonSchema = {
	if: { required: ['operation'], not: { properties: { operation: { enum: keys } } } },
	then: { properties: { body: { properties: propertiesOf(commonFields) } } },
};

function propertiesOf(fields: Readonly<Record<string, FieldSchema>>): Readonly<Record<string, JsonSchema>> {
	return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { ...schemaOf(field), ...positionOf(name, field) }]));
}

/** What every request needs is offered before other fields, what few need behind them. */
function positionOf(name: string, field: FieldSchema): JsonSchema {
	const isFirst = field.required === true || name === 'model_name' || name === 'prompt';
	return isFirst ? { suggestSortText: '0' } : last.has(name) ? { suggestSortText: '~' } : {};
}

function schemaOf(field: FieldSchema): JsonSchema {
	return {
		markdownDescription: fieldMarkdown(field),
		...offered(field),
		...(field.fields && { properties: propertiesOf(field.fields) }),
		...(field.items && { items: schemaOf(field.items) }),
	};
}

/** What is offered as the value of a field, and inserted with its name if it is one thing. */
function offered(field: FieldSchema): JsonSchema {
	const fallback = field.default === undefined ? {} : { default: field.default };
	if (field.values) {
		const isNumeric = field.type === 'integer' || field.type === 'number';
		return {
			...fallback,
			examples: isNumeric ? field.values.map((value) => (Number.isNaN(Number(value)) ? value : Number(value))) : field.values,
		};
	}
	if (field.type === 'boolean') {
		return { ...fallback, examples: [true, false] };
	}
	if (field.default !== undefined) {
		return fallback;
	}
	if (field.type === 'array') {
		return {};
	}
	const snippets = fieldSnippets(field);
	// What stands below `anyOf` is offered, but does not keep the name from being inserted with its value.
	return {
		defaultSnippets: snippets,
		...(field.type === 'string' && field.most !== undefined && { anyOf: [{ defaultSnippets: [textFileSnippet] }] }),
	};
}

function oneSnippet(label: string, body: SnippetBody): JsonSchema {
	return { defaultSnippets: [{ label, body }] };
}

/** Below this length, a reference would not be shorter. */
const leastShared = 100;

/** The same schema, with what occurs more than once in `definitions`. */
function shared(schema: JsonSchema): JsonSchema {
	const counts = new Map<string, number>();
	const count = (part: JsonSchema): JsonSchema => {
		const text = JSON.stringify(part);
		counts.set(text, (counts.get(text) ?? 0) + 1);
		return withParts(part, count);
	};
	withParts(schema, count);
	const definitions: Record<string, JsonSchema> = {};
	const names = new Map<string, string>();
	const share = (part: JsonSchema): JsonSchema => {
		const text = JSON.stringify(part);
		if (text.length < leastShared || counts.get(text) === 1) {
			return withParts(part, share);
		}
		const name = names.get(text) ?? String(names.size);
		if (!names.has(text)) {
			names.set(text, name);
			definitions[name] = withParts(part, share);
		}
		return { $ref: `#/definitions/${name}` };
	};
	return { ...withParts(schema, share), definitions };
}

/** A schema with other schemas for the values of its properties and the items of its arrays. */
function withParts(schema: JsonSchema, change: (part: JsonSchema) => JsonSchema): JsonSchema {
	const { properties, items, then, allOf } = schema;
	return {
		...schema,
		...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, change(part)])) }),
		...(items && { items: change(items) }),
		...(then && { then: withParts(then, change) }),
		...(allOf && { allOf: allOf.map((part) => withParts(part, change)) }),
	};
}
