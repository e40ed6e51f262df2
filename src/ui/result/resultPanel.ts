import * as vscode from 'vscode';
import { isFinished, type Task, type TaskKey } from '../../core/task';
import { Disposables } from '../../core/disposables';
import type { MediaRef } from '../../core/mediaRef';
import type { Disposable } from '../../core/emitter';
import type { ResultPanelParts, ShowOptions } from './panelParts';
import { FactRecorder } from './factRecorder';
import { messageHtml } from './resultHtml';
import { readResultUri, resultTabs, resultUri, resultViewType } from './resultTabs';
import { setContext } from '../contextKeys';
import { TaskPanel } from './taskPanel';

/** What to show of a task when its panel is there. */
interface Wanted {
	readonly media: MediaRef | undefined;
	readonly focus: boolean | 'withPage';
}

/** All result panels of this window, one per task. Entry point of dist/panels.js. */
export class ResultPanels implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #parts: ResultPanelParts;
	readonly #panels = new Map<TaskKey, TaskPanel>();
	/** What `show` wants of tasks whose tabs are being opened. */
	readonly #wanted = new Map<TaskKey, Wanted>();
	readonly #didChangeVisibility = this.#own.own(new vscode.EventEmitter<void>());
	/** A panel became visible or hidden. */
	readonly onDidChangeVisibility = this.#didChangeVisibility.event;
	/** Open tabs that wait for their task to be tracked. */
	readonly #refused = new Set<Disposable>();
	readonly #facts: FactRecorder;
	#tick: Disposable | undefined;

	constructor(parts: ResultPanelParts) {
		this.#parts = parts;
		const facts = vscode.Uri.joinPath(parts.extensionUri, 'dist', 'facts.js').fsPath;
		this.#facts = this.#own.own(new FactRecorder(parts.store.downloads, facts, parts.clock));
		this.#own.own(
			parts.store.changes.onDidChange(({ keys, listChanged }) => {
				for (const [key, panel] of this.#panels) {
					if (listChanged || keys.has(key)) {
						panel.update();
					}
				}
				this.#noteTabs();
				this.#bookTick();
			}),
		);
		this.#own.own(parts.downloads.onDidChangeProgress((key) => this.#panels.get(key)?.update()));
	}

	get visible(): boolean {
		return [...this.#panels.values()].some((panel) => panel.visible);
	}

	/** Opens a task's tab, or brings it to the front, and plays its result. Does nothing if the task is not tracked. */
	async show(key: TaskKey, { media, inBackground = false }: ShowOptions = {}): Promise<void> {
		const task = this.#parts.store.tasks.get(key);
		if (task === undefined) {
			return;
		}
		this.#wanted.set(key, { media, focus: !inBackground });
		try {
			const options: vscode.TextDocumentShowOptions = { preview: inBackground, preserveFocus: inBackground };
			await vscode.commands.executeCommand('vscode.openWith', resultUri(task), resultViewType, options);
			this.#play(key);
		} finally {
			this.#wanted.delete(key);
		}
	}

	/** Scrolls to one media of a task whose panel is visible. */
	reveal(key: TaskKey, media: MediaRef): void {
		const panel = this.#panels.get(key);
		if (panel?.visible === true) {
			panel.reveal(media, { focus: false, play: false });
		}
	}

	/**
	 * Fills a tab that is shown for the first time, or for the first time since the editor kept it across a reload.
	 * @param uri anything: the editor opens whatever a link or a person names
	 */
	resolve(uri: vscode.Uri, panel: vscode.WebviewPanel, { isRestored }: { readonly isRestored: boolean }): void {
		const key = readResultUri(uri);
		if (key === undefined || this.#parts.store.tasks.get(key) === undefined) {
			this.#refuse(key, panel);
			return;
		}
		const open = this.#panels.get(key);
		if (open !== undefined && resultTabs().some((tab) => tab.key === key && tab.uri.toString() !== uri.toString())) {
			// The task was renamed since that tab was opened, and this resource has another name of it.
			panel.dispose();
			open.show();
			return;
		}
		this.#use(key, panel);
		if (!isRestored) {
			this.#play(key, { media: this.#parts.selectedMedia(key), focus: 'withPage' });
		}
	}

	/** Releases the panels but leaves their tabs open: after a reload the editor passes them to `resolve`. */
	dispose(): void {
		this.#tick?.dispose();
		for (const panel of this.#panels.values()) {
			panel.dispose();
		}
		// A tab that is closed after this books no tick.
		this.#panels.clear();
		for (const waits of this.#refused) {
			waits.dispose();
		}
		this.#own.dispose();
	}

	#use(key: TaskKey, panel: vscode.WebviewPanel): void {
		const onDidChangeVisibility = (): void => {
			this.#didChangeVisibility.fire();
			this.#bookTick();
		};
		const follow = (): void => {
			if (panel.active) {
				this.#parts.onDidActivate(key);
			}
		};
		const taskPanel = new TaskPanel(key, panel, { ...this.#parts, readFacts: this.#readFacts }, onDidChangeVisibility);
		this.#panels.set(key, taskPanel);
		panel.onDidChangeViewState(follow);
		panel.onDidDispose(() => {
			// The editor may open a moved tab anew before it closes the old one.
			if (this.#panels.get(key) === taskPanel) {
				this.#panels.delete(key);
			}
			onDidChangeVisibility();
		});
		onDidChangeVisibility();
		follow();
		this.#noteTabs();
	}

	readonly #readFacts = (task: Task): Promise<void> =>
		this.#facts.read(
			task.key,
			task.results.map(({ kind }) => kind),
		);

	/** Plays what is wanted of a task, once; by default `otherwise`, or nothing. */
	#play(key: TaskKey, otherwise?: Wanted): void {
		const wanted = this.#wanted.get(key) ?? otherwise;
		const panel = this.#panels.get(key);
		if (wanted === undefined || panel === undefined) {
			return;
		}
		this.#wanted.delete(key);
		const media = wanted.media ?? (this.#parts.store.tasks.get(key)?.results.length === 0 ? undefined : 0);
		if (media !== undefined) {
			const autoplay = this.#parts.autoplay();
			panel.reveal(media, { focus: wanted.focus, play: autoplay !== 'off', muted: autoplay === 'muted' });
		}
	}

	/** Says that a resource names no task of the list, until the task is tracked. */
	#refuse(key: TaskKey | undefined, panel: vscode.WebviewPanel): void {
		panel.webview.html = messageHtml(
			vscode.l10n.t('This task is not in the list of Kling tasks. It may have been removed, or belong to another computer.'),
			vscode.env.language,
		);
		if (key === undefined) {
			return;
		}
		const waits = this.#parts.store.changes.onDidChange(() => {
			if (this.#parts.store.tasks.get(key) !== undefined && !this.#panels.has(key)) {
				waits.dispose();
				this.#use(key, panel);
			}
		});
		this.#refused.add(waits);
		panel.onDidDispose(() => {
			waits.dispose();
			this.#refused.delete(waits);
		});
	}

	/** Which title actions can work in which tab: the editor compares a tab's resource with these. */
	#noteTabs(): void {
		const tabs = resultTabs().map(({ key, uri }) => ({ uri: uri.toString(), task: this.#parts.store.tasks.get(key) }));
		const those = (suits: (task: Task) => boolean): readonly string[] =>
			tabs.flatMap(({ uri, task }) => (task !== undefined && suits(task) ? [uri] : []));
		setContext(
			'kling.tabsOfTasks',
			those(() => true),
		);
		setContext(
			'kling.tabsWithResult',
			those(({ results }) => results.length > 0),
		);
		setContext(
			'kling.tabsOfActive',
			those((task) => !isFinished(task)),
		);
	}

	/** Times are updated only while they are visible. */
	#bookTick(): void {
		this.#tick?.dispose();
		this.#tick = undefined;
		const ticks = [...this.#panels.values()].flatMap(({ tickMs }) => tickMs ?? []);
		if (ticks.length === 0) {
			return;
		}
		this.#tick = this.#parts.clock.after(Math.min(...ticks), () => {
			for (const panel of this.#panels.values()) {
				if (panel.tickMs !== undefined) {
					panel.update();
				}
			}
			this.#bookTick();
		});
	}
}
