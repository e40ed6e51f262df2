import * as vscode from 'vscode';
import type { TaskKey } from '../../core/task';
import type { CreationId } from '../../creation/creation';
import { groupings, type Grouping } from '../../core/taskGroup';
import { Disposables } from '../../core/disposables';
import type { Stores } from '../../tracking/ports/stores';
import { setContext } from '../contextKeys';
import { ThrottledRedraw } from '../throttledRedraw';
import { sentences } from '../text/sentences';
import type { MediaRef } from '../../core/mediaRef';
import { FocusedRows } from './focusedRows';
import { conditionText } from '../text/store';
import type { RowDragAndDrop, TasksView } from './tasksView';
import type { TaskTreeProvider, TreeParts } from './taskTreeProvider';
import type { TreeNode } from './treeNode';

/** Where the choice of groups is kept. */
const groupingKey = 'kling.groupBy';

/** What the view needs besides the store. */
export interface TreeViewParts extends TreeParts {
	/** Keeps the choice of groups. */
	readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
	readonly dragAndDrop: RowDragAndDrop;
}

/**
 * The content of the side bar's view: rows, a badge, and a message above the rows if a filter hides some or the store has a problem. The rows'
 * code is loaded when the view is first visible.
 */
export class TaskTreeView implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #store: Stores;
	readonly #parts: TreeViewParts;
	readonly #tasksView: TasksView;
	readonly #view: vscode.TreeView<TreeNode>;
	readonly #didChangeVisibility = this.#own.own(new vscode.EventEmitter<boolean>());
	readonly onDidChangeVisibility = this.#didChangeVisibility.event;
	readonly onDidChangeSelection: vscode.Event<unknown>;
	readonly #focusedRows: FocusedRows;
	#grouping: Grouping;
	#provider: Promise<TaskTreeProvider> | undefined;
	/** As soon as its code is loaded. */
	#rows: TaskTreeProvider | undefined;

	constructor(tasksView: TasksView, store: Stores, parts: TreeViewParts) {
		this.#store = store;
		this.#parts = parts;
		this.#tasksView = tasksView;
		this.#view = tasksView.view;
		this.onDidChangeSelection = this.#view.onDidChangeSelection;
		this.#focusedRows = this.#own.own(new FocusedRows(this.#view, () => performance.now()));
		this.#grouping = readGrouping(parts.memory.get(groupingKey));
		setContext('kling.groupBy', this.#grouping);
		// The editor keeps context keys when the extension host restarts; the filter is gone then.
		setContext('kling.filtered', false);
		tasksView.list(() => this.#load(), parts.dragAndDrop);
		this.#own.own(
			this.#view.onDidChangeVisibility(({ visible }) => {
				this.#rows?.setVisible(visible);
				this.#didChangeVisibility.fire(visible);
			}),
		);
		const redrawBadge = this.#own.own(new ThrottledRedraw(parts.clock, () => this.#drawBadge()));
		this.#own.own(store.changes.onDidChange(() => redrawBadge.request()));
		this.#own.own(store.health.onDidChangeCondition(() => this.#drawMessage()));
		this.#drawBadge();
		this.#drawMessage();
	}

	get visible(): boolean {
		return this.#view.visible;
	}

	/** The selected rows, if the person sees them. */
	get selection(): readonly TreeNode[] {
		return this.#view.visible ? this.#view.selection : [];
	}

	/** The rows that a key in the list means, once per key; undefined if that is not known. */
	focusedRows(): readonly TreeNode[] | undefined {
		return this.#focusedRows.take();
	}

	/** The media whose row is the only selected one. */
	selectedMedia(key: TaskKey): MediaRef | undefined {
		const [node, more] = this.selection;
		return more === undefined && node?.kind === 'task' && node.key === key ? node.media : undefined;
	}

	/** Selects a task's row, unless it or one of its media is selected, and only while the list is visible: revealing would open it. */
	async follow(key: TaskKey): Promise<void> {
		if (this.visible && !this.#view.selection.some((node) => node.kind === 'task' && node.key === key)) {
			await this.reveal(key);
		}
	}

	/** @param group the ID of a group, untrusted: a command's argument. One that is not listed changes nothing */
	showMore(group: unknown): void {
		const listed = this.#rows?.content?.groups.find(({ id }) => id === group);
		if (listed !== undefined) {
			this.#rows?.showMore(listed.id);
		}
	}

	/** Opens the side bar on a task's row and selects it. */
	async reveal(key: TaskKey): Promise<void> {
		const rows = await this.#load();
		await this.#view.reveal(await rows.nodeOf(key), { select: true, focus: false, expand: false });
	}

	/** Opens the side bar on a creation's row and selects it, if it is listed. */
	async revealCreation(id: CreationId): Promise<void> {
		const node = await (await this.#load()).nodeOfCreation(id);
		if (node !== undefined) {
			await this.#view.reveal(node, { select: true, focus: false });
		}
	}

	/** Groups the list from now on, in every session. */
	async groupBy(grouping: Grouping): Promise<void> {
		this.#grouping = grouping;
		setContext('kling.groupBy', grouping);
		if (this.#rows !== undefined) {
			this.#rows.grouping = grouping;
		}
		await this.#parts.memory.update(groupingKey, grouping);
	}

	/** Asks for a filter and applies it in this window until it is cleared; nothing changes if the person cancels. */
	async chooseFilter(): Promise<void> {
		const rows = await this.#load();
		await rows.chooseFilter();
		this.#filtered(rows);
	}

	async clearFilter(): Promise<void> {
		const rows = await this.#load();
		rows.filter = undefined;
		this.#filtered(rows);
	}

	dispose(): void {
		this.#own.dispose();
	}

	#filtered({ filter }: TaskTreeProvider): void {
		setContext('kling.filtered', filter !== undefined);
		this.#drawMessage();
	}

	#load(): Promise<TaskTreeProvider> {
		this.#provider ??= import('./taskTreeProvider').then(({ TaskTreeProvider: Provider }) => {
			const rows = new Provider(this.#store, this.#parts);
			this.#rows = rows;
			rows.grouping = this.#grouping;
			rows.setVisible(this.#view.visible);
			this.#own.own(rows.onDidChangeTreeData((node) => this.#tasksView.changed(node)));
			this.#own.own(rows.onDidRead(() => this.#drawMessage()));
			this.#own.own(rows.onDidMove((keys) => void this.#keepSelected(keys)));
			// Last: if the extension was deactivated meanwhile, this disposes it, with the timers that it has started.
			return this.#own.own(rows);
		});
		return this.#provider;
	}

	/** A row that moves to another group loses its selection in the editor. */
	async #keepSelected(keys: ReadonlySet<TaskKey>): Promise<void> {
		const [selected, more] = this.#view.selection;
		if (this.#view.visible && more === undefined && selected?.kind === 'task' && keys.has(selected.key)) {
			// The editor may be drawing the list anew, or the row may have gone: then nothing is selected.
			await this.reveal(selected.key).catch(() => undefined);
		}
	}

	#drawMessage(): void {
		// An empty text removes the message; the type of `message` does not allow `undefined`.
		this.#view.message = sentences(conditionText(this.#store.health.condition), this.#rows?.filterMessage);
	}

	/** The tasks of the offline demo are not counted. */
	#drawBadge(): void {
		const unviewed = this.#store.tasks.counts().unviewed - this.#store.tasks.demoCounts().unviewed;
		const value = this.#view.badge?.value ?? 0;
		if (value === unviewed) {
			return;
		}
		this.#view.badge =
			unviewed === 0
				? undefined
				: {
						value: unviewed,
						tooltip:
							unviewed === 1
								? vscode.l10n.t('1 finished task not viewed yet')
								: vscode.l10n.t('{0} finished tasks not viewed yet', unviewed),
					};
	}
}

/** The stored choice; by time if there is none. */
function readGrouping(stored: unknown): Grouping {
	return groupings.find((grouping) => grouping === stored) ?? 'time';
}
