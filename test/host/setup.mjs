// @ts-check
// Installs what a fresh clone lacks: npm packages, VS Code's server, a browser. Each function reports what it does if it has something to
// do, and returns immediately otherwise. Runs on plain Node, without any installed package.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { findChromium } from './chromium.mjs';
import { hostNode, isAtLeast } from './hostNode.mjs';
import { host as chosen, hosts, root } from './paths.mjs';

/** @import { Host } from './paths.mjs' */

/** A requirement that cannot be met on this machine. Its message is for the person, and says what to do. */
export class SetupError extends Error {}

/** @throws {SetupError} when this version of Node is too old */
export function ensureNode() {
	if (!isAtLeast(process.versions.node, 20, 19)) {
		throw new SetupError(
			`Node 20.19 or newer is needed, and this is ${process.versions.node}: install a newer one from https://nodejs.org.`,
		);
	}
}

/** Installs the project's npm packages if they differ from the lock file. */
export async function ensureRootPackages() {
	await ensurePackages(root, 'Installing the npm packages');
}

/**
 * Installs a real VS Code if it differs from the lock file.
 *
 * @param {Host} [host]
 */
export async function ensureHost(host = chosen) {
	await ensurePackages(
		host.dir,
		host === hosts.floor
			? 'Installing the oldest supported VS Code (about 460 MB)'
			: 'Installing a VS Code for tests and demo (about 550 MB)',
	);
	if (!existsSync(host.serverMain)) {
		throw new SetupError(
			`The npm package code-server came without VS Code in it: delete ${path.relative(root, host.dir)}/node_modules and run again.`,
		);
	}
	try {
		hostNode(host);
	} catch (error) {
		throw new SetupError(error instanceof Error ? error.message : String(error));
	}
}

/** Installs a Chromium with apt-get if there is none, the system is Debian or Ubuntu, and the user is root. */
export async function ensureChromium() {
	if (await findChromium()) {
		return;
	}
	const remedy =
		'install Chromium (Debian: sudo apt-get install chromium; Ubuntu: sudo npx playwright-core install --with-deps chromium) or set CHROMIUM_PATH';
	if (process.platform !== 'linux' || process.getuid?.() !== 0 || !canRun('apt-get')) {
		throw new SetupError(`No Chromium was found: ${remedy}.`);
	}
	const done = say('Installing Chromium (apt-get install chromium)');
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const update = run('apt-get', ['update', '-q'], { env });
	const install = run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-liberation'], { env });
	if (!(await findChromium())) {
		// Ubuntu has no Chromium package that works without snaps.
		const fetched = run(
			process.execPath,
			[path.join(root, 'node_modules', 'playwright-core', 'cli.js'), 'install', '--with-deps', 'chromium'],
			{ env },
		);
		if (!(await findChromium())) {
			done(false);
			throw new SetupError(
				`Chromium could not be installed: ${reasonOf(update.output + install.output + fetched.output)}; ${remedy}.\n${lastLines(install.output)}`,
			);
		}
	}
	done(true);
}

/**
 * @param {string} folder contains package.json and package-lock.json
 * @param {string} doing the message to show meanwhile
 */
async function ensurePackages(folder, doing) {
	if (arePackagesInstalled(folder)) {
		return;
	}
	const [command, first] = npmCommand();
	const done = say(`${doing} (npm ci)`);
	const { status, output } = await runBeside(command, [...first, 'ci', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'], {
		cwd: folder,
		env: npmEnvironment(),
	});
	done(status === 0);
	if (status !== 0) {
		throw new SetupError(`The npm packages could not be installed: ${reasonOf(output)}.\n${lastLines(output)}`);
	}
}

/**
 * Whether node_modules matches the lock file. npm lists the installed packages in node_modules/.package-lock.json as its last step.
 *
 * @param {string} folder
 */
function arePackagesInstalled(folder) {
	const installedFile = path.join(folder, 'node_modules', '.package-lock.json');
	if (!existsSync(installedFile)) {
		return false;
	}
	const installed = packagesIn(installedFile);
	return Object.entries(packagesIn(path.join(folder, 'package-lock.json')))
		.filter(([location]) => location.startsWith('node_modules/'))
		.every(([location, wanted]) => {
			const have = installed[location];
			// An optional package may be for another platform; if it is installed, its version must match.
			return have === undefined ? wanted.optional === true || wanted.devOptional === true : have.version === wanted.version;
		});
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>}
 */
function packagesIn(lockFile) {
	return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? {};
}

/**
 * The npm that started this process, else the one in the path.
 *
 * @returns {[string, string[]]} command and first arguments
 */
function npmCommand() {
	const cli = process.env['npm_execpath'];
	if (cli !== undefined && /npm-cli\.c?js$/.test(cli) && existsSync(cli)) {
		return [process.execPath, [cli]];
	}
	if (!canRun('npm')) {
		throw new SetupError(
			'npm was not found: install it (Debian: sudo apt-get install npm; or with Node from https://nodejs.org) and run again.',
		);
	}
	return ['npm', []];
}

/** The environment without the variables of an outer `npm run`, which would be read as settings. */
function npmEnvironment() {
	return Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command|config_(local_prefix|loglevel))/.test(name)),
	);
}

/** @param {string} command */
function canRun(command) {
	return run(command, ['--version'], {}).status === 0;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 */
function run(command, args, options) {
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		...options,
		encoding: 'utf8',
		maxBuffer: 64 * 1024 * 1024,
		shell: process.platform === 'win32',
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	return { status, output: `${stdout}${stderr}${error?.message ?? ''}` };
}

/**
 * The same, while this process goes on.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ status: number | null, output: string }>}
 */
function runBeside(command, args, options) {
	return new Promise((resolve) => {
		const child = spawn(command, args, { ...options, shell: process.platform === 'win32', stdio: ['ignore', 'pipe', 'pipe'] });
		let output = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
		}
		child.once('error', (error) => resolve({ status: null, output: output + error.message }));
		child.once('close', (status) => resolve({ status, output }));
	});
}

/**
 * @param {string} output of npm or apt-get
 * @returns {string} the reason and what to do about it
 */
function reasonOf(output) {
	if (/ENOSPC|No space left/i.test(output)) {
		return 'the disk is full, so free about 2 GB and run again';
	}
	if (/EACCES|EPERM|EROFS/.test(output)) {
		return "a folder cannot be written, so give this user the right to write to the project's folder and run again";
	}
	if (/can only install packages when your package\.json and package-lock\.json/i.test(output)) {
		return 'package-lock.json does not fit package.json, so run "npm install" there and run again';
	}
	if (
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network|E(40\d|5\d\d)\b|Temporary failure|Could not resolve|Unable to connect/i.test(
			output,
		)
	) {
		return "the packages' server cannot be reached, so check the network and the proxy or registry settings and run again";
	}
	return 'see below, and run again when that is repaired';
}

/** @param {string} output */
function lastLines(output) {
	return output
		.trim()
		.split('\n')
		.filter((line) => !/A complete log of this run/.test(line))
		.slice(-8)
		.map((line) => `  ${line}`)
		.join('\n');
}

/**
 * @param {string} doing
 * @returns {(well: boolean) => void} to be called when it is done
 */
function say(doing) {
	const start = Date.now();
	console.log(`${doing} ...`);
	return (well) => console.log(well ? `${doing}: ${((Date.now() - start) / 1000).toFixed(0)} s` : `${doing}: failed`);
}
