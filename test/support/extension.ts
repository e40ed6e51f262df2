import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import * as vscode from 'vscode';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator';
import type { TaskStore } from '../../src/store/taskStore';
import type { Tracker } from '../../src/tracking/tracker';
import type { ApiKeyStore } from '../../src/ui/apiKey/apiKeyStore';
import { startSimulator } from './simulator';

/** What `activate` hands to a test. */
export interface Parts {
	readonly context: vscode.ExtensionContext;
	readonly store: TaskStore;
	readonly tracker: Tracker;
	readonly keys: ApiKeyStore;
}

const load = createRequire(__filename);

/** The extension as the editor knows it. */
export function extension(): vscode.Extension<Parts> {
	const found = vscode.extensions.getExtension<Parts>('kling-tasks.kling-tasks');
	assert.ok(found, 'the extension is not installed');
	return found;
}

/** A file of the extension. */
export function extensionFile(...path: readonly string[]): string {
	return join(extension().extensionPath, ...path);
}

/** The parts of the running extension; after `startExtension` those of its new life. */
export async function runningParts(): Promise<Parts> {
	return await extension().activate();
}

interface ExtensionModule {
	activate(context: vscode.ExtensionContext): Promise<unknown>;
	deactivate(): Promise<void>;
}

function isExtensionModule(value: unknown): value is ExtensionModule {
	return (
		typeof value === 'object' &&
		value !== null &&
		'activate' in value &&
		typeof value.activate === 'function' &&
		'deactivate' in value &&
		typeof value.deactivate === 'function'
	);
}

function loadBundle(): ExtensionModule {
	const module: unknown = load(extensionFile('dist', 'extension.js'));
	assert.ok(isExtensionModule(module), 'the bundle is no extension');
	return module;
}

/** Ends the extension as the editor does when its window closes. */
export async function stopExtension(): Promise<void> {
	const { context } = await runningParts();
	// The editor's own order: what is subscribed goes while deactivate is still at work.
	const deactivated = loadBundle().deactivate();
	for (const owned of context.subscriptions.splice(0)) {
		owned.dispose();
	}
	await deactivated;
}

/** The extension's bundles that are loaded: names of files in dist/. */
export function loadedBundles(): readonly string[] {
	const folder = extensionFile('dist') + sep;
	return Object.keys(load.cache).flatMap((file) => (file.startsWith(folder) ? [file.slice(folder.length)] : []));
}

/** Loads the bundles anew and activates it, as the editor does when a window opens. Returns how long each took, ms. */
export async function startExtension(): Promise<{ readonly loadMs: number; readonly activateMs: number }> {
	const { context } = await runningParts();
	for (const bundle of loadedBundles()) {
		// eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- Node's way to load a module anew
		delete load.cache[load.resolve(extensionFile('dist', bundle))];
	}
	const start = performance.now();
	const module = loadBundle();
	const loaded = performance.now();
	const parts = await module.activate(context);
	const activated = performance.now();
	// Whoever asks the editor for the extension's exports gets those of this life.
	Object.assign(extension().exports, parts);
	return { loadMs: loaded - start, activateMs: activated - loaded };
}

/** Sets the base URL in the person's settings; undefined: the default again. */
export async function setBaseUrl(origin: string | undefined): Promise<void> {
	await vscode.workspace.getConfiguration('kling').update('api.baseUrl', origin, vscode.ConfigurationTarget.Global);
}

/** Stores a key as the Set API Key command does. */
export async function setKey(origin: string, apiKey: string): Promise<void> {
	const { keys, store } = await runningParts();
	await keys.set(origin, apiKey);
	await store.origins.noteKey(origin, true, Date.now());
}

/** Removes a key as the Remove API Key command does. */
export async function removeKey(origin: string): Promise<void> {
	const { keys, store } = await runningParts();
	await keys.remove(origin);
	await store.origins.noteKey(origin, false, Date.now());
}

/** Nothing tracked, no keys, no editors open. */
export async function cleanSlate(): Promise<Parts> {
	const parts = await runningParts();
	for (const origin of await parts.keys.origins()) {
		await removeKey(origin);
	}
	await parts.store.tasks.deleteEverything();
	// It is made once ever: otherwise by whichever suite's task finishes first.
	await parts.store.downloads.claimOffer();
	if (vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0)) {
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	}
	return parts;
}

/** An offline Kling of a suite's own, which is the base URL while the suite runs. To be called where the suite is described. */
export function suiteSimulator(apiKey: string, options: Partial<SimulatorOptions> = {}): { readonly get: () => Simulator } {
	let simulator: Simulator;
	before(async () => {
		await cleanSlate();
		simulator = await startSimulator(apiKey, options);
		await setBaseUrl(simulator.origin);
	});
	beforeEach(() => {
		simulator.requests.clear();
		simulator.faults.clear();
	});
	after(async () => {
		await cleanSlate();
		await setBaseUrl(undefined);
		await simulator.close();
	});
	return { get: () => simulator };
}
