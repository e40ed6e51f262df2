import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import { mediaAt } from '../../core/mediaRef';
import type { TaskKey } from '../../core/task';
import { groupOf, type GroupId, type Grouping } from '../../core/taskGroup';
import type { DurationModels } from '../../tracking/durationModels';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import { SlicedWork } from '../slicedWork';
import { filterText } from '../text/groups';
import { RowDecorations } from './rowDecorations';
import { askForFilter, type TaskFilter } from './taskFilter';
import { nextSituation } from '../continueWith/nextSituation';
import { nextFact } from '../text/continueWith';
import { taskTooltip } from './taskTooltip';
import { finishedPage, isSameGroup, readContent, type Group, type TreeContent } from './treeContent';
import { TreeItems } from './treeItems';
import { nodeId, taskRow, type TreeNode } from './treeNode';

/** How many revealed tasks the group of found tasks keeps. */
const mostRevealed = 50;

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
	/** The nodes handed out, by id: VS Code identifies a node by object identity. */
	readonly #nodes = new Map<string, TreeNode>();
	readonly #items: TreeItems;
	readonly #drawing = this.#own.own(new SlicedWork());
	readonly #limits = new Map<GroupId, number>();
	/** Tasks to reveal, latest last: each is listed even if it is in no page, or hidden by the filter. */
	readonly #revealed = new Set<TaskKey>();
	#grouping: Grouping = 'time';
	#filter: TaskFilter | undefined;
	/** Undefined until it is read for the first time. */
	#content: TreeContent | undefined;
	#groupOf = new Map<TaskKey, GroupId>();
	/** The content may differ from the store. */
	#isStale = true;
	/** What to fire when the content is read: everything, or these rows if they are in groups that stay as they are. */
	#firesAll = false;
	readonly #changed = new Set<TaskKey>();
	#reading: Promise<void> | undefined;
	#visible = false;

	/** @param onUnexpected gets what goes wrong while nobody waits for the list */
	constructor(store: Stores, clock: Clock, durationModels: DurationModels, onUnexpected: (error: unknown) => void = () => undefined) {
		this.#store = store;
		this.#clock = clock;
		this.#onUnexpected = onUnexpected;
		this.#own.own(vscode.window.registerFileDecorationProvider(new RowDecorations()));
		const compare = (key: TaskKey): void => this.#fireIfChanged(key);
		this.#items = this.#own.own(
			new TreeItems(store, durationModels, { clock, compare, onDayEnd: () => this.#invalidate(true), onUnexpected }),
		);
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
		this.#own.own(store.health.onDidChangeCondition(() => this.#invalidate(true)));
	}

	/** What is listed, as it was last read. */
	get content(): TreeContent | undefined {
		return this.#content;
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
		return this.#filter === undefined || this.#content?.groups.length === 0
			? undefined
			: filterText(this.#filter, this.#content?.hidden ?? 0);
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
		return this.#drawing.do(() => this.#items.itemOf(node, this.#content?.groups ?? []));
	}

	/** The editor calls this when the mouse is over a row whose item has no hover yet. */
	resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
		const task = node.kind === 'task' && node.media === undefined ? this.#store.tasks.get(node.key) : undefined;
		if (task !== undefined) {
			item.tooltip = taskTooltip(task, nextFact(task, {}, nextSituation(task, this.#clock.now())));
		}
		return item;
	}

	async getChildren(parent?: TreeNode): Promise<TreeNode[]> {
		await this.#read();
		const groups = this.#content?.groups ?? [];
		if (parent === undefined) {
			return groups.flatMap((group) => (group.id === 'all' ? this.#rowsOf(group) : [this.#node({ kind: 'group', group: group.id })]));
		}
		if (parent.kind === 'group') {
			return groups.filter(({ id }) => id === parent.group).flatMap((group) => this.#rowsOf(group));
		}
		const task = parent.kind === 'task' && parent.media === undefined ? this.#store.tasks.get(parent.key) : undefined;
		if (task === undefined) {
			return [];
		}
		const children = task.results.map((_, index) => this.#node(taskRow(parent.group, task.key, index)));
		return mediaAt(task, 'parent') === undefined ? children : [...children, this.#node(taskRow(parent.group, task.key, 'parent'))];
	}

	getParent(node: TreeNode): TreeNode | undefined {
		if (node.kind === 'task' && node.media !== undefined) {
			return this.#node(taskRow(node.group, node.key));
		}
		return node.kind === 'group' || node.group === 'all' ? undefined : this.#node({ kind: 'group', group: node.group });
	}

	/** The node of a task, for `TreeView.reveal`. A task in no listed page, or hidden by the filter, is added to the group of found tasks. */
	async nodeOf(key: TaskKey): Promise<TreeNode> {
		await this.#read();
		if (!this.#groupOf.has(key)) {
			this.#revealed.add(key);
			for (const old of [...this.#revealed].slice(0, -mostRevealed)) {
				this.#revealed.delete(old);
			}
			this.#invalidate(false);
			await this.#read();
		}
		return this.#node(taskRow(this.#groupOf.get(key) ?? 'found', key));
	}

	dispose(): void {
		this.#visible = false;
		this.#own.dispose();
	}

	#rowsOf({ id, keys, count }: Group): TreeNode[] {
		const rows: TreeNode[] = keys.map((key) => this.#node(taskRow(id, key)));
		return count > keys.length ? [...rows, this.#node({ kind: 'more', group: id })] : rows;
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
			const before = this.#content;
			const groupBefore = this.#groupOf;
			const wishes = { grouping: this.#grouping, filter: this.#filter, limits: this.#limits, revealed: this.#revealed };
			try {
				this.#content = await readContent(this.#store, wishes, this.#clock.now());
			} catch (error) {
				this.#isStale = true;
				throw error;
			}
			this.#forgetUnlisted(this.#content);
			this.#didRead.fire();
			this.#fireDifference(before, this.#content);
			const moved = [...this.#groupOf].filter(([key, group]) => (groupBefore.get(key) ?? group) !== group).map(([key]) => key);
			if (moved.length > 0) {
				this.#didMove.fire(new Set(moved));
			}
		}
	}

	#forgetUnlisted({ groups, days }: TreeContent): void {
		this.#groupOf = new Map(groups.flatMap(({ id, keys }) => keys.map((key) => [key, id])));
		const listed = new Set(groups.map(({ id }) => id));
		for (const [id, node] of this.#nodes) {
			if (node.kind === 'task' ? this.#groupOf.get(node.key) !== node.group : !listed.has(node.group)) {
				this.#nodes.delete(id);
			}
		}
		this.#items.keep((key) => this.#groupOf.has(key), days.tomorrow);
		for (const key of this.#revealed) {
			if (this.#groupOf.get(key) !== 'found') {
				this.#revealed.delete(key);
			}
		}
	}

	#fireDifference(before: TreeContent | undefined, { groups }: TreeContent): void {
		const firesAll = this.#firesAll;
		this.#firesAll = false;
		if (before === undefined) {
			this.#changed.clear();
			return;
		}
		const known = new Map(before.groups.map((group) => [group.id, group]));
		const changed = groups.filter((group) => {
			const old = known.get(group.id);
			return old === undefined || !isSameGroup(old, group);
		});
		const hasOtherGroups = groups.length !== before.groups.length || groups.some(({ id }, index) => before.groups[index]?.id !== id);
		if (firesAll || hasOtherGroups || changed.some(({ id }) => id === 'all')) {
			this.#changed.clear();
			this.#didChangeTreeData.fire(undefined);
		} else {
			const fired = new Set(changed.map(({ id }) => id));
			changed.forEach(({ id }) => this.#didChangeTreeData.fire(this.#node({ kind: 'group', group: id })));
			this.#fireChanged(fired);
		}
	}

	/** Whether a listed task now belongs to another group without having entered or left the list: only its problem or operation changed. */
	#isMisplaced(key: TaskKey): boolean {
		const group = this.#groupOf.get(key);
		const task = group === undefined || group === 'found' ? undefined : this.#store.tasks.get(key);
		return task !== undefined && this.#content !== undefined && groupOf(task, this.#grouping, this.#content.days) !== group;
	}

	/** @param fired groups of which all rows are drawn anew */
	#fireChanged(fired: ReadonlySet<GroupId> = new Set()): void {
		for (const key of this.#changed) {
			if (!fired.has(this.#groupOf.get(key) ?? 'found')) {
				this.#fireIfChanged(key);
			}
		}
		this.#changed.clear();
	}

	#fireIfChanged(key: TaskKey): void {
		const group = this.#groupOf.get(key);
		if (group !== undefined && this.#items.hasChanged(key)) {
			this.#didChangeTreeData.fire(this.#node(taskRow(group, key)));
		}
	}
}
