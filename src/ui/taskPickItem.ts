import type { QuickPickItem } from 'vscode';
import { runningTime } from '../core/age';
import { isFinished, type Task } from '../core/task';
import { operationIcon } from './operationIcon';
import { operationLabel } from './text/operations';
import { statusLabel, taskLabel } from './text/tasks';
import { elapsedText, relativeTime } from './text/times';

/**
 * A task as a row of a pick: its name, its state and since when, its ID and operation.
 * @param now ms since 1970
 */
export function taskPickItem(task: Task, now: number): QuickPickItem & { readonly description: string; readonly detail: string } {
	const time = isFinished(task) ? relativeTime(now - task.finishedAt) : elapsedText(runningTime(task, now));
	return {
		label: taskLabel(task),
		description: `${statusLabel(task)} · ${time}`,
		detail: `${task.ref.id} · ${operationLabel(task.ref)}`,
		iconPath: operationIcon(task.ref),
	};
}
