import * as vscode from 'vscode';
import type { TaskKey } from '../../core/task';
import type { MediaRef } from '../../core/mediaRef';
import { Disposables } from '../../core/disposables';
import type { ResultPanelParts, ShowOptions } from './panelParts';
import type { ResultPanels } from './resultPanel';
import { resultTabs, resultViewType } from './resultTabs';

/** The result tabs, a custom editor; its code is loaded when the first one is shown. */
export class LazyResultPanels implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #parts: ResultPanelParts;
	readonly #didChangeVisibility = this.#own.own(new vscode.EventEmitter<void>());
	/** A panel became visible or hidden. */
	readonly onDidChangeVisibility = this.#didChangeVisibility.event;
	/** The tabs that the editor kept across a reload and that have not been shown since. */
	readonly #restored = new Set(resultTabs().map(({ uri }) => uri.toString()));
	#panels: Promise<ResultPanels> | undefined;
	#loaded: ResultPanels | undefined;
	#disposed = false;

	constructor(parts: ResultPanelParts) {
		this.#parts = parts;
		this.#own.own(
			vscode.window.registerCustomEditorProvider(resultViewType, {
				openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
				resolveCustomEditor: async ({ uri }, panel) =>
					(await this.#load()).resolve(uri, panel, { isRestored: this.#restored.delete(uri.toString()) }),
			}),
		);
	}

	/** Whether any panel is visible. */
	get visible(): boolean {
		return this.#loaded?.visible ?? false;
	}

	/** Opens a task's tab, or brings it to the front. */
	async show(key: TaskKey, options: ShowOptions = {}): Promise<void> {
		await (await this.#load()).show(key, options);
	}

	/** Scrolls to one media of a task whose panel is visible. */
	reveal(key: TaskKey, media: MediaRef): void {
		this.#loaded?.reveal(key, media);
	}

	dispose(): void {
		this.#disposed = true;
		this.#loaded?.dispose();
		this.#own.dispose();
	}

	#load(): Promise<ResultPanels> {
		this.#panels ??= import('./resultPanel').then(({ ResultPanels: Panels }) => {
			const panels = new Panels(this.#parts);
			if (this.#disposed) {
				panels.dispose();
			}
			this.#loaded = panels;
			panels.onDidChangeVisibility(() => this.#didChangeVisibility.fire());
			return panels;
		});
		return this.#panels;
	}
}
