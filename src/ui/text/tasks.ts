import { l10n } from 'vscode';
import { runningTime } from '../../core/age';
import { operationKey } from '../../core/operation';
import { hostOf } from '../../core/origin';
import { isFinished, type FinishedTask, type Task, type TaskStatus } from '../../core/task';
import { assertNever } from '../../core/assertNever';
import type { Estimate } from '../../core/estimate';
import type { StoreCondition } from '../../tracking/ports/health';
import { shown } from '../../core/shown';
import { escapeCodicons, apiMessage } from './foreignText';
import { mediaCountText } from './media';
import { operationLabel } from './operations';
import { problemLabel } from './problems';
import { conditionLabel } from './store';
import { agoText, durationText, elapsedText, estimateText, timeText } from './times';

/** The last six characters of an id, which differ between tasks; all of an id of at most ten characters. */
function idSuffix(id: string): string {
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
	if (task.status === 'submitted' && task.lastCheckedAt === undefined) {
		return l10n.t('Waiting for first check');
	}
	return task.status === 'unknown' && task.rawStatus ? escapeCodicons(task.rawStatus) : statusWord(task.status);
}

/** The word for a status: in rows, and for the search. */
export function statusWord(status: TaskStatus): string {
	switch (status) {
		case 'submitted':
			return l10n.t('Submitted');
		case 'processing':
			return l10n.t('Processing');
		case 'succeeded':
			return l10n.t('Succeeded');
		case 'failed':
			return l10n.t('Failed');
		case 'unknown':
			return l10n.t('Unknown status');
		default:
			return assertNever(status);
	}
}

/** What `stateText` needs besides the task. */
export interface StateNotes {
	/** The expected remaining time. */
	readonly estimate?: Estimate | undefined;
	/** The condition of the store; while it cannot be written, tasks are not checked. */
	readonly condition?: StoreCondition | undefined;
	/** `short` in rows: "~40 s left" instead of "about 40 s left". */
	readonly form?: 'whole' | 'short';
}

/**
 * What matters of a task now, most important first, because a narrow row cuts off the end: "about 40 s left", "Processing · 20 s", "needs
 * API key", "5 min ago · 4 images". Row and result panel use the same words. A task that is not checked has no running clock.
 * @param now ms since 1970
 */
export function stateText(task: Task, now: number, notes: StateNotes = {}): string {
	return (isFinished(task) ? finishedParts(task, now) : activeParts(task, now, notes)).filter((part) => part !== undefined).join(' · ');
}

function activeParts(task: Task, now: number, { estimate, condition, form }: StateNotes): (string | undefined)[] {
	const unchecked = condition === undefined ? undefined : conditionLabel(condition);
	const { problem } = task;
	if (unchecked !== undefined) {
		return [unchecked];
	}
	if (problem !== undefined) {
		const ago = now - problem.at;
		const checked =
			ago < 5_000
				? l10n.t('last checked just now')
				: l10n.t({ message: 'last checked {0} ago', args: [elapsedText(ago)], comment: ['{0} is a duration such as “10 s”.'] });
		return [problemLabel(problem), problem.kind === 'notFound' ? checked : undefined];
	}
	if (task.lastCheckedAt === undefined || task.unconfirmed !== undefined) {
		return [statusLabel(task)];
	}
	const elapsed = elapsedText(runningTime(task, now));
	const progress = task.progress !== undefined && task.progress > 0 ? `${Math.round(task.progress * 100)} %` : undefined;
	if (estimate === undefined) {
		return [statusLabel(task), elapsed, progress];
	}
	return [
		estimateText(estimate, form),
		task.status === 'unknown' ? statusLabel(task) : undefined,
		estimate.kind === 'late' ? elapsed : undefined,
		progress,
	];
}

function finishedParts(task: FinishedTask, now: number): (string | undefined)[] {
	const ago = agoText(task.finishedAt, now);
	if (task.status === 'failed') {
		return [task.message === undefined ? undefined : apiMessage(task.message), ago];
	}
	if (task.resultsLeftOut !== undefined) {
		const stored = l10n.t({
			message: '{0} of {1} results stored',
			args: [task.results.length, task.results.length + task.resultsLeftOut],
			comment: ['{0} and {1} are numbers.'],
		});
		return [ago, stored];
	}
	if (task.results.length === 0) {
		return [task.nextPollAt === undefined ? l10n.t('no results returned') : l10n.t('waiting for results'), ago];
	}
	// The icon shows the kind of a single result.
	return [ago, task.results.length === 1 ? undefined : mediaCountText(task.results)];
}

/** "Text to Video 870564 is ready", "Text to Video 870564 failed"; `withReason` adds the failure's reason in the API's words. */
export function finishedText(task: FinishedTask, detail?: 'withReason'): string {
	if (task.status !== 'failed') {
		return task.results.length > 0
			? l10n.t({ message: '{0} is ready', args: [taskLabel(task)], comment: ['{0} is the name of a task.'] })
			: l10n.t({ message: '{0} finished without a result', args: [taskLabel(task)], comment: ['{0} is the name of a task.'] });
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

/** The host of a task's API; the demo's, on this computer, says nothing to a person. */
export function hostText({ owner, ref }: Pick<Task, 'owner' | 'ref'>): string {
	return owner === undefined ? hostOf(ref.origin) : l10n.t('offline demo');
}

/** The units that a task cost, as the API reported them; undefined if it did not, or if the task is one of the offline demo, which are free. */
export function costOf({ owner, unitsDeducted }: Pick<Task, 'owner' | 'unitsDeducted'>): string | undefined {
	return owner === undefined && unitsDeducted !== '' ? unitsDeducted : undefined;
}

/**
 * Every fact of a task as a label and a value, for the hover and the panel. Times are absolute: how long ago the last check was, the
 * panel says in a line of its own.
 */
export function taskFacts(task: Task): readonly { readonly label: string; readonly value: string }[] {
	const facts: { label: string; value: string }[] = [];
	const add = (label: string, value: string | undefined): void => {
		if (value !== undefined && value !== '') {
			facts.push({ label, value: shown(value) });
		}
	};
	add(l10n.t('Operation'), `${operationLabel(task.ref)} (${operationKey(task.ref)})`);
	add(l10n.t('Task ID'), task.ref.id);
	add(l10n.t('External ID'), task.externalTaskId === task.ref.id ? undefined : task.externalTaskId);
	add(l10n.t('API'), hostText(task));
	add(l10n.t('Created'), task.createdAt === undefined ? undefined : timeText(task.createdAt));
	add(l10n.t('Tracked'), timeText(task.trackedAt));
	if (isFinished(task)) {
		add(l10n.t('Finished'), timeText(task.finishedAt));
		add(l10n.t('Duration'), task.createdAt === undefined ? undefined : durationText(runningTime(task, task.finishedAt)));
	} else {
		const checked = Math.max(task.lastCheckedAt ?? 0, task.problem?.at ?? 0);
		add(l10n.t('Last checked'), checked === 0 ? l10n.t('not yet') : timeText(checked));
	}
	add(l10n.t('Cost (units)'), costOf(task));
	add(l10n.t('Request ID'), task.problem?.requestId ?? task.requestId);
	return facts;
}
