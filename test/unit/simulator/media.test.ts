import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { demoMedia, isMediaName } from '../../../src/simulator/media';
import { mediaFolder } from '../../support/simulator';

const names = Object.keys(demoMedia).filter(isMediaName);
const read = (name: string): Buffer => readFileSync(path.join(mediaFolder, name));

describe("the demo's media", () => {
	it('stay well under a megabyte together', () => {
		const bytes = names.reduce((sum, name) => sum + statSync(path.join(mediaFolder, name)).size, 0);
		assert.ok(bytes < 800_000, String(bytes));
	});

	for (const name of names.filter((candidate) => candidate.endsWith('.mp4'))) {
		it(`${name} is H.264 with MP3 audio, plays while it loads, and has the stated duration`, () => {
			const content = read(name);
			assert.ok(content.indexOf('moov') < content.indexOf('mdat'), 'the index comes first');
			assert.ok(content.includes('avcC'), 'H.264');
			// esds: the object type indication is in the decoder's descriptor (tag 4), after its length.
			const esds = content.subarray(content.indexOf('esds'));
			const descriptor = esds.indexOf(0x04, 8);
			const length = esds.subarray(descriptor + 1).findIndex((byte) => byte < 0x80) + 1;
			assert.equal(esds[descriptor + 1 + length], 0x6b, 'MPEG-1 audio, not AAC (0x40)');
			// mvhd, version 0: time scale at 16, duration at 20, counted from the box type.
			const mvhd = content.subarray(content.indexOf('mvhd'));
			assert.ok(Math.abs(mvhd.readUInt32BE(20) / mvhd.readUInt32BE(16) - demoMedia[name].seconds) < 0.1);
		});
	}

	for (const name of names.filter((candidate) => candidate.endsWith('.png'))) {
		it(`${name} is a PNG of 1024 by 1024`, () => {
			const content = read(name);
			assert.equal(content.subarray(1, 4).toString(), 'PNG');
			assert.deepEqual([content.readUInt32BE(16), content.readUInt32BE(20)], [1024, 1024]);
		});
	}

	it('chord.wav is PCM and chord.mp3 is MPEG audio, both with the stated duration', () => {
		const wav = read('chord.wav');
		assert.equal(wav.subarray(8, 12).toString(), 'WAVE');
		assert.equal(wav.readUInt16LE(20), 1);
		assert.ok(Math.abs((wav.length - 44) / wav.readUInt32LE(28) - demoMedia['chord.wav'].seconds) < 0.1);
		const mp3 = read('chord.mp3');
		assert.ok(mp3.subarray(0, 3).toString() === 'ID3' || (mp3.readUInt16BE(0) & 0xffe0) === 0xffe0);
		assert.ok(Math.abs(mp3.length / (64_000 / 8) - demoMedia['chord.mp3'].seconds) < 0.2);
	});
});
