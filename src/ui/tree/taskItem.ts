import * as vscode from 'vscode';
import type { Estimate } from '../../core/estimate';
import { mediaAt } from '../../core/mediaRef';
import { remedyOf } from '../../core/remedy';
import { isFinished, type Task } from '../../core/task';
import { assertNever } from '../../core/assertNever';
import type { StoreCondition } from '../../tracking/ports/health';
import { remedyText } from '../text/problems';
import { taskNode, type TaskNode } from '../taskNode';
import { runningTime } from '../../core/age';
import { escapeCodicons, shown } from '../text/foreignText';
import { mediaDurationText, mediaKindLabel, mediaLabel } from '../text/media';
import { operationLabel } from '../text/operations';
import { problemLabel, problemText } from '../text/problems';
import { conditionLabel } from '../text/store';
import { idSuffix, statusLabel, taskFacts, taskLabel } from '../text/tasks';
import { durationText, elapsedText, estimateText } from '../text/times';
import { nodeId } from './treeNode';

/** Whether a task has child rows. */
function hasChildren(task: Task): boolean {
	return task.results.length > 0 || mediaAt(task, 'parent') !== undefined;
}

/** What a row shows besides its task. */
export interface RowNotes {
	/** The expected remaining time. */
	readonly estimate?: Estimate | undefined;
	/** The condition of the store; while it cannot be written, tasks are not checked. */
	readonly condition?: StoreCondition;
}

/**
 * A task as a row. Pure: the same task, time and notes give the same row.
 * @param now ms since 1970
 */
export function taskItem(task: Task, now: number, notes: RowNotes = {}): vscode.TreeItem {
	const item = new vscode.TreeItem(
		taskLabel(task),
		hasChildren(task) ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
	);
	const description = rowDescription(task, now, notes);
	const node = taskNode(task.key);
	item.id = nodeId(node);
	item.description = description;
	item.iconPath = taskIcon(task);
	item.contextValue = contextTags(task).join(';');
	const unviewed = isUnviewed(task) ? vscode.l10n.t('not viewed yet') : '';
	item.accessibilityInformation = { label: [taskLabel(task), description, unviewed].filter((part) => part !== '').join(', ') };
	item.command = openCommand(node);
	return item;
}

/** Everything of a row that can change, as one text; the tree redraws a row only when this differs. */
export function rowText(task: Task, now: number, notes: RowNotes = {}): string {
	return [taskLabel(task), rowDescription(task, now, notes), contextTags(task).join(';'), taskIconId(task), task.results.length].join('\n');
}

/** One result of a task as a child row. */
export function resultItem(task: Task, index: number): vscode.TreeItem {
	const media = task.results[index];
	const item = new vscode.TreeItem(media === undefined ? '' : mediaLabel(media, index, task.results.length));
	const node = taskNode(task.key, index);
	item.id = nodeId(node);
	if (media === undefined) {
		return item;
	}
	item.description = [mediaDurationText(media), media.alternatives?.map((alternative) => alternative.format).join(', ')]
		.filter((part) => part !== undefined && part !== '')
		.join(' · ');
	item.iconPath = new vscode.ThemeIcon(media.kind === 'video' ? 'device-camera-video' : media.kind === 'image' ? 'file-media' : 'unmute');
	item.contextValue = 'result';
	item.tooltip = shown(
		[mediaKindLabel(media.kind), media.id, item.description].filter((part) => part !== undefined && part !== '').join('\n'),
	);
	item.accessibilityInformation = {
		label: vscode.l10n.t({
			message: '{0} of {1}',
			args: [mediaLabel(media, index, task.results.length), taskLabel(task)],
			comment: ['{0} is a result such as “Video 2 of 4”, {1} the name of its task.'],
		}),
	};
	item.command = openCommand(node);
	return item;
}

/** The video that a task's result was made from, as a child row. */
export function parentItem(task: Task): vscode.TreeItem {
	const item = new vscode.TreeItem(vscode.l10n.t('Parent video'));
	const node = taskNode(task.key, 'parent');
	item.id = nodeId(node);
	item.description = task.parentVideo === undefined ? '' : (mediaDurationText(task.parentVideo) ?? '');
	item.iconPath = new vscode.ThemeIcon('history');
	item.contextValue = 'parent';
	item.tooltip = shown(
		[vscode.l10n.t('The video this result was made from'), task.parentVideo?.id].filter((part) => part !== undefined).join('\n'),
	);
	item.accessibilityInformation = {
		label: vscode.l10n.t({ message: 'Parent video of {0}', args: [taskLabel(task)], comment: ['{0} is the name of a task.'] }),
	};
	item.command = openCommand(node);
	return item;
}

/** The command that a click on a row runs. */
function openCommand(node: TaskNode): vscode.Command {
	return { command: 'kling.openResult', title: vscode.l10n.t('Open Result'), arguments: [node] };
}

/** The last row when not all finished tasks are listed. */
export function moreItem(hidden: number): vscode.TreeItem {
	const item = new vscode.TreeItem(vscode.l10n.t('Show More'));
	item.id = nodeId({ kind: 'more' });
	item.description = vscode.l10n.t({ message: '{0} older', args: [hidden], comment: ['{0} is a number of tasks.'] });
	item.iconPath = new vscode.ThemeIcon('ellipsis');
	item.command = { command: 'kling.showMore', title: vscode.l10n.t('Show More') };
	return item;
}

function rowDescription(task: Task, now: number, { estimate, condition }: RowNotes): string {
	const parts: string[] = [];
	const waits = isFinished(task) || condition === undefined ? undefined : conditionLabel(condition);
	if (waits !== undefined) {
		parts.push(waits);
	}
	// The remaining time comes first: a narrow side bar cuts off the end, and the icon already shows the status.
	if (estimate !== undefined) {
		parts.push(estimateText(estimate));
	}
	if (task.problem !== undefined && !isFinished(task)) {
		parts.push(problemLabel(task.problem));
	} else {
		parts.push(statusLabel(task));
	}
	if (isFinished(task)) {
		if (task.status === 'failed' && task.message !== undefined) {
			parts.push(escapeCodicons(task.message));
		}
		if (task.resultsLeftOut !== undefined) {
			parts.push(
				vscode.l10n.t({
					message: '{0} of {1} results stored',
					args: [task.results.length, task.results.length + task.resultsLeftOut],
					comment: ['{0} and {1} are numbers.'],
				}),
			);
		} else if (task.status === 'succeeded' && task.results.length === 0) {
			parts.push(task.nextPollAt === undefined ? vscode.l10n.t('no results returned') : vscode.l10n.t('waiting for results'));
		}
		if (task.createdAt !== undefined) {
			parts.push(durationText(runningTime(task, now)));
		}
	} else {
		if (task.problem?.kind !== 'tooOld') {
			parts.push(elapsedText(runningTime(task, now)));
		}
		if (task.progress !== undefined && task.progress > 0) {
			parts.push(`${Math.round(task.progress * 100)} %`);
		}
	}
	parts.push(idSuffix(task.ref.id));
	return parts.join(' · ');
}

/** The hover of a task's row. It costs more than the rest of the row, so it is created only when the mouse is over the row. */
export function taskTooltip(task: Task, now: number): string {
	const lines = [task.name ?? operationLabel(task.ref), statusLabel(task)];
	if (task.problem !== undefined) {
		lines.push(...[problemText(task.problem, task.ref.origin), remedyText(task.problem)].filter((line) => line !== undefined));
	}
	if (task.status === 'failed' && task.message !== undefined) {
		lines.push(task.message);
	}
	return [...lines.map(shown), '', ...taskFacts(task, now).map(({ label, value }) => `${label}: ${value}`)].join('\n');
}

/** Tags that package.json's menus match: `viewItem =~ /\bfinished\b/`. */
function contextTags(task: Task): string[] {
	const tags = ['task', isFinished(task) ? 'finished' : 'active', task.status];
	if (task.results.length > 0) {
		tags.push('hasResult');
	}
	const remedyId = task.problem === undefined ? 'refresh' : remedyOf(task.problem);
	if (remedyId !== 'refresh') {
		tags.push(remedyId);
	}
	return tags;
}

function isUnviewed(task: Task): boolean {
	return isFinished(task) && task.viewedAt === undefined;
}

function taskIcon(task: Task): vscode.ThemeIcon {
	const color = taskIconColor(task);
	return new vscode.ThemeIcon(taskIconId(task), color === undefined ? undefined : new vscode.ThemeColor(color));
}

function taskIconId(task: Task): string {
	switch (task.status) {
		case 'succeeded':
			return isUnviewed(task) ? 'pass-filled' : 'pass';
		case 'failed':
			return 'error';
		case 'submitted':
		case 'processing':
		case 'unknown':
			if (task.problem !== undefined) {
				return 'warning';
			}
			return task.status === 'processing' ? 'loading~spin' : task.status === 'submitted' ? 'clock' : 'question';
		default:
			return assertNever(task);
	}
}

function taskIconColor(task: Task): string | undefined {
	if (task.status === 'succeeded') {
		return 'testing.iconPassed';
	}
	if (task.status === 'failed') {
		return 'testing.iconFailed';
	}
	return task.problem === undefined ? undefined : 'list.warningForeground';
}
