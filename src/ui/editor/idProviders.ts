// Entry point of dist/editor.js, loaded when the editor first asks about a line of text.
import * as vscode from 'vscode';
import type { Estimate } from '../../core/estimate';
import { idWords, idWordsAt, type IdWord } from '../../core/idWords';
import { hostOf } from '../../core/origin';
import { isFinished, type Task } from '../../core/task';
import type { TaskTable } from '../../tracking/ports/tasks';
import { taskNode, type TaskNode } from '../taskNode';
import { shown } from '../../core/shown';
import { stateText, statusLabel, taskLabel } from '../text/tasks';

/** What links and hovers are made from. Nothing here contacts an API. */
export interface IdProviderParts {
	readonly tasks: Pick<TaskTable, 'get' | 'withId' | 'counts'>;
	readonly clock: { now(): number };
	/** The expected remaining time of a running task. */
	readonly estimate: (task: Task, now: number) => Estimate | undefined;
}

/** A link in the terminal. */
export class TaskLink extends vscode.TerminalLink {
	/** What a click opens. */
	readonly node: TaskNode;

	constructor(at: number, length: number, node: TaskNode) {
		super(at, length, vscode.l10n.t('Open Kling Task'));
		this.node = node;
	}
}

/** Text in longer documents (characters) has no hovers. */
const longestDocument = 1_000_000;

/** A link on each ID of a tracked task in a line of a terminal. An ID that is tracked on several APIs opens the newest of its tasks. */
export function terminalLinks(line: string, { tasks }: Pick<IdProviderParts, 'tasks'>): TaskLink[] {
	const links: TaskLink[] = [];
	let end = -1;
	for (const { id, at } of idWords(line)) {
		const [key] = at < end ? [] : tasks.withId(id);
		if (key !== undefined) {
			end = at + id.length;
			links.push(new TaskLink(at, id.length, taskNode(key)));
		}
	}
	return links;
}

/** The state of the task whose ID is at a position, with a link that opens it; undefined where there is none. */
export function taskHover(document: vscode.TextDocument, position: vscode.Position, parts: IdProviderParts): vscode.Hover | undefined {
	if (document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > longestDocument) {
		return undefined;
	}
	for (const word of idWordsAt(document.lineAt(position.line).text, position.character)) {
		const found = tasksOf(word, parts);
		if (found.length > 0) {
			const { line } = position;
			const range = new vscode.Range(line, word.at, line, word.at + word.id.length);
			return new vscode.Hover(
				found.flatMap((task) => [stateOf(task, parts, found.length > 1), openLink(task)]),
				range,
			);
		}
	}
	return undefined;
}

function tasksOf({ id }: IdWord, { tasks }: IdProviderParts): readonly Task[] {
	return tasks.withId(id).flatMap((key) => tasks.get(key) ?? []);
}

/** "Text to Video 870564: about 40 s left", as text alone: names and messages come from outside. */
function stateOf(task: Task, { clock, estimate }: IdProviderParts, withHost: boolean): vscode.MarkdownString {
	const now = clock.now();
	const label = taskLabel(task);
	const text = stateText(task, now, { estimate: estimate(task, now) });
	// In a row, the icon says how a task finished.
	const state = isFinished(task) ? `${statusLabel(task)} · ${text}` : text;
	return new vscode.MarkdownString().appendText(
		withoutLinks(
			withHost
				? vscode.l10n.t({
						message: '{0} on {1}: {2}',
						args: [label, hostOf(task.ref.origin), state],
						comment: ['{0} is the name of a task, {1} a host name, {2} its state such as “about 40 s left”.'],
					})
				: vscode.l10n.t({
						message: '{0}: {1}',
						args: [label, state],
						comment: ['{0} is the name of a task, {1} its state such as “about 40 s left”.'],
					}),
		),
	);
}

/** `appendText` escapes Markdown, but the editor makes links of bare addresses and of what stands in angle brackets all the same. */
function withoutLinks(text: string): string {
	return shown(text)
		.replace(/<|\b[a-z][a-z0-9+.-]*:\/\/\S*|\bwww\.\S*|\S+@\S+/gi, '')
		.slice(0, 500);
}

/** Fixed text and a command of ours, with the task's key as its argument: `readTaskNode` validates it like any other. */
function openLink({ key }: Task): vscode.MarkdownString {
	const argument = encodeURIComponent(JSON.stringify([taskNode(key)])).replace(/[()]/g, (sign) => (sign === '(' ? '%28' : '%29'));
	const link = new vscode.MarkdownString(`[${vscode.l10n.t('Open Result')}](command:kling.openResult?${argument})`);
	link.isTrusted = { enabledCommands: ['kling.openResult'] };
	return link;
}
