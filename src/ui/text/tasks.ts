import { l10n } from 'vscode';
import { runningTime } from '../../core/age';
import { operationKey } from '../../core/operation';
import { hostOf } from '../../core/origin';
import { isFinished, type FinishedTask, type Task } from '../../core/task';
import { assertNever } from '../../core/assertNever';
import { escapeCodicons, apiMessage, shown } from './foreignText';
import { operationLabel } from './operations';
import { relativeTime, durationText, timeText } from './times';

/** The end of an id, which tells ids apart: six characters, or all of a short one. */
export function idSuffix(id: string): string {
	return id.length <= 10 ? id : id.slice(-6);
}

/** An id short enough to stand beside other text, its missing beginning marked. */
export function shortId(id: string): string {
	return idSuffix(id) === id ? id : `…${idSuffix(id)}`;
}

/** What a task is called where there is room for a few words: its given name, else its operation. */
export function taskLabel(task: Task): string {
	return escapeCodicons(task.name ?? operationLabel(task.ref));
}

/** "Processing"; a word of the API's that nobody knows is shown as sent. */
export function statusLabel(task: Task): string {
	if (!isFinished(task) && task.unconfirmed !== undefined) {
		return task.unconfirmed.status === 'succeeded' ? l10n.t('Succeeded? Checking again') : l10n.t('Failed? Checking again');
	}
	switch (task.status) {
		case 'submitted':
			return task.lastCheckedAt === undefined ? l10n.t('Not yet looked at') : l10n.t('Submitted');
		case 'processing':
			return l10n.t('Processing');
		case 'succeeded':
			return l10n.t('Succeeded');
		case 'failed':
			return l10n.t('Failed');
		case 'unknown':
			return task.rawStatus ? escapeCodicons(task.rawStatus) : l10n.t('Unknown status');
		default:
			return assertNever(task);
	}
}

/** "Text to video finished", "Text to video failed"; with the failure's reason in the API's words where there is room. */
export function finishedText(task: Task, detail?: 'withReason'): string {
	if (task.status !== 'failed') {
		return l10n.t({ message: '{0} finished', args: [taskLabel(task)], comment: ['{0} is the name of a task, or of its operation.'] });
	}
	return detail === undefined || task.message === undefined
		? l10n.t({ message: '{0} failed', args: [taskLabel(task)], comment: ['{0} is the name of a task, or of its operation.'] })
		: l10n.t({
				message: '{0} failed: {1}',
				args: [taskLabel(task), apiMessage(task.message)],
				comment: ['{0} is the name of a task, or of its operation.', '{1} is the reason, in the words of the API.'],
			});
}

/** The answer to tracking a task that is tracked and has ended. */
export function knownEndText(task: FinishedTask): string {
	const label = taskLabel(task);
	if (task.status !== 'failed') {
		return l10n.t({
			message: 'This task is tracked already: {0} finished',
			args: [label],
			comment: ['{0} is the name of a task, or of its operation.'],
		});
	}
	return task.message === undefined
		? l10n.t({
				message: 'This task is tracked already: {0} failed',
				args: [label],
				comment: ['{0} is the name of a task, or of its operation.'],
			})
		: l10n.t({
				message: 'This task is tracked already: {0} failed: {1}',
				args: [label, apiMessage(task.message)],
				comment: ['{0} is the name of a task, or of its operation.', '{1} is the reason, in the words of the API.'],
			});
}

/** The answer to tracking a task that had ended before. */
export function earlierEndText(task: FinishedTask): string {
	const label = taskLabel(task);
	if (task.status !== 'failed') {
		return l10n.t({
			message: 'This task has ended already: {0} finished',
			args: [label],
			comment: ['{0} is the name of a task, or of its operation.'],
		});
	}
	return task.message === undefined
		? l10n.t({
				message: 'This task has ended already: {0} failed',
				args: [label],
				comment: ['{0} is the name of a task, or of its operation.'],
			})
		: l10n.t({
				message: 'This task has ended already: {0} failed: {1}',
				args: [label, apiMessage(task.message)],
				comment: ['{0} is the name of a task, or of its operation.', '{1} is the reason, in the words of the API.'],
			});
}

/** Every fact of a task, one per line, label and value; for the hover and the panel. */
export function taskFacts(task: Task, now: number): readonly { readonly label: string; readonly value: string }[] {
	const facts: { label: string; value: string }[] = [];
	const add = (label: string, value: string | undefined): void => {
		if (value !== undefined && value !== '') {
			facts.push({ label, value: shown(value) });
		}
	};
	add(l10n.t('Operation'), `${operationLabel(task.ref)} (${operationKey(task.ref)})`);
	add(l10n.t('Task id'), task.ref.id);
	add(l10n.t('External id'), task.externalTaskId === task.ref.id ? undefined : task.externalTaskId);
	add(l10n.t('API'), hostOf(task.ref.origin));
	add(l10n.t('Created'), task.createdAt === undefined ? undefined : timeText(task.createdAt));
	add(l10n.t('Tracked'), timeText(task.trackedAt));
	if (isFinished(task)) {
		add(l10n.t('Ended'), timeText(task.finishedAt));
		add(l10n.t('Took'), task.createdAt === undefined ? undefined : durationText(runningTime(task, now)));
	} else {
		add(l10n.t('Last look'), task.lastCheckedAt === undefined ? l10n.t('never') : relativeTime(now - task.lastCheckedAt));
	}
	add(l10n.t('Units deducted'), task.unitsDeducted);
	add(l10n.t('Request id'), task.problem?.requestId ?? task.requestId);
	return facts;
}
