import { strict as assert } from 'node:assert';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import type { MediaFormat } from '../../src/core/mediaFormat';
import { writeExport, type ExportItem } from '../../src/results/export/writeExport';
import { hostileTexts, resultFacts } from '../support/exported';
import { launchBrowser } from '../host/browser.mjs';
import { shot } from './pageHarness';

const axe = readFileSync(createRequire(__filename).resolve('axe-core'), 'utf8');
const demo = 'media/demo';

/** The gallery of an export, opened from the disk as a person opens it. */
describe('the gallery of an export', function () {
	this.timeout(60_000);
	let browser: Browser;
	let folder: string;

	const item = (name: string, format: MediaFormat, title: string, prompt: string, facts: readonly string[]): ExportItem => {
		const path = join(demo, name);
		const size = statSync(path).size;
		const pixels =
			format === 'mp3' ? {} : { file: format === 'png' ? { width: 1024, height: 1024 } : { width: 1280, height: 720, seconds: 5.1 } };
		return {
			path,
			...(title === 'Dawn' && { poster: join(demo, 'valley.png') }),
			facts: resultFacts({
				format,
				size,
				name: title,
				prompt,
				text: { title, facts: [...facts, `${(size / 1e6).toFixed(1)} MB`] },
				...pixels,
			}),
		};
	};
	const make = async (items: readonly ExportItem[], name: string): Promise<string> => {
		const made = await writeExport({
			items,
			parent: folder,
			name,
			now: Date.UTC(2026, 10, 29),
			gallery: (count) => ({
				language: 'en',
				title: 'Kling Results',
				summary: `${count} results, exported on Nov 29, 2026`,
				wholePrompt: 'Whole prompt',
			}),
			readme: () => '',
			signal: new AbortController().signal,
			onProgress: () => undefined,
		});
		return pathToFileURL(join(made.folder ?? '', 'index.html')).href;
	};

	before(async () => {
		browser = await launchBrowser();
		folder = await mkdtemp(join(tmpdir(), 'gallery '));
	});
	after(async () => {
		await browser.close();
		await rm(folder, { recursive: true });
	});

	const open = async (
		url: string,
		{ scheme, width = 1280 }: { readonly scheme: 'light' | 'dark'; readonly width?: number },
	): Promise<Page> => {
		const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 }, offline: true });
		const page = await context.newPage();
		await page.addInitScript(() => {
			window.refused = [];
			document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
				window.refused.push(`${violatedDirective} ${blockedURI}`),
			);
		});
		await page.goto(url);
		return page;
	};
	/** Waits until everything that is shown has loaded, also what is below the window. */
	const settled = async (page: Page): Promise<void> => {
		await page.evaluate(() => document.querySelectorAll('img').forEach((image) => (image.loading = 'eager')));
		await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
		await page.waitForFunction(() =>
			[...document.querySelectorAll<HTMLMediaElement>('video, audio')].every((one) => one.preload === 'none' || one.readyState >= 1),
		);
	};
	const findings = async (page: Page): Promise<readonly string[]> => {
		await page.evaluate(axe);
		const { violations } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
		return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
	};

	describe('with usual results', () => {
		let url: string;
		before(async () => {
			url = await make(
				[
					item('dawn.mp4', 'mp4', 'Dawn', 'A slow drone shot over a misty valley at dawn, the sun breaks through.', [
						'Text to Video',
						'Nov 3, 2026',
						'1280 × 720',
						'5.1 s',
						'3.5 units',
					]),
					item('bloom.png', 'png', 'Bloom, Image 1 of 2', 'A single red tulip in the snow, macro, soft light', [
						'Image Generation',
						'Nov 3, 2026',
						'1024 × 1024',
					]),
					item('valley.png', 'png', 'Bloom, Image 2 of 2', 'A single red tulip in the snow, macro, soft light', [
						'Image Generation',
						'Nov 3, 2026',
						'1024 × 1024',
					]),
					item('tide.mp4', 'mp4', 'Tide', 'The tide comes in over black sand while the camera glides low, then rises. '.repeat(8), [
						'Image to Video',
						'Nov 4, 2026',
						'1280 × 720',
						'5.1 s',
					]),
					item('chord.mp3', 'mp3', 'Chord', 'A warm chord on a felt piano', ['Text to Audio', 'Nov 5, 2026', '3 s']),
				],
				'usual',
			);
		});

		for (const scheme of ['light', 'dark'] as const) {
			for (const width of [1280, 320]) {
				it(`shows every file and has no accessibility violation, ${scheme}, ${width} px wide`, async () => {
					const page = await open(url, { scheme, width });
					await settled(page);
					await shot(page, `gallery-${scheme}-${width}`, 'page');
					assert.deepEqual(await findings(page), []);
					assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
					assert.deepEqual(await page.evaluate(() => window.refused), []);
					await page.context().close();
				});
			}
		}

		it('plays a video, and opens an image and a long prompt by keyboard', async () => {
			const page = await open(url, { scheme: 'light' });
			await page.evaluate(async () => {
				const video = document.querySelector('video');
				if (video !== null) {
					video.muted = true;
					await video.play();
				}
			});
			await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0);
			await page.locator('summary').press('Enter');
			assert.equal(await page.locator('details').evaluate((one) => (one as HTMLDetailsElement).open), true);
			await page.locator('a').first().press('Enter');
			await page.waitForURL(/\/media\/bloom\.png$/);
			await page.context().close();
		});
	});

	it('takes hostile texts and names for text, and still has no accessibility violation', async () => {
		const url = await make(
			hostileTexts.map((text) => {
				const one = item('bloom.png', 'png', text === '' ? 'empty' : text, text, [text]);
				return { ...one, facts: { ...one.facts, name: text } };
			}),
			`hostile ' " & # % [x]`,
		);
		const page = await open(url, { scheme: 'dark' });
		await settled(page);
		assert.deepEqual(await page.evaluate(() => [document.title, document.images.length, window.refused]), [
			'Kling Results',
			hostileTexts.length,
			[],
		]);
		assert.equal(await page.locator('script, iframe, object, embed, base, form, link, svg').count(), 0);
		assert.equal(await page.locator('h2').first().textContent(), "<script>document.title='ran'</script>");
		assert.deepEqual(await findings(page), []);
		await page.context().close();
	});
});
