import assert from 'node:assert/strict';
import type { RequestFacts } from '../../../src/requests/fileFacts';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import { validateRequest } from '../../../src/requests/validateRequest';

const nothing: RequestFacts = { files: new Map(), texts: new Map() };

/** `error number-for-string 4:17`, in order. */
function found(text: string, facts = nothing): readonly string[] {
	return validateRequest(parseRequestFile(text), facts).map(({ severity, code, range }) => {
		const before = text.slice(0, range.start).split('\n');
		return `${severity} ${code} ${before.length}:${(before.at(-1) ?? '').length + 1}`;
	});
}

describe('validateRequest', () => {
	it('names problems of form, expressions and body in the order of the text', () => {
		const text = [
			'{',
			'  "operation": "videos/text2video",',
			'  "body": {',
			'    "model_name": "kling-v3",',
			'    "prompt": "A harbour ${{ vars.light }}",',
			'    "duration": 5',
			'  },',
			'  "sav": "harbour"',
			'}',
		].join('\n');
		assert.deepEqual(found(text), ['error var-unknown 5:35', 'error number-for-string 6:17', 'warning unknown-property 8:3']);
	});

	it('does not judge what is not known: variables that are wrong, files and texts that were not read', () => {
		const body = (fields: string): string => `{"operation": "videos/image2video", "body": {"model_name": "kling-v3", ${fields}}}`;
		assert.deepEqual(found(body('"image": "${{ vars.hero }}", "duration": "${{ vars.seconds }}"')), [
			'error var-unknown 1:91',
			'error var-unknown 1:123',
		]);
		assert.deepEqual(found(body('"image": "${{ file(\'./hero.png\') }}", "prompt": "${{ text(\'./prompt.md\') }}"')), []);
	});

	it('says of a file where none may stand only that, whether it can be read or not', () => {
		const text = '{"operation": "audio/video-to-audio", "body": {"video_url": "${{ file(\'./cut.mp4\') }}"}}';
		const facts: RequestFacts = { files: new Map([['./cut.mp4', { kind: 'refused', reason: 'missing' }]]), texts: new Map() };
		assert.deepEqual(found(text, facts), ['error link-for-file 1:61']);
		const twice = text.replace('"body": {', '"body": {"video_id": "${{ file(\'./cut.mp4\') }}", ');
		assert.deepEqual(
			found(twice, facts).filter((problem) => problem.includes('file')),
			['error link-for-file 1:60', 'error link-for-file 1:101'],
		);
		const image = '{"operation": "videos/image2video", "body": {"model_name": "kling-v3", "image": "${{ file(\'./cut.mp4\') }}"}}';
		assert.deepEqual(found(image, facts), ['error file-refused 1:92']);
	});

	it('does not miss fields in a text that is cut', () => {
		assert.deepEqual(
			found('{"operation": "videos/image2video", "body": {"model_name": "kling-v3", "duration": 5').filter(
				(problem) => !problem.includes('syntax'),
			),
			['error number-for-string 1:84'],
		);
	});

	it('does not judge a value with a syntax error beside it', () => {
		assert.deepEqual(found('{"operation": "images/generations", "body": {"prompt": "A fox", "n": 0x4}}'), ['error syntax 1:71']);
	});

	it('judges the body of an operation that is a whole URL', () => {
		const url = 'https://api.example.com/kling/v1/videos/image2video';
		assert.deepEqual(found(`{"operation": "${url}", "body": {"model_name": "kling-v3"}}`), [
			'error operation-malformed 1:15',
			'error any-of-missing 1:70',
		]);
	});

	it('reports chains once, at what makes one', () => {
		const text = '{"matrix": {"n": ["a"]}, "operation": "videos/text2video", "save": "{matrix.n}", "body": {"prompt": "${{ matrix.n }}"}}';
		assert.deepEqual(found(text), ['error chain-word 1:2']);
		assert.deepEqual(found('{"operation": "videos/text2video", "body": {"prompt": "${{ matrix.n }}"}}'), ['error chain-word 1:60']);
	});

	it('does not judge the bodies of chains and of unknown operations', () => {
		assert.deepEqual(found('{"operation": "videos/text2video", "matrix": {"n": [1]}, "body": {"duration": 5}}'), ['error chain-word 1:36']);
		assert.deepEqual(found('{"operation": "videos/upscale", "body": {"duration": 5, "model": null}}'), [
			'information operation-unchecked 1:15',
		]);
	});

	it('repeats no key, whatever the rule', () => {
		const key = 'sk-made-up-0123456789abcdefghij';
		for (const field of ['Authorization', 'model_name', 'mode', 'duration', 'image', 'sound', 'video_url', 'callback_url', 'prompt', key]) {
			for (const value of [key, `Bearer ${key}`, ` ${key} `]) {
				for (const operation of ['videos/image2video', 'audio/video-to-audio', 'videos/omni-video']) {
					const text = JSON.stringify({ operation, body: { [field]: field === key ? 'x' : value, video_id: value } });
					const problems = validateRequest(parseRequestFile(text), nothing);
					const shown = JSON.stringify(problems.map(({ code, facts, fixes }) => [code, facts, fixes.map((fix) => fix.facts)]));
					assert.ok(!shown.includes('0123456789abcdef'), `${field}: ${shown}`);
				}
			}
		}
	});

	it('lists at most 200 problems of a body', () => {
		const fields = Array.from({ length: 300 }, (_, index) => `"x${index}": 1`).join(', ');
		const problems = validateRequest(parseRequestFile(`{"operation": "audio/text-to-audio", "body": {${fields}}}`), nothing);
		assert.equal(problems.length, 200);
	});
});
