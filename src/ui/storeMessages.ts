import * as vscode from 'vscode';
import { unreachable } from '../core/unreachable';
import { say } from './message';
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
		if (text !== undefined) void say('warning', text);
	}

	async #sayRecovery(): Promise<void> {
		const recovery = await this.store.claimRecovery();
		if (recovery === undefined) return;
		const text = recovery.tasks === 1 ? vscode.l10n.t('1 task was recovered.') : vscode.l10n.t('{0} tasks were recovered.', recovery.tasks);
		await say('warning', `${vscode.l10n.t('The database of tracked tasks was damaged and has been replaced; the damaged file was kept.')} ${text}`);
	}
}

function conditionText(condition: StoreCondition): string | undefined {
	switch (condition) {
		case 'ok':
		case 'recovering':
			return undefined; // the recovery is told when it is done
		case 'newerSchema':
			return vscode.l10n.t('A newer version of Kling Tasks wrote the database. It is shown, but not changed; update the extension to track again.');
		case 'readOnlyDisk':
			return vscode.l10n.t('The folder of the tracked tasks is read-only. Tasks are shown, but not watched.');
		case 'diskFull':
			return vscode.l10n.t('The disk is full. Nothing is lost: what has to be written waits until there is room.');
		case 'diskError':
			return vscode.l10n.t('The disk refused to write the tracked tasks. What has to be written waits and is tried again.');
		default:
			return unreachable(condition);
	}
}
