import type { TaskKey } from '../../core/task';
import type { RowKey } from './drawnRows';
import { isSameGroup, type Group, type TreeContent } from './treeContent';
import { creationRow, nodeId, taskRow, type CreationRow, type TaskRow, type TreeNode } from './treeNode';

/** What a new content has that the one before had not. */
export interface ContentDifference {
	/** The groups that list other rows than before, those that are new included. */
	readonly groups: readonly Group[];
	/** Whether there are other groups, or in another order. */
	readonly hasOtherGroups: boolean;
	/** Tasks that moved to another group. */
	readonly moved: ReadonlySet<TaskKey>;
}

/** The rows of what is listed, tasks and creations alike, and the one node of each: VS Code identifies a node by object identity. */
export class ListedRows {
	/** The nodes handed out, by id. */
	readonly #nodes = new Map<string, TreeNode>();
	/** Undefined until there is one. */
	#content: TreeContent | undefined;
	#rows = new Map<RowKey, TaskRow | CreationRow>();

	get content(): TreeContent | undefined {
		return this.#content;
	}

	get groups(): readonly Group[] {
		return this.#content?.groups ?? [];
	}

	/** The rows of the listed creations. */
	get creations(): readonly CreationRow[] {
		return [...this.#rows.values()].filter((row) => row.kind === 'creation');
	}

	has(key: RowKey): boolean {
		return this.#rows.has(key);
	}

	/** The row of a task or creation; undefined if it is not listed. */
	get(key: RowKey): TaskRow | CreationRow | undefined {
		return this.#rows.get(key);
	}

	/** Lists a content from now on. Returns what differs from the one before; undefined if it is the first. */
	list(content: TreeContent): ContentDifference | undefined {
		const before = this.#content;
		const rowsBefore = this.#rows;
		this.#content = content;
		this.#rows = new Map(
			content.groups.flatMap(({ id, creations, keys }): (readonly [RowKey, TaskRow | CreationRow])[] => [
				...creations.map((one) => [one, creationRow(id, one)] as const),
				...keys.map((key) => [key, taskRow(id, key)] as const),
			]),
		);
		this.#forgetUnlisted(content);
		return before && { ...differenceOf(before.groups, content.groups), moved: movedTasks(rowsBefore, this.#rows) };
	}

	/** The node with these values, always the same object while it is listed. */
	node(node: TreeNode): TreeNode {
		const id = nodeId(node);
		const known = this.#nodes.get(id);
		if (known !== undefined) {
			return known;
		}
		this.#nodes.set(id, node);
		return node;
	}

	/** The nodes at the top: the groups, or the rows of the only group if it has none. */
	roots(): TreeNode[] {
		return this.groups.flatMap((group) => (group.id === 'all' ? this.#rowsOf(group) : [this.node({ kind: 'group', group: group.id })]));
	}

	/** The rows of a group, and one for those that are not listed. */
	inGroup(id: Group['id']): TreeNode[] {
		return this.groups.filter((group) => group.id === id).flatMap((group) => this.#rowsOf(group));
	}

	#rowsOf({ id, creations, keys, count }: Group): TreeNode[] {
		const rows = [...creations.map((one) => creationRow(id, one)), ...keys.map((key) => taskRow(id, key))].map((row) => this.node(row));
		return count > rows.length ? [...rows, this.node({ kind: 'more', group: id })] : rows;
	}

	#forgetUnlisted({ groups }: TreeContent): void {
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
	}
}

function differenceOf(before: readonly Group[], groups: readonly Group[]): Omit<ContentDifference, 'moved'> {
	const known = new Map(before.map((group) => [group.id, group]));
	return {
		groups: groups.filter((group) => {
			const old = known.get(group.id);
			return old === undefined || !isSameGroup(old, group);
		}),
		hasOtherGroups: groups.length !== before.length || groups.some(({ id }, index) => before[index]?.id !== id),
	};
}

function movedTasks(
	before: ReadonlyMap<RowKey, TaskRow | CreationRow>,
	now: ReadonlyMap<RowKey, TaskRow | CreationRow>,
): ReadonlySet<TaskKey> {
	return new Set(
		[...now.values()].flatMap((row) => (row.kind === 'task' && (before.get(row.key)?.group ?? row.group) !== row.group ? [row.key] : [])),
	);
}
