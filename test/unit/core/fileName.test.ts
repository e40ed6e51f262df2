import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resultFileName } from '../../../src/core/fileName';
import type { MediaKind } from '../../../src/core/media';

describe('resultFileName', () => {
	const ref = { action2: 'text2video', id: '853300000000000101' };
	const cases: [title: string, name: string | undefined, action2: string, kind: MediaKind, index: number, url: string, expected: string][] =
		[
			[
				'operation, id and number',
				undefined,
				'text2video',
				'video',
				0,
				'https://cdn.example/a/b.mp4?Expires=1',
				'text2video-853300000000000101-1.mp4',
			],
			[
				'no path from an operation with a slash',
				undefined,
				'avatar/image2video',
				'video',
				2,
				'https://cdn.example/x',
				'avatar-image2video-853300000000000101-3.mp4',
			],
			['the extension of the link', undefined, 'tts', 'audio', 0, 'https://cdn.example/x.WAV', 'tts-853300000000000101-1.wav'],
			[
				'the extension of the kind otherwise',
				undefined,
				'generations',
				'image',
				0,
				'https://cdn.example/x.php',
				'generations-853300000000000101-1.png',
			],
			['no program', undefined, 'tts', 'audio', 0, 'https://cdn.example/x.exe', 'tts-853300000000000101-1.mp3'],
			['the name of the task', 'Cat on a roof', 'text2video', 'video', 0, '', 'Cat on a roof-1.mp4'],
			['one extension', 'cat.mp4', 'text2video', 'video', 1, '', 'cat-2.mp4'],
			['a name with dots', 'v1.2 cat', 'text2video', 'video', 0, '', 'v1.2 cat-1.mp4'],
			['no path from a name', '../../etc/passwd', 'text2video', 'video', 0, '', 'etc-passwd-1.mp4'],
			['what Windows forbids', 'a<b>c:d"e|f?g*h\\i', 'text2video', 'video', 0, '', 'a-b-c-d-e-f-g-h-i-1.mp4'],
			['no device of Windows', 'NUL.cat', 'text2video', 'video', 0, '', '_NUL.cat-1.mp4'],
			['no control or direction characters', 'a\u0000b\u202Ecod\n.', 'text2video', 'video', 0, '', 'a b cod-1.mp4'],
			[
				'operation and id for a name without usable characters',
				' ...\u200b ',
				'text2video',
				'video',
				0,
				'',
				'text2video-853300000000000101-1.mp4',
			],
			['other scripts', '屋根の上の猫', 'text2video', 'video', 0, '', '屋根の上の猫-1.mp4'],
		];
	for (const [title, name, action2, kind, index, url, expected] of cases) {
		it(`gives ${title}`, () => {
			assert.equal(resultFileName({ ...(name === undefined ? {} : { name }), ref: { ...ref, action2 } }, kind, index, url), expected);
		});
	}
	it('is safe everywhere, whatever the name', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string({ unit: 'binary', maxLength: 300 }),
					fc.string({ unit: 'grapheme', maxLength: 300 }),
					fc.constantFrom('con', 'LPT1', 'aux.', '-rf'),
				),
				fc.webUrl(),
				(name, url) => {
					const file = resultFileName({ name, ref }, 'video', 0, url);
					assert.ok(Buffer.byteLength(file) < 143);
					assert.doesNotMatch(file, /[<>:"/\\|?*\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]|^[.\s-]|[.\s]$/u);
					assert.doesNotMatch(file, /^(?:con|prn|aux|nul|com\d|lpt\d)\s*\./i);
					assert.match(file, /.-1\.[a-z0-9]{3,4}$/);
				},
			),
			{ numRuns: 2000 },
		);
	});
});
