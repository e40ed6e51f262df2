import { assertNever } from '../../core/assertNever';
import type { TaskNode } from '../taskNode';

/** A node of the tree: a task, one of its media, or the "Show More" row. */
export type TreeNode = TaskNode | { readonly kind: 'more' };

/** The stable id of a node, also the id of its tree item. */
export function nodeId(node: TreeNode): string {
	switch (node.kind) {
		case 'task':
			return node.media === undefined
				? `task ${node.key}`
				: node.media === 'parent'
					? `parent ${node.key}`
					: `result ${node.media} ${node.key}`;
		case 'more':
			return 'more';
		default:
			return assertNever(node);
	}
}
