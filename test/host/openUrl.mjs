// @ts-check
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/**
 * Opens an address in the person's browser.
 *
 * @param {string} url
 * @returns {Promise<boolean>} whether a command accepted it
 */
export function openUrl(url) {
	const [command, args] = opener(url);
	if (command === undefined) {
		return Promise.resolve(false);
	}
	return new Promise((resolve) => {
		const child = spawn(command, args, { stdio: 'ignore', detached: true });
		child.once('error', () => resolve(false));
		child.once('exit', (code) => resolve(code === 0));
		// If the command started the browser itself, it keeps running; it belongs to the person.
		setTimeout(() => resolve(true), 3000).unref();
		child.unref();
	});
}

/**
 * @param {string} url
 * @returns {[string | undefined, string[]]} command and arguments
 */
function opener(url) {
	switch (process.platform) {
		case 'darwin':
			return ['open', [url]];
		case 'win32':
			return ['explorer.exe', [url]];
		default: {
			// BROWSER is set where a terminal can open a browser on another machine. Without it and without a display there is none.
			const { BROWSER: browser, DISPLAY: x11, WAYLAND_DISPLAY: wayland } = process.env;
			return [inPath([browser, ...((x11 ?? wayland) ? ['xdg-open'] : [])]), [url]];
		}
	}
}

/** @param {(string | undefined)[]} commands */
function inPath(commands) {
	const folders = (process.env['PATH'] ?? '').split(path.delimiter);
	return commands.find(
		(command) =>
			command && (path.isAbsolute(command) ? existsSync(command) : folders.some((folder) => existsSync(path.join(folder, command)))),
	);
}
