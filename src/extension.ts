import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { KlingClient } from './api/klingClient';
import { StoreError } from './store/storeError';
import { TaskStore } from './store/taskStore';
import { Announcer } from './tracking/announcer';
import { AttentionLease } from './tracking/attentionLease';
import { ChangeWatch } from './tracking/changeWatch';
import { Disposables } from './tracking/disposables';
import { DurationLaws } from './tracking/durationLaws';
import { LookPlaces } from './tracking/lookPlaces';
import { Poller } from './tracking/poller';
import { Tracker } from './tracking/tracker';
import { SecretKeyVault } from './ui/apiKey';
import { systemClock as clock } from './ui/clock';
import { OutputLog } from './ui/log';
import { registerUi } from './ui/registerUi';
import { boundsOfOrigins, editorNamesAgent } from './ui/settings';
import { registerUnavailable } from './ui/unavailable';

let close: (() => Promise<void>) | undefined;

/** Builds the parts, connects them, and hands them to the editor's care. */
export async function activate(context: vscode.ExtensionContext): Promise<unknown> {
	const own = new Disposables();
	context.subscriptions.push(own);
	const log = new OutputLog();
	const waiting = new Disposables();
	const onWaiting = (by: string | undefined) => void waiting.own(registerUnavailable({ kind: 'held', by }, log));
	const workerFile = vscode.Uri.joinPath(context.extensionUri, 'dist', 'store.js').fsPath;
	const opening = TaskStore.open({ directory: context.globalStorageUri.fsPath, clock, log, workerFile, onWaiting }).finally(() =>
		waiting.dispose(),
	);
	const store = await opening.catch((error: unknown) => {
		log.error('The database cannot be opened', error);
		own.own(log);
		own.own(registerUnavailable({ kind: error instanceof StoreError && error.kind === 'noSqlite' ? 'noSqlite' : 'unusable' }, log));
	});
	if (store === undefined) {
		return undefined;
	}

	const keys = own.own(new SecretKeyVault(context.secrets));
	const base = {
		store,
		api: new KlingClient({}, editorNamesAgent),
		keys,
		clock,
		boundsOf: boundsOfOrigins((origin) => keys.isLent(origin)),
		dice: Math.random,
		newToken: randomUUID,
		log,
	};
	const engine = { ...base, places: own.own(new LookPlaces(base)), laws: new DurationLaws(store.durations) };
	const poller = own.own(new Poller(engine));
	const tracker = new Tracker(engine, poller);
	const announcer = own.own(new Announcer(engine, vscode.window.state.focused));
	const watch = own.own(new ChangeWatch(engine));
	const attention = own.own(new AttentionLease(engine, randomUUID()));
	const startDemo = async () =>
		(await import('./simulator/demo')).startDemo({ mediaFolder: vscode.Uri.joinPath(context.extensionUri, 'media', 'demo').fsPath });
	own.own(registerUi({ ...engine, poller, tracker, announcer, watch, attention, extensionUri: context.extensionUri, startDemo }));

	for (const part of [announcer, watch, attention, poller]) {
		part.start();
	}
	close = async () => {
		await Promise.allSettled([poller.close(), announcer.close(), attention.close()]);
		await store.close();
		log.dispose();
	};
	return context.extensionMode === vscode.ExtensionMode.Test ? { context, store, tracker, poller, keys } : undefined;
}

/** Gives the claims of looks in flight back, so that another window can take over at once, and only then lets go of the store. */
export async function deactivate(): Promise<void> {
	await close?.();
}
