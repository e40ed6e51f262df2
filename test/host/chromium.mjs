// @ts-check
// Finds a Chromium on this machine. Only Playwright's own one needs an installed package, which is imported only if it exists.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const macPaths = ['Chromium', 'Google Chrome', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** @type {string | undefined} */
let found;

/**
 * The first Chromium that really starts. (Ubuntu's package only points to a snap, and does not start where snaps are missing.)
 *
 * @returns {Promise<string | undefined>} the path of the executable
 */
export async function findChromium() {
	if (found !== undefined) {
		return found;
	}
	if (process.env['CHROMIUM_PATH']) {
		return process.env['CHROMIUM_PATH'];
	}
	const inPath = (process.env['PATH'] ?? '')
		.split(path.delimiter)
		.filter((folder) => folder !== '')
		.flatMap((folder) => names.map((name) => path.join(folder, name)));
	for (const candidate of [...inPath, ...macPaths, await playwrightsOwn()]) {
		if (candidate !== undefined && existsSync(candidate) && starts(candidate)) {
			found = candidate;
			return found;
		}
	}
	return undefined;
}

/** @param {string} executable */
function starts(executable) {
	return spawnSync(executable, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/** The Chromium that `npx playwright-core install chromium` installs. */
async function playwrightsOwn() {
	const { chromium } = await import('playwright-core');
	return chromium.executablePath();
}
