import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { KlingClient } from './api/klingClient';
import { TaskStore } from './store/taskStore';
import { Disposables } from './core/disposables';
import { ApiKeyStore } from './ui/apiKey/apiKeyStore';
import { createEngine } from './tracking/engine';
import { systemClock as clock } from './ui/clock';
import { OutputLog } from './ui/log';
import { registerUi } from './ui/registerUi';
import { limitsOfOrigins, editorNamesAgent } from './ui/settings';
import { Startup, type Running } from './ui/startup';
import type { TasksView } from './ui/tree/tasksView';

/** What `activate` began: the editor calls `deactivate` without a word of it. */
let startup: Startup<TaskStore, Running> | undefined;

/** Registers commands and the view, opens the store, and then builds and starts the rest. */
export async function activate(context: vscode.ExtensionContext): Promise<unknown> {
	const log = new OutputLog();
	const workerFile = vscode.Uri.joinPath(context.extensionUri, 'dist', 'store.js').fsPath;
	startup = new Startup({
		open: (signal) => TaskStore.open({ directory: context.globalStorageUri.fsPath, clock, log, workerFile, signal }),
		run: (store, view) => run(context, log, store, view),
		clock,
		log,
	});
	context.subscriptions.push(startup);
	const parts = await startup.running();
	return context.extensionMode === vscode.ExtensionMode.Test ? parts : undefined;
}

/** Gives the claims of looks in flight back, so that another window can take over at once, and only then lets go of the store. */
export async function deactivate(): Promise<void> {
	await startup?.close();
}

/** Builds the parts, connects them, starts them, and hands them to the editor's care. Tests get what it returns. */
function run(context: vscode.ExtensionContext, log: OutputLog, store: TaskStore, view: TasksView) {
	const own = new Disposables();
	context.subscriptions.push(own);
	const keys = own.own(new ApiKeyStore(context.secrets));
	const limitsOf = limitsOfOrigins((origin) => keys.isTemporary(origin));
	const api = new KlingClient({}, editorNamesAgent);
	const engine = own.own(createEngine({ store, api, keys, clock, limitsOf, random: Math.random, newId: randomUUID, log }));
	const { extensionUri } = context;
	const startDemo = async () =>
		(await import('./simulator/demo')).startDemo({ mediaFolder: vscode.Uri.joinPath(extensionUri, 'media', 'demo').fsPath });
	const ui = own.own(registerUi({ store, keys, clock, newId: randomUUID, log, engine, view, extensionUri, startDemo }));
	engine.start();
	const close = async (): Promise<void> => {
		await engine.close();
		await store.close();
	};
	return { commands: ui.commands, close, context, store, tracker: engine.tracker, keys };
}
