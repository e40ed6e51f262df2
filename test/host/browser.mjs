// @ts-check
// The Chromium in which tests open the workbench.
import process from 'node:process';
import { findChromium } from './chromium.mjs';

/** @import { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core' */

/**
 * @returns {Promise<Browser>} with a new, empty profile that `close` removes. HEADED=1 shows it.
 */
export async function launchBrowser() {
	const executablePath = await findChromium();
	if (executablePath === undefined) {
		throw new Error('No Chromium was found: install one (Debian: sudo apt-get install chromium) or set CHROMIUM_PATH');
	}
	const { chromium } = await import('playwright-core');
	const browser = await chromium.launch({
		executablePath,
		headless: !process.env['HEADED'],
		// As few processes as possible: otherwise a workbench in a browser keeps two cores busy.
		args: [
			...[
				'--no-sandbox',
				'--disable-gpu',
				'--disable-software-rasterizer',
				'--in-process-gpu',
				'--disable-site-isolation-trials',
				'--disable-quic',
				'--no-first-run',
			],
			...[
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync',
				// The last two are pages of the address bar's, loaded for each window that nobody sees.
				'--disable-features=IsolateOrigins,site-per-process,Translate,BackForwardCache,PaintHolding,WebUIOmniboxPopup,WebUIOmniboxAimPopup',
			],
		],
	});
	// Chromium postpones background work until a page is idle, for at most three minutes, and a workbench is hardly ever idle. That work
	// includes updates of service workers, and until one is updated every webview stays blank.
	const page = await browser.newPage();
	await page.goto('data:text/html,');
	return browser;
}

/** The size of a window that nobody has changed, px. */
export const windowSize = { width: 1280, height: 800 };

/**
 * A browser context is one browser profile: secrets, global state and window state are stored in it, not in the data folder.
 *  - Nothing leaves this machine; blocked requests are listed in `blocked`.
 *  - `POST /mint-key` is answered as code-server's own front end does: without it secrets are lost on reload.
 *  - Links to http://localhost:N, which this build turns into /proxy/N/, are redirected to their target.
 *  - There is no File System Access API: downloads are ordinary downloads.
 *
 * @param {Browser} browser
 * @param {BrowserContextOptions} [options]
 * @returns {Promise<BrowserContext & { blocked: string[] }>}
 */
export async function newContext(browser, options = {}) {
	const context = await browser.newContext({ viewport: windowSize, acceptDownloads: true, ...options });
	/** @type {string[]} */
	const blocked = [];
	await context.route(
		(url) => /^https?:$/.test(url.protocol) && !['127.0.0.1', 'localhost'].includes(url.hostname),
		(route) => {
			blocked.push(route.request().url());
			return route.abort();
		},
	);
	await context.route('**/mint-key', (route) => route.fulfill({ body: Buffer.alloc(32, 7) }));
	await context.route(/^http:\/\/127\.0\.0\.1:\d+\/proxy\/\d+\//, (route) => {
		const location = route
			.request()
			.url()
			.replace(/:\d+\/proxy\/(\d+)\//, ':$1/');
		return route.fulfill({ status: 302, headers: { location } });
	});
	await context.addInitScript({
		content: 'for (const name of ["showOpenFilePicker", "showSaveFilePicker", "showDirectoryPicker"]) delete window[name];',
	});
	return Object.assign(context, { blocked });
}
