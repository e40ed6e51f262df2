import { strict as assert } from 'node:assert';
import type { Browser, Page } from 'playwright-core';
import { openPage, pageSuite, send, shot, show, type LocalServer } from './pageHarness';
import { snapshots } from './snapshots';

describe('the layout of the result page', function () {
	this.timeout(60_000);
	let browser: Browser;
	let media: LocalServer;
	let site: LocalServer;

	pageSuite((opened) => {
		({ browser, media, site } = opened);
	});

	/** Opens a state in a window of this size, with every picture loaded, and takes its screenshot. */
	async function opened(state: string, width: number, height: number): Promise<Page> {
		const page = await openPage(browser, site.origin, { width, height });
		await show(page, snapshots(media.origin)[state]);
		await page.waitForFunction(() =>
			[...document.querySelectorAll('main figure :is(video, img)')].every((one) =>
				one instanceof HTMLVideoElement ? one.readyState >= 1 : one instanceof HTMLImageElement && one.naturalWidth > 0,
			),
		);
		await pictured(page, state, width, height);
		return page;
	}

	/** Makes the window of an open state as large as this, and takes its screenshot. */
	async function resized(page: Page, state: string, width: number, height: number): Promise<void> {
		await page.setViewportSize({ width, height });
		await pictured(page, state, width, height);
	}

	async function pictured(page: Page, state: string, width: number, height: number): Promise<void> {
		// The sizes are set after the picture's own event.
		await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
		await shot(page, `${state}-${width}x${height}`);
	}

	const boxes = (page: Page, selector: string): Promise<{ x: number; y: number; right: number; bottom: number }[]> =>
		page.locator(selector).evaluateAll((all) =>
			all.map((one) => {
				const { x, y, right, bottom } = one.getBoundingClientRect();
				return { x, y, right, bottom };
			}),
		);

	const sizes = [
		[640, 480],
		[760, 560],
		[1000, 640],
		[1600, 700],
	] as const;
	for (const state of ['video', 'portrait', 'image', 'images', 'nineImages', 'mixedImages', 'twoVideos', 'parent', 'audio', 'sound']) {
		it(`shows actions and results without scrolling, and no bars beside a picture: ${state}`, async () => {
			const page = await opened(state, ...sizes[0]);
			for (const [width, height] of sizes) {
				await resized(page, state, width, height);
				const actions = await boxes(page, '.actions');
				const stages = await boxes(page, '.stage');
				assert.ok(actions.length === 1 && stages.length > 0);
				for (const { right, bottom } of [...actions, ...stages]) {
					assert.ok(bottom <= height && right <= width, `${right}, ${bottom} in ${width} × ${height}`);
				}
				const heights = await page
					.locator('.actions button:not([role])')
					.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
				assert.ok(Math.max(...heights) - Math.min(...heights) < 6, `one line of actions in ${width} × ${height}`);
				assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
				assert.deepEqual(await distorted(page), [], `in ${width} × ${height}`);
			}
			await page.context().close();
		});
	}

	/** The proportions, in per cent of their own, of pictures that are shown with others. */
	async function distorted(page: Page): Promise<readonly number[]> {
		const proportions = await page.locator('figure :is(video, img)').evaluateAll((all) =>
			all.map((one) => {
				const own =
					one instanceof HTMLVideoElement
						? one.videoWidth / one.videoHeight
						: one instanceof HTMLImageElement
							? one.naturalWidth / one.naturalHeight
							: 0;
				return (one.clientWidth / one.clientHeight / own) * 100;
			}),
		);
		return proportions.filter((percent) => percent <= 98 || percent >= 102);
	}

	for (const [width, height] of [
		[640, 480],
		[1000, 640],
		[1600, 900],
	] as const) {
		it(`shows a portrait video beside its facts, ${width} × ${height}`, async () => {
			const page = await opened('portrait', width, height);
			const [stage] = await boxes(page, '.stage');
			const [facts] = await boxes(page, '.facts');
			assert.ok(stage && facts && facts.x >= stage.right && facts.y < stage.bottom, JSON.stringify({ stage, facts }));
			await page.context().close();
		});
	}

	it('does not scroll to an image before its size is known', async () => {
		const page = await openPage(browser, site.origin, { width: 1090, height: 798 });
		// Never answered.
		await page.route(`${media.origin}/**`, () => undefined);
		await show(page, snapshots(media.origin)['image']);
		await send(page, { type: 'reveal', media: 0, focus: false, play: false });
		const [stage] = await boxes(page, '.stage');
		assert.ok(stage && stage.bottom <= 798, JSON.stringify(stage));
		assert.equal(await page.evaluate(() => scrollY), 0);
		await page.context().close();
	});

	it('shows the facts beside an only image where they fit', async () => {
		const page = await opened('image', 1040, 798);
		const [stage] = await boxes(page, '.stage');
		const [facts] = await boxes(page, '.facts');
		assert.ok(stage && facts && facts.x >= stage.right, JSON.stringify({ stage, facts }));
		await page.context().close();
	});

	it('shows four images in two rows of two, and nine in three rows of three, where they are largest so', async () => {
		for (const [state, rows] of [
			['images', 2],
			['nineImages', 3],
		] as const) {
			const page = await opened(state, 760, 700);
			const tops = new Set((await boxes(page, '.stage')).map(({ y }) => Math.round(y)));
			assert.equal(tops.size, rows);
			await page.context().close();
		}
	});

	it('says what waits to be saved within the width of its picture, with the button that cancels it', async () => {
		const page = await openPage(browser, site.origin, { width: 540, height: 500 });
		const nine = snapshots(media.origin)['nineImages'];
		assert.ok(nine);
		const keeping = {
			state: 'saving',
			text: 'Saving was interrupted and will be tried again',
			buttons: [{ action: 'cancelSaving', label: 'Cancel Saving' }],
		} as const;
		await show(page, { ...nine, media: nine.media.map((one) => ({ ...one, keeping })) });
		await page.locator('.media .keeping button').nth(8).waitFor();
		const [figures, buttons] = [await boxes(page, '.media'), await boxes(page, '.media .keeping button')];
		assert.deepEqual(
			buttons.map(({ right }, index) => right <= (figures[index]?.right ?? 0)),
			Array.from({ length: 9 }, () => true),
		);
		await page.context().close();
	});

	for (const state of ['saving', 'trouble'] as const) {
		for (const width of [320, 900]) {
			it(`says why a result is not saved with the buttons beside it inside the page: ${state}, ${width}`, async () => {
				const page = await openPage(browser, site.origin, { width, height: 500 });
				const snapshot = snapshots(media.origin)['notSaved'];
				assert.ok(snapshot);
				const keeping = {
					state,
					text: 'Not saved yet, will be tried again. media.example returned a web page instead of the result: “Sign in to the network”. This network may require sign-in.',
					buttons: [
						{ action: 'keepAgain', label: 'Keep Again' },
						{ action: 'cancelSaving', label: 'Cancel Saving' },
					],
				} as const;
				await show(page, { ...snapshot, media: snapshot.media.map((one) => ({ ...one, keeping })) });
				await page.locator('header .keeping button').nth(1).waitFor();
				const buttons = await boxes(page, 'header .keeping button');
				assert.deepEqual(
					buttons.map(({ right }) => right <= width),
					[true, true],
				);
				await page.context().close();
			});
		}
	}

	for (const state of ['parent', 'sound']) {
		it(`shows the parent video before the result: beside it when wide, above it when narrow: ${state}`, async () => {
			for (const width of [760, 420]) {
				const page = await opened(state, width, 560);
				const [before, after] = await boxes(page, '.stage');
				assert.ok(before && after);
				assert.equal(width === 760 ? after.x >= before.right : after.y >= before.bottom, true, JSON.stringify({ before, after }));
				await page.context().close();
			}
		});
	}

	it('keeps an audio player to 480 px', async () => {
		const page = await opened('audio', 1600, 700);
		const [stage] = await boxes(page, '.stage');
		assert.ok(stage && stage.right - stage.x <= 480);
		await page.context().close();
	});

	it('makes the pictures smaller when the window becomes smaller', async () => {
		const page = await opened('images', 1000, 640);
		await page.setViewportSize({ width: 640, height: 480 });
		await page.waitForFunction(() =>
			[...document.querySelectorAll('.stage')].every((one) => one.getBoundingClientRect().bottom <= innerHeight),
		);
		await page.context().close();
	});

	it('shows progress as an estimate, and none of it while nothing is checked', async () => {
		const page = await opened('active', 640, 480);
		const bar = page.getByRole('progressbar', { name: 'Estimated progress' });
		assert.equal(await bar.getAttribute('aria-valuetext'), 'about 40 s left');
		assert.equal(await bar.getAttribute('value'), '0.3');
		await show(page, snapshots(media.origin)['notFound']);
		assert.equal(await page.getByRole('progressbar').count(), 0);
		assert.equal(await page.getByText('Last checked 10 s ago: not found').isVisible(), true);
		assert.equal(await page.locator('.state-icon .icon-warning').isVisible(), true);
		await page.context().close();
	});
});
