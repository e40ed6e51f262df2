// @ts-check
// A real VS Code server (the code-server build) on loopback.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { hostNode } from './hostNode.mjs';
import { host, root } from './paths.mjs';
import { endGroup, ownGroup, signalGroup } from './processGroup.mjs';

/** Whether the chosen host is installed, with VS Code's server. */
export const isHostInstalled = () => existsSync(host.serverMain);

/** Settings of every run: no prompts and no requests to the internet. */
const quietSettings = {
	'workbench.startupEditor': 'none',
	'workbench.enableExperiments': false,
	'workbench.reduceMotion': 'off',
	'workbench.secondarySideBar.defaultVisibility': 'hidden',
	'telemetry.telemetryLevel': 'off',
	'git.openRepositoryInParentFolders': 'never',
	'extensions.autoUpdate': false,
	'extensions.autoCheckUpdates': false,
	'chat.disableAIFeatures': true,
};

/** Creates an empty folder for the data of one VS Code: settings, installed extensions, logs, extension storage. */
export const newDataDir = () => mkdtempSync(path.join(os.tmpdir(), 'vscode-host-'));

/** @param {string} dataDir */
export const settingsFile = (dataDir) => path.join(dataDir, 'user', 'User', 'settings.json');

/** @param {string} dataDir */
export const extensionsDir = (dataDir) => path.join(dataDir, 'extensions');

/**
 * Changes user settings. Open windows use them after a reload. `undefined` removes a setting.
 *
 * @param {string} dataDir
 * @param {Record<string, unknown>} changes
 */
export function writeSettings(dataDir, changes) {
	const file = settingsFile(dataDir);
	mkdirSync(path.dirname(file), { recursive: true });
	const settings = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : quietSettings;
	writeFileSync(file, JSON.stringify({ ...settings, ...changes }, null, '\t'));
}

/**
 * @param {string} vsix path of a packed extension
 * @param {string} dataDir
 * @throws when VS Code does not report that it is installed
 */
export function installVsix(vsix, dataDir) {
	linkPackages();
	const { status, stdout, stderr } = spawnSync(
		hostNode(),
		[host.serverMain, '--accept-server-license-terms', '--install-extension', vsix, '--force', ...dataDirArguments(dataDir)],
		{ encoding: 'utf8', env: serverEnvironment({}) },
	);
	if (status !== 0 || !stdout.includes('successfully installed')) {
		throw new Error(`could not install ${vsix}:\n${stdout}${stderr}`);
	}
}

/**
 * @typedef {object} ServerOptions
 * @property {string} [dataDir] see `newDataDir`; by default a new one, which `stop` removes
 * @property {number} [port] to listen on; by default a free one. The browser keeps secrets and state per address, so that a restart that
 *   needs them must use the same port
 * @property {Record<string, unknown>} [settings] additional user settings
 * @property {Record<string, string | undefined>} [env] additional environment variables (`undefined` removes one)
 * @property {string[]} [extensions] folders of extensions that are installed from the start, besides those of `dataDir`
 * @property {string} [logFile] receives the server's own output
 * @property {boolean} [testDriver] makes the workbench accept `extensionDevelopmentPath` and `extensionTestsPath` in its URL; it then shows
 *   no notification toasts
 * @property {string} [token] required from every client (in the URL, see `workbenchUrl`); by default none is required
 * @property {string} [defaultFolder] opened by a URL that names no folder
 * @property {boolean} [workspaceTrust] whether VS Code asks for trust in folders; default false
 *
 * @typedef {object} Server
 * @property {number} port on 127.0.0.1
 * @property {string} dataDir
 * @property {number} pid of the server, which leads its own process group
 * @property {() => string} log what the server printed
 * @property {Promise<void>} exited settles when the server has ended, by `stop` or by itself
 * @property {() => Promise<void>} stop ends it and its whole process group
 */

/**
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>} once it listens
 */
export async function startServer({
	dataDir,
	port: wantedPort,
	settings = {},
	env = {},
	extensions = [],
	logFile,
	testDriver = false,
	token,
	defaultFolder,
	workspaceTrust = false,
} = {}) {
	linkPackages();
	const data = dataDir ?? newDataDir();
	mkdirSync(extensionsDir(data), { recursive: true });
	for (const folder of extensions) {
		cpSync(folder, path.join(extensionsDir(data), path.basename(folder)), { recursive: true });
	}
	writeSettings(data, { 'security.workspace.trust.enabled': workspaceTrust, ...settings });
	const port = wantedPort ?? (await freePort());
	const child = spawn(
		hostNode(),
		[
			host.serverMain,
			'--host',
			'127.0.0.1',
			'--port',
			String(port),
			'--accept-server-license-terms',
			'--telemetry-level',
			'off',
			'--disable-telemetry',
			'--disable-update-check',
			'--disable-getting-started-override',
			'--link-protection-trusted-domains',
			'*',
			...tokenArguments(data, token),
			...(defaultFolder === undefined ? [] : ['--default-folder', defaultFolder]),
			...(workspaceTrust ? [] : ['--disable-workspace-trust']),
			...(testDriver ? ['--enable-smoke-test-driver'] : []),
			...dataDirArguments(data),
		],
		{ env: serverEnvironment({ ...ownScratch(data), ...env }), stdio: ['ignore', 'pipe', 'pipe'], ...ownGroup },
	);
	const { pid } = child;
	if (pid === undefined) {
		throw new Error(`VS Code's server could not be started with ${hostNode()}`);
	}

	let log = '';
	const sink = logFile === undefined ? undefined : createWriteStream(logFile);
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk) => {
			log += chunk;
			sink?.write(chunk);
		});
	}
	/** @type {Promise<void>} */
	const exited = new Promise((resolve) => {
		child.once('exit', () => resolve());
	});
	const killNow = () => signalGroup(child, 'SIGKILL');
	process.once('exit', killNow);

	const end = Date.now() + 60_000;
	while (!log.includes('Extension host agent listening')) {
		if (child.exitCode !== null || Date.now() > end) {
			killNow();
			throw new Error(`VS Code's server did not start (exit code ${child.exitCode}):\n${log.slice(-4000)}`);
		}
		await delay(30);
	}

	return {
		port,
		dataDir: data,
		pid,
		log: () => log,
		exited,
		async stop() {
			await endGroup(child);
			process.off('exit', killNow);
			sink?.end();
			if (dataDir === undefined) {
				// Extension hosts that are still ending may write files.
				rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
			}
		},
	};
}

/**
 * The workbench's address in the browser.
 *
 * @param {number} port
 * @param {object} [options]
 * @param {string} [options.folder] folder or .code-workspace file to open; without it an empty window
 * @param {string} [options.token] the server's
 * @param {[string, string][]} [options.payload]
 */
export function workbenchUrl(port, { folder, token, payload = [] } = {}) {
	const url = new URL(`http://127.0.0.1:${port}/`);
	if (token !== undefined) {
		url.searchParams.set('tkn', token);
	}
	if (folder === undefined) {
		url.searchParams.set('ew', 'true');
	} else {
		url.searchParams.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', folder);
	}
	url.searchParams.set('payload', JSON.stringify([['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload]));
	return url.href;
}

/**
 * The URI under which the workbench knows a file of this machine.
 *
 * @param {number} port
 * @param {string} file absolute path
 */
export const remoteUri = (port, file) => `vscode-remote://127.0.0.1:${port}${file}`;

/** VS Code looks for the packages of the server and the browser in its own folder; npm installed them in ours. */
function linkPackages() {
	if (!isHostInstalled()) {
		const folder = path.relative(root, host.dir);
		throw new Error(`There is no VS Code in ${folder}. Run: (cd ${folder} && npm ci)`);
	}
	const link = path.join(host.vscodeDir, 'node_modules');
	if (existsSync(link)) {
		return;
	}
	try {
		symlinkSync(path.join(host.dir, 'node_modules'), link, 'junction');
	} catch (error) {
		// A run that started at the same time has created it.
		if (!existsSync(link)) {
			throw error;
		}
	}
}

/** @param {string} dataDir */
function dataDirArguments(dataDir) {
	return [
		'--server-data-dir',
		path.join(dataDir, 'server'),
		'--user-data-dir',
		path.join(dataDir, 'user'),
		'--extensions-dir',
		extensionsDir(dataDir),
	];
}

/**
 * @param {string} dataDir
 * @param {string | undefined} token
 */
function tokenArguments(dataDir, token) {
	if (token === undefined) {
		return ['--without-connection-token'];
	}
	// In a file, because every user of the machine can read a command line.
	const file = path.join(dataDir, 'connection-token');
	writeFileSync(file, token, { mode: 0o600 });
	return ['--connection-token-file', file];
}

/**
 * @param {Record<string, string | undefined>} additions
 * @returns {NodeJS.ProcessEnv}
 */
function serverEnvironment(additions) {
	// Variables of a surrounding VS Code terminal would be read as settings.
	const kept = Object.entries(process.env).filter(
		([name]) => !/^VSCODE_(?!TEST_OPTIONS$)|^NODE_OPTIONS$|^ELECTRON_RUN_AS_NODE$/.test(name),
	);
	// Without a gallery this build uses one on the internet.
	return { ...Object.fromEntries(kept), EXTENSIONS_GALLERY: '{}', ...additions };
}

/**
 * Extension hosts do not remove their sockets, so these are put where `stop` cleans up. (On systems other than Linux the path would exceed
 * the length limit of sockets.)
 *
 * @param {string} dataDir
 * @returns {Record<string, string>}
 */
function ownScratch(dataDir) {
	if (process.platform !== 'linux') {
		return {};
	}
	const scratch = path.join(dataDir, 'tmp');
	mkdirSync(scratch, { recursive: true, mode: 0o700 });
	return { TMPDIR: scratch, XDG_RUNTIME_DIR: scratch };
}

/** @returns {Promise<number>} a port of 127.0.0.1 that was free a moment ago */
function freePort() {
	return new Promise((resolve, reject) => {
		const server = net.createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
		});
	});
}
