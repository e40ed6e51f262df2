import * as vscode from 'vscode';
import { isFinished, type Task, type TaskKey } from '../../core/task';
import { omitUndefined } from '../../core/omitUndefined';
import { assertNever } from '../../core/assertNever';
import { readPageMessage, type PageMessage, type PanelMessage } from '../../shared/resultProtocol';
import type { MediaRef } from '../../core/mediaRef';
import { Disposables } from '../../core/disposables';
import { nextFactOf } from '../continueWith/taskFacts';
import { limitConcurrency } from '../../core/limitConcurrency';
import { keptFolders } from './keptFolders';
import { LinkRecovery } from './linkRecovery';
import { loadPage } from './loadPage';
import { pageCommands } from './pageCommands';
import { PanelFiles } from './panelFiles';
import type { ResultPanelParts } from './panelParts';
import { ParentTask } from './parentTask';
import { tabTitle } from './resultTabs';
import { isCopyable, snapshotChangesIn, snapshotOf, type SnapshotParts } from './snapshot';
import { mediaOrigins } from './taskLinks';

/** Shared by all panels: a task may have a hundred links, and all of them expire on the same day. */
const linkChecks = limitConcurrency(4);

type RevealMessage = Extract<PanelMessage, { type: 'reveal' }>;

export interface TaskPanelParts extends ResultPanelParts {
	/** Reads what the task's kept files say of themselves, if that is not known. */
	readonly readFacts: (task: Task) => Promise<void>;
}

/** One task's panel: reads the task from the store, sends the page whole snapshots, and handles the page's messages. */
export class TaskPanel implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #key: TaskKey;
	readonly #panel: vscode.WebviewPanel;
	readonly #parts: TaskPanelParts;
	readonly #recovery: LinkRecovery;
	readonly #files: PanelFiles;
	/** The media origins in the page's current policy, separated by spaces; undefined before the page is loaded. */
	#origins: string | undefined;
	/** Whether the page's script is ready to receive messages. */
	#ready = false;
	/** The state that the tab's icon shows. */
	#icon: string | undefined;
	/** The last snapshot sent to the current page, as JSON. */
	#sent: string | undefined;
	/** What to scroll into view as soon as the page is ready. */
	#reveal: RevealMessage | undefined;
	readonly #parent: ParentTask;
	/** Aborted when the panel is closed. */
	readonly #closed = new AbortController();

	constructor(key: TaskKey, panel: vscode.WebviewPanel, parts: TaskPanelParts, onDidChangeVisibility: () => void) {
		this.#key = key;
		this.#panel = panel;
		this.#parts = parts;
		this.#files = new PanelFiles(key, panel.webview, parts);
		this.#parent = new ParentTask(parts.store.tasks);
		this.#recovery = new LinkRecovery({
			task: () => parts.store.tasks.get(key),
			checkLink: async (url) => {
				const origin = parts.store.tasks.get(key)?.ref.origin;
				if (origin === undefined) {
					return 'notReached';
				}
				const { linkState } = await import('../../results/results');
				return linkChecks(() => linkState(url, origin, this.#closed.signal));
			},
			ask: () => this.#requestLinks(),
			now: () => parts.clock.now(),
			onDidChange: () => this.update(),
		});
		panel.onDidDispose(() => this.dispose());
		this.#own.own(panel.webview.onDidReceiveMessage((message: unknown) => this.#hear(message)));
		this.#own.own(vscode.window.onDidChangeWindowState(({ focused }) => focused && this.update()));
		let visible = panel.visible;
		this.#own.own(
			panel.onDidChangeViewState(() => {
				if (panel.visible === visible) {
					return;
				}
				visible = panel.visible;
				// The editor discards a hidden page; a new one sends `ready`.
				if (!visible) {
					this.#ready = false;
				}
				this.update();
				onDidChangeVisibility();
			}),
		);
		this.update();
	}

	get visible(): boolean {
		return this.#panel.visible;
	}

	/** In how many ms a time that it shows changes next. Undefined while it is hidden. */
	get tickMs(): number | undefined {
		const task = this.#parts.store.tasks.get(this.#key);
		return this.visible && task !== undefined ? snapshotChangesIn(task, this.#parts.clock.now()) : undefined;
	}

	show(): void {
		this.#panel.reveal();
	}

	/** Scrolls one media into view, now or when the page is ready. */
	reveal(media: MediaRef, how: Omit<RevealMessage, 'type' | 'media'>): void {
		this.#reveal = { type: 'reveal', media, ...how };
		this.#post();
	}

	/** Shows the current state of the task; closes the panel if the task is no longer tracked. */
	update(): void {
		if (this.#closed.signal.aborted) {
			return;
		}
		const task = this.#parts.store.tasks.get(this.#key);
		if (task === undefined) {
			this.#panel.dispose();
			return;
		}
		const title = tabTitle(task);
		if (this.#panel.title !== title) {
			this.#panel.title = title;
		}
		const icon = isFinished(task) ? task.status : task.problem === undefined ? 'active' : 'problem';
		if (this.#icon !== icon) {
			this.#icon = icon;
			const inTheme = (theme: 'light' | 'dark'): vscode.Uri =>
				vscode.Uri.joinPath(this.#parts.extensionUri, 'media', 'tab', `${icon}-${theme}.svg`);
			this.#panel.iconPath = { light: inTheme('light'), dark: inTheme('dark') };
		}
		this.#allow(task, title);
		this.#post();
		if (this.visible) {
			this.#run('Failed to record the facts of a file', this.#parts.readFacts(task));
		}
		// Without the focus the person may not see the panel. The task then stays unviewed until the window gains the focus.
		if (this.visible && vscode.window.state.focused && isFinished(task) && task.viewedAt === undefined) {
			this.#run('Failed to mark a task as viewed', this.#parts.store.tasks.markViewed([this.#key], this.#parts.clock.now()));
		}
	}

	/** Releases the panel without closing it. */
	dispose(): void {
		this.#closed.abort();
		this.#own.dispose();
	}

	/** Loads the page with a policy that allows this task's media, unless the page has that already. */
	#allow(task: Task, title: string): void {
		const origins = mediaOrigins(task);
		const folders = keptFolders(this.#parts.store.downloads.of(this.#key));
		if (this.#origins === origins.join(' ')) {
			const isSame = this.#files.folders.join(' ') === folders.join(' ');
			// A page that is seen may play what is behind the link: it is loaded again for its file when it is shown the next time.
			if (isSame || (this.#ready && this.visible && !this.#isStuck(task))) {
				return;
			}
		}
		this.#origins = origins.join(' ');
		this.#files.folders = folders;
		this.#ready = false;
		loadPage(this.#panel.webview, { extensionUri: this.#parts.extensionUri, origins, folders, title });
	}

	/** Whether a link does not work whose file is kept: the page has nothing to lose. */
	#isStuck(task: Task): boolean {
		return this.#parts.store.downloads
			.of(this.#key)
			.some(({ state, media }) => state === 'kept' && this.#recovery.linkProblem(task.results[media]?.url ?? '') !== undefined);
	}

	#post(): void {
		const task = this.#parts.store.tasks.get(this.#key);
		if (!this.#ready || task === undefined) {
			return;
		}
		const snapshot = snapshotOf(task, { ...this.#present(task), linkProblem: (url) => this.#recovery.linkProblem(url) });
		const json = JSON.stringify(snapshot);
		if (json !== this.#sent) {
			this.#send({ type: 'snapshot', snapshot });
		}
		this.#sent = json;
		if (this.#reveal !== undefined) {
			this.#send(this.#reveal);
		}
		this.#reveal = undefined;
	}

	#present(task: Task): Omit<SnapshotParts, 'linkProblem'> {
		const now = this.#parts.clock.now();
		const creation = this.#parts.store.creations.ofTask(this.#key);
		const files = this.#files.shown();
		return {
			now,
			estimate: this.#parts.durationModels.estimate(task, now),
			condition: this.#parts.store.health.condition,
			hasParentTask: this.#parent.of(task) !== undefined,
			kept: (media) => files.get(media),
			posters: this.visible ? this.#files.wantedPosters() : [],
			next: nextFactOf(task, creation, this.#parts.store, now),
			...omitUndefined({ creation }),
		};
	}

	async #requestLinks(): Promise<{ readonly isGone: boolean }> {
		try {
			const outcomes = await this.#parts.refreshLinks(this.#key);
			return { isGone: outcomes.some(({ result }) => result.kind === 'failed' && result.problem.kind === 'notFound') };
		} catch (error) {
			this.#parts.log.error('Failed to request a new link', error);
			return { isGone: false };
		}
	}

	#send(message: PanelMessage): void {
		this.#run('Failed to send a message to the result page', this.#panel.webview.postMessage(message));
	}

	#hear(raw: unknown): void {
		const message = readPageMessage(raw);
		if (message === undefined) {
			this.#parts.log.warn('Ignored an unknown message from the result page');
			return;
		}
		switch (message.type) {
			case 'ready':
				this.#ready = true;
				this.#sent = undefined;
				this.#post();
				break;
			case 'action':
				this.#run('Failed to run an action of the result page', this.#act(message));
				break;
			case 'copyFact':
				this.#run('Failed to copy a fact', this.#copyFact(message.value));
				break;
			case 'mediaFailed':
				this.#run('Failed to replace a link', this.#mediaFailed(message));
				break;
			case 'poster':
				this.#run('Failed to keep a poster', this.#files.keepPoster(message));
				break;
			default:
				assertNever(message);
		}
	}

	async #mediaFailed({ media, url, cause }: Extract<PageMessage, { type: 'mediaFailed' }>): Promise<void> {
		if (media !== 'parent' && this.#files.isFile(media, url)) {
			await this.#files.failed(media, cause);
			this.update();
		} else {
			await this.#recovery.failed(media, url, cause);
		}
	}

	async #act({ action, media, format }: Extract<PageMessage, { type: 'action' }>): Promise<void> {
		const task = this.#parts.store.tasks.get(this.#key);
		const key = action === 'openParentTask' && task !== undefined ? this.#parent.of(task) : this.#key;
		if (key !== undefined) {
			await this.#parts.run(pageCommands[action], key, media, format);
		}
		if (action !== 'refresh') {
			return;
		}
		this.#recovery.resetFailures();
		this.#files.forgetProblems();
		this.update();
	}

	/** Copies a value only if it is one that the page offers to copy. */
	async #copyFact(value: string): Promise<void> {
		const task = this.#parts.store.tasks.get(this.#key);
		if (task !== undefined && isCopyable(snapshotOf(task, { ...this.#present(task), linkProblem: () => undefined }), value)) {
			await vscode.env.clipboard.writeText(value);
		}
	}

	#run(failure: string, work: Thenable<unknown>): void {
		work.then(undefined, (error: unknown) => {
			if (!this.#closed.signal.aborted) {
				this.#parts.log.error(failure, error);
			}
		});
	}
}
