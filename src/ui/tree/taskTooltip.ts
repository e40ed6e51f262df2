import type * as vscode from 'vscode';
import { isFinished, type Task } from '../../core/task';
import type { Creation } from '../../creation/creation';
import { factsOfTask } from '../text/creation/rows';
import { failureRemedy } from '../text/failures';
import { expiryFact } from '../text/links';
import { operationLabel } from '../text/operations';
import { problemText, remedyText } from '../text/problems';
import { sentences } from '../text/sentences';
import { statusLabel } from '../text/tasks';
import type { KeptHover } from './keptHover';
import { appendFacts, appendPlain, appendPoster, plainHover } from './plainHover';

/**
 * The hover of a task's row. VS Code asks for it once, so it has no relative times. It costs more than the rest of the row and is created
 * only when the mouse is over the row.
 * @param creation what made it, if that was here
 * @param next what can still be done with its results (`nextFact`)
 * @param kept what is known of its kept files
 */
export function taskTooltip(
	task: Task,
	creation?: Creation,
	next?: { readonly label: string; readonly value: string },
	kept?: KeptHover,
): vscode.MarkdownString {
	const hover = plainHover();
	if (kept?.poster !== undefined) {
		appendPoster(hover, kept.poster);
	}
	const status = task.problem !== undefined && !isFinished(task) ? undefined : statusLabel(task);
	const operation = operationLabel(task.ref);
	appendPlain(hover, task.name ?? operation, '**');
	hover.appendMarkdown('\n\n');
	const line = [task.name === undefined ? undefined : operation, status].filter((part) => part !== undefined).join(' · ');
	if (line !== '') {
		appendPlain(hover, line);
	}
	const { problem } = task;
	const problems = problem === undefined ? undefined : sentences(problemText(problem, task.ref.origin), remedyText(problem));
	const failed = task.status === 'failed';
	for (const text of [problems, kept?.problem, failed ? task.message : undefined, failed ? failureRemedy(task.message) : undefined]) {
		if (text !== undefined) {
			hover.appendMarkdown('\n\n');
			appendPlain(hover, text);
		}
	}
	hover.appendMarkdown('\n\n');
	// Below a poster a hover has room for half of the facts.
	appendFacts(
		hover,
		[...(kept?.facts ?? []), ...factsOfTask(task, creation), expiryFact(task), next].filter((fact) => fact !== undefined),
	);
	return hover;
}
