// The schema of request files in the JSON server that VS Code contains: what it offers, what a hover says, and that it never complains.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
	ClientCapabilities,
	getLanguageService,
	MarkupContent,
	TextDocument,
	type CompletionItem,
	type Diagnostic,
	type Position,
} from 'vscode-json-languageservice';
import { operationKey, operations, type OperationKey } from '../../../src/core/operation';
import { bodySchemas } from '../../../src/requests/bodySchemas';
import { requestJsonSchema } from '../../../src/requests/jsonSchema';
import { markdown } from '../../../src/requests/jsonSchemaDocs';
import { samples } from '../../../src/requests/samples';

const json = getLanguageService({ clientCapabilities: ClientCapabilities.LATEST });

/** The document of a text with `|` at the position in question. */
function opened(marked: string): { document: TextDocument; position: Position } {
	const document = TextDocument.create('test:/shot.kling.json', 'jsonc', 1, marked.replace('|', ''));
	return { document, position: document.positionAt(marked.indexOf('|')) };
}

async function completion(marked: string): Promise<readonly CompletionItem[]> {
	const { document, position } = opened(marked);
	return (await json.doComplete(document, position, json.parseJSONDocument(document)))?.items ?? [];
}

async function labels(marked: string): Promise<readonly string[]> {
	return (await completion(marked)).map(({ label }) => label);
}

/** What a completion inserts, with its tab stops. */
async function inserted(marked: string, label: string): Promise<string | undefined> {
	return (await completion(marked)).find((item) => item.label === label)?.textEdit?.newText;
}

/** The first line of what a completion says of itself. */
function firstLine(item: CompletionItem | undefined): string | undefined {
	return MarkupContent.is(item?.documentation) ? item.documentation.value.split('\n')[0] : undefined;
}

async function hover(marked: string): Promise<string> {
	const { document, position } = opened(marked);
	const contents: unknown = (await json.doHover(document, position, json.parseJSONDocument(document)))?.contents;
	return Array.isArray(contents) ? contents.join('\n') : '';
}

/** What VS Code would underline; it sets these two of JSON with comments. */
async function complaints(text: string): Promise<readonly Diagnostic[]> {
	const { document } = opened(text);
	return json.doValidation(document, json.parseJSONDocument(document), { comments: 'ignore', trailingCommas: 'warning' });
}

/** What is in the file after a snippet was inserted and nothing was typed. */
function expanded(snippet: string): string {
	return snippet.replace(
		/\\([\\$}])|\$\{\d+:((?:\\.|[^}\\])*)\}|\$\d/g,
		(_, escaped?: string, text?: string) => escaped ?? expanded(text ?? ''),
	);
}

const withBody = (operation: string, body: string): string => JSON.stringify({ operation }).replace('}', `, "body": ${body} }`);
const image2video = (body: string): string => withBody('videos/image2video', body);

before(() => {
	json.configure({
		allowComments: true,
		schemas: [{ uri: 'kling-schema:/request.schema.json', fileMatch: ['*.kling.json'], schema: requestJsonSchema() }],
	});
});

describe('completion in a request file', () => {
	it('offers two requests of each operation in an empty file, which are the samples', async () => {
		const offered = await completion('|');
		assert.equal(offered.length, 38);
		for (const operation of operations) {
			const key = operationKey(operation);
			for (const [kind, sample] of Object.entries<string>({ ...samples[key as OperationKey] })) {
				const item = offered.find(({ label }) => label === `${key}: ${kind} request`);
				assert.deepEqual(JSON.parse(expanded(item?.textEdit?.newText ?? '')), JSON.parse(sample), `${key}: ${kind}`);
			}
		}
	});

	it('has tab stops for what a person replaces: prompts, files, links, IDs', async () => {
		assert.equal(
			await inserted('|', 'videos/image2video: smallest request'),
			[
				'{',
				'\t"operation": "videos/image2video",',
				'\t"body": {',
				'\t\t"model_name": "kling-v3",',
				'\t\t"image": "\\${{ file(\'./${1:first.png}\') \\}\\}",',
				'\t\t"prompt": "${2:The fox turns its head to the camera}"',
				'\t\\}',
				'\\}',
			].join('\n'),
		);
		assert.equal(
			await inserted(withBody('videos/motion-control', '|'), '{ … } smallest request'),
			[
				'{',
				'\t"image_url": "\\${{ file(\'./${1:dancer.png}\') \\}\\}",',
				'\t"video_url": "https://${2:example.com/dance.mp4}",',
				'\t"character_orientation": "image",',
				'\t"mode": "std"',
				'\\}',
			].join('\n'),
		);
	});

	it('offers the properties of a file that can be run, not the words of chains', async () => {
		assert.deepEqual(await labels('{ | }'), ['operation', 'body', 'name', 'vars', 'repeat', 'save', 'version', '$schema']);
		assert.equal(await inserted('{ | }', 'operation'), '"operation": $1');
		assert.equal(await inserted('{ | }', 'save'), '"save": "${1:{file\\}_{take:2\\}}"');
	});

	it('offers the operations, between quotes or without, each with what it does', async () => {
		for (const marked of ['{ "operation": | }', '{ "operation": "|" }', '{ "operation": "videos/unheard-of|" }']) {
			const offered = await completion(marked);
			assert.equal(offered.length, 24, marked);
			assert.equal(firstLine(offered.find(({ label }) => label === '"audio/tts"')), 'Makes a voice say a text. It responds at once.');
			assert.equal(
				firstLine(offered.find(({ label }) => label === '"videos/multi-elements/clear-selection"')),
				'Removes all selections of a session. It responds at once.',
			);
		}
	});

	it('offers all fields of the table in the body of each operation', async () => {
		for (const [key, { fields }] of Object.entries(bodySchemas)) {
			assert.deepEqual((await labels(withBody(key, '{ | }'))).toSorted(), Object.keys(fields).toSorted(), key);
		}
	});

	it('offers fields that are not there yet, with their documentation', async () => {
		const offered = await completion(withBody('audio/text-to-audio', '{ "prompt": "waves", | }'));
		assert.deepEqual(
			offered.map((item) => [item.label, firstLine(item)]),
			[
				['duration', 'The seconds of the sound, a number from 3.0 to 10.0.'],
				[
					'external_task_id',
					'Your own ID of the task, by which it can be queried too. It must be unique in your account. If it is missing, the extension adds one.',
				],
				['callback_url', 'Kling sends the status of the task to this address whenever it changes. The tracker does not need it.'],
			],
		);
	});

	it('offers first what a request needs, and last what every operation has', async () => {
		const sorted = (await completion(withBody('videos/motion-control', '{ | }')))
			.map(({ label, sortText = '' }) => [`${sortText === '' ? label : sortText} ${label}`, label] as const)
			.toSorted(([a], [b]) => (a < b ? -1 : 1))
			.map(([, label]) => label);
		assert.deepEqual(sorted, [
			'character_orientation',
			'image_url',
			'mode',
			'model_name',
			'prompt',
			'video_url',
			'element_list',
			'keep_original_sound',
			'callback_url',
			'external_task_id',
			'watermark_info',
		]);
	});

	it('offers the common fields of an unknown operation, and none without an operation', async () => {
		assert.deepEqual(await labels(withBody('videos/unheard-of', '{ | }')), ['external_task_id', 'callback_url']);
		assert.deepEqual(await labels('{ "body": { | } }'), []);
	});

	it('offers values with their quotes', async () => {
		assert.deepEqual((await labels(image2video('{ "sound": | }'))).toSorted(), ['"off"', '"on"']);
		assert.deepEqual((await labels(image2video('{ "mode": "|" }'))).toSorted(), ['"4k"', '"pro"', '"std"']);
		assert.deepEqual(await labels(image2video('{ "multi_shot": | }')), ['false', 'true']);
		assert.ok((await labels(image2video('{ "duration": | }'))).includes('"5"'));
		assert.ok((await labels(image2video('{ "model_name": | }'))).includes('"kling-v3"'));
		assert.ok((await labels(withBody('videos/effects', '{ "effect_scene": | }'))).includes('"hug_pro"'));
		assert.deepEqual((await labels(withBody('images/omni-image', '{ "series_amount": | }'))).toSorted(), [
			'"auto"',
			'2',
			'3',
			'4',
			'5',
			'6',
			'7',
			'8',
			'9',
		]);
	});

	it('offers a file or a link where either may stand, and a link alone for a video', async () => {
		assert.deepEqual(await labels(image2video('{ "image": | }')), ["file('…')", '"https://…"']);
		assert.equal(await inserted(image2video('{ "image": | }'), "file('…')"), '"\\${{ file(\'${1:./image.png}\') }}"');
		assert.deepEqual(await labels(withBody('videos/identify-face', '{ "video_url": | }')), ['"https://…"']);
		assert.deepEqual(await labels(withBody('audio/tts', '{ "text": | }')), ['""', "text('…')"]);
	});

	it('inserts a field with its value, or its name alone where there are several values', async () => {
		const insertedWith = async (operation: string, name: string): Promise<string | undefined> =>
			inserted(withBody(operation, '{ | }'), name);
		assert.equal(await insertedWith('videos/text2video', 'prompt'), '"prompt": "$1"');
		assert.equal(await insertedWith('videos/text2video', 'cfg_scale'), '"cfg_scale": ${1:0.5}');
		assert.equal(await insertedWith('videos/text2video', 'mode'), '"mode": $1');
		assert.equal(await insertedWith('videos/image2video', 'image'), '"image": $1');
		assert.equal(await insertedWith('videos/multi-image2video', 'image_list'), '"image_list": [$1]');
		assert.equal(await insertedWith('videos/effects', 'input'), '"input": {\n\t"image": "\\${{ file(\'${1:./image.png}\') }}"\n}');
	});

	it('offers the items of arrays, and their fields', async () => {
		assert.equal(
			await inserted(withBody('videos/multi-image2video', '{ "image_list": [|] }'), '{ … }'),
			'{\n\t"image": "\\${{ file(\'${1:./image.png}\') }}"\n}',
		);
		assert.deepEqual(await labels(image2video('{ "dynamic_masks": [{ | }] }')), ['mask', 'trajectories']);
		assert.deepEqual(await labels(withBody('videos/omni-video', '{ "video_list": [{ "refer_type": | }] }')), ['"base"', '"feature"']);
	});
});

describe('a hover in a request file', () => {
	it('says what an operation does', async () => {
		assert.match(await hover('{ "operation": "audio/t|ts" }'), /Makes a voice say a text\. It responds at once\.$/);
	});

	it('says what a field does, what it takes, and what its limits are', async () => {
		assert.equal(
			await hover(image2video('{ "image_|tail": "x" }')),
			[
				'The last frame: a JPEG or PNG file as Base64, or a link.',
				'*string*',
				'Not together with `static_mask`, `dynamic_masks`, `camera_control`.',
			].join('\n\n'),
		);
		assert.equal(
			await hover(image2video('{ "negative_|prompt": "x" }')),
			"What the result should not show.\n\n*string · at most 2500 characters (CometAPI's image-to-video page: 200)*",
		);
		assert.equal(
			await hover(withBody('videos/multi-image2video', '{ "ima|ge_list": [] }')),
			'One to four images of what the video shows, already cropped.\n\n*array · required · 1 to 4 items*',
		);
	});

	it('says of the words of chains that they are not supported', async () => {
		assert.match(await hover('{ "st|eps": {} }'), /Chains are not supported yet\.$/);
	});

	it('shows code as code, and nothing else as markup', async () => {
		assert.match(await hover(withBody('videos/omni-video', '{ "pro|mpt": "" }')), /`<<<image_1>>>`/);
		assert.equal(markdown('a <b> [c](d) of task_id, `<<<e_1>>>` *f*'), 'a \\<b\\> \\[c\\](d) of task\\_id, `<<<e_1>>>` \\*f\\*');
	});
});

describe('the schema of request files', () => {
	it('rejects no value, no missing field and no unknown name', async () => {
		const files = [
			'[]',
			'"text"',
			'{}',
			'{ "operation": 5, "body": [], "vars": "x", "repeat": "many", "save": 1, "version": 9, "name": {}, "steps": {}, "matrix": 1 }',
			'{ "operation": "account/costs", "body": {} }',
			image2video('{ "image": 5, "duration": 5, "sound": true, "mode": "8k", "cfg_scale": "high", "element_list": {}, "nonsense": null }'),
			image2video('{ "dynamic_masks": [1, "x", { "trajectories": [[]] }], "camera_control": { "type": "wild", "config": 3 } }'),
			withBody('videos/effects', '{ "effect_scene": "unheard_of", "input": [] }'),
			withBody('audio/text-to-audio', '{ "duration": 99 }'),
			withBody('videos/unheard-of', '{ "anything": [1, 2] }'),
			'// A comment\n{ "operation": "audio/tts", /* another */ "body": { "text": "x", }, }',
		];
		for (const file of files) {
			assert.deepEqual(await complaints(file), [], file);
		}
	});

	it('rejects nothing of any JSON', async () => {
		const keys = ['operation', 'body', 'vars', 'repeat', ...Object.values(bodySchemas).flatMap(({ fields }) => Object.keys(fields))];
		const { value } = fc.letrec<{ value: unknown }>((tie) => ({
			value: fc.oneof(
				{ depthSize: 'small' },
				fc.constantFrom(null, true, 5, -0.5, '', '5', 'std', '${{ vars.x }}'),
				fc.array(tie('value'), { maxLength: 3 }),
				fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
			),
		}));
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...Object.keys(bodySchemas), 'videos/unheard-of'), value, async (operation, body) => {
				assert.deepEqual(await complaints(JSON.stringify({ operation, body })), []);
				assert.deepEqual(await complaints(JSON.stringify(body)), []);
			}),
			{ numRuns: 150 },
		);
	});

	it('is small, since it is read with the first request file', () => {
		const { length } = JSON.stringify(requestJsonSchema());
		assert.ok(length < 90_000, `${length} characters`);
	});
});
