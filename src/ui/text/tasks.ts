import { l10n } from 'vscode';
import { runningTime } from '../../core/age';
import { operationKey } from '../../core/operation';
import { hostOf } from '../../core/origin';
import { isFinished, type FinishedTask, type Task } from '../../core/task';
import { assertNever } from '../../core/assertNever';
import { escapeCodicons, apiMessage, shown } from './foreignText';
import { operationLabel } from './operations';
import { relativeTime, durationText, timeText } from './times';

/** The last six characters of an id, which differ between tasks; all of an id of at most ten characters. */
export function idSuffix(id: string): string {
	return id.length <= 10 ? id : id.slice(-6);
}

/** An id shortened to stand beside other text; “…” marks the omitted beginning. */
export function shortId(id: string): string {
	return idSuffix(id) === id ? id : `…${idSuffix(id)}`;
}

/** What a task is called everywhere: its given name, else its operation and the end of its ID ("Text to Video 870564"). */
export function taskLabel(task: Pick<Task, 'name' | 'ref'>): string {
	return escapeCodicons(
		task.name ??
			l10n.t({
				message: '{0} {1}',
				args: [operationLabel(task.ref), idSuffix(task.ref.id)],
				comment: ['Name of a task: {0} is an operation such as “Text to Video”, {1} the end of a task ID.'],
			}),
	);
}

/** "Processing"; an unrecognised status is shown as the API sent it. */
export function statusLabel(task: Task): string {
	if (!isFinished(task) && task.unconfirmed !== undefined) {
		return task.unconfirmed.status === 'succeeded' ? l10n.t('Succeeded? Checking again') : l10n.t('Failed? Checking again');
	}
	switch (task.status) {
		case 'submitted':
			return task.lastCheckedAt === undefined ? l10n.t('Not checked yet') : l10n.t('Submitted');
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

/** "Text to Video 870564 finished", "Text to Video 870564 failed"; `withReason` adds the failure's reason in the API's words. */
export function finishedText(task: Task, detail?: 'withReason'): string {
	if (task.status !== 'failed') {
		return l10n.t({ message: '{0} finished', args: [taskLabel(task)], comment: ['{0} is the name of a task.'] });
	}
	return detail === undefined || task.message === undefined
		? l10n.t({ message: '{0} failed', args: [taskLabel(task)], comment: ['{0} is the name of a task.'] })
		: l10n.t({
				message: '{0} failed: {1}',
				args: [taskLabel(task), apiMessage(task.message)],
				comment: ['{0} is the name of a task.', '{1} is the error message of the API.'],
			});
}

/** The reply to tracking a task that is already tracked and finished. */
export function knownEndText(task: FinishedTask): string {
	const label = taskLabel(task);
	if (task.status !== 'failed') {
		return l10n.t({
			message: 'This task is already tracked: {0} finished',
			args: [label],
			comment: ['{0} is the name of a task.'],
		});
	}
	return task.message === undefined
		? l10n.t({
				message: 'This task is already tracked: {0} failed',
				args: [label],
				comment: ['{0} is the name of a task.'],
			})
		: l10n.t({
				message: 'This task is already tracked: {0} failed: {1}',
				args: [label, apiMessage(task.message)],
				comment: ['{0} is the name of a task.', '{1} is the error message of the API.'],
			});
}

/** The reply to tracking a task that finished before it was tracked. */
export function earlierEndText(task: FinishedTask): string {
	const label = taskLabel(task);
	if (task.status !== 'failed') {
		return l10n.t({
			message: '{0} has already finished.',
			args: [label],
			comment: ['{0} is the name of a task.'],
		});
	}
	return task.message === undefined
		? l10n.t({
				message: '{0} has already failed.',
				args: [label],
				comment: ['{0} is the name of a task.'],
			})
		: l10n.t({
				message: '{0} has already failed: {1}',
				args: [label, apiMessage(task.message)],
				comment: ['{0} is the name of a task.', '{1} is the error message of the API.'],
			});
}

/** Every fact of a task as a label and a value, for the hover and the panel. */
export function taskFacts(task: Task, now: number): readonly { readonly label: string; readonly value: string }[] {
	const facts: { label: string; value: string }[] = [];
	const add = (label: string, value: string | undefined): void => {
		if (value !== undefined && value !== '') {
			facts.push({ label, value: shown(value) });
		}
	};
	add(l10n.t('Operation'), `${operationLabel(task.ref)} (${operationKey(task.ref)})`);
	add(l10n.t('Task ID'), task.ref.id);
	add(l10n.t('External ID'), task.externalTaskId === task.ref.id ? undefined : task.externalTaskId);
	add(l10n.t('API'), hostOf(task.ref.origin));
	add(l10n.t('Created'), task.createdAt === undefined ? undefined : timeText(task.createdAt));
	add(l10n.t('Tracked'), timeText(task.trackedAt));
	if (isFinished(task)) {
		add(l10n.t('Finished'), timeText(task.finishedAt));
		add(l10n.t('Duration'), task.createdAt === undefined ? undefined : durationText(runningTime(task, now)));
	} else {
		add(l10n.t('Last checked'), task.lastCheckedAt === undefined ? l10n.t('not yet') : relativeTime(now - task.lastCheckedAt));
	}
	add(l10n.t('Cost (units)'), task.unitsDeducted);
	add(l10n.t('Request ID'), task.problem?.requestId ?? task.requestId);
	return facts;
}
