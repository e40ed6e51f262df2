// What the first bytes of a file say of its format.
import assert from 'node:assert/strict';
import type { MediaKind } from '../../../src/core/media';
import type { MediaFormat } from '../../../src/core/mediaFormat';
import { formatOf, mostOfSignature } from '../../../src/results/mediaFile';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const box = (type: string, content = '', length = 8 + content.length): string =>
	`${String.fromCharCode(length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255)}${type}${content}`;

describe('the format of a file', () => {
	const rows: readonly (readonly [title: string, start: string, format: MediaFormat | undefined, expected?: MediaKind])[] = [
		['MP4', box('ftyp', 'isom\0\0\x02\0isomiso2avc1mp41'), 'mp4'],
		['MP4 of brand mp42', box('ftyp', 'mp42\0\0\0\0'), 'mp4'],
		['MP4 of an unknown brand', box('ftyp', 'XYZ1\0\0\0\0'), 'mp4'],
		['MP4 of a phone', box('ftyp', '3gp5\0\0\0\0'), 'mp4'],
		['MP4 in fragments', box('styp', 'msdh\0\0\0\0'), 'mp4'],
		['MP4 that begins with a fragment', box('moof', '\0\0\0\x10mfhd'), 'mp4'],
		['MP4 that begins with an index of fragments', box('sidx', '\0\0\0\0'), 'mp4'],
		['MP4 where audio is expected', box('ftyp', 'isom\0\0\x02\0'), 'm4a', 'audio'],
		['MP4 where an image is expected', box('ftyp', 'isom\0\0\x02\0'), 'mp4', 'image'],
		['M4A', box('ftyp', 'M4A \0\0\0\0'), 'm4a'],
		['M4A where a video is expected', box('ftyp', 'M4A \0\0\0\0'), 'm4a', 'video'],
		['an audio book', box('ftyp', 'M4B \0\0\0\0'), 'm4a'],
		['a video of an old player', box('ftyp', 'M4V \0\0\0\0'), 'mp4'],
		['QuickTime', box('ftyp', 'qt  \0\0\0\0'), 'mov'],
		['QuickTime where audio is expected', box('ftyp', 'qt  \0\0\0\0'), 'mov', 'audio'],
		['QuickTime that begins with its index', box('moov', '\0\0\0\x6cmvhd'), 'mov'],
		['QuickTime that begins with its media', box('mdat', '', 0x10000), 'mov'],
		['QuickTime that begins with room for a length', `${box('wide')}${box('mdat', '', 0x10000)}`, 'mov'],
		['QuickTime that begins with a preview', box('pnot', '\0\0\0\0'), 'mov'],
		['MP4 behind free room', `${box('free', 'x'.repeat(12))}${box('ftyp', 'isom\0\0\0\0')}`, 'mp4'],
		['QuickTime behind free room', `${box('free')}${box('skip', 'xxxx')}${box('ftyp', 'qt  \0\0\0\0')}`, 'mov'],
		['MP4 behind more free room than is read', `${box('free', '', 5000)}${'\0'.repeat(mostOfSignature)}`, 'mp4'],
		['free room and no more', box('free', 'x'.repeat(12)), undefined],
		['free room before anything else', `${box('free')}${box('abcd', '\0\0\0\0')}`, undefined],
		['free room of no length', `\0\0\0\0free${'\0'.repeat(20)}`, undefined],
		['AVIF', box('ftyp', 'avif\0\0\0\0mif1'), undefined],
		['HEIC', box('ftyp', 'heic\0\0\0\0mif1'), undefined],
		['a camera’s raw image', box('ftyp', 'crx \0\0\0\0'), undefined],
		['a brand that is not there yet', '\0\0\0\x18ftypis', undefined],
		['a text that reads like a box', 'moov ftyp mdat', undefined],
		['WebM', '\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm', 'webm'],
		['Matroska', `\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska${'\0'.repeat(100)}`, undefined],
		['EBML that has not said yet what it is', '\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01', undefined],
		['PNG', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'png'],
		['PNG damaged by a line-end conversion', '\x89PNG\n\x1a\n\0\0\0\rIHDR', undefined],
		['JPEG', '\xff\xd8\xff\xe0\0\x10JFIF', 'jpeg'],
		['JPEG of a camera', '\xff\xd8\xff\xe1\x12\x34Exif', 'jpeg'],
		['WebP', 'RIFF\x10\0\0\0WEBPVP8 ', 'webp'],
		['WebP, lossless', 'RIFF\x10\0\0\0WEBPVP8L', 'webp'],
		['GIF of 1987', 'GIF87a\x01\0\x01\0', 'gif'],
		['GIF of 1989', 'GIF89a\x01\0\x01\0', 'gif'],
		['MP3', '\xff\xfb\x50\xc0', 'mp3'],
		['MP3 of MPEG 2', '\xff\xf3\x44\xc4', 'mp3'],
		['MP3 with a checksum', '\xff\xfa\x90\x44', 'mp3'],
		['MP3 behind tags', 'ID3\x03\0\0\0\0\0\x0aTIT2', 'mp3'],
		['a text about tags', 'ID3 tags', undefined],
		['UTF-16 text', '\xff\xfeh\0e\0l\0l\0o\0', undefined],
		['AAC', '\xff\xf1\x50\x80\x02\x1f\xfc', undefined],
		['WAV', 'RIFF\x24\0\0\0WAVEfmt ', 'wav'],
		['WAV of more than 4 GB', 'RF64\xff\xff\xff\xffWAVEds64', 'wav'],
		['WAV of broadcasting', 'BW64\xff\xff\xff\xffWAVEds64', 'wav'],
		['AVI', 'RIFF\x10\0\0\0AVI LIST', undefined],
		['a RIFF that has not said yet what it is', 'RIFF\x10\0\0\0WA', undefined],
		['Ogg', 'OggS\0\x02\0\0', 'ogg'],
		['FLAC', 'fLaC\0\0\0\x22', undefined],
		['TIFF', 'II*\0\x08\0\0\0', undefined],
		['BMP', 'BM\x10\0\0\0\0\0\0\0', undefined],
		['a transport stream', `G${'@'.repeat(187)}`.repeat(2), undefined],
		['JSON', '{"error":{}}', undefined],
		['nothing', '', undefined],
	];
	for (const [title, start, format, expected] of rows) {
		it(`of ${title} is ${format ?? 'none'}`, () => {
			assert.equal(formatOf(bytes(start), expected), format);
			// Bytes that arrive one by one are not misjudged on the way.
			for (let length = 0; length < start.length; length++) {
				const early = formatOf(bytes(start.slice(0, length)), expected);
				assert.ok(early === undefined || early === format, `${String(early)} after ${String(length)} bytes`);
			}
		});
	}
});
