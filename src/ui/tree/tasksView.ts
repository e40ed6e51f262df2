import * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import type { TreeNode } from './treeNode';

/** Provides the rows; an event with `undefined` means that all of them changed. */
export interface RowSource extends vscode.TreeDataProvider<TreeNode> {
	readonly onDidChangeTreeData: vscode.Event<TreeNode | undefined>;
}

/** The view in the side bar. It is registered at activation and stays empty until `list` is called. */
export class TasksView implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #didChangeTreeData = this.#own.own(new vscode.EventEmitter<TreeNode | undefined>());
	/** The editor's view; this owns it. */
	readonly view: vscode.TreeView<TreeNode>;
	#source: RowSource | undefined;

	constructor() {
		this.view = this.#own.own(
			vscode.window.createTreeView<TreeNode>('kling.tasks', {
				treeDataProvider: {
					onDidChangeTreeData: this.#didChangeTreeData.event,
					getChildren: (parent) => this.#source?.getChildren(parent) ?? [],
					getTreeItem: (node) => this.#source?.getTreeItem(node) ?? new vscode.TreeItem(''),
					getParent: (node) => this.#source?.getParent?.(node),
					resolveTreeItem: (item, node, token) => this.#source?.resolveTreeItem?.(item, node, token) ?? item,
				},
				showCollapseAll: true,
				canSelectMany: true,
			}),
		);
	}

	/** Lists the rows of this source from now on. */
	list(source: RowSource): void {
		this.#source = source;
		this.#own.own(source.onDidChangeTreeData((node) => this.#didChangeTreeData.fire(node)));
		this.#didChangeTreeData.fire(undefined);
	}

	dispose(): void {
		this.#own.dispose();
	}
}
