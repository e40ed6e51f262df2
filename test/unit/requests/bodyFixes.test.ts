import assert from 'node:assert/strict';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import type { Fix, RequestProblem } from '../../../src/requests/problem';
import { validateRequest } from '../../../src/requests/validateRequest';

const nothing = { files: new Map(), texts: new Map() };

function problemsOf(text: string): readonly RequestProblem[] {
	return validateRequest(parseRequestFile(text), nothing);
}

function applied(text: string, { edits }: Fix): string {
	return edits
		.toSorted((a, b) => b.range.start - a.range.start)
		.reduce((whole, { range, text: written }) => whole.slice(0, range.start) + written + whole.slice(range.end), text);
}

/** The text after the first fix of a rule's first problem. */
function fixed(text: string, code: string): string {
	const fix = problemsOf(text).find((problem) => problem.code === code)?.fixes[0];
	assert.ok(fix, `${code} has no fix in ${text}`);
	return applied(text, fix);
}

describe('the fixes of bodies', () => {
	const cases: readonly (readonly [name: string, code: string, before: string, after: string])[] = [
		[
			'a number becomes a text',
			'number-for-string',
			'{\n\t"operation": "videos/text2video",\n\t"body": {\n\t\t"prompt": "A fox", "duration": 10 // long\n\t}\n}',
			'{\n\t"operation": "videos/text2video",\n\t"body": {\n\t\t"prompt": "A fox", "duration": "10" // long\n\t}\n}',
		],
		[
			'a long ID keeps its digits',
			'number-for-string',
			'{"operation": "audio/video-to-audio", "body": {"video_id": 790000000000000301}}',
			'{"operation": "audio/video-to-audio", "body": {"video_id": "790000000000000301"}}',
		],
		[
			'`model` becomes `model_name`',
			'model-field',
			'{"operation": "videos/text2video", "body": {"model": /* new */ "kling-v3", "prompt": "A fox"}}',
			'{"operation": "videos/text2video", "body": {"model_name": /* new */ "kling-v3", "prompt": "A fox"}}',
		],
		[
			'`model` beside `model_name` is removed',
			'model-field-ignored',
			'{"operation": "videos/text2video", "body": {\n  "model": "kling-v2-6",\n  "model_name": "kling-v3",\n  "prompt": "A fox"\n}}',
			'{"operation": "videos/text2video", "body": {\n  "model_name": "kling-v3",\n  "prompt": "A fox"\n}}',
		],
		[
			'of two `model` beside `model_name` the one that is underlined is removed',
			'model-field-ignored',
			'{"operation": "videos/text2video", "body": {"model": "kling-v1", "model_name": "kling-v3", "prompt": "A fox", "model": "kling-v2-6"}}',
			'{"operation": "videos/text2video", "body": {"model": "kling-v1", "model_name": "kling-v3", "prompt": "A fox"}}',
		],
		[
			'a prefix is removed',
			'media-data-prefix',
			`{"operation": "videos/image2video", "body": {"image": "data:image/jpeg;base64,/9j/${'A'.repeat(80)}"}}`,
			`{"operation": "videos/image2video", "body": {"image": "/9j/${'A'.repeat(80)}"}}`,
		],
		[
			'a path becomes a file',
			'media-bare-path',
			'{"operation": "videos/image2video", "body": {"image": "stills\\\\mia\'s hero.png"}}',
			`{"operation": "videos/image2video", "body": {"image": "\${{ file('./stills/mia''s hero.png') }}"}}`,
		],
		[
			'an unknown field becomes the known one',
			'field-unknown',
			'{"operation": "videos/text2video", "body": {"prompt": "A fox", "Aspect-Ratio": "9:16"}}',
			'{"operation": "videos/text2video", "body": {"prompt": "A fox", "aspect_ratio": "9:16"}}',
		],
		[
			'a link in an ID becomes a link',
			'link-in-id',
			'{"operation": "videos/lip-sync", "body": {"input": {"video_id": "https://media.example/a.mp4", "mode": "text2video"}}}',
			'{"operation": "videos/lip-sync", "body": {"input": {"video_url": "https://media.example/a.mp4", "mode": "text2video"}}}',
		],
		[
			'the take is added to an ID',
			'external-id-repeated',
			'{"operation": "audio/text-to-audio", "repeat": 2, "body": {"prompt": "Rain", "duration": 5, "external_task_id": "rain"}}',
			'{"operation": "audio/text-to-audio", "repeat": 2, "body": {"prompt": "Rain", "duration": 5, "external_task_id": "rain-${{ run.take }}"}}',
		],
		[
			'the seconds of the shots are those of the video',
			'shots-duration',
			'{"operation": "videos/text2video", "body": {"model_name": "kling-v3", "multi_shot": true, "shot_type": "customize", "duration": "5", "multi_prompt": [{"index": 1, "prompt": "A fox", "duration": "7"}]}}',
			'{"operation": "videos/text2video", "body": {"model_name": "kling-v3", "multi_shot": true, "shot_type": "customize", "duration": "7", "multi_prompt": [{"index": 1, "prompt": "A fox", "duration": "7"}]}}',
		],
		[
			'a missing field is added to an empty object',
			'field-missing',
			'{\n\t"operation": "images/generations",\n\t"body": {}\n}',
			'{\n\t"operation": "images/generations",\n\t"body": {\n\t\t"prompt": "Describe it here"\n\t}\n}',
		],
		[
			'… to an object of nothing but a comment',
			'field-missing',
			'{\n  "operation": "images/generations",\n  "body": {\n    // to do\n  }\n}',
			'{\n  "operation": "images/generations",\n  "body": {\n    "prompt": "Describe it here"\n    // to do\n  }\n}',
		],
		[
			'… after the last property',
			'field-missing',
			'{\n  "operation": "images/generations",\n  "body": {\n    "n": 2\n  }\n}',
			'{\n  "operation": "images/generations",\n  "body": {\n    "n": 2,\n    "prompt": "Describe it here"\n  }\n}',
		],
		[
			'… after a trailing comma',
			'field-missing',
			'{\n  "operation": "images/generations",\n  "body": {\n    "n": 2,\n  },\n}',
			'{\n  "operation": "images/generations",\n  "body": {\n    "n": 2,\n    "prompt": "Describe it here"\n  },\n}',
		],
		[
			'… after a comment, which keeps its line',
			'field-missing',
			'{\n  "operation": "images/generations",\n  "body": {\n    "n": 2 // two, not more\n  }\n}',
			'{\n  "operation": "images/generations",\n  "body": {\n    "n": 2, // two, not more\n    "prompt": "Describe it here"\n  }\n}',
		],
		[
			'… after a comma and a comment',
			'field-missing',
			'{\n  "operation": "images/generations",\n  "body": {\n    "n": 2, /* two, */ // not more\n    // "resolution": "2k",\n  }\n}',
			'{\n  "operation": "images/generations",\n  "body": {\n    "n": 2, /* two, */ // not more\n    "prompt": "Describe it here"\n    // "resolution": "2k",\n  }\n}',
		],
		[
			'… after a comma on the next line',
			'field-missing',
			'{"operation": "images/generations", "body": {\n  "n": 2 // two\n  ,\n}}',
			'{"operation": "images/generations", "body": {\n  "n": 2 // two\n  ,\n  "prompt": "Describe it here"\n}}',
		],
		[
			'… on one line',
			'field-missing',
			'{ "operation": "images/generations", "body": { "n": 2 } }',
			'{ "operation": "images/generations", "body": { "n": 2, "prompt": "Describe it here" } }',
		],
		[
			'… with the line breaks of Windows',
			'field-missing',
			'{\r\n  "operation": "images/generations",\r\n  "body": {\r\n    "n": 2\r\n  }\r\n}\r\n',
			'{\r\n  "operation": "images/generations",\r\n  "body": {\r\n    "n": 2,\r\n    "prompt": "Describe it here"\r\n  }\r\n}\r\n',
		],
		[
			'… with an image as a file',
			'any-of-missing',
			'{ "operation": "videos/image2video", "body": { "model_name": "kling-v3" } }',
			`{ "operation": "videos/image2video", "body": { "model_name": "kling-v3", "image": "\${{ file('./image.png') }}" } }`,
		],
		[
			'… as a whole object',
			'field-missing',
			'{ "operation": "videos/effects", "body": { "effect_scene": "squish" } }',
			`{ "operation": "videos/effects", "body": { "effect_scene": "squish", "input": {"image":"\${{ file('./image.png') }}"} } }`,
		],
		[
			'a missing field of an item is added to the item',
			'field-missing',
			'{ "operation": "videos/multi-image2video", "body": { "prompt": "They meet", "image_list": [{}] } }',
			`{ "operation": "videos/multi-image2video", "body": { "prompt": "They meet", "image_list": [{\n\t"image": "\${{ file('./image.png') }}"\n}] } }`,
		],
		[
			'a text becomes an object',
			'type-wrong',
			'{ "operation": "videos/multi-image2video", "body": { "prompt": "They meet", "image_list": ["https://media.example/a.png"] } }',
			'{ "operation": "videos/multi-image2video", "body": { "prompt": "They meet", "image_list": [{ "image": "https://media.example/a.png" }] } }',
		],
		[
			'a key is removed, with the comma of the only property',
			'secret-in-body',
			'{ "operation": "videos/text2video", "body": { "api_key": "made-up-key-0001", } }',
			'{ "operation": "videos/text2video", "body": {  } }',
		],
	];
	for (const [name, code, before, after] of cases) {
		it(name, () => {
			assert.equal(fixed(before, code), after);
			assert.deepEqual(
				parseRequestFile(after).problems.filter((problem) => problem.code === 'syntax'),
				[],
			);
		});
	}

	it('do not offer what cannot be read or is not written here', () => {
		const fixesOf = (body: string): readonly Fix[] =>
			problemsOf(`{"operation": "videos/image2video", "vars": {"n": 5, "p": "a.png"}, "body": {"model_name": "kling-v3", ${body}}}`)
				.filter(({ severity }) => severity === 'error')
				.flatMap(({ fixes }) => fixes);
		assert.deepEqual(fixesOf('"image": "/home/mia/a.png"'), []);
		assert.deepEqual(fixesOf('"image": "../a.png"'), []);
		assert.deepEqual(fixesOf('"image": "${{ vars.p }}"'), []);
		assert.deepEqual(fixesOf('"image": "https://media.example/a.png", "duration": "${{ vars.n }}"'), []);
	});
});
