import { strict as assert } from 'node:assert';
import type { Browser, Page } from 'playwright-core';
import type { PageSnapshot } from '../../src/shared/resultProtocol';
import { openPage, pageSuite, posted, send, serveMedia, show, type LocalServer, type PageSuite } from './pageHarness';
import { media, snapshots } from './snapshots';

describe('the behaviour of the result page', function () {
	this.timeout(60_000);
	let browser: Browser;
	let files: PageSuite['media'];
	let site: LocalServer;
	let page: Page;

	pageSuite((opened) => {
		({ browser, media: files, site } = opened);
	});
	beforeEach(async () => {
		files.deny = false;
		page = await openPage(browser, site.origin);
	});
	afterEach(() => page.context().close());

	const state = (name: string): PageSnapshot => {
		const found = snapshots(files.origin)[name];
		if (found === undefined) {
			throw new Error(`No state ${name}`);
		}
		return found;
	};
	const withMedia = (...all: PageSnapshot['media']): PageSnapshot => ({ ...state('video'), media: all });
	const url = (path: string): string => `${files.origin}/${path}`;
	const position = (index = 0): Promise<number> =>
		page
			.locator('video, audio')
			.nth(index)
			.evaluate((one) => (one instanceof HTMLMediaElement ? one.currentTime : NaN));
	const paused = (index = 0): Promise<boolean> =>
		page
			.locator('video, audio')
			.nth(index)
			.evaluate((one) => one instanceof HTMLMediaElement && one.paused);
	const source = (): Promise<string> =>
		page
			.locator('video, audio')
			.first()
			.evaluate((one) => (one instanceof HTMLMediaElement ? one.currentSrc : ''));
	const passes = (seconds: number): Promise<unknown> =>
		page.waitForFunction((least) => (document.querySelector('video')?.currentTime ?? 0) > least, seconds);

	async function play(): Promise<void> {
		await page.waitForFunction(() => [...document.querySelectorAll('video')].every((video) => video.readyState >= 2));
		await page.locator('video').first().focus();
		await page.keyboard.press('Space');
		await page.waitForFunction(() => document.querySelector('video')?.paused === false);
		await passes(0.2);
	}

	/** The link of the only video does not work any more, once the page has heard that this position (s) was played: it hears that four times a second. */
	async function breaksAt(seconds: number): Promise<void> {
		const video = page.locator('video');
		await video.evaluate(
			(one, least) =>
				new Promise<void>((resolve) => {
					const onUpdate = (): void => {
						if (one instanceof HTMLVideoElement && one.currentTime >= least) {
							one.removeEventListener('timeupdate', onUpdate);
							resolve();
						}
					};
					one.addEventListener('timeupdate', onUpdate);
				}),
			seconds,
		);
		// From now on it may break by itself, too.
		files.deny = true;
		await video.evaluate((one) => {
			if (one instanceof HTMLVideoElement) {
				one.src += '&again';
			}
		});
	}

	describe('playing', () => {
		it('starts from the keyboard', async () => {
			await show(page, state('video'));
			await play();
		});

		it('continues through every kind of update', async () => {
			await show(page, state('twoVideos'));
			await page
				.locator('video')
				.first()
				.evaluate((video) => void (video.id = 'the-one'));
			await play();
			const [first, second] = state('twoVideos').media;
			assert.ok(first && second);
			const before = await position();
			await show(page, { ...state('twoVideos'), title: 'Renamed', status: 'Finished', media: [second, first] });
			await show(page, { ...state('twoVideos'), media: [second, media('image', url('bloom.png')), first] });
			await show(page, { ...state('twoVideos'), media: [{ ...first, url: `${first.url ?? ''}?fresh`, label: 'Video' }] });
			const video = page.locator('#the-one');
			assert.equal(await video.evaluate((one) => one instanceof HTMLVideoElement && !one.paused), true);
			assert.ok((await position()) >= before);
			assert.equal(await page.locator('video').count(), 1);
		});

		it('does not load again on an update', async () => {
			await show(page, state('video'));
			await play();
			let asked = 0;
			page.on('request', () => asked++);
			await show(page, { ...state('video'), status: 'Finished' });
			await passes(0.6);
			assert.equal(asked, 0);
		});

		it('replaces a dead link by a fresh one, at the same position', async () => {
			await show(page, withMedia(media('video', url('signed/dawn.mp4?1'))));
			await play();
			await breaksAt(1.5);
			const report = await failure();
			assert.equal(report.cause, 'link');
			files.deny = false;
			await show(page, withMedia(media('video', url('signed/dawn.mp4?2'))));
			await passes(1.49);
			assert.match(await source(), /\?2$/);
		});
	});

	describe('a kept file', () => {
		const kept = (path: string): PageSnapshot => withMedia(media('video', url(`kept/${path}`), { isFile: true }));

		it('plays from memory and can be sought, though the editor ignores where a range begins', async () => {
			await show(page, kept('tail.mp4'));
			await play();
			await page.locator('video').evaluate((video) => {
				if (video instanceof HTMLVideoElement) {
					video.currentTime = 3;
				}
			});
			await passes(3.1);
			assert.match(await source(), /^blob:/);
			assert.deepEqual(await page.evaluate(() => window.refused), []);
		});

		it('frees its memory when its result is gone', async () => {
			await show(page, kept('tail.mp4'));
			await play();
			const address = await source();
			assert.match(address, /^blob:/);
			await page.evaluate(() => {
				const revoke = URL.revokeObjectURL.bind(URL);
				URL.revokeObjectURL = (revoked) => {
					document.body.dataset['revoked'] = revoked;
					revoke(revoked);
				};
			});
			// The result has got an ID: it is shown by another part of the page.
			await show(page, withMedia({ ...media('video', url('kept/ranges/dawn.mp4'), { isFile: true }), id: 'video 871234567890123457' }));
			await page.waitForFunction((revoked) => document.body.dataset['revoked'] === revoked, address);
		});

		it('plays where it is if the editor sends what is requested', async () => {
			await show(page, kept('ranges/dawn.mp4'));
			await play();
			assert.equal(await source(), url('kept/ranges/dawn.mp4'));
			assert.deepEqual(await page.evaluate(() => window.refused), []);
		});

		for (const [what, file, cause] of [
			['is not there', 'gone.mp4', 'link'],
			['is no video', 'noise.mp4', 'format'],
		] as const) {
			it(`is reported when it ${what}`, async () => {
				await show(page, kept(file));
				assert.deepEqual(await failure(), { type: 'mediaFailed', media: 0, url: url(`kept/${file}`), cause });
			});
		}

		it('has a small picture drawn, once, and one of a video that needs its end first', async () => {
			const digest = (character: string): string => character.repeat(64);
			await show(page, {
				...kept('dawn.mp4'),
				posters: [
					{ sha256: digest('a'), url: url('kept/tail.mp4'), kind: 'video' },
					{ sha256: digest('b'), url: url('kept/gone.png'), kind: 'image' },
					{ sha256: digest('c'), url: url('kept/valley.png'), kind: 'image' },
					{ sha256: digest('d'), url: url('kept/ranges/tide.mp4'), kind: 'video' },
				],
			});
			await page.waitForFunction(() => window.posted.filter(({ type }) => type === 'poster').length === 3);
			const pictures = await page.evaluate(() =>
				Promise.all(
					window.posted
						.flatMap((message) => (message.type === 'poster' ? [message] : []))
						.map(async ({ sha256, bytes }) => {
							const { width, height } = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
							return `${sha256[0] ?? ''} ${width}x${height}`;
						}),
				),
			);
			assert.deepEqual(pictures, ['a 256x144', 'c 256x256', 'd 256x144']);
			assert.deepEqual(await page.evaluate(() => window.refused), []);
		});

		it('whose sound cannot be decoded says so, whatever the browser claims', async () => {
			await page.evaluate(() => {
				OfflineAudioContext.prototype.decodeAudioData = () => Promise.reject(new Error('No decoder'));
			});
			const sound = { notice: 'No AAC here.', button: { action: 'openFile', label: 'Open in Default App', media: 0 } } as const;
			const shown = (codec?: string): PageSnapshot =>
				withMedia(media('video', url('kept/dawn.mp4'), { isFile: true, sound: codec === undefined ? sound : { ...sound, codec } }));
			await show(page, shown('mp4a.40.2'));
			await page.getByText('No AAC here.').waitFor();
			await page.locator('.hint').getByRole('button', { name: 'Open in Default App' }).click();
			assert.deepEqual(await posted(page, 'action'), [{ type: 'action', action: 'openFile', media: 0 }]);
			for (const codec of ['mp3', 'opus', 'vorbis', 'flac', 'pcm-s16', 'ulaw']) {
				await show(page, shown(codec));
				await page.getByText('No AAC here.').waitFor({ state: 'hidden' });
				await show(page, shown('ac-3'));
				await page.getByText('No AAC here.').waitFor();
			}
			await show(page, shown());
			assert.equal(await page.locator('.hint').isVisible(), false);
			// Nothing is known of what is behind a link.
			await show(page, withMedia(media('video', url('dawn.mp4'))));
			await page.getByText('VS Code cannot play AAC audio.').waitFor();
		});

		it('starts when it is opened, as soon as it is there', async () => {
			await show(page, kept('dawn.mp4'));
			await send(page, { type: 'reveal', media: 0, focus: false, play: true, muted: true });
			await passes(0.2);
		});

		it('takes the place of a link that no longer works, at the same position', async () => {
			await show(page, withMedia(media('video', url('signed/dawn.mp4?1'))));
			await play();
			await breaksAt(1.5);
			await failure();
			await show(page, kept('dawn.mp4'));
			await passes(1.49);
			assert.match(await source(), /^blob:/);
		});
	});

	describe('a hundred results', () => {
		const hundred = (kind: 'image' | 'video', file: string): PageSnapshot => ({
			...withMedia(
				...Array.from({ length: 100 }, (_, index) =>
					media(kind, url(`${file}?${index}`), { id: `${kind} ${index}`, target: index, label: `Result ${index + 1}` }),
				),
			),
			leftOut: '100 of 1000 results are shown.',
		});
		/** Holds each request to the media server until the test releases it, and counts them. */
		async function slowly(): Promise<{ asked: number; now: number; most: number; readonly response: () => void }> {
			const waiting: (() => void)[] = [];
			const counted = {
				asked: 0,
				now: 0,
				most: 0,
				response: (): void => {
					waiting.shift()?.();
				},
			};
			await page.route(`${files.origin}/**`, async (route) => {
				counted.asked++;
				counted.most = Math.max(counted.most, ++counted.now);
				await new Promise<void>((resolve) => void waiting.push(resolve));
				counted.now--;
				await route.continue().catch(() => undefined);
			});
			return counted;
		}
		const reaches = async (counted: { readonly asked: number }, count: number): Promise<void> => {
			for (const end = Date.now() + 10_000; counted.asked < count;) {
				if (Date.now() > end) {
					throw new Error(`${counted.asked} of ${count} were asked for`);
				}
				await page.waitForTimeout(20);
			}
			await page.waitForTimeout(100);
		};

		it('load four at a time, the visible ones first, and distant ones only when they are scrolled to', async () => {
			const counted = await slowly();
			await show(page, hundred('image', 'valley.png'));
			await reaches(counted, 4);
			assert.deepEqual([counted.asked, counted.most], [4, 4]);
			counted.response();
			await reaches(counted, 5);
			assert.deepEqual([counted.asked, counted.most], [5, 4]);
			const images = page.locator('figure img');
			assert.equal(await images.first().getAttribute('src'), url('valley.png?0'));
			const last = images.last();
			assert.equal(await last.getAttribute('src'), null);
			await send(page, { type: 'reveal', media: 99, focus: false, play: false });
			for (const end = Date.now() + 20_000; Date.now() < end && (await last.getAttribute('src')) === null;) {
				counted.response();
				await page.waitForTimeout(20);
			}
			assert.equal(await last.getAttribute('src'), url('valley.png?99'));
			assert.equal(counted.most, 4);
			assert.ok(counted.asked < 60, `${counted.asked} of a hundred`);
		});

		it('play the opened result immediately, whatever else loads', async () => {
			const counted = await slowly();
			await show(page, hundred('video', 'dawn.mp4'));
			await reaches(counted, 4);
			await send(page, { type: 'reveal', media: 99, focus: false, play: true });
			await page.waitForFunction(() => [...document.querySelectorAll('video')].at(-1)?.getAttribute('src')?.endsWith('?99') === true);
		});

		it('show how many there are', async () => {
			await show(page, hundred('image', 'valley.png'));
			await page.getByText('100 of 1000 results are shown.').waitFor({ state: 'visible' });
			await show(page, state('video'));
			assert.equal(await page.getByText('results are shown').isVisible(), false);
		});
	});

	describe('a link that fails', () => {
		for (const [what, path, cause] of [
			['responds with 403', 'denied/dawn.mp4', 'link'],
			['responds with a sign-in page', 'sign-in/dawn.mp4', 'link'],
			['is no video', 'noise/dawn.mp4', 'link'],
		] as const) {
			it(`is reported once when it ${what}`, async () => {
				await show(page, withMedia(media('video', url(path), { target: 3 })));
				assert.deepEqual(await failure(), { type: 'mediaFailed', media: 3, url: url(path), cause });
				await show(page, withMedia(media('video', url(path), { target: 3, notice: 'Asking for a fresh one' })));
				assert.equal((await posted(page, 'mediaFailed')).length, 1);
				assert.equal(await page.locator('video').isVisible(), false);
				assert.equal(await page.getByText('Asking for a fresh one').isVisible(), true);
			});
		}

		it('is reported for an image', async () => {
			await show(page, withMedia(media('image', url('denied/bloom.png'))));
			assert.deepEqual(await failure(), { type: 'mediaFailed', media: 0, url: url('denied/bloom.png'), cause: 'link' });
		});

		it('is tried again when the panel offers it again', async () => {
			await show(page, withMedia(media('video', url('signed/dawn.mp4'))));
			files.deny = true;
			await show(page, withMedia(media('video', undefined, { notice: 'Expired' })));
			assert.equal(await page.locator('video').isVisible(), false);
			files.deny = false;
			await show(page, withMedia(media('video', url('signed/dawn.mp4'))));
			assert.equal(await page.locator('video').isVisible(), true);
			assert.equal(await page.getByText('Expired').count(), 0);
		});

		it('is replaced by the other format first', async () => {
			const formats = [
				{ label: 'MP3', url: url('denied/chord.mp3') },
				{ label: 'WAV', url: url('chord.wav') },
			];
			await show(page, withMedia(media('audio', url('denied/chord.mp3'), { formats })));
			await page.waitForFunction(() => (document.querySelector('audio')?.readyState ?? 0) >= 1);
			assert.match(await source(), /chord\.wav$/);
			assert.equal(await page.getByRole('button', { name: 'WAV', exact: true }).getAttribute('aria-pressed'), 'true');
			assert.deepEqual(await posted(page, 'mediaFailed'), []);
		});

		it('is reported with the other format when that fails too: the panel speaks of the first', async () => {
			const formats = [
				{ label: 'MP3', url: url('denied/chord.mp3') },
				{ label: 'WAV', url: url('denied/chord.wav') },
			];
			await show(page, withMedia(media('audio', url('denied/chord.mp3'), { formats })));
			await failure();
			assert.deepEqual(
				(await posted(page, 'mediaFailed')).map(({ url: failed }) => failed),
				formats.map((format) => format.url),
			);
		});
	});

	describe('the saved state', () => {
		it('contains the task and the position, and never a link', async () => {
			await show(page, state('video'));
			await play();
			await page.waitForFunction(() => JSON.stringify(window.kept).includes('position'));
			const kept = await page.evaluate(() => window.kept);
			assert.match(JSON.stringify(kept), /"task":\{"origin":"https:\/\/api\.example","id":"910000000000000001"\}/);
			assert.equal(JSON.stringify(kept).includes(files.origin), false);
		});

		it('restores the video at its position, paused', async () => {
			const kept = { task: state('video').task, media: { 'video 0': { position: 2.5 } } };
			const revived = await openPage(browser, site.origin, { kept });
			await show(revived, state('video'));
			await revived.waitForFunction(() => document.querySelector('video')?.currentTime === 2.5);
			assert.equal(await revived.locator('video').evaluate((one) => one instanceof HTMLVideoElement && one.paused), true);
			await revived.context().close();
		});

		for (const kept of [null, 'text', { media: 7 }, { media: { 'video 0': { position: 'late' } } }, { media: { 'video 0': null } }]) {
			it(`may come from another version: ${JSON.stringify(kept)}`, async () => {
				const revived = await openPage(browser, site.origin, { kept });
				await show(revived, state('video'));
				await revived.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 1);
				await revived.context().close();
			});
		}
	});

	describe('the keyboard', () => {
		it('changes the format of a sound at the same position', async () => {
			await show(page, state('audio'));
			await page.waitForFunction(() => (document.querySelector('audio')?.readyState ?? 0) >= 1);
			await page.locator('audio').evaluate((audio) => {
				if (audio instanceof HTMLAudioElement) {
					audio.currentTime = 1.5;
				}
			});
			await page.waitForFunction(() => JSON.stringify(window.kept).includes('1.5'));
			await page.getByRole('button', { name: 'WAV', exact: true }).press('Enter');
			await page.waitForFunction(
				() => document.querySelector('audio')?.currentSrc.endsWith('.wav') === true && document.querySelector('audio')?.currentTime === 1.5,
			);
			assert.match(await source(), /chord\.wav$/);
			assert.equal(await paused(), true);
		});

		it('reaches buttons that name their action and their result', async () => {
			await show(page, state('parent'));
			for (const item of await page.locator('[role=menuitem]').all()) {
				await openMenu();
				await item.press('Enter');
			}
			for (const button of await page.locator('button:not([role])[data-action]').all()) {
				await button.press('Enter');
			}
			assert.deepEqual(
				(await posted(page, 'action')).map(({ action, media: target }) => (target === undefined ? action : `${action} ${target}`)),
				[
					'refresh',
					'rename',
					'copyId',
					'copyCurl',
					'showRawResponse',
					'changeOperation',
					'untrack',
					'save 0',
					'openInBrowser 0',
					'copyLink 0',
					'openParentTask',
					'save parent',
					'openInBrowser parent',
					'copyLink parent',
				],
			);
			assert.equal(await page.getByRole('button', { name: 'Save As…', description: 'Before' }).count(), 1);
		});

		it('reaches the actions before the player', async () => {
			await show(page, state('video'));
			const reached: string[] = [];
			for (let press = 0; press < 5; press++) {
				await page.keyboard.press('Tab');
				reached.push(
					await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''),
				);
			}
			assert.deepEqual(reached, ['Save As…', 'Open in Browser', 'Copy Link', 'More Actions…', 'Video']);
		});

		it('saves the format that a button names', async () => {
			await show(page, state('audio'));
			await page.getByRole('button', { name: 'Save as WAV…' }).press('Enter');
			assert.deepEqual(await posted(page, 'action'), [{ type: 'action', action: 'save', media: 0, format: 1 }]);
		});

		it('moves in the menu with the arrow keys, and returns to its button on Escape', async () => {
			await show(page, state('video'));
			const more = page.getByRole('button', { name: 'More Actions…' });
			const focused = (): Promise<string | null | undefined> => page.evaluate(() => document.activeElement?.textContent);
			await openMenu();
			assert.equal(await more.getAttribute('aria-expanded'), 'true');
			assert.equal(await focused(), 'Refresh');
			await page.keyboard.press('ArrowDown');
			assert.equal(await focused(), 'Rename…');
			await page.keyboard.press('End');
			assert.equal(await focused(), 'Remove from List');
			await page.keyboard.press('ArrowDown');
			assert.equal(await focused(), 'Refresh');
			await page.keyboard.press('Escape');
			assert.equal(await page.getByRole('menu').count(), 0);
			assert.equal(await more.evaluate((button) => button === document.activeElement), true);
			await page.locator('.more[aria-expanded=false]').waitFor();
			assert.deepEqual(await posted(page, 'action'), []);
		});

		it('copies the reason of a failure, which the page offers', async () => {
			await show(page, state('failed'));
			await page.getByRole('button', { name: 'Copy Reason' }).press('Enter');
			assert.deepEqual(await posted(page, 'copyFact'), [{ type: 'copyFact', value: 'Failure to pass the risk control system' }]);
			assert.equal(await announced(), 'Copied');
		});

		it('copies a fact and announces it', async () => {
			await show(page, state('video'));
			await page.getByRole('button', { name: 'Copy Task ID' }).press('Enter');
			assert.deepEqual(await posted(page, 'copyFact'), [{ type: 'copyFact', value: '910000000000000001' }]);
			assert.equal(await announced(), 'Copied');
		});

		it('keeps the focus while the button stays, and moves it to the title when the button is removed', async () => {
			await show(page, state('active'));
			await page.getByRole('button', { name: 'Check Now' }).focus();
			await show(page, { ...state('active'), lastChecked: 'Last checked 10 s ago' });
			assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Check Now');
			await show(page, state('video'));
			assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
		});

		it('moves to the requested result', async () => {
			await show(page, state('images'));
			await send(page, { type: 'reveal', media: 2, focus: true, play: false });
			assert.equal(await page.evaluate(() => document.activeElement?.querySelector('img')?.alt), 'Image 3 of 4');
		});

		it('stays where it is when a result is only scrolled into view', async () => {
			await show(page, state('images'));
			await send(page, { type: 'reveal', media: 2, focus: false, play: false });
			assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'BODY');
		});
	});

	describe('a result that was opened', () => {
		const isPlaying = (): Promise<boolean> => page.locator('video').evaluate((video: HTMLVideoElement) => !video.paused);
		const isMuted = (): Promise<boolean> => page.locator('video').evaluate((video: HTMLVideoElement) => video.muted);

		it('plays without its sound, which the person’s own press on play has again', async () => {
			await show(page, state('video'));
			await send(page, { type: 'reveal', media: 0, focus: false, play: true, muted: true });
			await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.1);
			assert.deepEqual([await isPlaying(), await isMuted()], [true, true]);
			await page.locator('video').evaluate((video: HTMLVideoElement) => video.pause());
			await page.waitForFunction(() => document.querySelector('video')?.muted === false);
			await page.locator('video').evaluate((video: HTMLVideoElement) => video.play());
			assert.deepEqual([await isPlaying(), await isMuted()], [true, false]);
		});

		it('does not play at all when it is an audio and would have no sound', async () => {
			await show(page, state('audio'));
			await send(page, { type: 'reveal', media: 0, focus: false, play: true, muted: true });
			assert.equal(await page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.paused), true);
		});

		it('gets the focus of a page that has it', async () => {
			await show(page, state('video'));
			await send(page, { type: 'reveal', media: 0, focus: 'withPage', play: false });
			assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'VIDEO');
		});

		it('plays', async () => {
			await show(page, state('video'));
			await send(page, { type: 'reveal', media: 0, focus: true, play: true });
			assert.equal(await isPlaying(), true);
		});

		it('does not play when reduced motion is requested', async () => {
			await show(page, state('video'));
			await page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
			await send(page, { type: 'reveal', media: 0, focus: true, play: true });
			assert.equal(await isPlaying(), false);
		});
	});

	it('announces a change of the status, and only a change', async () => {
		await show(page, state('active'));
		await show(page, { ...state('active'), status: 'about 30 s left · Processing' });
		assert.equal(await announced(), '');
		await show(page, state('video'));
		assert.equal(await announced(), 'Text to Video 000001: Succeeded');
	});

	it('shows text as text', async () => {
		const nasty = '<img src=x onerror="window.posted.push({type:`ready`})"><script>1</script>';
		await show(page, {
			...state('failed'),
			title: nasty,
			failure: { heading: nasty, text: nasty, copyLabel: nasty, adviceHeading: nasty, advice: [nasty], buttons: [] },
			facts: [{ label: nasty, value: nasty, copyLabel: nasty }],
		});
		assert.equal(await page.locator('h1').textContent(), nasty);
		assert.equal(await page.locator('main img:not(dialog img), main script').count(), 0);
	});

	it('gives the editor the context menu of a result, and no Cut or Paste elsewhere', async () => {
		await show(page, state('twoVideos'));
		const context = (selector: string): Promise<unknown> =>
			page
				.locator(selector)
				.nth(selector === 'body' ? 0 : 1)
				.evaluate((one) => JSON.parse(one.getAttribute('data-vscode-context') ?? 'null') as unknown);
		assert.deepEqual(await context('body'), { preventDefaultContextMenuItems: true });
		assert.deepEqual(await context('figure'), {
			preventDefaultContextMenuItems: true,
			webviewSection: 'media',
			kind: 'task',
			key: 'https://api.example 910000000000000001',
			media: 1,
		});
	});

	it('shows the pixels of the only result in the line of facts, once it has loaded', async () => {
		await show(page, state('portrait'));
		await page.getByText('Text to Video · 360×640 · 5 s · 3.5 units · 10 min ago').waitFor();
		await show(page, state('twoVideos'));
		await page.getByText('Text to Video · 2 videos · 7 units · 10 min ago').waitFor();
	});

	it('loads nothing from another origin than the media’s', async () => {
		const other = await serveMedia();
		await show(page, withMedia(media('image', `${other.origin}/bloom.png`)));
		await failure();
		assert.deepEqual(await page.evaluate(() => window.refused), [`img-src ${other.origin}/bloom.png`]);
		await other.close();
	});

	async function failure(): Promise<Awaited<ReturnType<typeof posted<'mediaFailed'>>>[number]> {
		await page.waitForFunction(() => window.posted.some(({ type }) => type === 'mediaFailed'));
		const [report] = await posted(page, 'mediaFailed');
		assert.ok(report);
		return report;
	}

	async function openMenu(): Promise<void> {
		await page.getByRole('button', { name: 'More Actions…' }).press('Enter');
		// The focus moves when the menu has opened.
		await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'menuitem');
	}

	function announced(): Promise<string | null> {
		return page.locator('main > p.hidden[role=status]').textContent();
	}
});
