import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { TreeNode } from './treeNode';

/** Provides the rows. */
type RowSource = Omit<vscode.TreeDataProvider<TreeNode>, 'onDidChangeTreeData'>;

/** The view in the side bar. It is registered at activation and stays empty until `list` is called. */
export class TasksView implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #didChangeTreeData = this.#own.own(new vscode.EventEmitter<TreeNode | undefined>());
	/** The editor's view; this owns it. */
	readonly view: vscode.TreeView<TreeNode>;
	#load: (() => Promise<RowSource>) | undefined;

	constructor() {
		this.view = this.#own.own(
			vscode.window.createTreeView<TreeNode>('kling.tasks', {
				treeDataProvider: {
					onDidChangeTreeData: this.#didChangeTreeData.event,
					getChildren: async (parent) => (await (await this.#load?.())?.getChildren(parent)) ?? [],
					getTreeItem: async (node) => (await (await this.#load?.())?.getTreeItem(node)) ?? new vscode.TreeItem(''),
					getParent: async (node) => (await this.#load?.())?.getParent?.(node),
					resolveTreeItem: async (item, node, token) => (await this.#load?.())?.resolveTreeItem?.(item, node, token) ?? item,
				},
				showCollapseAll: true,
				canSelectMany: true,
			}),
		);
	}

	/** Lists the rows of a source from now on. @param load called whenever the editor asks for rows, which it does while the view is visible */
	list(load: () => Promise<RowSource>): void {
		this.#load = load;
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
