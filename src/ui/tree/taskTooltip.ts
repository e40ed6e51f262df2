import * as vscode from 'vscode';
import { isFinished, type Task } from '../../core/task';
import { shown } from '../text/foreignText';
import { expiryFact } from '../text/links';
import { operationLabel } from '../text/operations';
import { problemText, remedyText } from '../text/problems';
import { sentences } from '../text/sentences';
import { statusLabel, taskFacts } from '../text/tasks';

/**
 * The hover of a task's row. VS Code asks for it once, so it has no relative times. It costs more than the rest of the row and is created
 * only when the mouse is over the row.
 * @param next what can still be done with its results (`nextFact`)
 */
export function taskTooltip(task: Task, next?: { readonly label: string; readonly value: string }): vscode.MarkdownString {
	const hover = new vscode.MarkdownString();
	hover.isTrusted = false;
	hover.supportHtml = false;
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
	for (const text of [problems, task.status === 'failed' ? task.message : undefined]) {
		if (text !== undefined) {
			hover.appendMarkdown('\n\n');
			appendPlain(hover, text);
		}
	}
	hover.appendMarkdown('\n\n');
	const facts = [...taskFacts(task), expiryFact(task), next].filter((fact) => fact !== undefined);
	facts.forEach(({ label, value }, index) => {
		hover.appendMarkdown(index === 0 ? '' : '  \n');
		appendPlain(hover, `${label}: ${value}`);
	});
	return hover;
}

/**
 * Adds text as text: `appendText` escapes Markdown, but not what GitHub's flavour makes a link or a tag of (a bare URL, an e-mail address,
 * `<`). A space of no width breaks those. Words are added one by one, because it makes every space one that does not wrap.
 */
function appendPlain(hover: vscode.MarkdownString, text: string, around = ''): void {
	const inert = shown(text)
		.trim()
		.replace(/:\/\/|www\.|@|<|&|mailto:|xmpp:/gi, '$&\u200B');
	hover.appendMarkdown(around);
	inert.split(/(\s+)/).forEach((part) => {
		if (part.trim() === '') {
			hover.appendMarkdown(part.includes('\n') ? '  \n' : part === '' ? '' : ' ');
		} else {
			hover.appendText(part);
		}
	});
	hover.appendMarkdown(around);
}
