import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import { insertDroppedRows, insertedType } from './droppedRows';
import type { TreeNode } from './treeNode';

/** What rows carry when they are dragged, and what is done with what is dropped on them. */
export interface RowDragAndDrop {
	drag(rows: readonly TreeNode[], data: vscode.DataTransfer): Promise<void>;
	drop(data: vscode.DataTransfer): Promise<void>;
}

/** Provides the rows. */
type RowSource = Omit<vscode.TreeDataProvider<TreeNode>, 'onDidChangeTreeData'>;

/** The view in the side bar. It is registered at activation and stays empty until `list` is called. */
export class TasksView implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #didChangeTreeData = this.#own.own(new vscode.EventEmitter<TreeNode | undefined>());
	/** The editor's view; this owns it. */
	readonly view: vscode.TreeView<TreeNode>;
	#load: (() => Promise<RowSource>) | undefined;
	#dragAndDrop: RowDragAndDrop | undefined;

	constructor() {
		this.#own.own(insertDroppedRows());
		this.view = this.#own.own(
			vscode.window.createTreeView<TreeNode>('kling.tasks', {
				treeDataProvider: {
					onDidChangeTreeData: this.#didChangeTreeData.event,
					getChildren: async (parent) => (await (await this.#load?.())?.getChildren(parent)) ?? [],
					getTreeItem: async (node) => (await (await this.#load?.())?.getTreeItem(node)) ?? new vscode.TreeItem(''),
					getParent: async (node) => (await this.#load?.())?.getParent?.(node),
					resolveTreeItem: async (item, node, token) => (await this.#load?.())?.resolveTreeItem?.(item, node, token) ?? item,
				},
				// The editor wants to know the types when the view is made.
				dragAndDropController: {
					dragMimeTypes: ['text/uri-list', insertedType],
					dropMimeTypes: ['text/uri-list', 'files', 'text/plain'],
					handleDrag: (rows, data) => this.#dragAndDrop?.drag(rows, data),
					handleDrop: (_, data) => this.#dragAndDrop?.drop(data),
				},
				showCollapseAll: true,
				canSelectMany: true,
			}),
		);
	}

	/** Lists the rows of a source from now on. @param load called whenever the editor asks for rows, which it does while the view is visible */
	list(load: () => Promise<RowSource>, dragAndDrop: RowDragAndDrop): void {
		this.#load = load;
		this.#dragAndDrop = dragAndDrop;
		this.changed(undefined);
	}

	/** A row changed, or all of them. */
	changed(node: TreeNode | undefined): void {
		this.#didChangeTreeData.fire(node);
	}

	dispose(): void {
		this.#own.dispose();
	}
}
