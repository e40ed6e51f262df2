import type { TaskTreeProvider } from '../../../src/ui/tree/taskTreeProvider';

/** Asks for everything that the editor shows of the list at first: the groups and their rows. */
export async function drawList(tree: TaskTreeProvider): Promise<void> {
	const groups = await tree.getChildren();
	const rows = (await Promise.all(groups.map((group) => tree.getChildren(group)))).flat();
	await Promise.all([...groups, ...rows].map((node) => tree.getTreeItem(node)));
}
