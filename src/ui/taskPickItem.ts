import type { QuickPickItem } from 'vscode';
import { isFinished, type Task } from '../core/task';
import { operationIcon } from './operationIcon';
import { operationLabel } from './text/operations';
import { stateText, statusLabel, taskLabel } from './text/tasks';

/**
 * A task as a row of a pick: its name, what its row in the list says of it, its ID and operation.
 * @param now ms since 1970
 */
export function taskPickItem(task: Task, now: number): QuickPickItem & { readonly description: string; readonly detail: string } {
	const state = stateText(task, now);
	return {
		label: taskLabel(task),
		// The list shows the status of a finished task by its icon.
		description: isFinished(task) ? `${statusLabel(task)} · ${state}` : state,
		detail: `${task.ref.id} · ${operationLabel(task.ref)}`,
		iconPath: operationIcon(task.ref),
	};
}
