import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { Event } from '../../core/emitter';
import { mediaAt } from '../../core/mediaRef';
import type { TaskKey } from '../../core/task';
import { groupOf, type GroupId, type Grouping } from '../../core/taskGroup';
import type { CreationId } from '../../creation/creation';
import type { DurationModels } from '../../tracking/durationModels';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import { isSettled, type RowDownloads } from '../keptFiles/keeping';
import { SlicedWork } from '../slicedWork';
import { filterText } from '../text/groups';
import type { RowKey } from './drawnRows';
import { listedCreations } from './listedCreations';
import { ListedRows, type ContentDifference } from './listedRows';
import { RowDecorations } from './rowDecorations';
import { rowHover } from './rowHover';
import { askForFilter, type TaskFilter } from './taskFilter';
import { finishedPage, readContent, type TreeContent } from './treeContent';
import { TreeItems } from './treeItems';
import { taskRow, type TreeNode } from './treeNode';

/** How many revealed tasks the group of found tasks keeps. */
const mostRevealed = 50;

/** What the tree needs besides the store. */
export interface TreeParts {
	readonly clock: Clock;
	readonly durationModels: DurationModels;
	/** Without it, rows show nothing of downloads and kept files. */
	readonly downloads?: RowDownloads & {
		/** More has arrived of a task's result that this window downloads. */
		readonly onDidChangeProgress: Event<TaskKey>;
		/** The person looks at a task: whether its files are still there can be checked. */
		readonly notice: (task: TaskKey) => void;
	};
	/** Gets what goes wrong while nobody waits for the list. */
	readonly onUnexpected?: (error: unknown) => void;
}

const noDownloads: RowDownloads = { of: () => [], progressOf: () => undefined, posterOf: () => undefined };

/**
 * The tasks in the side bar, in groups. A projection of the store: it fires a row only when its text changed, a group only when it lists
 * other tasks, the root only when there are other groups; and only while the view is visible (VS Code redraws 10,000 rows in 340 ms, one in
 * 12 ms). Many rows are listed and drawn in slices, so that the event loop is not blocked.
 */
export class TaskTreeProvider implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
	readonly #own = new Disposables();
	readonly #store: Stores;
	readonly #clock: Clock;
	readonly #onUnexpected: (error: unknown) => void;
	readonly #didChangeTreeData = this.#own.own(new vscode.EventEmitter<TreeNode | undefined>());
	readonly onDidChangeTreeData = this.#didChangeTreeData.event;
	readonly #didRead = this.#own.own(new vscode.EventEmitter<void>());
	/** The content was read anew. */
	readonly onDidRead = this.#didRead.event;
	readonly #didMove = this.#own.own(new vscode.EventEmitter<ReadonlySet<TaskKey>>());
	/** Tasks moved to another group. */
	readonly onDidMove = this.#didMove.event;
	readonly #notice: (task: TaskKey) => void;
	readonly #rows = new ListedRows();
	readonly #downloads: RowDownloads;
	readonly #items: TreeItems;
	readonly #drawing = this.#own.own(new SlicedWork());
	readonly #limits = new Map<GroupId, number>();
	/** Tasks to reveal, latest last: each is listed even if it is in no page, or hidden by the filter. */
	readonly #revealed = new Set<TaskKey>();
	#grouping: Grouping = 'time';
	#filter: TaskFilter | undefined;
	/** The content may differ from the store. */
	#isStale = true;
	/** What to fire when the content is read: everything, or these rows if they are in groups that stay as they are. */
	#firesAll = false;
	readonly #changed = new Set<RowKey>();
	#reading: Promise<void> | undefined;
	#visible = false;

	constructor(store: Stores, parts: TreeParts) {
		const { clock, durationModels, downloads, onUnexpected = () => undefined } = parts;
		this.#downloads = downloads ?? noDownloads;
		this.#notice = downloads?.notice ?? (() => undefined);
		this.#store = store;
		this.#clock = clock;
		this.#onUnexpected = onUnexpected;
		this.#own.own(vscode.window.registerFileDecorationProvider(new RowDecorations()));
		const compare = (key: RowKey): void => this.#fireIfChanged(key);
		this.#items = this.#own.own(
			new TreeItems(store, durationModels, this.#downloads, {
				clock,
				compare,
				onDayEnd: () => this.#invalidate(true),
				onUnexpected,
			}),
		);
		if (downloads !== undefined) {
			this.#own.own(downloads.onDidChangeProgress(compare));
		}
		this.#own.own(
			store.changes.onDidChange(({ keys, listChanged }) => {
				if (this.#visible) {
					keys.forEach((key) => this.#changed.add(key));
				}
				if (!listChanged && this.#visible && !this.#isStale && ![...keys].some((key) => this.#isMisplaced(key))) {
					this.#fireChanged();
					return;
				}
				// Without keys any row may have changed: an origin was paused, or the file was replaced.
				this.#invalidate(!this.#visible || keys.size === 0);
			}),
		);
		this.#own.own(store.creations.onDidChangeCreations(() => this.#creationsChanged()));
		this.#own.own(store.health.onDidChangeCondition(() => this.#invalidate(true)));
	}

	/** What is listed, as it was last read; undefined until it is read for the first time. */
	get content(): TreeContent | undefined {
		return this.#rows.content;
	}

	get filter(): TaskFilter | undefined {
		return this.#filter;
	}

	set filter(filter: TaskFilter | undefined) {
		this.#filter = filter;
		this.#revealed.clear();
		this.#invalidate(true);
	}

	/** What the filter shows and how many tasks it hides; undefined without one. */
	get filterMessage(): string | undefined {
		// While a message is shown, the editor shows no welcome view; where nothing is listed, that has the button that clears the filter.
		return this.#filter === undefined || this.content?.groups.length === 0
			? undefined
			: filterText(this.#filter, this.content?.hidden ?? 0);
	}

	/** Asks for a filter; nothing changes if the person cancels. */
	async chooseFilter(): Promise<void> {
		const filter = await askForFilter(this.#filter);
		if (filter !== undefined) {
			this.filter = filter;
		}
	}

	set grouping(grouping: Grouping) {
		this.#grouping = grouping;
		this.#invalidate(true);
	}

	/** Called by the owner of the view. */
	setVisible(visible: boolean): void {
		this.#visible = visible;
		if (!visible) {
			this.#items.stop();
			return;
		}
		this.#items.start();
		if (this.#isStale) {
			this.#invalidate(true);
		}
	}

	/** Lists the next page of a group's finished tasks. */
	showMore(group: GroupId): void {
		this.#limits.set(group, (this.#limits.get(group) ?? finishedPage) + finishedPage);
		this.#invalidate(false);
	}

	getTreeItem(node: TreeNode): Promise<vscode.TreeItem> {
		return this.#drawing.do(() => this.#items.itemOf(node, this.#rows.groups));
	}

	/** The editor calls this when the mouse is over a row whose item has no hover yet. */
	resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
		if (node.kind === 'task') {
			this.#notice(node.key);
		}
		item.tooltip ??= rowHover(node, this.#store, this.#downloads, this.#clock.now());
		return item;
	}

	async getChildren(parent?: TreeNode): Promise<TreeNode[]> {
		await this.#read();
		if (parent === undefined) {
			return this.#rows.roots();
		}
		if (parent.kind === 'group') {
			return this.#rows.inGroup(parent.group);
		}
		const task = parent.kind === 'task' && parent.media === undefined ? this.#store.tasks.get(parent.key) : undefined;
		if (task === undefined) {
			return [];
		}
		const children = task.results.map((_, index) => this.#rows.node(taskRow(parent.group, task.key, index)));
		return mediaAt(task, 'parent') === undefined ? children : [...children, this.#rows.node(taskRow(parent.group, task.key, 'parent'))];
	}

	getParent(node: TreeNode): TreeNode | undefined {
		if (node.kind === 'task' && node.media !== undefined) {
			return this.#rows.node(taskRow(node.group, node.key));
		}
		return node.kind === 'group' || node.group === 'all' ? undefined : this.#rows.node({ kind: 'group', group: node.group });
	}

	/** The node of a task, for `TreeView.reveal`. A task in no listed page, or hidden by the filter, is added to the group of found tasks. */
	async nodeOf(key: TaskKey): Promise<TreeNode> {
		await this.#read();
		if (!this.#rows.has(key)) {
			this.#revealed.add(key);
			for (const old of [...this.#revealed].slice(0, -mostRevealed)) {
				this.#revealed.delete(old);
			}
			this.#invalidate(false);
			await this.#read();
		}
		return this.#rows.node(taskRow(this.#rows.get(key)?.group ?? 'found', key));
	}

	/** The node of a creation, for `TreeView.reveal`; undefined if it is not listed, or hidden by the filter. */
	async nodeOfCreation(id: CreationId): Promise<TreeNode | undefined> {
		await this.#read();
		const row = this.#rows.get(id);
		return row === undefined ? undefined : this.#rows.node(row);
	}

	dispose(): void {
		this.#visible = false;
		this.#own.dispose();
	}

	/** The content may have changed: it is read again at once while the view is visible. */
	#invalidate(firesAll: boolean): void {
		this.#isStale = true;
		this.#firesAll ||= firesAll;
		if (this.#visible) {
			this.#read().catch(this.#onUnexpected);
		}
	}

	/** Reads the content if it is stale, and fires what changed. */
	async #read(): Promise<void> {
		if (this.#isStale || this.#reading !== undefined) {
			this.#reading ??= this.#readUntilFresh().finally(() => (this.#reading = undefined));
			await this.#reading;
		}
	}

	async #readUntilFresh(): Promise<void> {
		while (this.#isStale) {
			this.#isStale = false;
			const wishes = { grouping: this.#grouping, filter: this.#filter, limits: this.#limits, revealed: this.#revealed };
			let content: TreeContent;
			try {
				content = await readContent(this.#store, wishes, this.#clock.now());
			} catch (error) {
				this.#isStale = true;
				throw error;
			}
			const difference = this.#rows.list(content);
			this.#items.keep((key) => this.#rows.has(key), content.days.tomorrow);
			for (const key of this.#revealed) {
				if (this.#rows.get(key)?.group !== 'found') {
					this.#revealed.delete(key);
				}
			}
			this.#didRead.fire();
			this.#fireDifference(difference);
			if (difference !== undefined && difference.moved.size > 0) {
				this.#didMove.fire(difference.moved);
			}
		}
	}

	#fireDifference(difference: ContentDifference | undefined): void {
		const firesAll = this.#firesAll;
		this.#firesAll = false;
		if (difference === undefined) {
			this.#changed.clear();
			return;
		}
		const { groups, hasOtherGroups } = difference;
		if (firesAll || hasOtherGroups || groups.some(({ id }) => id === 'all')) {
			this.#changed.clear();
			this.#didChangeTreeData.fire(undefined);
		} else {
			groups.forEach(({ id }) => this.#didChangeTreeData.fire(this.#rows.node({ kind: 'group', group: id })));
			this.#fireChanged(new Set(groups.map(({ id }) => id)));
		}
	}

	/**
	 * Whether a task now belongs to another group, or is hidden or shown by the filter, without having entered or left the list: only its
	 * problem, its operation or its downloads changed.
	 */
	#isMisplaced(key: TaskKey): boolean {
		const group = this.#rows.get(key)?.group;
		if (this.#filter?.kind === 'unsaved' && this.#rows.has(key) === this.#isSaved(key)) {
			return true;
		}
		const task = group === undefined || group === 'found' ? undefined : this.#store.tasks.get(key);
		return task !== undefined && this.content !== undefined && groupOf(task, this.#grouping, this.content.days) !== group;
	}

	/** Whether the filter by what is not saved hides a task. */
	#isSaved(key: TaskKey): boolean {
		const task = this.#store.tasks.get(key);
		return task?.status !== 'succeeded' || this.#downloads.of(key).filter(isSettled).length === task.results.length;
	}

	/** @param fired groups of which all rows are drawn anew */
	#fireChanged(fired: ReadonlySet<GroupId> = new Set()): void {
		for (const key of this.#changed) {
			if (!fired.has(this.#rows.get(key)?.group ?? 'found')) {
				this.#fireIfChanged(key);
			}
		}
		this.#changed.clear();
	}

	#fireIfChanged(key: RowKey): void {
		const row = this.#rows.get(key);
		if (row !== undefined && this.#items.hasChanged(row)) {
			this.#didChangeTreeData.fire(this.#rows.node(row));
		}
	}

	/** The journal says only that creations changed: rows are compared, and the content is read again if others are listed, or elsewhere. */
	#creationsChanged(): void {
		if (!this.#visible || this.#isStale || this.content === undefined) {
			this.#invalidate(!this.#visible);
			return;
		}
		const listed = listedCreations(this.#store.creations, this.#grouping, this.#filter);
		const before = this.#rows.creations;
		before.forEach(({ id }) => this.#changed.add(id));
		if (listed.size === before.length && before.every(({ id, group }) => listed.get(id) === group)) {
			this.#fireChanged();
		} else {
			this.#invalidate(false);
		}
	}
}
