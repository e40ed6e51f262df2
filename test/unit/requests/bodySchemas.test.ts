// The table of bodies: that it says nothing that contradicts itself, and facts of it that matter most.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { operationKey, operations, parseOperationPath } from '../../../src/core/operation';
import { bodySchemas, findBodySchema, type FieldSchema } from '../../../src/requests/bodySchemas';
import { dualImageScenes, singleImageScenes } from '../../../src/requests/bodySchemas/effectScenes';

type Fields = Readonly<Record<string, FieldSchema>>;

/** Every field of the table with its path and the fields beside it. */
function* allFields(
	fields: Fields,
	path: string,
): Generator<{ readonly path: string; readonly field: FieldSchema; readonly beside: Fields }> {
	for (const [name, field] of Object.entries(fields)) {
		yield { path: `${path}.${name}`, field, beside: fields };
		yield* allFields(field.fields ?? {}, `${path}.${name}`);
		if (field.items) {
			yield { path: `${path}.${name}[]`, field: field.items, beside: {} };
			yield* allFields(field.items.fields ?? {}, `${path}.${name}[]`);
		}
	}
}

const table = Object.entries(bodySchemas).flatMap(([key, { fields }]) => [...allFields(fields, key)]);
const fieldAt = (path: string): FieldSchema | undefined => table.find((row) => row.path === path)?.field;
/** The paths of the fields for which something is true. */
const where = (test: (row: (typeof table)[number]) => boolean): readonly string[] => table.filter(test).map(({ path }) => path);

describe('the table of bodies', () => {
	it('has every operation of the catalogue, and calls beside it that are operations too', () => {
		assert.deepEqual(
			operations.map((operation) => operationKey(operation)).filter((key) => bodySchemas[key] === undefined),
			[],
		);
		assert.deepEqual(
			Object.keys(bodySchemas).filter((key) => !operations.some((operation) => operationKey(operation) === key)),
			[
				'videos/identify-face',
				'videos/multi-elements/init-selection',
				'videos/multi-elements/add-selection',
				'videos/multi-elements/clear-selection',
				'videos/multi-elements/preview-selection',
			],
		);
	});

	it('is found by the path of an operation, and has no row of the others', () => {
		assert.equal(findBodySchema({ action: 'videos', action2: 'avatar/image2video' })?.doc, 'Makes a person in an image speak or sing.');
		assert.equal(findBodySchema({ action: 'videos', action2: 'unheard-of' }), undefined);
		for (const key of Object.keys(bodySchemas)) {
			const path = parseOperationPath(key);
			assert.equal(path && findBodySchema(path), bodySchemas[key], key);
		}
	});

	it('has whole sentences', () => {
		assert.deepEqual(
			where(({ field }) => !/^[`A-Z].*[.]$/.test(field.doc)),
			[],
		);
	});

	it('has sentences for the schema alone: the bundles have the table without them', () => {
		const reader = /^requests\/(?:bodySchemas|jsonSchema)/;
		const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));
		assert.deepEqual(
			files.filter((file) => file.endsWith('.ts') && !reader.test(file) && /\bdoc\b/.test(readFileSync(`src/${file}`, 'utf8'))),
			[],
		);
	});

	it('has all parts of its types', () => {
		assert.deepEqual(
			where(
				({ field }) =>
					(field.type === 'object') !== (field.fields !== undefined) || (field.type === 'array') !== (field.items !== undefined),
			),
			[],
		);
		assert.deepEqual(
			where(({ field }) => field.media !== undefined && field.type !== 'string'),
			[],
		);
		assert.deepEqual(
			where(({ field }) => field.closed === true && field.values === undefined),
			[],
		);
	});

	it('has defaults that are values of their fields', () => {
		assert.deepEqual(
			where(({ field }) => {
				const { default: value, type, values, min, max } = field;
				return (
					value !== undefined &&
					(typeof value !== (type === 'integer' ? 'number' : type) ||
						values?.includes(String(value)) === false ||
						(typeof value === 'number' && ((min ?? value) > value || (max ?? value) < value)))
				);
			}),
			[],
		);
	});

	it('excludes both ways, and names only fields that stand beside', () => {
		assert.deepEqual(
			where(({ path, field, beside }) => {
				const name = path.slice(path.lastIndexOf('.') + 1);
				return (field.excludes ?? []).some((other) => beside[other]?.excludes?.includes(name) !== true);
			}),
			[],
		);
		const named = ({ field, beside }: (typeof table)[number]): readonly string[] =>
			[...(field.needs ?? [])].filter((name) => beside[name] === undefined);
		assert.deepEqual(table.flatMap(named), []);
		for (const [key, { fields, oneOf = [], anyOf = [] }] of Object.entries(bodySchemas)) {
			assert.deepEqual(
				[...oneOf, ...anyOf].flat().filter((name) => fields[name] === undefined),
				[],
				key,
			);
		}
		assert.deepEqual(
			where(({ field }) => field.oneOf?.flat().some((name) => field.fields?.[name] === undefined) === true),
			[],
		);
	});

	it('names only models that the operation offers', () => {
		assert.deepEqual(
			where(({ field, beside }) => field.models?.some((model) => beside['model_name']?.values?.includes(model) !== true) === true),
			[],
		);
	});

	it('does not have the deprecated field `model`', () => {
		assert.deepEqual(
			where(({ path }) => path.endsWith('.model')),
			[],
		);
	});

	it('has seconds of videos as strings, and those of a sound as a number', () => {
		assert.deepEqual(
			where(({ path, field }) => path.endsWith('.duration') && field.type !== 'string'),
			['audio/text-to-audio.duration'],
		);
	});

	it('takes no video as Base64', () => {
		assert.deepEqual(
			where(({ field }) => field.media?.kind === 'video' && field.media.takes.includes('base64')),
			[],
		);
	});

	it('has the limits that Kling documents', () => {
		assert.deepEqual(fieldAt('videos/image2video.image')?.media, {
			kind: 'image',
			takes: ['base64', 'url'],
			types: ['jpeg', 'png'],
			mostBytes: 10_485_760,
			leastPixels: 300,
			mostRatio: 2.5,
		});
		assert.equal(fieldAt('videos/text2video.prompt')?.most, 2500);
		assert.equal(fieldAt('videos/text2video.prompt')?.disputed?.most, 500);
		assert.equal(fieldAt('videos/text2video.multi_prompt[].prompt')?.most, 512);
		assert.equal(fieldAt('videos/lip-sync.input.text')?.most, 120);
		assert.equal(fieldAt('audio/tts.text')?.most, 1000);
		assert.equal(fieldAt('audio/text-to-audio.prompt')?.most, 200);
		assert.deepEqual([fieldAt('images/generations.n')?.min, fieldAt('images/generations.n')?.max], [1, 9]);
	});

	it('offers 225 scenes, each for one image or for two', () => {
		assert.equal(new Set([...singleImageScenes, ...dualImageScenes]).size, 225);
		assert.equal(singleImageScenes.length + dualImageScenes.length, 225);
	});
});
