import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { MediaFacts } from '../../../src/requests/fileFacts';
import { parseRequestFile } from '../../../src/requests/parseRequestFile';
import { resolveRequest } from '../../../src/requests/resolve';
import { unitKey } from '../../../src/requests/unitKey';

const image = (sha256: string): MediaFacts => ({ kind: 'image', type: 'png', size: 100, sha256, width: 640, height: 480 });

/** What is hashed, or another function of it. */
function keyOf(
	body: string,
	{
		vars = '{}',
		files = {},
		origin = 'https://api.example.com',
		operation = 'videos/text2video',
		hash = (text) => text,
	}: {
		vars?: string;
		files?: Readonly<Record<string, MediaFacts>>;
		origin?: string;
		operation?: string;
		hash?: (text: string) => string;
	} = {},
): string | undefined {
	const { file } = parseRequestFile(`{ "operation": "videos/text2video", "body": ${body}, "vars": ${vars} }`);
	const resolved = resolveRequest(file, { files: new Map(Object.entries(files)), texts: new Map() }, undefined);
	assert.deepEqual(resolved.problems, []);
	assert.ok(resolved.body);
	return unitKey({ origin, operation, body: resolved.body }, hash);
}

describe('unitKey', () => {
	it('is the digest of origin, operation and body, with sorted keys', () => {
		assert.equal(
			keyOf('{ "mode": "pro", "a": [1.50, true, null, { "z": "é", "b": {} }] }'),
			'"https://api.example.com" "videos/text2video" {"a":[1.50,true,null,{"b":{},"z":"é",},],"mode":"pro",}',
		);
		const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
		assert.equal(keyOf('{ "prompt": "A fox" }', { hash: sha256 }), '83095000e5886745f90e01119a440bec5dc3d2b235cb3884a532777f2c108ff0');
	});

	const fox = '{ "prompt": "A fox", "mode": "pro" }';
	for (const [what, one, other] of [
		['the order of keys', fox, '{ "mode": "pro", "prompt": "A fox" }'],
		['white space, comments and escapes', fox, '{"prompt":"A \\u0066ox",/* */"mode":"pro",}'],
		['the external ID', fox, '{ "prompt": "A fox", "mode": "pro", "external_task_id": "a-1" }'],
		['the address of a callback', fox, '{ "prompt": "A fox", "mode": "pro", "callback_url": "https://example.com/x" }'],
		['what is a var', fox, '{ "prompt": "A ${{ vars.x }}", "mode": "pro" }'],
	] as const) {
		it(`does not depend on ${what}`, () => {
			assert.equal(keyOf(other, { vars: '{ "x": "fox" }' }), keyOf(one, { vars: '{ "x": "fox" }' }));
		});
	}

	for (const [what, one, other] of [
		['a value', fox, '{ "prompt": "A cat", "mode": "pro" }'],
		['a field', fox, '{ "prompt": "A fox" }'],
		['the type of a value', '{ "duration": 5 }', '{ "duration": "5" }'],
		['how a number is written', '{ "cfg_scale": 0.5 }', '{ "cfg_scale": 0.50 }'],
		['the last digit of a long ID', '{ "element_id": 829000000000000001 }', '{ "element_id": 829000000000000002 }'],
		['the order of a list', '{ "a": [1, 2] }', '{ "a": [2, 1] }'],
		['the lists that values are in', '{ "a": [[1], 2] }', '{ "a": [[1, 2]] }'],
		['a field of a list by the name of one that does not count', '{ "a": [{}] }', '{ "a": [{ "callback_url": "x" }] }'],
		['the take as a value or as a text', '{ "a": "${{ run.take }}" }', '{ "a": "$${{ run.take }}" }'],
	] as const) {
		it(`depends on ${what}`, () => {
			assert.notEqual(keyOf(one), keyOf(other));
		});
	}

	it('depends on origin and operation', () => {
		const keys = [keyOf(fox), keyOf(fox, { origin: 'https://other.example.com' }), keyOf(fox, { operation: 'videos/image2video' })];
		assert.equal(new Set(keys).size, 3);
	});

	it('does not depend on take and date', () => {
		assert.equal(
			keyOf('{ "prompt": "A fox, ${{ run.date }} #${{ run.take }}" }'),
			'"https://api.example.com" "videos/text2video" {"prompt":"A fox, ${{ run.date }} #${{ run.take }}",}',
		);
	});

	it('has files by their digests, whatever their paths', () => {
		const body = (path: string): string => `{ "image": "\${{ file('${path}') }}" }`;
		const key = keyOf(body('a.png'), { files: { 'a.png': image('ab12') } });
		assert.equal(key, '"https://api.example.com" "videos/text2video" {"image":sha256 ab12,}');
		assert.equal(keyOf(body('b.png'), { files: { 'b.png': image('ab12') } }), key);
		assert.notEqual(keyOf(body('a.png'), { files: { 'a.png': image('cd34') } }), key);
		assert.notEqual(keyOf('{ "image": "sha256 ab12" }'), key);
	});

	it('is not known while a file is not', () => {
		assert.equal(keyOf(`{ "a": [{ "image": "\${{ file('a.png') }}" }] }`), undefined);
	});

	it('sorts keys by code points: U+FFFD is before U+1F98A', () => {
		const key = keyOf('{ "\ud83e\udd8a": 1, "\ufffd": 2, "b": 3, "ab": 4, "a": 5 }');
		assert.equal(key, '"https://api.example.com" "videos/text2video" {"a":5,"ab":4,"b":3,"\ufffd":2,"\ud83e\udd8a":1,}');
	});
});
