import type * as vscode from 'vscode';
import type { Disposable, Tasks } from '../tracking/ports';
import type { SecretKeyVault } from './apiKey';
import { setContext } from './contextKeys';
import { onDidChangeSettings, readOrigin } from './settings';

/** Keeps the context keys of welcome views, menus and the palette in step with the store and the keys. */
export class TaskContext implements vscode.Disposable {
	readonly #own: Disposable[];

	constructor(
		private readonly tasks: Tasks,
		private readonly vault: SecretKeyVault,
		onUnexpected: (error: unknown) => void,
	) {
		const keys = (): void => {
			this.#readKeys().catch(onUnexpected);
		};
		this.#own = [
			tasks.onDidChange(({ structure }) => {
				this.#readTasks();
				if (structure) keys();
			}),
			tasks.onDidChangeKeys(keys),
			vault.onDidChange(keys),
			onDidChangeSettings(keys),
		];
		this.#readTasks();
		keys();
	}

	dispose(): void {
		for (const owned of this.#own) owned.dispose();
	}

	#readTasks(): void {
		const { active, ended, unviewed } = this.tasks.counts();
		setContext('kling.hasTasks', active + ended > 0);
		setContext('kling.hasActive', active > 0);
		setContext('kling.hasEnded', ended > 0);
		setContext('kling.hasUnviewed', unviewed > 0);
		setContext('kling.hasResults', ended > 0 && this.tasks.ended(200).some(({ results }) => results.length > 0));
	}

	async #readKeys(): Promise<void> {
		// Before anything can fail: a welcome view that says too little is better than none.
		setContext('kling.ready', true);
		const read = readOrigin();
		const apiKey = read.ok ? await this.vault.get(read.origin) : undefined;
		setContext('kling.hasApiKey', apiKey !== undefined);
		setContext('kling.hasAnyApiKey', (await this.vault.origins()).length > 0);
		setContext('kling.keyRejected', read.ok && this.tasks.pausedOrigins().get(read.origin) === 'auth');
	}
}
