// @ts-check
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@vscode/test-cli';
import { isHostInstalled } from './test/host/server.mjs';

// With test/host installed the suite runs in that VS Code; otherwise, or with VSCODE_TEST_HOST=download, one is downloaded.
const useHost = process.env.VSCODE_TEST_HOST !== 'download' && isHostInstalled();

const workspaceFolder = mkdtempSync(path.join(os.tmpdir(), 'kling-workspace-'));
cpSync(fileURLToPath(new URL('test/host/workspace', import.meta.url)), workspaceFolder, { recursive: true });
process.once('exit', () => rmSync(workspaceFolder, { recursive: true, force: true }));

const shared = {
	// The second one does nothing: its activation times stand beside ours.
	extensionDevelopmentPath: ['.', 'test/host/empty-extension'].map((folder) => fileURLToPath(new URL(folder, import.meta.url))),
	workspaceFolder,
	...(useHost
		? { useInstallation: { fromPath: fileURLToPath(new URL('test/host/code.mjs', import.meta.url)) } }
		: { version: process.env.VSCODE_VERSION ?? 'stable' }),
};
const mocha = { ui: /** @type {const} */ ('bdd'), timeout: 20_000, forbidOnly: Boolean(process.env.CI) };

export default defineConfig([
	{ ...shared, label: 'integration', files: 'out/test/integration/**/*.test.js', mocha },
	{ ...shared, label: 'bench', files: 'out/test/bench/editor/*.bench.js', mocha },
]);
