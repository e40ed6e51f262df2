import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { basename, extname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { PageMessage, PageSnapshot, PanelMessage } from '../../src/shared/resultProtocol';
import { resultHtml } from '../../src/ui/result/resultHtml';
import { launchBrowser, newContext } from '../host/browser.mjs';
import { indexAtTheEnd } from '../support/video';
import { themes, type ThemeName } from './themes';

/** The built page in a browser; the test plays the part of the panel. */

declare global {
	interface Window {
		/** The messages that the page posted. */
		posted: PageMessage[];
		/** The page's saved state; a test may set it before the page starts. */
		kept: unknown;
		/** The loads that the page's content security policy refused. */
		refused: string[];
	}
}

/** A loopback server. */
export interface LocalServer {
	readonly origin: string;
	close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
	'.mp4': 'video/mp4',
	'.png': 'image/png',
	'.mp3': 'audio/mpeg',
	'.wav': 'audio/wav',
	'.svg': 'image/svg+xml',
};

/** Drawn pictures of other proportions than the demo's, px. */
const drawn: Readonly<Record<string, readonly [number, number]>> = { 'wide.svg': [1600, 900], 'tall.svg': [900, 1600] };

function picture([width, height]: readonly [number, number]): Buffer {
	return Buffer.from(
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#465"/><circle cx="50%" cy="50%" r="300" fill="#dc8"/></svg>`,
	);
}

/** The demo's video turned by its header (ISO 14496-12, matrix of `tkhd`), so that it is higher than wide. */
function portrait(): Buffer {
	const bytes = readFileSync('media/demo/dawn.mp4');
	const matrix = bytes.indexOf('tkhd') + 44;
	for (const [index, value] of [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000].entries()) {
		bytes.writeInt32BE(value, matrix + 4 * index);
	}
	return bytes;
}

/** Responds as the service worker of VS Code 1.105 does: to any range with the whole file, as if it began at 0. */
function sendAsEditor(path: string, request: IncomingMessage, response: ServerResponse): void {
	const name = basename(path);
	const file = join('media/demo', name);
	const headers = { 'access-control-allow-origin': '*' };
	if (request.method !== 'GET' || (!['tail.mp4', 'noise.mp4'].includes(name) && !existsSync(file))) {
		response.writeHead(404, headers).end();
		return;
	}
	const bytes = name === 'tail.mp4' ? indexAtTheEnd() : name === 'noise.mp4' ? Buffer.alloc(4096, 7) : readFileSync(file);
	const range = { 'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}` };
	response.writeHead(request.headers.range === undefined ? 200 : 206, {
		...headers,
		...(request.headers.range === undefined ? {} : range),
	});
	response.end(bytes);
}

/**
 * Serves the demo's files with ranges, `portrait.mp4`, `wide.svg` and `tall.svg`, and responses that fail: `/denied/...` responds with 403, `/sign-in/...` with HTML, `/noise/...`
 * with bytes that are not media, `/signed/...` with 403 while `deny` is set. `/kept/...` are files of this machine as VS Code 1.105 serves
 * them, `/kept/ranges/...` as later ones do.
 */
export async function serveMedia(): Promise<LocalServer & { deny: boolean }> {
	const state = { deny: false };
	const server = await serve((request, response) => {
		const path = new URL(request.url ?? '/', 'http://localhost').pathname;
		const file = join('media/demo', basename(path));
		if (path.startsWith('/kept/ranges/')) {
			response.setHeader('access-control-allow-origin', '*');
			sendBytes(readFileSync(file), extname(file), request, response);
		} else if (path.startsWith('/kept/')) {
			sendAsEditor(path, request, response);
		} else if (path.startsWith('/denied/') || (path.startsWith('/signed/') && state.deny)) {
			response.writeHead(403).end('expired');
		} else if (path.startsWith('/sign-in/')) {
			response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Sign in</title>');
		} else if (path.startsWith('/noise/')) {
			response.writeHead(200, { 'content-type': types[extname(path)] ?? '' }).end(Buffer.alloc(4096, 7));
		} else {
			const size = drawn[basename(path)];
			sendBytes(
				size !== undefined ? picture(size) : basename(path) === 'portrait.mp4' ? portrait() : readFileSync(file),
				extname(file),
				request,
				response,
			);
		}
	});
	return Object.assign(state, server);
}

function sendBytes(bytes: Buffer, extension: string, request: IncomingMessage, response: ServerResponse): void {
	const size = bytes.length;
	const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
	const start = Number(range?.[1] ?? 0);
	const end = range?.[2] === undefined || range[2] === '' ? size - 1 : Number(range[2]);
	response.writeHead(range === null ? 200 : 206, {
		'content-type': types[extension] ?? 'application/octet-stream',
		'content-length': end - start + 1,
		'accept-ranges': 'bytes',
		...(range === null ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
	});
	response.end(bytes.subarray(start, end + 1));
}

/** Serves the page itself; its content security policy allows only the media's origin. */
async function servePage(mediaOrigin: string): Promise<LocalServer> {
	const server: LocalServer = await serve((request, response) => {
		const path = request.url ?? '/';
		const send = (type: string, body: string): void => void response.writeHead(200, { 'content-type': type }).end(body);
		if (path === '/result.js') {
			send('text/javascript', readFileSync('dist/webview/result.js', 'utf8'));
		} else if (path === '/result.css') {
			send('text/css', readFileSync('dist/webview/result.css', 'utf8'));
		} else {
			send(
				'text/html; charset=utf-8',
				resultHtml({
					nonce: 'c29tZW5vbmNl',
					cspSource: server.origin,
					mediaOrigins: [mediaOrigin],
					fileFolders: [`${mediaOrigin}/kept/`],
					language: 'en',
					title: 'Text to Video',
					scriptUri: '/result.js',
					styleUri: '/result.css',
				}),
			);
		}
	});
	return server;
}

async function serve(response: (request: IncomingMessage, response: ServerResponse) => void): Promise<LocalServer> {
	const server: Server = createServer(response);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') {
		throw new Error('The server has no port');
	}
	return {
		origin: `http://127.0.0.1:${address.port}`,
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
}

/** What a suite of page tests works with. */
export interface PageSuite {
	readonly browser: Browser;
	/** The server of its media; `deny` refuses those under `/signed/`. */
	readonly media: LocalServer & { deny: boolean };
	/** The server of the page. */
	readonly site: LocalServer;
}

/** Registers the hooks of a suite, to be called where it is described: a browser and both servers, opened before its tests and closed after. */
export function pageSuite(begin: (opened: PageSuite) => void): void {
	let opened: PageSuite | undefined;
	before(async () => {
		const media = await serveMedia();
		opened = { browser: await launchBrowser(), media, site: await servePage(media.origin) };
		begin(opened);
	});
	after(async () => {
		await opened?.browser.close();
		await opened?.media.close();
		await opened?.site.close();
	});
}

export interface OpenOptions {
	readonly theme?: ThemeName;
	readonly width?: number;
	readonly height?: number;
	/** The state that an earlier page saved. */
	readonly kept?: unknown;
	readonly reducedMotion?: boolean;
}

/** Opens the page in its own browser context, with the theme's tokens, and waits until it requests a snapshot. */
export async function openPage(browser: Browser, origin: string, options: OpenOptions = {}): Promise<Page> {
	const { theme = 'dark', width = 1000, height = 900, kept, reducedMotion = false } = options;
	const context = await newContext(browser, { viewport: { width, height }, reducedMotion: reducedMotion ? 'reduce' : 'no-preference' });
	const page = await context.newPage();
	await page.addInitScript(
		({ bodyClass, tokens, state }) => {
			window.posted = [];
			window.kept = state;
			window.refused = [];
			document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
				window.refused.push(`${violatedDirective} ${blockedURI}`),
			);
			const api = {
				postMessage: (message: PageMessage) => void window.posted.push(message),
				getState: () => window.kept,
				setState: (next: unknown) => void (window.kept = next),
			};
			Object.assign(window, { acquireVsCodeApi: () => api });
			document.addEventListener('DOMContentLoaded', () => {
				for (const [name, value] of Object.entries(tokens)) {
					document.documentElement.style.setProperty(`--vscode-${name}`, value);
				}
				document.body.className = bodyClass;
			});
		},
		{ bodyClass: themes[theme].bodyClass, tokens: themes[theme].tokens, state: kept },
	);
	await page.goto(origin);
	await page.waitForFunction(() => window.posted.some(({ type }) => type === 'ready'));
	return page;
}

/** Sends a message to the page, as the panel does. */
export async function send(page: Page, message: PanelMessage): Promise<void> {
	await page.evaluate(
		(data) =>
			new Promise<void>((resolve) => {
				addEventListener('message', () => resolve(), { once: true });
				postMessage(data, '*');
			}),
		message,
	);
}

export async function show(page: Page, snapshot: PageSnapshot | undefined): Promise<void> {
	if (snapshot === undefined) {
		throw new Error('No such snapshot');
	}
	await send(page, { type: 'snapshot', snapshot });
}

/** The messages of one type that the page has posted so far. */
export async function posted<T extends PageMessage['type']>(page: Page, type: T): Promise<Extract<PageMessage, { type: T }>[]> {
	const all = await page.evaluate(() => window.posted);
	return all.filter((message): message is Extract<PageMessage, { type: T }> => message.type === type);
}

/** Writes a screenshot to out/screenshots/page/NAME.png, to be looked at; none in a run of everything, which nobody looks at. */
export async function shot(page: Page, name: string, extent: 'page' | 'window' = 'window'): Promise<void> {
	if (process.env['CI'] === undefined) {
		await page.screenshot({ path: join('out', 'screenshots', 'page', `${name}.png`), fullPage: extent === 'page' });
	}
}
