import * as vscode from 'vscode';
import { taskKey, type TaskKey } from '../../core/task';
import { Disposables } from '../../core/disposables';
import { readPageState } from '../../shared/resultProtocol';
import type { Disposable } from '../../core/emitter';
import { resultViewType, type ResultPanelParts, type ShowOptions } from './panelParts';
import { panelTitle } from './snapshot';
import { TaskPanel } from './taskPanel';

/** How often elapsed times are updated while a panel with an active task is visible, ms. */
const tickMs = 5000;

/** All result panels of this window, one per task. Entry point of dist/panels.js. */
export class ResultPanels implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #parts: ResultPanelParts;
	readonly #panels = new Map<TaskKey, TaskPanel>();
	readonly #didChangeVisibility = this.#own.own(new vscode.EventEmitter<void>());
	/** A panel became visible or hidden. */
	readonly onDidChangeVisibility = this.#didChangeVisibility.event;
	#tick: Disposable | undefined;

	constructor(parts: ResultPanelParts) {
		this.#parts = parts;
		this.#own.own(
			parts.store.changes.onDidChange(({ keys, listChanged }) => {
				for (const [key, panel] of this.#panels) {
					if (listChanged || keys.has(key)) {
						panel.update();
					}
				}
				this.#bookTick();
			}),
		);
	}

	get visible(): boolean {
		return [...this.#panels.values()].some((panel) => panel.visible);
	}

	/** Opens a task's panel, or brings it to the front. Does nothing if the task is not tracked. */
	show(key: TaskKey, { media, play = false, preserveFocus = false }: ShowOptions = {}): void {
		const task = this.#parts.store.tasks.get(key);
		if (task === undefined) {
			return;
		}
		const open = this.#panels.get(key);
		if (open !== undefined) {
			open.show(preserveFocus);
		} else {
			this.#use(
				key,
				vscode.window.createWebviewPanel(resultViewType, panelTitle(task), { viewColumn: vscode.ViewColumn.Active, preserveFocus }),
			);
		}
		const target = media ?? (play && task.results.length > 0 ? 0 : undefined);
		if (target !== undefined) {
			this.#panels.get(key)?.reveal(target, { focus: !preserveFocus, play });
		}
	}

	/** Restores a panel that the editor kept across a reload; closes it if its task is no longer tracked or already has a panel. */
	revive(panel: vscode.WebviewPanel, state: unknown): void {
		const read = readPageState(state);
		const key = read === undefined ? undefined : taskKey(read.task);
		if (key === undefined || this.#panels.has(key) || this.#parts.store.tasks.get(key) === undefined) {
			panel.dispose();
		} else {
			this.#use(key, panel);
		}
	}

	/** Releases the panels but leaves them open: after a reload the editor passes them to `revive`. */
	dispose(): void {
		this.#tick?.dispose();
		for (const panel of this.#panels.values()) {
			panel.dispose();
		}
		this.#own.dispose();
	}

	#use(key: TaskKey, panel: vscode.WebviewPanel): void {
		const onDidChangeVisibility = (): void => {
			this.#didChangeVisibility.fire();
			this.#bookTick();
		};
		this.#panels.set(key, new TaskPanel(key, panel, this.#parts, onDidChangeVisibility));
		panel.onDidDispose(() => {
			this.#panels.delete(key);
			onDidChangeVisibility();
		});
		onDidChangeVisibility();
	}

	/** Elapsed times are updated only while they are visible. */
	#bookTick(): void {
		this.#tick?.dispose();
		this.#tick = undefined;
		const ticking = [...this.#panels.values()].filter((panel) => panel.ticking);
		if (ticking.length === 0) {
			return;
		}
		this.#tick = this.#parts.clock.after(tickMs, () => {
			for (const panel of ticking) {
				panel.update();
			}
			this.#bookTick();
		});
	}
}
