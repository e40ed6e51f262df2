import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { KlingClient } from './api/klingClient';
import { TaskStore } from './store/taskStore';
import type { Disposables } from './core/disposables';
import { ApiKeyStore } from './ui/apiKey/apiKeyStore';
import { createEngine } from './tracking/engine';
import { systemClock as clock } from './ui/clock';
import { lazyKeepPlans } from './ui/keeping/lazyKeepPlans';
import { OutputLog } from './ui/log';
import { registerUi } from './ui/registerUi';
import { LazyRequestSupport } from './ui/requests/lazyRequestSupport';
import { searchWords } from './ui/text/searchWords';
import { limitsOfOrigins, editorNamesAgent } from './ui/settings';
import { Startup, type Running } from './ui/startup';
import type { TasksView } from './ui/tree/tasksView';

/** Kept for `deactivate`, which VS Code calls without arguments. */
let startup: Startup<TaskStore, Running> | undefined;

/** Registers the commands and the view, opens the store, then builds and starts the other parts. */
export async function activate(context: vscode.ExtensionContext): Promise<unknown> {
	const log = new OutputLog();
	const workerFile = vscode.Uri.joinPath(context.extensionUri, 'dist', 'store.js').fsPath;
	const requests = new LazyRequestSupport(context.extensionUri, log);
	startup = new Startup({
		open: (signal) => TaskStore.open({ directory: context.globalStorageUri.fsPath, clock, log, workerFile, searchWords, signal }),
		run: (store, view, own) => run(context, log, requests, store, view, own),
		early: requests.commands(),
		clock,
		log,
	});
	context.subscriptions.push(startup, requests);
	// Awaited, because restored panels need what is registered then.
	const parts = await startup.running();
	return context.extensionMode === vscode.ExtensionMode.Test ? parts : undefined;
}

/** Releases in-flight claims first, so that another window takes over immediately, then closes the store. */
export async function deactivate(): Promise<void> {
	await startup?.close();
}

/** Builds, connects and starts the parts; `own` disposes them. Tests get the return value. */
function run(
	context: vscode.ExtensionContext,
	log: OutputLog,
	requests: LazyRequestSupport,
	store: TaskStore,
	view: TasksView,
	own: Disposables,
) {
	const keys = own.own(new ApiKeyStore(context.secrets));
	const limitsOf = limitsOfOrigins((origin) => keys.isTemporary(origin));
	const api = new KlingClient({}, editorNamesAgent);
	const { media, installation } = store;
	const digestProgram = vscode.Uri.joinPath(context.extensionUri, 'dist', 'digest.js').fsPath;
	const keepPlans = lazyKeepPlans(vscode.Uri.joinPath(context.globalStorageUri, 'library').fsPath);
	const engine = own.own(
		createEngine({
			store,
			api,
			createApi: api,
			media,
			keys,
			clock,
			limitsOf,
			random: Math.random,
			newId: randomUUID,
			log,
			loadDownloadLoop: async (parts) => new (await import('./results/downloadLoop')).ResultDownloadLoop(parts, digestProgram),
			keepPlan: () => keepPlans.plan(),
		}),
	);
	const { extensionUri, globalState: memory } = context;
	const startDemo = async () =>
		(await import('./simulator/demo')).startDemo({ mediaFolder: vscode.Uri.joinPath(extensionUri, 'media', 'demo').fsPath });
	const commands = registerUi(own, {
		store,
		api,
		keys,
		clock,
		newId: randomUUID,
		log,
		engine,
		view,
		requests,
		keepPlans,
		digestProgram,
		media,
		installation,
		posters: store.posters,
		extensionUri,
		memory,
		startDemo,
	});
	engine.start();
	const close = async (): Promise<void> => {
		await engine.close();
		await store.close();
	};
	return { commands, close, context, store, tracker: engine.tracker, keys };
}
