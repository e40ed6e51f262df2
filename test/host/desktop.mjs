// @ts-check
// VS Code on the desktop, for npm start.
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { hostDir, root } from './paths.mjs';
import { endGroup, ownGroup } from './processGroup.mjs';
import { extensionsDir, writeSettings } from './server.mjs';

/** Whether there is a display. */
export function hasDisplay() {
	return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/**
 * Downloads VS Code, or finds an earlier download.
 *
 * @returns {Promise<string>} the path of the executable
 * @throws when the download fails
 */
export async function downloadVsCode() {
	const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
	return downloadAndUnzipVSCode({ version: 'stable', cachePath: path.join(root, '.vscode-test') });
}

/**
 * @typedef {object} Desktop
 * @property {Promise<boolean>} exited true when its window was closed, false when it failed
 * @property {() => Promise<void>} stop
 */

/**
 * Opens a folder with the extension under development and the extension that starts the demo.
 *
 * @param {object} options
 * @param {string} options.executable of VS Code
 * @param {string} options.dataDir
 * @param {string} options.folder
 * @returns {Desktop}
 */
export function openDesktop({ executable, dataDir, folder }) {
	writeSettings(dataDir, { 'security.workspace.trust.enabled': false });
	const child = spawn(
		executable,
		[
			folder,
			`--extensionDevelopmentPath=${root}`,
			`--extensionDevelopmentPath=${path.join(hostDir, 'demo-starter')}`,
			`--user-data-dir=${path.join(dataDir, 'user')}`,
			`--extensions-dir=${extensionsDir(dataDir)}`,
			'--disable-workspace-trust',
			'--disable-telemetry',
			'--disable-updates',
			'--skip-welcome',
			'--skip-release-notes',
			// Without it VS Code refuses to run as root.
			...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
		],
		{ stdio: 'ignore', ...ownGroup },
	);
	return {
		exited: new Promise((resolve) => {
			child.once('error', () => resolve(false));
			child.once('exit', (code) => resolve(code === 0));
		}),
		stop: () => endGroup(child),
	};
}
