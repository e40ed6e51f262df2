import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { openPage, pageSuite, shot, show, type LocalServer } from './pageHarness';
import { snapshots } from './snapshots';
import { themeNames } from './themes';

const axe = readFileSync(createRequire(__filename).resolve('axe-core'), 'utf8');

describe('the appearance of the result page', function () {
	this.timeout(60_000);
	let browser: Browser;
	let media: LocalServer;
	let site: LocalServer;

	pageSuite((opened) => {
		({ browser, media, site } = opened);
	});

	for (const theme of themeNames) {
		it(`has no accessibility violation and no refused load in any state, ${theme}`, async () => {
			const page = await openPage(browser, site.origin, { theme });
			await page.evaluate(axe);
			for (const [state, snapshot] of Object.entries(snapshots(media.origin))) {
				await show(page, snapshot);
				await settled(page);
				await shot(page, `${state}-${theme}`, 'page');
				assert.deepEqual(await findings(page), [], state);
			}
			await show(page, snapshots(media.origin)['images']);
			await page.getByRole('button', { name: 'More Actions…' }).click();
			await shot(page, `menu-${theme}`);
			assert.deepEqual(await findings(page), [], 'menu');
			await page.keyboard.press('Escape');
			await settled(page);
			await page.getByRole('button', { name: 'Enlarge: Image 2 of 4' }).click();
			await settled(page);
			await shot(page, `lightbox-${theme}`);
			assert.deepEqual(await findings(page), [], 'lightbox');
			await page.keyboard.press('Escape');
			assert.deepEqual(await page.evaluate(() => window.refused), []);
			await page.context().close();
		});
	}

	for (const [name, width] of [
		['narrow', 320],
		['at 200 % zoom', 500],
	] as const) {
		it(`needs no horizontal scrolling, ${name}`, async () => {
			const page = await openPage(browser, site.origin, { width });
			for (const [state, snapshot] of Object.entries(snapshots(media.origin))) {
				await show(page, snapshot);
				await settled(page);
				await shot(page, `${state}-${width}`, 'page');
				assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, state);
			}
			await page.context().close();
		});
	}

	it('has no animation when reduced motion is requested, and none while nothing is checked', async () => {
		const page = await openPage(browser, site.origin, { reducedMotion: true });
		await show(page, snapshots(media.origin)['activeUnknown']);
		assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
		await page.context().close();
		const moving = await openPage(browser, site.origin);
		await show(moving, snapshots(media.origin)['activeUnknown']);
		await show(moving, snapshots(media.origin)['notFound']);
		assert.equal(await moving.evaluate(() => document.getAnimations().length), 0);
		await show(moving, snapshots(media.origin)['activeUnknown']);
		assert.notEqual(await moving.evaluate(() => document.getAnimations().length), 0);
		await moving.context().close();
	});

	/** Waits until every result shows its first frame. */
	async function settled(page: Page): Promise<void> {
		await page.waitForFunction(() =>
			[...document.querySelectorAll('video, audio, img')].every((one) => {
				if (one.closest('[hidden], dialog:not([open])') !== null) {
					return true;
				}
				return one instanceof HTMLMediaElement ? one.readyState >= 2 : one instanceof HTMLImageElement && one.complete;
			}),
		);
	}

	async function findings(page: Page): Promise<string[]> {
		// Of all else axe would describe every element.
		const { violations } = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
		return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
	}
});
