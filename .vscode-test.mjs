// @ts-check
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@vscode/test-cli';
import { host as installed } from './test/host/paths.mjs';
import { isHostInstalled } from './test/host/server.mjs';

// With test/host installed the suite runs in that VS Code; otherwise, or with VSCODE_TEST_HOST=download, one is downloaded.
const downloads = process.env.VSCODE_TEST_HOST === 'download';

const workspaceFolder = mkdtempSync(path.join(os.tmpdir(), 'kling-workspace-'));
cpSync(fileURLToPath(new URL('test/host/workspace', import.meta.url)), workspaceFolder, { recursive: true });
process.once('exit', () => rmSync(workspaceFolder, { recursive: true, force: true }));

const shared = {
	// The second one does nothing: its activation times stand beside ours.
	extensionDevelopmentPath: ['.', 'test/host/empty-extension'].map((folder) => fileURLToPath(new URL(folder, import.meta.url))),
	workspaceFolder,
};
const host = { useInstallation: { fromPath: fileURLToPath(new URL('test/host/code.mjs', import.meta.url)) } };
const { VSCODE_VERSION: version = 'stable' } = process.env;
/** TEST_EDITOR is what the version of the editor begins with, where that is known before: a test compares. */
const current =
	downloads || !isHostInstalled()
		? { version, env: /^\d/.test(version) ? { TEST_EDITOR: version } : {} }
		: { ...host, env: { TEST_EDITOR: JSON.parse(readFileSync(path.join(installed.vscodeDir, 'package.json'), 'utf8')).version } };
/** The oldest supported one, as in package.json's `engines`. */
const floor = {
	...(downloads ? { version: '1.105.0' } : host),
	env: { VSCODE_TEST_HOST: downloads ? 'download' : 'floor', TEST_EDITOR: '1.105.' },
};

const integration = {
	files: 'out/test/integration/**/*.test.js',
	mocha: {
		ui: /** @type {const} */ ('bdd'),
		timeout: 20_000,
		forbidOnly: Boolean(process.env.CI),
		// What is skipped in one editor and not in the other would go unnoticed.
		forbidPending: true,
		reporter: fileURLToPath(new URL('test/host/reporter.cjs', import.meta.url)),
	},
};
const { ui, timeout, forbidOnly } = integration.mocha;

export default defineConfig([
	{ ...shared, ...current, ...integration, label: 'integration' },
	{ ...shared, ...floor, ...integration, label: 'floor' },
	{ ...shared, ...current, label: 'bench', files: 'out/test/bench/editor/*.bench.js', mocha: { ui, timeout, forbidOnly } },
]);
