import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MediaKind } from '../../../src/core/media';
import { isAllowedLink, linkExpiry, resultFileName } from '../../../src/core/media';

const day = 24 * 60 * 60 * 1000;

describe('linkExpiry', () => {
	const updatedAt = Date.UTC(2026, 3, 28, 10, 15, 30);
	const cases: [title: string, query: string, at: string][] = [
		['an Expires in seconds', '?Expires=1780000000&Signature=x', '2026-05-28T20:26:40.000Z'],
		['an expires in lower case', '?expires=1780000000', '2026-05-28T20:26:40.000Z'],
		['OSS version 4', '?x-oss-date=20260428T101530Z&x-oss-expires=3600', '2026-04-28T11:15:30.000Z'],
		['S3 version 4', '?X-Amz-Expires=604800&X-Amz-Date=20260428T101530Z&X-Amz-Signature=x', '2026-05-05T10:15:30.000Z'],
		['Google', '?X-Goog-Date=20260428T101530Z&X-Goog-Expires=60', '2026-04-28T10:16:30.000Z'],
		['COS', '?q-sign-time=1779990000;1780000000', '2026-05-28T20:26:40.000Z'],
	];
	for (const [title, query, at] of cases) {
		it(`reads ${title}`, () => {
			assert.deepEqual(linkExpiry(`https://cdn.example/clip.mp4${query}`, updatedAt), { at: Date.parse(at), exact: true });
		});
	}
	for (const query of ['', '?Expires=soon', '?Expires=3600', '?X-Amz-Expires=60', '?x-oss-expires=60&x-oss-date=20269999T999999Z']) {
		it(`allows 30 days at the most without a readable signature: ${query}`, () => {
			assert.deepEqual(linkExpiry(`https://cdn.example/clip.mp4${query}`, updatedAt), { at: updatedAt + 30 * day, exact: false });
		});
	}
	it('knows nothing of a bare link of an unknown time', () => {
		assert.equal(linkExpiry('https://cdn.example/clip.mp4'), undefined);
		assert.equal(linkExpiry('no link'), undefined);
	});
});

describe('resultFileName', () => {
	const ref = { action2: 'text2video', id: '853300000000000101' };
	const cases: [title: string, name: string | undefined, action2: string, kind: MediaKind, index: number, url: string, expected: string][] = [
		['operation, id and number', undefined, 'text2video', 'video', 0, 'https://cdn.example/a/b.mp4?Expires=1', 'text2video-853300000000000101-1.mp4'],
		['no path from an operation with a slash', undefined, 'avatar/image2video', 'video', 2, 'https://cdn.example/x', 'avatar-image2video-853300000000000101-3.mp4'],
		['the extension of the link', undefined, 'tts', 'audio', 0, 'https://cdn.example/x.WAV', 'tts-853300000000000101-1.wav'],
		['the extension of the kind otherwise', undefined, 'generations', 'image', 0, 'https://cdn.example/x.php', 'generations-853300000000000101-1.png'],
		['no program', undefined, 'tts', 'audio', 0, 'https://cdn.example/x.exe', 'tts-853300000000000101-1.mp3'],
		['the name of the task', 'Cat on a roof', 'text2video', 'video', 0, '', 'Cat on a roof-1.mp4'],
		['one extension', 'cat.mp4', 'text2video', 'video', 1, '', 'cat-2.mp4'],
		['a name with dots', 'v1.2 cat', 'text2video', 'video', 0, '', 'v1.2 cat-1.mp4'],
		['no path from a name', '../../etc/passwd', 'text2video', 'video', 0, '', 'etc-passwd-1.mp4'],
		['what Windows forbids', 'a<b>c:d"e|f?g*h\\i', 'text2video', 'video', 0, '', 'a-b-c-d-e-f-g-h-i-1.mp4'],
		['no device of Windows', 'NUL.cat', 'text2video', 'video', 0, '', '_NUL.cat-1.mp4'],
		['no control or direction characters', 'a\u0000b\u202Ecod\n.', 'text2video', 'video', 0, '', 'a b cod-1.mp4'],
		['operation and id for a name of nothing', ' ...\u200b ', 'text2video', 'video', 0, '', 'text2video-853300000000000101-1.mp4'],
		['other scripts', '屋根の上の猫', 'text2video', 'video', 0, '', '屋根の上の猫-1.mp4'],
	];
	for (const [title, name, action2, kind, index, url, expected] of cases) {
		it(`gives ${title}`, () => {
			assert.equal(resultFileName({ ...(name === undefined ? {} : { name }), ref: { ...ref, action2 } }, kind, index, url), expected);
		});
	}
	it('is safe everywhere, whatever the name', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 300 }), fc.constantFrom('con', 'LPT1', 'aux.', '-rf')), fc.webUrl(), (name, url) => {
				const file = resultFileName({ name, ref }, 'video', 0, url);
				assert.ok(Buffer.byteLength(file) < 143);
				assert.doesNotMatch(file, /[<>:"/\\|?*\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]|^[.\s-]|[.\s]$/u);
				assert.doesNotMatch(file, /^(?:con|prn|aux|nul|com\d|lpt\d)\s*\./i);
				assert.match(file, /.-1\.[a-z0-9]{3,4}$/);
			}),
			{ numRuns: 2000 },
		);
	});
});

describe('isAllowedLink', () => {
	it('answers the same however often it is asked: URL.canParse does not, once compiled', () => {
		for (let i = 0; i < 20_000; i++) assert.ok(isAllowedLink('https://media.kling.example/fl\u00fcsse.mp4', 'https://api.kling.example'));
	});

	const local = 'http://127.0.0.1:4010';
	const cases: [url: string, origin: string, allowed: boolean][] = [
		['https://cdn.example/x.mp4', 'https://gateway.example', true],
		['HTTPS://cdn.example/x.mp4', local, true],
		['http://cdn.example/x.mp4', 'https://gateway.example', false],
		['http://cdn.example/x.mp4', 'http://cdn.example', false],
		['http://127.0.0.1:4010/x.mp4', local, true],
		['http://127.0.0.1:4010/x.mp4', `${local}/base`, true],
		['http://127.0.0.1:4011/x.mp4', local, false],
		['http://127.0.0.2:4010/x.mp4', local, false],
		['http://localhost:4010/x.mp4', local, false],
		['http://127.0.0.1:4010/x.mp4', 'https://127.0.0.1:4010', false],
		['http://localhost:4010/x.mp4', 'http://localhost:4010', true],
		['http://[::1]:4010/x.mp4', 'http://[::1]:4010', true],
		['http://localhost.example:4010/x.mp4', 'http://localhost.example:4010', false],
		['https://me:pw@cdn.example/x.mp4', 'https://gateway.example', false],
		['file:///etc/passwd', local, false],
		['data:video/mp4;base64,AAAA', local, false],
		['javascript:alert(1)', local, false],
		['//cdn.example/x.mp4', local, false],
		['', local, false],
		['http://127.0.0.1:4010/x.mp4', 'nonsense', false],
	];
	for (const [url, origin, allowed] of cases) {
		it(`${allowed ? 'follows' : 'refuses'} ${url} of ${origin}`, () => {
			assert.equal(isAllowedLink(url, origin), allowed);
		});
	}
});
