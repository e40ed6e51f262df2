// @ts-check
// Paths of the project and of VS Code's servers. Needs no installed package.
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** This folder. */
export const hostDir = path.dirname(fileURLToPath(import.meta.url));

/** The project's root folder. */
export const root = path.resolve(hostDir, '..', '..');

/**
 * One installed VS Code.
 *
 * @typedef {object} Host
 * @property {string} dir folder of its npm package, with a lock file of its own
 * @property {string} vscodeDir VS Code's server and workbench, from the npm package code-server
 * @property {string} serverMain the entry point of VS Code's server
 */

/** The VS Code of tests and demo, and the oldest supported one. The code in this folder runs either. */
export const hosts = { current: hostAt(hostDir), floor: hostAt(path.join(root, 'test', 'host-floor')) };

/** The one that this process starts: VSCODE_TEST_HOST=floor chooses the oldest supported one. */
export const host = process.env['VSCODE_TEST_HOST'] === 'floor' ? hosts.floor : hosts.current;

/**
 * @param {string} dir
 * @returns {Host}
 */
function hostAt(dir) {
	const vscodeDir = path.join(dir, 'node_modules', 'code-server', 'lib', 'vscode');
	return { dir, vscodeDir, serverMain: path.join(vscodeDir, 'out', 'server-main.js') };
}
