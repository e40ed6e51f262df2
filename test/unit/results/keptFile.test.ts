import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasKeptFile } from '../../../src/results/keptFile';
import type { MediaFormat } from '../../../src/core/mediaFormat';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const png = bytes('\x89PNG\r\n\x1a\n and more');
const mp4 = bytes('\0\0\0\x18ftypisom\0\0\x02\0isommp41 and more');
const never = new AbortController().signal;

describe('a kept file that a sidecar names', () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'kept-'));
	});
	afterEach(() => rm(folder, { recursive: true }));
	const of = (content: Buffer, format: MediaFormat) => ({
		size: content.length,
		sha256: createHash('sha256').update(content).digest('hex'),
		format,
	});

	for (const [title, name, content, named, expected] of [
		['is the one beside it', 'a.png', png, of(png, 'png'), true],
		['may be a sound in an MP4 file', 'a.m4a', mp4, of(mp4, 'm4a'), true],
		['may be called otherwise', 'A.JPEG', png, of(png, 'png'), true],
		['is none of other bytes of that length', 'a.png', Buffer.alloc(png.length, 1), of(png, 'png'), false],
		['is none of another length', 'a.png', bytes('x'), of(png, 'png'), false],
		['is none of another format than its bytes', 'a.png', png, of(png, 'mp4'), false],
		['is none that is no media', 'a.png', bytes('<script>'), of(bytes('<script>'), 'png'), false],
		['is none that other programs would run', 'a.html', png, of(png, 'png'), false],
		['is none without an end of its name', 'png', png, of(png, 'png'), false],
	] as const) {
		it(title, async () => {
			await writeFile(join(folder, name), content);
			assert.equal(await hasKeptFile(join(folder, name), named, never), expected);
		});
	}

	it('is no link, no folder and nothing that is missing', async () => {
		await writeFile(join(folder, 'a.png'), png);
		await symlink(join(folder, 'a.png'), join(folder, 'b.png'));
		await mkdir(join(folder, 'c.png'));
		const found = await Promise.all(['b.png', 'c.png', 'd.png'].map((name) => hasKeptFile(join(folder, name), of(png, 'png'), never)));
		assert.deepEqual(found, [false, false, false]);
	});

	it('is not searched for when that is cancelled', async () => {
		await writeFile(join(folder, 'a.png'), png);
		await assert.rejects(hasKeptFile(join(folder, 'a.png'), of(png, 'png'), AbortSignal.abort(new Error('cancelled'))), /cancelled/);
	});
});
