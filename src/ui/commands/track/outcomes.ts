import * as vscode from 'vscode';
import type { PastedText } from '../../../core/paste/pastedText';
import type { Problem } from '../../../core/problem';
import { isFinished, type Task, type TaskKey } from '../../../core/task';
import type { TrackOutcome } from '../../../tracking/tracker';
import { commandRemedy, type Say } from '../../message';
import { taskNode } from '../../taskNode';
import type { Remedy } from '../../userError';
import { escapeCodicons } from '../../text/foreignText';
import { operationLabel } from '../../text/operations';
import { problemText } from '../../text/problems';
import { earlierEndText, knownEndText } from '../../text/tasks';
import { sentences } from '../../text/sentences';

/** Lists the lines without a task. */
export async function nameUnreadable({ unreadable, unreadableCount }: PastedText, say: Say): Promise<void> {
	const lines = unreadable.map(({ line, excerpt }) =>
		vscode.l10n.t({
			message: 'Line {0}: {1}',
			args: [line, excerpt],
			comment: ['{0} is a line number.', '{1} is an excerpt of that line.'],
		}),
	);
	const text =
		lines.length === 1
			? vscode.l10n.t({
					message: 'No task found in 1 line. {0}',
					args: [lines.join()],
					comment: ['{0} is the line’s number and an excerpt.'],
				})
			: vscode.l10n.t({
					message: 'No task found in {0} lines. {1}',
					args: [unreadableCount, lines.slice(0, 3).join(' · ') + (lines.length > 3 ? ' …' : '')],
					comment: ['{0} is a count.', '{1} is a list of line numbers with excerpts.'],
				});
	const showAll: Remedy = {
		label: vscode.l10n.t('Show All'),
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
			void say('info', vscode.l10n.t('This task is already tracked.'));
		} else {
			void say('warning', sentences(vscode.l10n.t('This task is already tracked.'), problemText(problem, task.ref.origin)));
		}
		return;
	}
	const problem = outcome.kind === 'pending' ? outcome.problem : undefined;
	if (problem?.kind === 'notFound' || problem?.kind === 'badRequest') {
		// Both are what a wrong operation leads to.
		const text =
			problem.kind === 'notFound'
				? vscode.l10n.t({
						message: 'Task {0} was not found under {1}. Checking again automatically.',
						args: [task.ref.id, operationLabel(task.ref)],
						comment: ['{0} is a task ID.', '{1} is an operation such as “Text to Video”.'],
					})
				: firstCheckText(problem, task);
		void say('warning', text, [
			commandRemedy(vscode.l10n.t('Change Operation…'), 'kling.changeOperation', node),
			commandRemedy(vscode.l10n.t('Remove from List'), 'kling.untrackTask', node),
		]);
		return;
	}
	// A missing or rejected key is shown once, when its origin is paused.
	if (problem !== undefined && problem.kind !== 'noKey' && problem.kind !== 'auth') {
		void say('warning', firstCheckText(problem, task), [commandRemedy(vscode.l10n.t('Open'), 'kling.openResult', node)]);
	}
}

function firstCheckText(problem: Problem, { ref }: Task): string {
	return sentences(vscode.l10n.t('The task is tracked, but the first check failed.'), problemText(problem, ref.origin));
}

function showSeveral(outcomes: readonly TrackOutcome[], say: Say): void {
	const known = outcomes.filter(({ kind }) => kind === 'known').length;
	const fresh = outcomes.filter(({ kind }) => kind !== 'known');
	if (fresh.length === 0) {
		void say('info', vscode.l10n.t({ message: 'All {0} tasks are already tracked.', args: [known], comment: ['{0} is a count.'] }));
		return;
	}
	// Tasks that were announced are not counted again.
	const finished = fresh.filter((outcome) => isFinished(outcome.task) && !(outcome.kind === 'updated' && outcome.isAnnounced));
	const failed = finished.filter(({ task }) => task.status === 'failed').length;
	const ready = finished.length - failed;
	const parts = [
		known === 0
			? vscode.l10n.t({ message: 'Tracking {0} tasks', args: [fresh.length], comment: ['{0} is a count.'] })
			: fresh.length === 1
				? vscode.l10n.t('Added 1 task')
				: vscode.l10n.t({ message: 'Added {0} tasks', args: [fresh.length], comment: ['{0} is a count.'] }),
		ready > 0 ? vscode.l10n.t({ message: '{0} already ready', args: [ready], comment: ['{0} is a count of tasks.'] }) : undefined,
		failed > 0 ? vscode.l10n.t({ message: '{0} already failed', args: [failed], comment: ['{0} is a count of tasks.'] }) : undefined,
		known > 0 ? vscode.l10n.t({ message: '{0} already tracked', args: [known], comment: ['{0} is a count of tasks.'] }) : undefined,
	].filter((part) => part !== undefined);
	void say(
		'info',
		vscode.l10n.t({
			message: '{0}.',
			args: [parts.join(', ')],
			comment: ['{0} lists counts, such as “Tracking 3 tasks, 1 already ready, 1 already failed”.'],
		}),
	);
}
