import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileFacts } from '../../../src/core/download';
import type { MediaKind } from '../../../src/core/media';
import { FactReader } from '../../../src/results/factReader';
import { systemClock } from '../../../src/ui/clock';
import { bigEndian, box, bytesOf, jpeg } from '../../support/images';
import { factsWorkerFile } from '../../support/paths';

describe('what a media file says of itself', function () {
	this.timeout(60_000);
	const folder = mkdtempSync(join(tmpdir(), 'kling-facts-'));
	const reader = new FactReader(factsWorkerFile, systemClock);
	after(() => {
		reader.dispose();
		rmSync(folder, { recursive: true });
	});

	const written = (bytes: Uint8Array): string => {
		const path = join(folder, 'file');
		writeFileSync(path, bytes);
		return path;
	};
	const dawn = readFileSync('media/demo/dawn.mp4');

	for (const [file, kind, facts] of [
		['dawn.mp4', 'video', { width: 640, height: 360, framesPerSecond: 30, seconds: 5.1, videoCodec: 'avc1.64001f', audioCodec: 'mp3' }],
		['valley.png', 'image', { width: 1024, height: 1024 }],
		['chord.mp3', 'audio', { seconds: 4.049, audioCodec: 'mp3' }],
		['chord.wav', 'audio', { seconds: 4, audioCodec: 'pcm-s16' }],
	] as const satisfies readonly (readonly [string, MediaKind, FileFacts])[]) {
		it(`is read from ${file}`, async () => {
			assert.deepEqual(await reader.read(join('media/demo', file), kind), facts);
		});
	}

	it('is what is shown, where the file turns it', async () => {
		assert.deepEqual(await reader.read(written(jpeg(64, 48, 6)), 'image'), { width: 48, height: 64 });
	});

	for (const [what, bytes] of [
		['nothing', bytesOf()],
		['another format', bytesOf('<!DOCTYPE html><title>Sign in</title>')],
		['random bytes', Uint8Array.from({ length: 65_536 }, (_, index) => (index * 2_654_435_761) >>> 24)],
		['a box that is longer than the file', bytesOf(box('ftyp', 'isom', bigEndian(0, 4)), bigEndian(0xffff_fff0, 4), 'moov')],
		[
			'a box of 2^63 bytes',
			bytesOf(box('ftyp', 'isom', bigEndian(0, 4)), bigEndian(1, 4), 'moov', bigEndian(0x7fff_ffff, 4), bigEndian(0, 4)),
		],
		['boxes of no bytes', bytesOf(box('ftyp', 'isom', bigEndian(0, 4)), new Uint8Array(100_000))],
		['boxes in boxes in boxes', bytesOf(box('ftyp', 'isom', bigEndian(0, 4)), nested(2_000))],
	] as const) {
		it(`is nothing of a file with ${what}`, async () => {
			const facts = await reader.read(written(bytes), 'video');
			assert.ok(facts === undefined || Object.keys(facts).length === 0, JSON.stringify(facts));
		});
	}

	it('is nothing of a folder, and of a file that is not there', async () => {
		assert.deepEqual(await reader.read(folder, 'video'), {});
		assert.equal(await reader.read(join(folder, 'gone.mp4'), 'video'), undefined);
	});

	it('is within bounds whatever was cut off or changed', async () => {
		// Cut anywhere, and bytes of the index changed, by a fixed series.
		let state = 7;
		const next = (below: number): number => (state = (state * 48_271) % 0x7fff_ffff) % below;
		for (let round = 0; round < 16; round++) {
			const bytes = new Uint8Array(dawn.subarray(0, round % 3 === 0 ? next(dawn.length) : dawn.length));
			for (let change = 0; change < round / 2 && bytes.length > 0; change++) {
				bytes[next(Math.min(5_700, bytes.length))] = next(256);
			}
			const facts: FileFacts = (await reader.read(written(bytes), 'video')) ?? {};
			for (const [name, value] of Object.entries(facts) as [string, unknown][]) {
				assert.ok(
					typeof value === 'string' ? /^[\w.+-]{1,40}$/.test(value) : typeof value === 'number' && value > 0 && value <= 86_400,
					`${round}: ${name} ${String(value)}`,
				);
			}
		}
		assert.equal((await reader.read('media/demo/dawn.mp4', 'video'))?.width, 640);
	});
});

/** Boxes that contain one another, as a reader that calls itself would have to follow them. */
function nested(depth: number): Uint8Array {
	const heads = Array.from({ length: depth }, (_, index) => [bigEndian(8 * (depth - index), 4), 'moov']).flat();
	return bytesOf(...heads);
}
