import assert from 'node:assert/strict';
import { galleryPage } from '../../../../src/results/export/gallery';
import { exportedResult, hostileTexts } from '../../../support/exported';

const text = { language: 'en', title: 'Kling Results', summary: '2 results', wholePrompt: 'Whole prompt' };

describe('the gallery', () => {
	it('loads nothing but files beside it, and runs nothing', () => {
		assert.match(
			galleryPage([], text),
			/<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'">/,
		);
	});

	const tags = (page: string): readonly string[] => (page.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));
	const page = (hostile: string): string =>
		galleryPage(
			[
				exportedResult({ format: 'png', prompt: hostile, name: hostile, fileName: hostile, text: { title: hostile, facts: [hostile] } }),
				exportedResult({ prompt: hostile.repeat(200), fileName: hostile, posterName: hostile, text: { title: hostile, facts: [] } }),
			],
			{ ...text, title: hostile, summary: hostile, wholePrompt: hostile },
		);
	for (const hostile of hostileTexts.filter((one) => one.trim() !== '')) {
		it(`has the same tags and attributes with ${JSON.stringify(hostile)}`, () => {
			// A longer text only folds the prompt.
			const plain = page('x'.repeat(hostile.length));
			assert.deepEqual(tags(page(hostile)), tags(plain));
			assert.equal(/[^\P{Cc}\n\t]|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u.test(page(hostile)), false);
			for (const [, address = ''] of page(hostile).matchAll(/(?:src|href|poster)="([^"]*)"/g)) {
				assert.match(address, /^(?:media|posters)\/[^/\\?#:"<>]*$/);
			}
		});
	}

	for (const [title, own, expected] of [
		[
			'an image',
			{ format: 'png', fileName: 'a b.png' },
			/<a class="media" href="media\/a%20b\.png"><img src="media\/a%20b\.png" alt="Fox: A fox in the snow" loading="lazy" width="1920" height="1080"><\/a>/,
		],
		[
			'a video',
			{},
			/<video src="media\/fox-1\.mp4" controls playsinline aria-label="Fox" preload="metadata" width="1920" height="1080"><\/video>/,
		],
		['a video with a poster', { posterName: "fox'1.webp" }, /preload="none" poster="posters\/fox%271\.webp"/],
		['a sound', { format: 'mp3', fileName: 'c.mp3' }, /<audio src="media\/c\.mp3" controls preload="metadata" aria-label="Fox"><\/audio>/],
		['a prompt', {}, /<p class="prompt" dir="auto">A fox in the snow<\/p>/],
		['facts', {}, /<ul class="facts"><li>Text to Video<\/li><li>Nov 3, 2026<\/li><li>1\.2 MB<\/li><\/ul>/],
		[
			'a long prompt, folded',
			{ prompt: 'fox '.repeat(100) },
			/<p class="prompt" dir="auto">(?:fox ){79}fox…<\/p>\n<details><summary>Whole prompt<\/summary>/,
		],
	] as const) {
		it(`shows ${title}`, () => {
			assert.match(galleryPage([exportedResult(own)], text), expected);
		});
	}

	for (const [language, expected] of [
		['zh-cn', 'zh-cn'],
		['qps-ploc', 'qps-ploc'],
		['"><script>', 'en'],
		['', 'en'],
	] as const) {
		it(`is in the language ${JSON.stringify(language)}`, () => {
			assert.match(galleryPage([], { ...text, language }), new RegExp(`<html lang="${expected}">`));
		});
	}
});
