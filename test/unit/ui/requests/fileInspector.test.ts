import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../../src/ui/clock';
import { FileInspector } from '../../../../src/ui/requests/fileInspector';
import { PixelReader } from '../../../../src/ui/requests/pixelReader';
import { bigEndian, box, bytesOf, heic, jpeg, png } from '../../../support/images';
import { childFile, mediaWorkerFile, root } from '../../../support/paths';

const demo = (name: string): Uint8Array => readFileSync(path.join(root, 'media', 'demo', name));

describe('finding out what a file is', function () {
	this.timeout(30_000);
	let inspector: FileInspector;
	const inspect = (bytes: Uint8Array): ReturnType<FileInspector['inspect']> => inspector.inspect(bytes);
	/** Type and pixels. */
	const brief = async (bytes: Uint8Array): Promise<string> => {
		const found = await inspect(bytes);
		return found.kind === 'image' ? `${found.type} ${found.width}x${found.height}` : found.kind;
	};

	before(() => {
		inspector = new FileInspector(mediaWorkerFile, systemClock);
	});
	after(() => inspector.dispose());

	it('gives type, size, digest and pixels of an image', async () => {
		assert.deepEqual(await inspect(png(1024, 768)), {
			kind: 'image',
			type: 'png',
			size: 33,
			sha256: '39954b1153c2dfed42175b835c3386d4682d8de1a6ee402def6ac07bfd102f32',
			width: 1024,
			height: 768,
		});
		const valley = await inspect(demo('valley.png'));
		assert.deepEqual([valley.kind, 'type' in valley && valley.type], ['image', 'png']);
	});

	it('gives type, size and digest of a sound', async () => {
		assert.deepEqual(await inspect(bytesOf('ID3\x04')), {
			kind: 'audio',
			type: 'mp3',
			size: 4,
			sha256: '875697501557841c577d32771acb29e50ce512c416ed9a3926f8f3abdaa3c081',
		});
		assert.equal((await inspect(demo('chord.mp3'))).kind, 'audio');
		assert.equal((await inspect(demo('chord.wav'))).kind, 'audio');
	});

	it('knows that a video or a text is neither', async () => {
		assert.deepEqual(await inspect(bytesOf('<svg width="9" height="9"></svg>')), { kind: 'other', size: 32 });
		assert.equal((await inspect(demo('dawn.mp4'))).kind, 'other');
	});

	const pixels: readonly (readonly [what: string, bytes: () => Uint8Array, brief: string])[] = [
		['a PNG that claims a huge picture', () => png(60_000, 60_000), 'png 60000x60000'],
		['a PNG without pixels', () => png(0, 0), 'png undefinedxundefined'],
		['a PNG that is cut in its header', () => png(5, 5).slice(0, 18), 'png undefinedxundefined'],
		['a JPEG', () => jpeg(640, 480), 'jpeg 640x480'],
		['a JPEG that lies as it is shown', () => jpeg(640, 480, 3), 'jpeg 640x480'],
		['a JPEG that is shown turned', () => jpeg(640, 480, 6), 'jpeg 480x640'],
		['a JPEG of a false orientation', () => jpeg(640, 480, 9), 'jpeg 640x480'],
		['a JPEG that is cut before its size', () => jpeg(640, 480).slice(0, 22), 'jpeg undefinedxundefined'],
		['a JPEG of zeros', () => bytesOf('\xff\xd8\xff\xe0', new Uint8Array(5000)), 'jpeg undefinedxundefined'],
		['a GIF', () => bytesOf('GIF89a\x40\x01\xf0\0\0\0\0'), 'gif 320x240'],
		['a WebP', () => bytesOf('RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x3f\x01\0\xef\0\0'), 'webp 320x240'],
		[
			'a BMP that stands on its head',
			() => bytesOf('BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x40\x01\0\0\x10\xff\xff\xff\x01\0\x18\0'),
			'bmp 320x240',
		],
		['a HEIC', () => heic(320, 240), 'heic 320x240'],
		[
			'a HEIC whose box has no length',
			() => bytesOf(box('ftyp', 'heic', bigEndian(0, 4)), bigEndian(0, 4), 'meta', new Uint8Array(500)),
			'heic undefinedxundefined',
		],
		['a TIFF that points behind its end', () => bytesOf('II*\0\xff\xff\xff\x7f'), 'tiff undefinedxundefined'],
	];
	for (const [what, bytes, expected] of pixels) {
		it(`reads the pixels of ${what}`, async () => {
			assert.equal(await brief(bytes()), expected);
		});
	}

	it('reads no more than the first 512 KB for the pixels', async () => {
		const gap = bytesOf('\xff\xe2', bigEndian(65_000, 2), new Uint8Array(64_998));
		const behind = (gaps: number): Uint8Array => bytesOf('\xff\xd8', ...Array.from({ length: gaps }, () => gap), jpeg(64, 48).slice(2));
		assert.equal(await brief(behind(7)), 'jpeg 64x48');
		assert.equal(await brief(behind(9)), 'jpeg undefinedxundefined');
	});

	it('is not held up by an image whose reading takes a time that grows with the square of its length, and reads the next', async () => {
		const start = performance.now();
		const found = await inspect(heic(320, 240, 26_000));
		assert.ok(performance.now() - start < 15_000);
		assert.ok(found.kind === 'image' && [320, undefined].includes(found.width), 'read in three seconds, or given up');
		assert.equal(await brief(png(7, 8)), 'png 7x8');
	});

	it('leaves the bytes as they were, also in a Buffer', async () => {
		const bytes = Buffer.from(png(3, 4));
		assert.equal(await brief(bytes), 'png 3x4');
		assert.deepEqual(new Uint8Array(bytes), png(3, 4));
	});
});

describe('the thread that reads pixels', function () {
	this.timeout(30_000);
	const endless = childFile('unit/ui/requests/endlessThread').replace('.child.js', '.js');

	it('is killed when it does not come to an end, and started again', async () => {
		const reader = new PixelReader(endless, systemClock);
		const [stuck, crashed, fine] = await Promise.all([0, 1, 2].map((first) => reader.read(Uint8Array.of(first))));
		assert.deepEqual([stuck, crashed, fine], [undefined, undefined, { width: 2, height: 2 }]);
		reader.dispose();
		assert.equal(await reader.read(Uint8Array.of(2)), undefined);
	});

	it('settles when it is disposed of while it reads', async () => {
		const reader = new PixelReader(endless, systemClock);
		const reading = reader.read(Uint8Array.of(0));
		reader.dispose();
		assert.equal(await reading, undefined);
	});
});
