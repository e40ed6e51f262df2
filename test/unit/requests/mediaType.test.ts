import assert from 'node:assert/strict';
import { mediaTypeOf } from '../../../src/requests/mediaType';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const ftyp = (major: string, ...compatible: readonly string[]): string =>
	`\0\0\0${String.fromCharCode(16 + 4 * compatible.length)}ftyp${major}\0\0\0\0${compatible.join('')}`;

const rows: readonly (readonly [what: string, head: string, type: string])[] = [
	['PNG', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'image/png'],
	['JPEG', '\xff\xd8\xff\xe0', 'image/jpeg'],
	['WebP', 'RIFF\x10\0\0\0WEBPVP8 ', 'image/webp'],
	['GIF', 'GIF89a', 'image/gif'],
	['old GIF', 'GIF87a', 'image/gif'],
	['BMP', 'BM\x10\0\0\0\0\0\0\0', 'image/bmp'],
	['TIFF of Intel', 'II*\0', 'image/tiff'],
	['TIFF of Motorola', 'MM\0*', 'image/tiff'],
	['HEIC', ftyp('heic', 'mif1', 'heic'), 'image/heic'],
	['HEIC by its compatible brand', ftyp('mif1', 'heic'), 'image/heic'],
	['AVIF', ftyp('avif', 'mif1', 'miaf'), 'image/avif'],
	['AVIF by its compatible brand', ftyp('mif1', 'avif'), 'image/avif'],
	['MP3 with tags', 'ID3\x04\0', 'audio/mp3'],
	['MP3', '\xff\xfb\x90\x64', 'audio/mp3'],
	['WAV', 'RIFF\x10\0\0\0WAVEfmt ', 'audio/wav'],
	['M4A', ftyp('M4A ', 'mp42', 'isom'), 'audio/m4a'],
	['M4A of another brand', ftyp('mp42', 'isom', 'M4A '), 'audio/m4a'],
	['AAC', '\xff\xf1\x50\x80\0\x1f\xfc', 'audio/aac'],
	['Ogg', 'OggS\0\x02', 'audio/ogg'],
	['FLAC', 'fLaC\0', 'audio/flac'],
	['MP4 video', ftyp('isom', 'iso2', 'avc1', 'mp41'), 'neither'],
	['iTunes video', ftyp('mp42', 'M4V ', 'M4A '), 'neither'],
	['QuickTime', ftyp('qt  '), 'neither'],
	['a brand that is a word of every object', ftyp('toString'.slice(0, 4)), 'neither'],
	['AVI', 'RIFF\x10\0\0\0AVI ', 'neither'],
	['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">', 'neither'],
	['text', 'A fox turns to the camera', 'neither'],
	['text in UTF-16', '\xff\xfeA\0', 'neither'],
	['a cut PNG', '\x89PNG', 'neither'],
	['nothing', '', 'neither'],
];

describe('the type of a file by its bytes', () => {
	for (const [what, head, type] of rows) {
		it(`${what}: ${type}`, () => {
			const found = mediaTypeOf(latin1(head));
			assert.equal(found === undefined ? 'neither' : `${found.kind}/${found.type}`, type);
		});
	}
});
