import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { Event } from '../../core/emitter';
import { mediaAt } from '../../core/mediaRef';
import type { TaskKey } from '../../core/task';
import type { GroupId, Grouping } from '../../core/taskGroup';
import type { CreationId } from '../../creation/creation';
import type { DurationModels } from '../../tracking/durationModels';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import type { RowDownloads } from '../keptFiles/keeping';
import { SlicedWork } from '../slicedWork';
import { filterText } from '../text/groups';
import type { RowKey } from './drawnRows';
import { ListedContent } from './listedContent';
import { ListedRows, type ContentDifference } from './listedRows';
import { RowDecorations } from './rowDecorations';
import { rowHover } from './rowHover';
import { askForFilter, type TaskFilter } from './taskFilter';
import type { TreeContent } from './treeContent';
import { TreeItems } from './treeItems';
import { taskRow, type TreeNode } from './treeNode';

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
	readonly #listed: ListedContent;
	/** What to fire when the content is read: everything, or these rows if they are in groups that stay as they are. */
	#firesAll = false;
	readonly #changed = new Set<RowKey>();
	#visible = false;

	constructor(store: Stores, parts: TreeParts) {
		const { clock, durationModels, downloads, onUnexpected = () => undefined } = parts;
		this.#downloads = downloads ?? noDownloads;
		this.#listed = new ListedContent({
			store,
			clock,
			downloads: this.#downloads,
			rows: this.#rows,
			onRead: (content, difference) => this.#contentRead(content, difference),
		});
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
				if (!listChanged && this.#visible && !this.#listed.isStale && ![...keys].some((key) => this.#listed.isMisplaced(key))) {
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
		return this.#listed.filter;
	}

	set filter(filter: TaskFilter | undefined) {
		this.#listed.filter = filter;
		this.#invalidate(true);
	}

	/** What the filter shows and how many tasks it hides; undefined without one. */
	get filterMessage(): string | undefined {
		// While a message is shown, the editor shows no welcome view; where nothing is listed, that has the button that clears the filter.
		return this.filter === undefined || this.content?.groups.length === 0 ? undefined : filterText(this.filter, this.content?.hidden ?? 0);
	}

	/** Asks for a filter; nothing changes if the person cancels. */
	async chooseFilter(): Promise<void> {
		const filter = await askForFilter(this.filter);
		if (filter !== undefined) {
			this.filter = filter;
		}
	}

	set grouping(grouping: Grouping) {
		this.#listed.grouping = grouping;
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
		if (this.#listed.isStale) {
			this.#invalidate(true);
		}
	}

	/** Lists the next page of a group's finished tasks. */
	showMore(group: GroupId): void {
		this.#listed.showMore(group);
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
		await this.#listed.read();
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
		await this.#listed.read();
		if (!this.#rows.has(key)) {
			this.#listed.reveal(key);
			this.#invalidate(false);
			await this.#listed.read();
		}
		return this.#rows.node(taskRow(this.#rows.get(key)?.group ?? 'found', key));
	}

	/** The node of a creation, for `TreeView.reveal`; undefined if it is not listed, or hidden by the filter. */
	async nodeOfCreation(id: CreationId): Promise<TreeNode | undefined> {
		await this.#listed.read();
		const row = this.#rows.get(id);
		return row === undefined ? undefined : this.#rows.node(row);
	}

	dispose(): void {
		this.#visible = false;
		this.#own.dispose();
	}

	/** The content may have changed: it is read again at once while the view is visible. */
	#invalidate(firesAll: boolean): void {
		this.#listed.invalidate();
		this.#firesAll ||= firesAll;
		if (this.#visible) {
			this.#listed.read().catch(this.#onUnexpected);
		}
	}

	#contentRead(content: TreeContent, difference: ContentDifference | undefined): void {
		this.#items.keep((key) => this.#rows.has(key), content.days.tomorrow);
		this.#didRead.fire();
		this.#fireDifference(difference);
		if (difference !== undefined && difference.moved.size > 0) {
			this.#didMove.fire(difference.moved);
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
		if (!this.#visible || this.#listed.isStale || this.content === undefined) {
			this.#invalidate(!this.#visible);
			return;
		}
		this.#rows.creations.forEach(({ id }) => this.#changed.add(id));
		if (this.#listed.hasListedCreations()) {
			this.#fireChanged();
		} else {
			this.#invalidate(false);
		}
	}
}
