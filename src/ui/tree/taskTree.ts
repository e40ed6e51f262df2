import * as vscode from 'vscode';
import { isEnded, type Task, type TaskKey } from '../../core/task';
import { unreachable } from '../../core/unreachable';
import type { DurationLaws } from '../../tracking/durationLaws';
import type { Clock, Disposable, StoreHealth, Tasks } from '../../tracking/ports';
import { conditionText } from '../wording';
import { moreItem, nodeId, parentItem, resultItem, rowText, taskItem, taskTooltip, type TreeNode } from './taskItem';

/** How many ended tasks are listed at first, and added by each "Show more". */
export const endedPage = 200;
/** How often the elapsed times are compared with what the rows say, ms; only while the view is visible and something runs. */
const tickMs = 5000;

/**
 * The tasks in the side bar: active first, then ended by time. A projection of the store: it re-reads, and fires a row only when
 * its text changed, and only while the view is visible (VS Code redraws 10,000 rows in 340 ms, one in 12 ms).
 */
export class TaskTreeProvider implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
	readonly #didChangeTreeData = new vscode.EventEmitter<TreeNode | undefined>();
	readonly onDidChangeTreeData = this.#didChangeTreeData.event;
	/** The nodes handed out, by id: VS Code knows a node by object identity. */
	readonly #nodes = new Map<string, TreeNode>();
	/** What each listed row says at the moment. */
	readonly #shown = new Map<TaskKey, string>();
	readonly #subscription: Disposable;
	#endedLimit = endedPage;
	#visible = false;
	#stale = false;
	#tick: Disposable | undefined;

	constructor(
		private readonly tasks: Tasks,
		private readonly clock: Clock,
		private readonly laws: DurationLaws,
	) {
		this.#subscription = tasks.onDidChange(({ keys, structure }) => {
			if (!this.#visible) this.#stale = true;
			else if (structure) this.#refresh();
			else for (const key of keys) this.#fireIfChanged(key);
		});
	}

	/** To be told by the owner of the view. */
	setVisible(visible: boolean): void {
		this.#visible = visible;
		if (visible && this.#stale) this.#refresh();
		if (visible) this.#startTicking();
		else this.#stopTicking();
	}

	/** Lists the next page of ended tasks. */
	showMore(): void {
		this.#endedLimit += endedPage;
		this.#refresh();
	}

	getTreeItem(node: TreeNode): vscode.TreeItem {
		if (node.kind === 'more') return moreItem(this.tasks.counts().ended - this.#endedLimit);
		const task = this.tasks.get(node.key);
		if (task === undefined) return new vscode.TreeItem('');
		switch (node.kind) {
			case 'task':
				return this.#draw(task);
			case 'result':
				return resultItem(task, node.index);
			case 'parent':
				return parentItem(task);
			default:
				return unreachable(node);
		}
	}

	/** The editor asks when the mouse rests on a row whose item has no hover yet. */
	resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
		const task = node.kind === 'task' ? this.tasks.get(node.key) : undefined;
		if (task !== undefined) item.tooltip = taskTooltip(task, this.clock.now());
		return item;
	}

	getChildren(parent?: TreeNode): TreeNode[] {
		if (parent === undefined) return this.#roots();
		if (parent.kind !== 'task') return [];
		const task = this.tasks.get(parent.key);
		if (task === undefined) return [];
		const children = task.results.map((_, index) => this.#node({ kind: 'result', key: parent.key, index }));
		return task.parentVideo?.url === undefined ? children : [...children, this.#node({ kind: 'parent', key: parent.key })];
	}

	getParent(node: TreeNode): TreeNode | undefined {
		return node.kind === 'result' || node.kind === 'parent' ? this.#node({ kind: 'task', key: node.key }) : undefined;
	}

	/** The node of a task, for `TreeView.reveal`. An ended task beyond the listed ones is listed first. */
	nodeOf(key: TaskKey): TreeNode {
		const node = this.#node({ kind: 'task', key });
		if (!this.#shown.has(key)) {
			this.#listAsFarAs(key);
			this.#refresh();
		}
		return node;
	}

	dispose(): void {
		this.#stopTicking();
		this.#subscription.dispose();
		this.#didChangeTreeData.dispose();
	}

	/** Raises how many ended tasks are listed, a page at a time, until this one is among them. */
	#listAsFarAs(key: TaskKey): void {
		const { ended } = this.tasks.counts();
		while (this.#endedLimit < ended && !this.tasks.ended(this.#endedLimit).some((task) => task.key === key)) {
			if (this.tasks.active().some((task) => task.key === key)) return;
			this.#endedLimit += endedPage;
		}
	}

	#roots(): TreeNode[] {
		const { ended: endedCount } = this.tasks.counts();
		const ended = this.tasks.ended(this.#endedLimit);
		const listed: readonly Task[] = [...this.tasks.active(), ...ended];
		this.#shown.clear();
		const now = this.clock.now();
		for (const task of listed) this.#shown.set(task.key, rowText(task, now, this.laws.estimate(task, now)));
		const nodes = listed.map((task) => this.#node({ kind: 'task', key: task.key }));
		for (const [id, node] of this.#nodes) if (node.kind !== 'more' && !this.#shown.has(node.key)) this.#nodes.delete(id);
		return endedCount > ended.length ? [...nodes, this.#node({ kind: 'more' })] : nodes;
	}

	#draw(task: Task): vscode.TreeItem {
		const now = this.clock.now();
		const estimate = this.laws.estimate(task, now);
		this.#shown.set(task.key, rowText(task, now, estimate));
		return taskItem(task, now, estimate);
	}

	#node(node: TreeNode): TreeNode {
		const id = nodeId(node);
		const known = this.#nodes.get(id);
		if (known !== undefined) return known;
		this.#nodes.set(id, node);
		return node;
	}

	#refresh(): void {
		this.#stale = false;
		this.#didChangeTreeData.fire(undefined);
		if (this.#visible) this.#startTicking();
	}

	#fireIfChanged(key: TaskKey): void {
		const task = this.tasks.get(key);
		const shown = this.#shown.get(key);
		const now = this.clock.now();
		if (task === undefined || shown === undefined || shown === rowText(task, now, this.laws.estimate(task, now))) return;
		this.#didChangeTreeData.fire(this.#node({ kind: 'task', key }));
	}

	#startTicking(): void {
		if (this.#tick !== undefined || this.tasks.counts().active === 0) return;
		this.#tick = this.clock.after(tickMs, () => {
			this.#tick = undefined;
			for (const task of this.tasks.active()) if (!isEnded(task)) this.#fireIfChanged(task.key);
			this.#startTicking();
		});
	}

	#stopTicking(): void {
		this.#tick?.dispose();
		this.#tick = undefined;
	}
}

/** The view in the side bar with its badge, and above its rows what is wrong with the file they come from; owns its provider. */
export class TaskTreeView implements vscode.Disposable {
	readonly #provider: TaskTreeProvider;
	readonly #view: vscode.TreeView<TreeNode>;
	readonly #own: Disposable[];
	readonly #didChangeVisibility = new vscode.EventEmitter<boolean>();
	readonly onDidChangeVisibility = this.#didChangeVisibility.event;

	constructor(
		private readonly tasks: Tasks & StoreHealth,
		clock: Clock,
		laws: DurationLaws,
	) {
		this.#provider = new TaskTreeProvider(tasks, clock, laws);
		this.#view = vscode.window.createTreeView('kling.tasks', { treeDataProvider: this.#provider, showCollapseAll: true, canSelectMany: true });
		this.#provider.setVisible(this.#view.visible);
		this.#own = [
			this.#view,
			this.#provider,
			this.#didChangeVisibility,
			this.#view.onDidChangeVisibility(({ visible }) => {
				this.#provider.setVisible(visible);
				this.#didChangeVisibility.fire(visible);
			}),
			tasks.onDidChange(() => this.#drawBadge()),
			tasks.onDidChangeCondition(() => this.#drawMessage()),
		];
		this.#drawBadge();
		this.#drawMessage();
	}

	get visible(): boolean {
		return this.#view.visible;
	}

	showMore(): void {
		this.#provider.showMore();
	}

	/** Opens the side bar on a task's row and selects it. */
	async reveal(key: TaskKey): Promise<void> {
		await this.#view.reveal(this.#provider.nodeOf(key), { select: true, focus: false, expand: false });
	}

	dispose(): void {
		for (const owned of this.#own) owned.dispose();
	}

	#drawMessage(): void {
		// An empty text is the editor's way to take a message away; `undefined` is not declared.
		this.#view.message = conditionText(this.tasks.condition) ?? '';
	}

	#drawBadge(): void {
		const { unviewed } = this.tasks.counts();
		const value = this.#view.badge?.value ?? 0;
		if (value === unviewed) return;
		this.#view.badge =
			unviewed === 0 ? undefined : { value: unviewed, tooltip: unviewed === 1 ? vscode.l10n.t('1 finished task not viewed yet') : vscode.l10n.t('{0} finished tasks not viewed yet', unviewed) };
	}
}
