import type * as vscode from 'vscode';
import type { Clock } from '../tracking/ports/host';
import { Disposables } from '../core/disposables';
import type { Stores } from '../tracking/ports/stores';
import type { ApiKeyStore } from './apiKey/apiKeyStore';
import { ThrottledRedraw } from './throttledRedraw';
import { setContext } from './contextKeys';
import { onDidChangeSettings, readOrigin } from './settings';

/** Updates the context keys of welcome views, menus and the palette when the store or the API keys change. */
export class TaskContext implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #store: Stores;
	readonly #apiKeys: ApiKeyStore;
	/** Whether tasks were added, removed or finished since `#hasResults` was read. */
	#isListNew = true;
	#hasResults = false;

	constructor(store: Stores, apiKeys: ApiKeyStore, clock: Clock, onUnexpected: (error: unknown) => void) {
		this.#store = store;
		this.#apiKeys = apiKeys;
		const keys = (): void => {
			this.#readKeys().catch(onUnexpected);
		};
		const redraw = this.#own.own(new ThrottledRedraw(clock, () => this.#readTasks()));
		const rereadKeys = this.#own.own(new ThrottledRedraw(clock, keys));
		this.#own.own(
			store.changes.onDidChange(({ listChanged }) => {
				this.#isListNew ||= listChanged;
				redraw.request();
				// An origin may have been paused.
				if (listChanged) {
					rereadKeys.request();
				}
			}),
		);
		this.#own.own(store.creations.onDidChangeCreations(() => redraw.request()));
		this.#own.own(store.changes.onDidChangeKeys(keys));
		this.#own.own(apiKeys.onDidChange(keys));
		this.#own.own(onDidChangeSettings(keys));
		this.#readTasks();
		keys();
	}

	dispose(): void {
		this.#own.dispose();
	}

	#readTasks(): void {
		const { active, finished, unviewed } = this.#store.tasks.counts();
		setContext('kling.hasTasks', active + finished > 0);
		setContext('kling.hasActive', active > 0);
		setContext('kling.hasFinished', finished > 0);
		setContext('kling.hasUnviewed', unviewed > 0);
		setContext('kling.hasCreations', this.#store.creations.listed().length > 0);
		// A task can gain results after it finished, but it never loses them.
		if (this.#isListNew || !this.#hasResults) {
			this.#isListNew = false;
			this.#hasResults = this.#store.tasks.hasResults();
		}
		setContext('kling.hasResults', this.#hasResults);
	}

	async #readKeys(): Promise<void> {
		// Set before anything can fail: an incomplete welcome view is better than none.
		setContext('kling.ready', true);
		const read = readOrigin();
		const apiKey = read.ok ? await this.#apiKeys.get(read.origin) : undefined;
		setContext('kling.hasApiKey', apiKey !== undefined);
		setContext('kling.hasAnyApiKey', (await this.#apiKeys.origins()).length > 0);
		setContext('kling.keyRejected', read.ok && this.#store.origins.paused().get(read.origin) === 'auth');
	}
}
