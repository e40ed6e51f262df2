import * as vscode from 'vscode';
import type { TaskKey } from '../../core/task';
import type { Disposable } from '../../core/emitter';
import { resultViewType, type ResultPanelParts, type ShowOptions } from './panelParts';
import type { ResultPanels } from './resultPanel';

/** The result panels; their code is loaded when the first one is opened or revived. */
export class LazyResultPanels implements vscode.Disposable {
	readonly #parts: ResultPanelParts;
	readonly #didChangeVisibility = new vscode.EventEmitter<void>();
	/** A panel became visible or hidden. */
	readonly onDidChangeVisibility = this.#didChangeVisibility.event;
	readonly #serializer: Disposable;
	#panels: Promise<ResultPanels> | undefined;
	#loaded: ResultPanels | undefined;
	#disposed = false;

	constructor(parts: ResultPanelParts) {
		this.#parts = parts;
		this.#serializer = vscode.window.registerWebviewPanelSerializer(resultViewType, {
			deserializeWebviewPanel: async (panel, state: unknown) => (await this.#load()).revive(panel, state),
		});
	}

	/** Whether any panel is visible. */
	get visible(): boolean {
		return this.#loaded?.visible ?? false;
	}

	/** Opens a task's panel, or brings it to the front. */
	async show(key: TaskKey, options: ShowOptions = {}): Promise<void> {
		(await this.#load()).show(key, options);
	}

	dispose(): void {
		this.#disposed = true;
		this.#serializer.dispose();
		this.#loaded?.dispose();
		this.#didChangeVisibility.dispose();
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
