import { strict as assert } from 'node:assert';
import type { Browser, Page } from 'playwright-core';
import { openPage, pageSuite, posted, show, type LocalServer } from './pageHarness';
import { snapshots } from './snapshots';

describe('the lightbox of the result page', function () {
	this.timeout(60_000);
	let browser: Browser;
	let media: LocalServer;
	let site: LocalServer;
	let page: Page;

	pageSuite((opened) => {
		({ browser, media, site } = opened);
	});
	beforeEach(async () => {
		page = await openPage(browser, site.origin, { width: 640, height: 480 });
		await show(page, snapshots(media.origin)['images']);
		await page.waitForFunction(() => [...document.querySelectorAll('img')].filter((one) => one.naturalWidth > 0).length === 4);
	});
	afterEach(() => page.context().close());

	const dialog = () => page.getByRole('dialog');
	const image = () => dialog().locator('img');
	const enlarge = (label: string) => page.getByRole('button', { name: `Enlarge: ${label}` });
	const focusedLabel = (): Promise<string | null | undefined> => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
	const shown = async (): Promise<string> => {
		assert.equal(await dialog().count(), 1);
		return (await dialog().locator('.name').textContent()) ?? '';
	};

	it('opens by Enter, goes to the others with the arrow keys and around the ends, and closes by Escape where it was opened', async () => {
		await enlarge('Image 3 of 4').press('Enter');
		assert.equal(await shown(), 'Image 3 of 4');
		await page.keyboard.press('ArrowRight');
		assert.equal(await shown(), 'Image 4 of 4');
		await page.keyboard.press('ArrowRight');
		assert.equal(await shown(), 'Image 1 of 4');
		await page.keyboard.press('ArrowLeft');
		assert.equal(await shown(), 'Image 4 of 4');
		assert.equal(await image().getAttribute('alt'), 'Image 4 of 4');
		await page.keyboard.press('Escape');
		assert.equal(await dialog().count(), 0);
		assert.equal(await focusedLabel(), 'Enlarge: Image 3 of 4');
	});

	it('fits the window, also after it was changed', async () => {
		await enlarge('Image 1 of 4').click();
		for (const size of [
			{ width: 640, height: 480 },
			{ width: 400, height: 700 },
		]) {
			await page.setViewportSize(size);
			await page.waitForFunction(() => {
				const box = document.querySelector('dialog img')?.getBoundingClientRect();
				return box !== undefined && box.width > 100 && box.right <= innerWidth && box.bottom <= innerHeight && box.left >= 0;
			});
		}
	});

	it('keeps the focus inside', async () => {
		await enlarge('Image 1 of 4').press('Enter');
		const reached = new Set<string | null | undefined>();
		for (let press = 0; press < 12; press++) {
			await page.keyboard.press('Tab');
			reached.add(await focusedLabel());
			assert.equal(await page.evaluate(() => document.activeElement?.closest('dialog, body')?.tagName !== undefined), true);
			assert.equal(await page.evaluate(() => document.querySelector('main header')?.contains(document.activeElement)), false);
		}
		for (const label of ['Actual Size', 'Close', 'Previous', 'Next']) {
			assert.ok(reached.has(label), label);
		}
	});

	it('shows the actual size and fits again', async () => {
		await enlarge('Image 1 of 4').press('Enter');
		const toggle = dialog().getByRole('button', { name: 'Actual Size' });
		const width = (): Promise<number> => image().evaluate((one) => one.clientWidth);
		const fitting = await width();
		await toggle.press('Enter');
		assert.equal(await toggle.getAttribute('aria-pressed'), 'true');
		assert.equal(await width(), 1024);
		await toggle.press('Enter');
		assert.equal(await width(), fitting);
		await image().click();
		assert.equal(await width(), 1024);
	});

	it('acts on the image that it shows', async () => {
		await enlarge('Image 1 of 4').press('Enter');
		await page.keyboard.press('ArrowRight');
		await dialog().getByRole('button', { name: 'Save As…', description: 'Image 2 of 4' }).press('Enter');
		assert.deepEqual(await posted(page, 'action'), [{ type: 'action', action: 'save', media: 1 }]);
	});

	it('stays through an update, and closes when its image is gone', async () => {
		await enlarge('Image 2 of 4').press('Enter');
		const snapshot = snapshots(media.origin)['images'];
		assert.ok(snapshot);
		await show(page, { ...snapshot, title: 'Renamed' });
		assert.equal(await shown(), 'Image 2 of 4');
		await show(page, { ...snapshot, media: snapshot.media.slice(2) });
		assert.equal(await dialog().count(), 0);
	});

	it('has no steps for a single image', async () => {
		const single = await openPage(browser, site.origin);
		await show(single, snapshots(media.origin)['image']);
		await single.getByRole('button', { name: 'Enlarge: Image' }).press('Enter');
		assert.equal(await single.getByRole('button', { name: 'Next' }).count(), 0);
		await single.getByRole('button', { name: 'Close' }).press('Enter');
		assert.equal(await single.getByRole('dialog').count(), 0);
		await single.context().close();
	});
});
