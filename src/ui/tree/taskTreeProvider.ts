import * as vscode from 'vscode';
import { mediaAt } from '../../core/mediaRef';
import type { Task, TaskKey } from '../../core/task';
import { Disposables } from '../../core/disposables';
import type { DurationModels } from '../../tracking/durationModels';
import type { Clock } from '../../tracking/ports/host';
import type { Disposable } from '../../core/emitter';
import type { Stores } from '../../tracking/ports/stores';
import { SlicedWork, slices } from '../slicedWork';
import { taskNode } from '../taskNode';
import { moreItem, parentItem, resultItem, rowText, taskItem, taskTooltip, type RowNotes } from './taskItem';
import { nodeId, type TreeNode } from './treeNode';

/** How many finished tasks are listed at first, and added by each "Show More". */
export const finishedPage = 200;
/** How often elapsed times are compared with the rows, ms; only while the view is visible and a task is active. */
const tickMs = 5000;
/** The maximum share of time spent on comparing, however many rows there are. */
const tickShare = 0.1;

/**
 * The tasks in the side bar: active ones first, then finished ones by time. A projection of the store: it fires a row only when its text
 * changed, and only while the view is visible (VS Code redraws 10,000 rows in 340 ms, one in 12 ms). Many rows are listed and drawn in
 * slices, so that the event loop is not blocked.
 */
export class TaskTreeProvider implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
	readonly #own = new Disposables();
	readonly #store: Stores;
	readonly #clock: Clock;
	readonly #durationModels: DurationModels;
	readonly #didChangeTreeData = this.#own.own(new vscode.EventEmitter<TreeNode | undefined>());
	readonly onDidChangeTreeData = this.#didChangeTreeData.event;
	/** The nodes handed out, by id: VS Code identifies a node by object identity. */
	readonly #nodes = new Map<string, TreeNode>();
	/** The current `rowText` of each listed row; undefined until it is drawn. */
	#shown = new Map<TaskKey, string | undefined>();
	/** Tasks to reveal: each is listed even if it is beyond the limit of finished tasks. */
	readonly #revealed = new Set<TaskKey>();
	readonly #drawing = this.#own.own(new SlicedWork());
	#finishedLimit = finishedPage;
	/** How many finished tasks are listed. */
	#finishedListed = 0;
	#visible = false;
	#stale = false;
	#tick: Disposable | undefined;

	constructor(store: Stores, clock: Clock, durationModels: DurationModels) {
		this.#store = store;
		this.#clock = clock;
		this.#durationModels = durationModels;
		const changed = (): void => {
			if (this.#visible) {
				this.#refresh();
			} else {
				this.#stale = true;
			}
		};
		this.#own.own(
			store.changes.onDidChange(({ keys, listChanged }) => {
				if (listChanged || !this.#visible) {
					changed();
				} else {
					for (const key of keys) {
						this.#fireIfChanged(key);
					}
				}
			}),
		);
		this.#own.own(store.health.onDidChangeCondition(changed));
	}

	/** Called by the owner of the view. */
	setVisible(visible: boolean): void {
		this.#visible = visible;
		if (visible && this.#stale) {
			this.#refresh();
		}
		if (visible) {
			this.#startTicking();
		} else {
			this.#stopTicking();
		}
	}

	/** Lists the next page of finished tasks. */
	showMore(): void {
		this.#finishedLimit += finishedPage;
		this.#refresh();
	}

	getTreeItem(node: TreeNode): Promise<vscode.TreeItem> {
		return this.#drawing.do(() => this.#itemOf(node));
	}

	/** The editor calls this when the mouse is over a row whose item has no hover yet. */
	resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
		const task = node.kind === 'task' && node.media === undefined ? this.#store.tasks.get(node.key) : undefined;
		if (task !== undefined) {
			item.tooltip = taskTooltip(task, this.#clock.now());
		}
		return item;
	}

	async getChildren(parent?: TreeNode): Promise<TreeNode[]> {
		if (parent === undefined) {
			return await this.#roots();
		}
		if (parent.kind !== 'task' || parent.media !== undefined) {
			return [];
		}
		const task = this.#store.tasks.get(parent.key);
		if (task === undefined) {
			return [];
		}
		const children = task.results.map((_, index) => this.#node(taskNode(parent.key, index)));
		return mediaAt(task, 'parent') === undefined ? children : [...children, this.#node(taskNode(parent.key, 'parent'))];
	}

	getParent(node: TreeNode): TreeNode | undefined {
		return node.kind === 'task' && node.media !== undefined ? this.#node(taskNode(node.key)) : undefined;
	}

	/** The node of a task, for `TreeView.reveal`. A finished task beyond the listed ones is added behind them, without those in between. */
	nodeOf(key: TaskKey): TreeNode {
		const node = this.#node(taskNode(key));
		if (!this.#shown.has(key)) {
			this.#revealed.add(key);
			this.#refresh();
		}
		return node;
	}

	dispose(): void {
		this.#visible = false;
		this.#stopTicking();
		this.#own.dispose();
	}

	#itemOf(node: TreeNode): vscode.TreeItem {
		if (node.kind === 'more') {
			return moreItem(this.#store.tasks.counts().finished - this.#finishedListed);
		}
		const task = this.#store.tasks.get(node.key);
		if (task === undefined) {
			return new vscode.TreeItem('');
		}
		switch (node.media) {
			case undefined:
				return this.#draw(task);
			case 'parent':
				return parentItem(task);
			default:
				return resultItem(task, node.media);
		}
	}

	async #roots(): Promise<TreeNode[]> {
		const listed = new Set<TaskKey>();
		const pause = slices();
		for (const page of this.#store.tasks.keyPages('active')) {
			for (const key of page) {
				listed.add(key);
			}
			await pause();
		}
		const active = listed.size;
		const most = active + this.#finishedLimit;
		for (const page of this.#store.tasks.keyPages('finished')) {
			for (const key of page.slice(0, most - listed.size)) {
				listed.add(key);
			}
			if (listed.size >= most) {
				break;
			}
			await pause();
		}
		for (const key of this.#revealed) {
			const task = listed.has(key) ? undefined : this.#store.tasks.get(key);
			if (task === undefined) {
				this.#revealed.delete(key);
			} else {
				listed.add(key);
			}
		}
		this.#finishedListed = listed.size - active;
		this.#shown = new Map([...listed].map((key) => [key, this.#shown.get(key)]));
		for (const [id, node] of this.#nodes) {
			if (node.kind !== 'more' && !listed.has(node.key)) {
				this.#nodes.delete(id);
			}
		}
		const nodes = [...listed].map((key) => this.#node(taskNode(key)));
		return this.#store.tasks.counts().finished > this.#finishedListed ? [...nodes, this.#node({ kind: 'more' })] : nodes;
	}

	#draw(task: Task): vscode.TreeItem {
		const now = this.#clock.now();
		const notes = this.#notes(task, now);
		this.#shown.set(task.key, rowText(task, now, notes));
		return taskItem(task, now, notes);
	}

	#notes(task: Task, now: number): RowNotes {
		return { estimate: this.#durationModels.estimate(task, now), condition: this.#store.health.condition };
	}

	#node(node: TreeNode): TreeNode {
		const id = nodeId(node);
		const known = this.#nodes.get(id);
		if (known !== undefined) {
			return known;
		}
		this.#nodes.set(id, node);
		return node;
	}

	#refresh(): void {
		this.#stale = false;
		this.#didChangeTreeData.fire(undefined);
		if (this.#visible) {
			this.#startTicking();
		}
	}

	#fireIfChanged(key: TaskKey): void {
		const shown = this.#shown.get(key);
		const task = shown === undefined ? undefined : this.#store.tasks.get(key);
		const now = this.#clock.now();
		if (task === undefined || shown === rowText(task, now, this.#notes(task, now))) {
			return;
		}
		this.#didChangeTreeData.fire(this.#node(taskNode(key)));
	}

	#startTicking(ms = tickMs): void {
		if (this.#tick !== undefined || this.#store.tasks.counts().active === 0) {
			return;
		}
		this.#tick = this.#clock.after(ms, () => void this.#compare());
	}

	/** Fires the active rows whose elapsed time changed. */
	async #compare(): Promise<void> {
		const started = performance.now();
		const pause = slices();
		const own = this.#tick;
		for (const page of this.#store.tasks.keyPages('active')) {
			for (const key of page) {
				if (this.#tick !== own) {
					return;
				}
				this.#fireIfChanged(key);
				await pause();
			}
		}
		this.#tick = undefined;
		this.#startTicking(Math.max(tickMs, (performance.now() - started) / tickShare));
	}

	#stopTicking(): void {
		this.#tick?.dispose();
		this.#tick = undefined;
	}
}
