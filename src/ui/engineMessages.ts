import * as vscode from 'vscode';
import type { Disposables } from '../core/disposables';
import { isFinished } from '../core/task';
import type { Engine } from '../tracking/engine';
import type { Log } from '../tracking/ports/host';
import type { Stores } from '../tracking/ports/stores';
import type { OfflineDemo } from './commands/demoCommands';
import { showMessage } from './message';
import { showPauseMessage } from './pauseMessages';
import { readKeepSettings } from './settings';
import { taskNode } from './taskNode';

/** What the engine's messages need. */
export interface EngineMessageParts {
	readonly store: Pick<Stores, 'tasks' | 'creations' | 'downloads'>;
	readonly log: Log;
	readonly demo: Pick<OfflineDemo, 'isDryRun'>;
	readonly showTasks: () => Promise<void>;
	/** Asks for the API key of an origin. */
	readonly setKey: (origin: string) => Promise<unknown>;
	readonly onUnexpected: (error: unknown) => void;
}

/**
 * Shows what the engine says: that tasks have finished, that a create needs a person, that polling is paused.
 * @param own disposes it
 */
export function showEngineMessages(
	own: Disposables,
	engine: Pick<Engine, 'announcer' | 'creations' | 'onDidPause'>,
	{ store, log, demo, showTasks, setKey, onUnexpected }: EngineMessageParts,
): void {
	own.own(
		engine.onDidPause((pause) => {
			log.warn(`Polling of ${pause.origin} is paused: ${pause.reason === 'noKey' ? 'no API key is set' : 'the API key was rejected'}`);
			void showPauseMessage(pause, () => setKey(pause.origin));
		}),
	);
	own.own(
		engine.announcer.onDidAnnounce((finishedTasks) => {
			import('./notifications')
				.then(({ notifyFinished }) =>
					notifyFinished(finishedTasks, {
						say: showMessage,
						open: (key) => vscode.commands.executeCommand('kling.openResult', taskNode(key)),
						save: (key) => vscode.commands.executeCommand('kling.saveResult', taskNode(key)),
						showTasks,
						...(readKeepSettings().keep === 'off' && {
							claimKeepOffer: () => store.downloads.claimOffer(),
							keepAll: () => vscode.commands.executeCommand('kling.keepAllResults'),
						}),
						isDryRun: (key) => demo.isDryRun(key),
						isOwn: (key) => store.creations.ofTask(key) !== undefined,
						showRequest: (key) => vscode.commands.executeCommand('kling.showRequest', taskNode(key)),
						isUnviewed: (key) => {
							const task = store.tasks.get(key);
							return task !== undefined && isFinished(task) && task.viewedAt === undefined;
						},
					}),
				)
				.catch(onUnexpected);
		}),
	);
	own.own(
		engine.creations.onDidSettle((creation) => {
			if (creation.state !== 'accepted') {
				import('./creation/creationCommands').then(({ notifySettled }) => notifySettled(creation, showMessage)).catch(onUnexpected);
			}
		}),
	);
}
