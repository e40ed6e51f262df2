import { assertNever } from '../../core/assertNever';
import type { MediaRef } from '../../core/mediaRef';
import { omitUndefined } from '../../core/omitUndefined';
import type { TaskKey } from '../../core/task';
import type { GroupId } from '../../core/taskGroup';
import type { CreationId } from '../../creation/creation';
import { creationNode, type CreationNode } from '../creationNode';
import type { TaskNode } from '../taskNode';

/** A task or one of its media, in a group. The editor may know it in two groups for a moment, while it moves. */
export interface TaskRow extends TaskNode {
	readonly group: GroupId;
}

/** A creation without a task, in a group. */
export interface CreationRow extends CreationNode {
	readonly group: GroupId;
}

/** A node of the tree: a group, its last row if not all of its tasks are listed, a creation, or a task or one of its media. */
export type TreeNode = TaskRow | CreationRow | { readonly kind: 'group' | 'more'; readonly group: GroupId };

/** Creates the node of a task or of one of its media. */
export function taskRow(group: GroupId, key: TaskKey, media?: MediaRef): TaskRow {
	return { kind: 'task', key, group, ...omitUndefined({ media }) };
}

/** Creates the node of a creation. */
export function creationRow(group: GroupId, id: CreationId): CreationRow {
	return { ...creationNode(id), group };
}

/** The stable id of a node, also the id of its tree item. */
export function nodeId(node: TreeNode): string {
	switch (node.kind) {
		case 'task':
			return `${node.media === undefined ? 'task' : node.media === 'parent' ? 'parent' : `result ${node.media}`} ${node.key} in ${node.group}`;
		case 'creation':
			return `creation ${node.id} in ${node.group}`;
		case 'group':
		case 'more':
			return `${node.kind} ${node.group}`;
		default:
			return assertNever(node);
	}
}
