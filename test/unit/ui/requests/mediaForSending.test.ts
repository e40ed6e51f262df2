import assert from 'node:assert/strict';
import type { FileRefusal, WorkspaceFiles } from '../../../../src/requests/ports/workspaceFiles';
import type { ResolvedMedia, ResolvedObject } from '../../../../src/requests/resolvedValue';
import { mediaForSending } from '../../../../src/ui/requests/mediaForSending';

const never = new AbortController().signal;
/** SHA-256 of `abc` (FIPS 180-2, B.1). */
const digestOfAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

const media = (path: string, size = 3, sha256 = digestOfAbc): ResolvedMedia => ({
	kind: 'media',
	path,
	facts: { kind: 'audio', type: 'mp3', size, sha256 },
});
const body = (...items: readonly ResolvedMedia[]): ResolvedObject => ({
	kind: 'object',
	entries: [
		['prompt', { kind: 'string', value: 'abc' }],
		['image_list', { kind: 'array', items: items.map((image) => ({ kind: 'object', entries: [['image', image]] })) }],
	],
});
const filesOf = (content: Readonly<Record<string, string | { refused: FileRefusal }>>, reads: string[] = []): WorkspaceFiles => ({
	stat: () => Promise.resolve({ refused: 'unreadable' }),
	read: (path) => {
		reads.push(path);
		const found = content[path] ?? { refused: 'missing' };
		return Promise.resolve(typeof found === 'string' ? { bytes: new TextEncoder().encode(found) } : found);
	},
});

describe('the files of a request, for sending', () => {
	it('are Base64 without a prefix, each read once', async () => {
		const reads: string[] = [];
		const result = await mediaForSending(body(media('./a.mp3'), media('./a.mp3')), filesOf({ './a.mp3': 'abc' }, reads), never);
		assert.deepEqual('base64' in result && [...result.base64], [['./a.mp3', 'YWJj']]);
		assert.deepEqual(reads, ['./a.mp3']);
	});

	it('are those that were checked', async () => {
		assert.deepEqual(await mediaForSending(body(media('a.mp3')), filesOf({ 'a.mp3': 'abd' }), never), {
			problem: 'changed',
			path: 'a.mp3',
		});
		const unchecked: ResolvedMedia = { kind: 'media', path: 'a.mp3', facts: undefined };
		assert.deepEqual(await mediaForSending(body(unchecked), filesOf({ 'a.mp3': 'abc' }), never), { problem: 'changed', path: 'a.mp3' });
	});

	it('are refused as when they were checked', async () => {
		assert.deepEqual(await mediaForSending(body(media('a.mp3')), filesOf({ 'a.mp3': { refused: 'link' } }), never), {
			problem: 'refused',
			path: 'a.mp3',
			reason: 'link',
		});
	});

	it('have at most 40 MB as Base64, each occurrence counted, and are not read otherwise', async () => {
		const reads: string[] = [];
		const files = filesOf({ 'a.mp3': 'abc', 'b.mp3': 'abc' }, reads);
		assert.deepEqual(await mediaForSending(body(media('a.mp3', 15_000_000), media('b.mp3', 15_000_000)), files, never).then(Object.keys), [
			'base64',
		]);
		reads.length = 0;
		assert.deepEqual(await mediaForSending(body(media('a.mp3', 15_000_000), media('b.mp3', 15_000_003)), files, never), {
			problem: 'tooLarge',
		});
		assert.deepEqual(reads, []);
		assert.deepEqual(
			await mediaForSending(body(media('a.mp3', 12_000_000), media('a.mp3', 12_000_000), media('a.mp3', 12_000_000)), files, never),
			{
				problem: 'tooLarge',
			},
		);
	});
});
