import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import { mediaAt } from '../../core/mediaRef';
import type { TaskKey } from '../../core/task';
import { groupOf, type GroupId, type Grouping } from '../../core/taskGroup';
import type { CreationId } from '../../creation/creation';
import type { DurationModels } from '../../tracking/durationModels';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import { SlicedWork } from '../slicedWork';
import { filterText } from '../text/groups';
import { creationTooltip } from './creationItem';
import type { RowKey } from './drawnRows';
import { listedCreations } from './listedCreations';
import { RowDecorations } from './rowDecorations';
import { askForFilter, type TaskFilter } from './taskFilter';
import { nextFactOf } from '../continueWith/taskFacts';
import { taskTooltip } from './taskTooltip';
import { finishedPage, isSameGroup, readContent, type Group, type TreeContent } from './treeContent';
import { TreeItems } from './treeItems';
import { creationRow, nodeId, taskRow, type CreationRow, type TaskRow, type TreeNode } from './treeNode';

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
	/** The listed tasks and creations. */
	#rows = new Map<RowKey, TaskRow | CreationRow>();
	/** The content may differ from the store. */
	#isStale = true;
	/** What to fire when the content is read: everything, or these rows if they are in groups that stay as they are. */
	#firesAll = false;
	readonly #changed = new Set<RowKey>();
	#reading: Promise<void> | undefined;
	#visible = false;

	/** @param onUnexpected gets what goes wrong while nobody waits for the list */
	constructor(store: Stores, clock: Clock, durationModels: DurationModels, onUnexpected: (error: unknown) => void = () => undefined) {
		this.#store = store;
		this.#clock = clock;
		this.#onUnexpected = onUnexpected;
		this.#own.own(vscode.window.registerFileDecorationProvider(new RowDecorations()));
		const compare = (key: RowKey): void => this.#fireIfChanged(key);
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
		this.#own.own(store.creations.onDidChangeCreations(() => this.#creationsChanged()));
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
		if (node.kind === 'creation') {
			const creation = this.#store.creations.get(node.id);
			item.tooltip = creation === undefined ? undefined : creationTooltip(creation);
			return item;
		}
		const task = node.kind === 'task' && node.media === undefined ? this.#store.tasks.get(node.key) : undefined;
		if (task !== undefined) {
			const creation = this.#store.creations.ofTask(task.key);
			item.tooltip = taskTooltip(task, creation, nextFactOf(task, creation, this.#store, this.#clock.now()));
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
		if (!this.#rows.has(key)) {
			this.#revealed.add(key);
			for (const old of [...this.#revealed].slice(0, -mostRevealed)) {
				this.#revealed.delete(old);
			}
			this.#invalidate(false);
			await this.#read();
		}
		return this.#node(taskRow(this.#rows.get(key)?.group ?? 'found', key));
	}

	/** The node of a creation, for `TreeView.reveal`; undefined if it is not listed, or hidden by the filter. */
	async nodeOfCreation(id: CreationId): Promise<TreeNode | undefined> {
		await this.#read();
		const row = this.#rows.get(id);
		return row === undefined ? undefined : this.#node(row);
	}

	dispose(): void {
		this.#visible = false;
		this.#own.dispose();
	}

	#rowsOf({ id, creations, keys, count }: Group): TreeNode[] {
		const rows = [...creations.map((one) => creationRow(id, one)), ...keys.map((key) => taskRow(id, key))].map((row) => this.#node(row));
		return count > rows.length ? [...rows, this.#node({ kind: 'more', group: id })] : rows;
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
			const rowsBefore = this.#rows;
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
			const moved = [...this.#rows.values()].flatMap((row) =>
				row.kind === 'task' && (rowsBefore.get(row.key)?.group ?? row.group) !== row.group ? [row.key] : [],
			);
			if (moved.length > 0) {
				this.#didMove.fire(new Set(moved));
			}
		}
	}

	#forgetUnlisted({ groups, days }: TreeContent): void {
		this.#rows = new Map(
			groups.flatMap(({ id, creations, keys }): (readonly [RowKey, TaskRow | CreationRow])[] => [
				...creations.map((one) => [one, creationRow(id, one)] as const),
				...keys.map((key) => [key, taskRow(id, key)] as const),
			]),
		);
		const listed = new Set(groups.map(({ id }) => id));
		for (const [id, node] of this.#nodes) {
			const isListed =
				node.kind === 'task' || node.kind === 'creation'
					? this.#rows.get(node.kind === 'task' ? node.key : node.id)?.group === node.group
					: listed.has(node.group);
			if (!isListed) {
				this.#nodes.delete(id);
			}
		}
		this.#items.keep((key) => this.#rows.has(key), days.tomorrow);
		for (const key of this.#revealed) {
			if (this.#rows.get(key)?.group !== 'found') {
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
		const group = this.#rows.get(key)?.group;
		const task = group === undefined || group === 'found' ? undefined : this.#store.tasks.get(key);
		return task !== undefined && this.#content !== undefined && groupOf(task, this.#grouping, this.#content.days) !== group;
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
			this.#didChangeTreeData.fire(this.#node(row));
		}
	}

	/** The journal says only that creations changed: rows are compared, and the content is read again if others are listed, or elsewhere. */
	#creationsChanged(): void {
		if (!this.#visible || this.#isStale || this.#content === undefined) {
			this.#invalidate(!this.#visible);
			return;
		}
		const listed = listedCreations(this.#store.creations, this.#grouping, this.#filter);
		const before = [...this.#rows.values()].filter((row) => row.kind === 'creation');
		before.forEach(({ id }) => this.#changed.add(id));
		if (listed.size === before.length && before.every(({ id, group }) => listed.get(id) === group)) {
			this.#fireChanged();
		} else {
			this.#invalidate(false);
		}
	}
}
