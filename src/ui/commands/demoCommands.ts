import * as vscode from 'vscode';
import { DemoSession, type DemoSessionParts } from '../../tracking/demoSession';
import { setContext } from '../contextKeys';
import { commandRemedy, showMessage } from '../message';
import type { CommandHandlers } from './commandRegistry';

interface OfflineDemoParts extends Omit<DemoSessionParts, 'onDidChangeRunning'> {
	readonly showTasks: () => Promise<void>;
}

/** The commands of the offline demo. */
export class OfflineDemo implements vscode.Disposable {
	readonly #session: DemoSession;
	readonly #showTasks: () => Promise<void>;

	constructor({ showTasks, ...parts }: OfflineDemoParts) {
		this.#showTasks = showTasks;
		this.#session = new DemoSession({ ...parts, onDidChangeRunning: (isRunning) => setContext('kling.demoRunning', isRunning) });
	}

	commands(): Pick<CommandHandlers, 'kling.tryOfflineDemo' | 'kling.stopOfflineDemo'> {
		return { 'kling.tryOfflineDemo': () => this.#start(), 'kling.stopOfflineDemo': () => this.#session.stop() };
	}

	dispose(): void {
		this.#session.dispose();
	}

	async #start(): Promise<void> {
		await this.#showTasks();
		if (!(await this.#session.start())) {
			return;
		}
		const stop = commandRemedy(vscode.l10n.t('Stop Demo'), 'kling.stopOfflineDemo');
		void showMessage('info', vscode.l10n.t('Offline demo running: sample tasks finish within a minute. No network, key or cost.'), [stop]);
	}
}
