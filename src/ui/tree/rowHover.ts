import type * as vscode from 'vscode';
import type { Stores } from '../../tracking/ports/stores';
import { nextFactOf } from '../continueWith/taskFacts';
import type { RowDownloads } from '../keptFiles/keeping';
import { creationTooltip } from './creationItem';
import { keptHover } from './keptHover';
import { taskTooltip } from './taskTooltip';
import type { TreeNode } from './treeNode';

/**
 * The hover of a row; undefined if what it is of is gone, or if its item has one already.
 * @param now ms since 1970
 */
export function rowHover(node: TreeNode, store: Stores, downloads: RowDownloads, now: number): vscode.MarkdownString | undefined {
	if (node.kind === 'creation') {
		const creation = store.creations.get(node.id);
		return creation && creationTooltip(creation);
	}
	const task = node.kind === 'task' && node.media === undefined ? store.tasks.get(node.key) : undefined;
	if (task === undefined) {
		return undefined;
	}
	const creation = store.creations.ofTask(task.key);
	return taskTooltip(task, creation, nextFactOf(task, creation, store, now), keptHover(task, downloads, now));
}
