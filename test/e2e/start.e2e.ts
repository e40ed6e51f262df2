// npm start as a person has it: the printed address in an ordinary browser, nothing of it bent by the test.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchBrowser } from '../host/browser.mjs';
import { hostDir, root } from '../host/paths.mjs';
import { commandLine, descendants, isRunning } from '../host/processTree.mjs';
import { type RecordingProxy, startProxy } from '../host/proxy.mjs';
import { soon } from '../support/retry';
import { Workbench } from './ui';

/** A person's key is stored in the browser, encrypted with half a key that the server keeps. */
const key = 'sk-start-canary-0123456789abcdef';

describe('npm start, in the browser', function () {
	this.timeout(180_000);
	let proxy: RecordingProxy;
	let start: ChildProcess;
	let output = '';
	let url: URL;
	let browser: Browser | undefined;
	let context: BrowserContext;
	let workbench: Workbench;
	const askedElsewhere: string[] = [];

	before(async () => {
		// A new key is checked at the API: nothing of that may leave this machine.
		proxy = await startProxy();
		start = spawn(process.execPath, [path.join(hostDir, 'start.mjs'), '--no-open'], {
			cwd: root,
			env: { ...process.env, ...proxy.env },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		for (const stream of [start.stdout, start.stderr]) {
			stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
		}
		url = new URL(
			await soon(
				'the address to be printed',
				() => {
					assert.equal(start.exitCode, null, `npm start ended:\n${output}`);
					return /http:\/\/127\.0\.0\.1:\S+/.exec(output)?.[0];
				},
				90_000,
			),
		);
		browser = await launchBrowser();
		context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
		const isElsewhere = ({ protocol, hostname }: URL): boolean => /^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1';
		context.on('requestfinished', (request) => {
			// A page's own files have an address on the editor's CDN, and its service worker answers for it.
			void request.response().then((response) => {
				if (isElsewhere(new URL(request.url())) && response?.fromServiceWorker() !== true) {
					askedElsewhere.push(request.url());
				}
			});
		});
		context.on('requestfailed', (request) => {
			const to = new URL(request.url());
			// Those are cut off by a reload, nothing else.
			if (isElsewhere(to) && !to.hostname.endsWith('.vscode-resource.vscode-cdn.net')) {
				askedElsewhere.push(request.url());
			}
		});
	});

	afterEach(async function () {
		if (this.currentTest?.state === 'failed') {
			for (const [index, page] of context.pages().entries()) {
				await new Workbench(page).capture(`failed-${this.currentTest.fullTitle().replace(/\W+/g, '-')}-${index + 1}`);
			}
		}
	});

	after(async () => {
		await browser?.close();
		// SIGKILL would leave its server behind.
		start.kill('SIGTERM');
		await soon('npm start to end', () => start.exitCode !== null || start.signalCode !== null);
		await proxy.stop();
	});

	it('lets nobody in without the token', async () => {
		const bare = new URL('/', url);
		assert.equal((await fetch(bare)).status, 403);
		assert.equal((await fetch(new URL('/?tkn=wrong', url))).status, 403);
		assert.equal((await fetch(new URL('/mint-key', url), { method: 'POST' })).status, 403);
		assert.equal((await fetch(new URL('/mint-key', url), { method: 'POST', headers: { cookie: 'vscode-tkn=wrong' } })).status, 403);
		assert.equal((await fetch(new URL('/proxy/1/', url), { redirect: 'manual' })).status, 403);
	});

	it('runs the offline demo', async () => {
		workbench = await Workbench.open(await context.newPage(), url.href);
		await workbench.openView('Kling');
		await soon('rows of the demo', async () => (await workbench.treeRows.count()) > 3, 60_000);
		await workbench.notification(/./).first().waitFor({ timeout: 60_000 });
		await workbench.shot('start-demo');
	});

	it('keeps a secret over a reload', async () => {
		assert.equal(await workbench.offers('Kling: Remove API Key'), false);
		await workbench.runAndAccept('Kling: Set API Key', key);
		await soon('the key to be stored', () => workbench.offers('Kling: Remove API Key'), 30_000);
		await workbench.reload();
		await soon('the key to be there again', () => workbench.offers('Kling: Remove API Key'), 60_000);
	});

	it('asks nothing of anyone but the API, for the key', async () => {
		await soon('the key to be checked', () => proxy.requests.length > 0, 30_000);
		assert.deepEqual([...new Set(proxy.requests.map(({ method, host }) => `${method} ${host}`))], ['CONNECT api.cometapi.com:443']);
		assert.deepEqual(askedElsewhere, []);
	});

	it('ends everything it started on Ctrl+C', async () => {
		const started = descendants(start.pid ?? 0);
		assert.ok(started.length >= 2, 'a server and an extension host run');
		const folders = foldersOf(started);
		assert.ok(folders.length > 0, 'they work in a folder of their own');
		start.kill('SIGINT');
		await soon('npm start to end', () => start.exitCode !== null);
		assert.equal(start.exitCode, 0);
		await soon('its processes to end', () => started.every((pid) => !isRunning(pid)));
		assert.deepEqual(
			folders.filter((folder) => existsSync(folder)),
			[],
		);
		await assert.rejects(fetch(url), 'nobody listens any more');
	});
});

/** The data folders that are named in the command lines of processes. */
function foldersOf(pids: readonly number[]): string[] {
	const lines = pids.map(commandLine);
	return [...new Set(lines.flatMap((line) => line.match(/\/[^\0]*(?:vscode-host|kling-start)-\w+/g) ?? []))];
}
