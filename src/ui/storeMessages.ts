import * as vscode from 'vscode';
import { commandRemedy, showMessage } from './message';
import { conditionText, recoveryText } from './text/store';
import type { Disposable } from '../core/emitter';
import type { StoreCondition, StoreHealth } from '../tracking/ports/health';

/** Shows problems of the database, each once, and how many tasks were recovered. */
export class StoreMessages implements vscode.Disposable {
	readonly #subscription: Disposable;
	#notified: StoreCondition = 'ok';
	readonly #store: StoreHealth;
	readonly #onUnexpected: (error: unknown) => void;

	constructor(store: StoreHealth, onUnexpected: (error: unknown) => void) {
		this.#store = store;
		this.#onUnexpected = onUnexpected;
		this.#subscription = store.onDidChangeCondition(() => this.#read());
		this.#read();
	}

	dispose(): void {
		this.#subscription.dispose();
	}

	#read(): void {
		const { condition } = this.#store;
		if (condition === 'ok') {
			this.#showRecovery().catch(this.#onUnexpected);
		}
		if (condition === this.#notified) {
			return;
		}
		this.#notified = condition;
		const text = conditionText(condition);
		const update = commandRemedy(vscode.l10n.t('Check for Updates'), 'workbench.extensions.action.checkForUpdates');
		if (text !== undefined) {
			void showMessage('warning', text, condition === 'newerSchema' ? [update] : []);
		}
	}

	async #showRecovery(): Promise<void> {
		const recovery = await this.#store.claimRecoveryNotice();
		if (recovery === undefined) {
			return;
		}
		await showMessage('warning', recoveryText(recovery.tasks));
	}
}
