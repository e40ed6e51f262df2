import type { CreationId } from '../../creation/creation';
import type { LateHandlers } from '../commands/commandRegistry';
import { readCreationNode } from '../creationNode';
import type { TaskTreeView } from './taskTreeView';

type ListCommands = Pick<
	LateHandlers,
	| 'kling.showTasks'
	| 'kling.showMore'
	| 'kling.filterTasks'
	| 'kling.clearFilter'
	| 'kling.groupByTime'
	| 'kling.groupByOperation'
	| 'kling.groupByNone'
	| 'kling.groupedByTime'
	| 'kling.groupedByOperation'
	| 'kling.groupedByNone'
>;

/** Commands on the list itself: what it shows, and how. */
export function listCommands(
	tree: TaskTreeView,
	showTasks: () => Promise<void>,
	revealCreation: (id: CreationId) => Promise<void>,
): ListCommands {
	return {
		'kling.showTasks': async (row) => {
			await showTasks();
			const node = readCreationNode(row);
			if (node !== undefined) {
				await revealCreation(node.id);
			}
		},
		'kling.showMore': (group) => tree.showMore(group),
		'kling.filterTasks': () => tree.chooseFilter(),
		'kling.clearFilter': () => tree.clearFilter(),
		'kling.groupByTime': () => tree.groupBy('time'),
		'kling.groupByOperation': () => tree.groupBy('operation'),
		'kling.groupByNone': () => tree.groupBy('none'),
		// The same entries of the menu, with the mark of the chosen one: a menu of an extension cannot show which entry is chosen.
		'kling.groupedByTime': () => tree.groupBy('time'),
		'kling.groupedByOperation': () => tree.groupBy('operation'),
		'kling.groupedByNone': () => tree.groupBy('none'),
	};
}
