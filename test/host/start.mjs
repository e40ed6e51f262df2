#!/usr/bin/env node
// @ts-check
// npm start: a real VS Code on a small sample workspace with the extension as it is in the working tree, running the offline demo.
//   --browser   VS Code in the browser, even if a desktop one is available
//   --no-open   in the browser, but only print the address
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { findChromium } from './chromium.mjs';
import { downloadVsCode, hasDisplay, openDesktop } from './desktop.mjs';
import { startFront } from './front.mjs';
import { openUrl } from './openUrl.mjs';
import { hostDir, root } from './paths.mjs';
import { endGroup, ownGroup } from './processGroup.mjs';
import { extensionsDir, newDataDir, startServer } from './server.mjs';
import { ensureChromium, ensureHost, ensureNode, ensureRootPackages, SetupError } from './setup.mjs';

const flags = process.argv.slice(2);
const unknown = flags.find((flag) => !['--browser', '--no-open'].includes(flag));
if (unknown !== undefined) {
	console.error(`Unknown option ${unknown}. Use: npm start [-- --browser] [-- --no-open]`);
	process.exit(2);
}

/**
 * Functions that end or remove something, the newest last.
 * @type {(() => unknown)[]}
 */
const owned = [];
let ending = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
	process.on(signal, () => void finish(0));
}
endWithNpm();

try {
	await start();
} catch (error) {
	// When the person stops during a start, the start fails; that is not an error.
	if (!ending) {
		console.error(error instanceof SetupError ? error.message : error);
		await finish(1);
	}
}

async function start() {
	ensureNode();
	await ensureRootPackages();
	build();
	const folder = sampleWorkspace();
	const dataDir = newDataDir();
	owned.push(() => remove(dataDir));
	if (!flags.includes('--browser') && !flags.includes('--no-open') && hasDisplay() && (await runOnDesktop(dataDir, folder))) {
		await finish(0);
	} else if (!ending) {
		await openInBrowser(dataDir, folder);
	}
}

/** When npm is killed instead of this process, the shell in between receives the signal: its disappearance is the only sign. */
function endWithNpm() {
	const shell = process.ppid;
	if (process.env['npm_lifecycle_event'] !== undefined) {
		setInterval(() => {
			if (process.ppid !== shell) {
				void finish(0);
			}
		}, 500).unref();
	}
}

function build() {
	process.stdout.write('Building ...');
	const { status, error } = spawnSync('npm', ['run', '--silent', 'build'], {
		cwd: root,
		stdio: ['ignore', 'inherit', 'inherit'],
		shell: process.platform === 'win32',
	});
	process.stdout.write(status === 0 ? ' done\n' : ' failed\n');
	if (status !== 0) {
		throw new SetupError(`The build failed${error === undefined ? '' : `: ${error.message}`}. Fix the errors above and run again.`);
	}
}

/** @returns {string} a copy that may be modified */
function sampleWorkspace() {
	const parent = mkdtempSync(path.join(os.tmpdir(), 'kling-start-'));
	owned.push(() => remove(parent));
	const folder = path.join(parent, 'sample');
	cpSync(path.join(hostDir, 'workspace'), folder, { recursive: true });
	return folder;
}

/**
 * @param {string} dataDir
 * @param {string} folder
 * @returns {Promise<boolean>} false when VS Code cannot be downloaded or does not run here; true when its window was closed
 */
async function runOnDesktop(dataDir, folder) {
	let executable;
	try {
		executable = await downloadVsCode();
	} catch (error) {
		console.log(`VS Code cannot be downloaded (${error instanceof Error ? error.message : error}), so it runs in the browser.`);
		return false;
	}
	const desktop = openDesktop({ executable, dataDir, folder });
	owned.push(desktop.stop);
	console.log('Kling Tasks runs in the VS Code window that opens now. Close it, or press Ctrl+C here, to stop everything.');
	const exitedCleanly = await desktop.exited;
	if (!exitedCleanly && !ending) {
		console.log('The desktop VS Code does not run on this machine, so it runs in the browser.');
	}
	return exitedCleanly;
}

/**
 * @param {string} dataDir
 * @param {string} folder
 */
async function openInBrowser(dataDir, folder) {
	await ensureHost();
	await installExtensions(extensionsDir(dataDir));
	const token = randomBytes(24).toString('base64url');
	const starting = startServer({ dataDir, token, defaultFolder: folder });
	// Owned from here on, because Ctrl+C may come during the start. One that fails to start has ended itself.
	owned.push(() =>
		starting.then(
			(started) => started.stop(),
			() => undefined,
		),
	);
	const server = await starting;
	const front = await startFront({ serverPort: server.port, token, dataDir });
	owned.push(front.stop);
	void server.exited.then(async () => {
		if (!ending) {
			console.error(`VS Code's server ended by itself:\n${server.log().slice(-2000)}`);
			await finish(1);
		}
	});

	const url = `http://127.0.0.1:${front.port}/?tkn=${token}`;
	console.log(`\nKling Tasks runs in VS Code, here:\n\n  ${url}\n\nOnly this machine can reach it. Press Ctrl+C to stop everything.`);
	if (flags.includes('--no-open') || (await openUrl(url))) {
		return;
	}
	if (hasDisplay()) {
		await openInChromium(url);
	} else {
		console.log('There is no screen to open it on: open the address yourself.');
	}
}

/**
 * For a machine with a display but no browser configured: opens our own Chromium with a temporary profile.
 *
 * @param {string} url
 */
async function openInChromium(url) {
	await ensureChromium();
	const profile = mkdtempSync(path.join(os.tmpdir(), 'kling-browser-'));
	const child = spawn(
		(await findChromium()) ?? 'chromium',
		[
			`--user-data-dir=${profile}`,
			'--no-first-run',
			'--no-default-browser-check',
			// Without it Chromium refuses to run as root.
			...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
			url,
		],
		{ stdio: 'ignore', ...ownGroup },
	);
	child.once('error', (error) => console.error(`Chromium could not be started: ${error.message}`));
	owned.push(async () => {
		await endGroup(child);
		remove(profile);
	});
}

/**
 * Copies the files of the .vsix, and the extension that starts the demo, to the folder of installed extensions. (Extensions under
 * development would need the workbench's test driver, which shows no notifications.)
 *
 * @param {string} extensions
 */
async function installExtensions(extensions) {
	const { listFiles, PackageManager } = await import('@vscode/vsce');
	mkdirSync(extensions, { recursive: true });
	for (const file of await listFiles({ cwd: root, packageManager: PackageManager.None })) {
		cpSync(path.join(root, file), path.join(extensions, 'kling-tasks', file));
	}
	cpSync(path.join(hostDir, 'demo-starter'), path.join(extensions, 'demo-starter'), { recursive: true });
}

/** @param {string} folder */
function remove(folder) {
	// Processes that are still ending may write files.
	rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/**
 * Ends everything that was started, the newest first.
 *
 * @param {number} code
 */
async function finish(code) {
	if (ending) {
		return;
	}
	ending = true;
	for (const end of owned.reverse()) {
		try {
			await end();
		} catch (error) {
			console.error(error);
		}
	}
	process.exit(code);
}
