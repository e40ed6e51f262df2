import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { ESLint, type Linter } from 'eslint';

/** Code in a layer, or in one file of it, and the lint rule that refuses it. */
const violations: readonly { readonly layer: string; readonly file?: string; readonly code: string; readonly rule: string }[] = [
	{ layer: 'core', code: "import * as vscode from 'vscode'; void vscode;", rule: '@typescript-eslint/no-restricted-imports' },
	{ layer: 'core', code: "import type { Uri } from 'vscode'; export type X = Uri;", rule: '@typescript-eslint/no-restricted-imports' },
	{ layer: 'core', code: "import { join } from 'node:path'; void join;", rule: '@typescript-eslint/no-restricted-imports' },
	{ layer: 'core', code: "import * as v from 'valibot'; void v;", rule: '@typescript-eslint/no-restricted-imports' },
	{
		layer: 'core',
		code: "import { readResponse } from '../api/response'; void readResponse;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{ layer: 'core', code: "void import('../api/response');", rule: 'no-restricted-syntax' },
	{
		layer: 'core',
		code: "import { readResponse } from './../api/response'; void readResponse;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'core',
		code: "import { readResponse } from '../ui/../api/response'; void readResponse;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{ layer: 'core', code: "void import('./../api/response');", rule: 'no-restricted-syntax' },
	{ layer: 'core', code: "import { activate } from './../extension'; void activate;", rule: '@typescript-eslint/no-restricted-imports' },
	{ layer: 'core', code: 'void Date.now();', rule: 'no-restricted-syntax' },
	{ layer: 'core', code: 'void new Date();', rule: 'no-restricted-syntax' },
	{ layer: 'core', code: 'void Math.random();', rule: 'no-restricted-syntax' },
	{ layer: 'core', code: 'setTimeout(() => undefined, 1);', rule: 'no-restricted-globals' },
	{
		layer: 'shared',
		code: "import type { Stores } from '../tracking/ports/stores'; export type X = Stores;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'api',
		code: "import { TaskStore } from '../store/taskStore'; void TaskStore;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{ layer: 'api', code: "import { Poller } from '../tracking/poller'; void Poller;", rule: '@typescript-eslint/no-restricted-imports' },
	{ layer: 'api', code: "import * as vscode from 'vscode'; void vscode;", rule: '@typescript-eslint/no-restricted-imports' },
	{ layer: 'api', code: "import fetch from 'node-fetch'; void fetch;", rule: '@typescript-eslint/no-restricted-imports' },
	{ layer: 'api', code: "void fetch('https://kling.example/');", rule: 'no-restricted-globals' },
	{ layer: 'api', code: "import { Poller } from './../tracking/poller'; void Poller;", rule: '@typescript-eslint/no-restricted-imports' },
	{
		layer: 'store',
		code: "import { readResponse } from '../api/response'; void readResponse;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{ layer: 'store', code: "import * as sqlite from 'node:sqlite'; void sqlite;", rule: '@typescript-eslint/no-restricted-imports' },
	{
		layer: 'store',
		code: "import { Worker } from 'node:worker_threads'; void Worker;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'requests',
		code: "import { readFileSync } from 'node:fs'; void readFileSync;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{ layer: 'requests', code: "import * as vscode from 'vscode'; void vscode;", rule: '@typescript-eslint/no-restricted-imports' },
	{ layer: 'requests', code: 'void Date.now();', rule: 'no-restricted-syntax' },
	{
		layer: 'simulator',
		code: "import { validateRequest } from '../requests/validateRequest'; void validateRequest;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'results',
		code: "import { KlingClient } from '../api/klingClient'; void KlingClient;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'tracking',
		code: "import { KlingClient } from '../api/klingClient'; void KlingClient;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'tracking',
		code: "import { EventEmitter } from 'node:events'; void EventEmitter;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{ layer: 'tracking', code: 'void Date.now();', rule: 'no-restricted-syntax' },
	{ layer: 'creation', code: 'void Date.now();', rule: 'no-restricted-syntax' },
	{ layer: 'creation', code: 'void crypto.randomUUID();', rule: 'no-restricted-globals' },
	{
		layer: 'creation',
		code: "import { createHmac } from 'node:crypto'; void createHmac;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'creation',
		code: "import { KlingClient } from '../api/klingClient'; void KlingClient;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'creation',
		code: "import { TaskStore } from '../store/taskStore'; void TaskStore;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'creation',
		code: "import { Poller } from '../tracking/poller'; void Poller;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'store',
		code: "import { CreationLoop } from '../creation/creationLoop'; void CreationLoop;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'api',
		code: "import { nextCreationStep } from '../creation/nextCreationStep'; void nextCreationStep;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{ layer: 'simulator', code: "import * as vscode from 'vscode'; void vscode;", rule: '@typescript-eslint/no-restricted-imports' },
	{
		layer: 'simulator',
		code: "import { KlingClient } from '../api/klingClient'; void KlingClient;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'ui',
		code: "import { TaskStore } from '../store/taskStore'; void TaskStore;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'ui',
		code: "import * as vscode from 'vscode'; vscode.commands.registerCommand('a', () => undefined);",
		rule: 'no-restricted-syntax',
	},
	{
		layer: 'ui',
		code: "import * as vscode from 'vscode'; void vscode.commands.executeCommand('setContext', 'a', true);",
		rule: 'no-restricted-syntax',
	},
	{ layer: 'ui', code: "import * as vscode from 'vscode'; vscode.workspace.getConfiguration();", rule: 'no-restricted-syntax' },
	{ layer: 'ui', code: "import { join } from 'node:path'; void join;", rule: '@typescript-eslint/no-restricted-imports' },
	{
		layer: 'ui',
		file: 'saveResult.ts',
		code: "import { exec } from 'node:child_process'; void exec;",
		rule: '@typescript-eslint/no-restricted-imports',
	},
	{
		layer: 'ui',
		file: 'saveResult.ts',
		code: "import * as vscode from 'vscode'; vscode.workspace.getConfiguration();",
		rule: 'no-restricted-syntax',
	},
	{ layer: 'webview', code: "import * as vscode from 'vscode'; void vscode;", rule: '@typescript-eslint/no-restricted-imports' },
	{ layer: 'webview', code: "import { join } from 'node:path'; void join;", rule: '@typescript-eslint/no-restricted-imports' },
];

const boundaryRules = ['@typescript-eslint/no-restricted-imports', 'no-restricted-syntax', 'no-restricted-globals'];
// These rules need no types; without them linting takes milliseconds.
const untyped: Linter.Config = { files: ['**/*.ts'], languageOptions: { parserOptions: { project: null } } };
const lint = new ESLint({ overrideConfig: [untyped], ruleFilter: ({ ruleId }) => boundaryRules.includes(ruleId) });

/** The boundary rules that code breaks in a file that need not exist. */
async function rulesBrokenIn(filePath: string, code: string): Promise<readonly string[]> {
	const [result] = await lint.lintText(`${code}\n`, { filePath });
	const fatal = result?.messages.find((message) => message.fatal);
	assert.equal(fatal, undefined, fatal?.message);
	return (result?.messages ?? []).map(({ ruleId }) => ruleId ?? '');
}

describe('the import boundaries between the layers', function () {
	this.timeout(120_000);
	const rulesBroken = (layer: string, code: string, file = 'crossing.ts') => rulesBrokenIn(`src/${layer}/${file}`, code);

	for (const { layer, file, code, rule } of violations) {
		it(`src/${layer}${file === undefined ? '' : `/${file}`} may not: ${code}`, async () =>
			assert.ok((await rulesBroken(layer, code, file)).includes(rule)));
	}

	it('allow what a layer may import', async () => {
		assert.deepEqual(
			await rulesBroken(
				'api',
				"import * as v from 'valibot'; import { taskKey } from '../core/task'; import type { KlingApi } from '../tracking/ports/kling'; void v; void taskKey; export type X = KlingApi;",
			),
			[],
		);
		assert.deepEqual(
			await rulesBroken(
				'ui',
				"import * as vscode from 'vscode'; import type { Stores } from '../tracking/ports/stores'; void vscode; export type X = Stores;",
			),
			[],
		);
		assert.deepEqual(await rulesBroken('ui', "import { tmpdir } from 'node:os'; void tmpdir;", 'saveResult.ts'), []);
		assert.deepEqual(await rulesBroken('store', "import { Worker } from 'node:worker_threads'; void Worker;", 'thread.ts'), []);
		assert.deepEqual(await rulesBroken('ui', "import { randomBytes } from 'node:crypto'; void randomBytes;", 'result/loadPage.ts'), []);
	});

	it('cover every layer that exists', () => {
		const layers = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
		const bounded = new Set(violations.map(({ layer }) => layer));
		assert.deepEqual(
			layers.map(({ name }) => name).filter((name) => !bounded.has(name)),
			[],
		);
	});
});

describe('the import boundaries between the test suites', function () {
	this.timeout(120_000);
	const suites = ['unit', 'processes', 'integration', 'e2e', 'page', 'bench'];

	for (const suite of suites) {
		it(`test/${suite} may import from src and test/support`, async () =>
			assert.deepEqual(
				await rulesBrokenIn(
					`test/${suite}/crossing.ts`,
					"import { key } from '../support/makers'; import { taskKey } from '../../src/core/task'; import { x } from './tools/x'; void [key, taskKey, x];",
				),
				[],
			));

		it(`test/support may not import from test/${suite}`, async () =>
			assert.deepEqual(await rulesBrokenIn('test/support/crossing.ts', `import { x } from '../${suite}/x'; void x;`), [
				'@typescript-eslint/no-restricted-imports',
			]));

		for (const other of suites.filter((one) => one !== suite)) {
			it(`test/${suite} may not import from test/${other}`, async () => {
				assert.deepEqual(await rulesBrokenIn(`test/${suite}/deep/crossing.ts`, `import { x } from '../../${other}/tools/x'; void x;`), [
					'@typescript-eslint/no-restricted-imports',
				]);
				assert.deepEqual(await rulesBrokenIn(`test/${suite}/crossing.ts`, `void import('./../${other}/x');`), ['no-restricted-syntax']);
			});
		}
	}

	it('let only those start an editor or a browser that run in one', async () => {
		const allowed = [];
		for (const folder of ['support', ...suites, 'unit/host']) {
			if ((await rulesBrokenIn(`test/${folder}/crossing.ts`, "import { x } from '../host/x.mjs'; void x;")).length === 0) {
				allowed.push(folder);
			}
		}
		assert.deepEqual(allowed, ['e2e', 'page', 'unit/host']);
	});

	it('cover every suite that exists', () => {
		const folders = readdirSync('test', { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
		// Data, and what starts an editor, are no suites.
		const others = /^(?:support|fixtures|cases|host.*)$/;
		assert.deepEqual(folders.filter((name) => !others.test(name)).sort(), suites.toSorted());
	});
});
