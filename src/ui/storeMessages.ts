import * as vscode from 'vscode';
import { commandRemedy, say } from './message';
import { conditionText } from './wording';
import type { Disposable, StoreCondition, StoreHealth } from '../tracking/ports';

/** Says what a person should know of the database: each condition once, and how many tasks a recovery brought back. */
export class StoreMessages implements vscode.Disposable {
	readonly #subscription: Disposable;
	#told: StoreCondition = 'ok';

	constructor(
		private readonly store: StoreHealth,
		private readonly onUnexpected: (error: unknown) => void,
	) {
		this.#subscription = store.onDidChangeCondition(() => this.#read());
		this.#read();
	}

	dispose(): void {
		this.#subscription.dispose();
	}

	#read(): void {
		const { condition } = this.store;
		if (condition === 'ok') this.#sayRecovery().catch(this.onUnexpected);
		if (condition === this.#told) return;
		this.#told = condition;
		const text = conditionText(condition);
		const update = commandRemedy(vscode.l10n.t('Check for updates'), 'workbench.extensions.action.checkForUpdates');
		if (text !== undefined) void say('warning', text, condition === 'newerSchema' ? [update] : []);
	}

	async #sayRecovery(): Promise<void> {
		const recovery = await this.store.claimRecovery();
		if (recovery === undefined) return;
		const text = recovery.tasks === 1 ? vscode.l10n.t('1 task was recovered.') : vscode.l10n.t('{0} tasks were recovered.', recovery.tasks);
		await say('warning', `${vscode.l10n.t('The database of tracked tasks was damaged and has been replaced; the damaged file was kept.')} ${text}`);
	}
}
