import * as vscode from 'vscode';
import type { PastedText } from '../../../core/paste/pastedText';
import { isFinished, type TaskKey } from '../../../core/task';
import type { TrackOutcome } from '../../../tracking/tracker';
import { commandRemedy, type Say } from '../../message';
import { taskNode } from '../../taskNode';
import type { Remedy } from '../../userError';
import { hostOf } from '../../../core/origin';
import { escapeCodicons } from '../../text/foreignText';
import { operationLabel } from '../../text/operations';
import { problemText } from '../../text/problems';
import { earlierEndText, knownEndText } from '../../text/tasks';
import { sentences } from '../../text/sentences';

/** Lists the lines without a task. */
export async function nameUnreadable({ unreadable, unreadableCount }: PastedText, say: Say): Promise<void> {
	const lines = unreadable.map(({ line, excerpt }) => vscode.l10n.t('Line {0}: {1}', line, excerpt));
	const text =
		lines.length === 1
			? vscode.l10n.t('1 line holds no task. {0}', lines.join())
			: vscode.l10n.t('{0} lines hold no task. {1}', unreadableCount, lines.slice(0, 3).join(' · ') + (lines.length > 3 ? ' …' : ''));
	const showAll: Remedy = {
		label: vscode.l10n.t('Show all'),
		run: async () =>
			vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: lines.join('\n') }), { preview: true }),
	};
	// The editor cuts a message without buttons after one line.
	await say('warning', escapeCodicons(text), [showAll]);
}

/** Shows the outcome of the first checks. */
export async function showOutcome(outcomes: readonly TrackOutcome[], reveal: (key: TaskKey) => Promise<void>, say: Say): Promise<void> {
	const [only, ...others] = outcomes;
	if (only === undefined) {
		return;
	}
	await reveal(only.task.key);
	if (others.length === 0) {
		showOne(only, say);
	} else {
		showSeveral(outcomes, say);
	}
}

function showOne(outcome: TrackOutcome, say: Say): void {
	const { task } = outcome;
	const node = taskNode(task.key);
	if (isFinished(task)) {
		const text = outcome.kind === 'known' ? knownEndText(task) : earlierEndText(task);
		void say(task.status === 'failed' ? 'warning' : 'info', text, [commandRemedy(vscode.l10n.t('Open'), 'kling.openResult', node)]);
		return;
	}
	if (outcome.kind === 'known') {
		const { problem } = task;
		if (problem === undefined) {
			void say('info', vscode.l10n.t('This task is tracked already.'));
		} else {
			void say('warning', sentences(vscode.l10n.t('This task is tracked already.'), problemText(problem, task.ref.origin)));
		}
		return;
	}
	const problem = outcome.kind === 'pending' ? outcome.problem : undefined;
	if (problem?.kind === 'notFound' || problem?.kind === 'badRequest') {
		const text = vscode.l10n.t(
			'{0} does not know {1} as “{2}” (yet). It is tracked and looked at again.',
			hostOf(task.ref.origin),
			task.ref.id,
			operationLabel(task.ref),
		);
		void say('warning', text, [
			commandRemedy(vscode.l10n.t('Change operation'), 'kling.changeOperation', node),
			commandRemedy(vscode.l10n.t('Untrack'), 'kling.untrackTask', node),
		]);
		return;
	}
	// A missing or rejected key is shown once, when its origin is paused.
	if (problem !== undefined && problem.kind !== 'noKey' && problem.kind !== 'auth') {
		void say(
			'warning',
			sentences(vscode.l10n.t('The task is tracked, but the first look failed.'), problemText(problem, task.ref.origin)),
			[commandRemedy(vscode.l10n.t('Open'), 'kling.openResult', node)],
		);
	}
}

function showSeveral(outcomes: readonly TrackOutcome[], say: Say): void {
	const known = outcomes.filter(({ kind }) => kind === 'known').length;
	const fresh = outcomes.filter(({ kind }) => kind !== 'known');
	// Tasks that were announced are not counted again.
	const finished = fresh.filter((outcome) => isFinished(outcome.task) && !(outcome.kind === 'updated' && outcome.isAnnounced)).length;
	if (fresh.length === 0) {
		void say('info', vscode.l10n.t('All {0} tasks were tracked already.', known));
		return;
	}
	if (known > 0) {
		void say('info', vscode.l10n.t('Tracked now: {0}. Ended already: {1}. Tracked before: {2}.', fresh.length, finished, known));
	} else if (finished > 0) {
		void say('info', vscode.l10n.t('{0} tasks are tracked now; {1} of them had ended already.', fresh.length, finished));
	} else {
		void say('info', vscode.l10n.t('{0} tasks are tracked now.', fresh.length));
	}
}
