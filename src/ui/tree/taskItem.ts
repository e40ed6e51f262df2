import * as vscode from 'vscode';
import type { Estimate } from '../../core/estimate';
import { findOperation, type OperationPath } from '../../core/operation';
import { remedyOf } from '../../core/remedy';
import { isEnded, type Task, type TaskKey } from '../../core/task';
import { unreachable } from '../../core/unreachable';
import type { StoreCondition } from '../../tracking/ports/health';
import { mendText } from '../mend';
import {
	conditionLabel,
	durationText,
	elapsedText,
	estimateText,
	idTail,
	mediaDurationText,
	mediaKindLabel,
	mediaLabel,
	operationLabel,
	plain,
	problemLabel,
	problemText,
	runningTime,
	shown,
	statusLabel,
	taskFacts,
	taskLabel,
} from '../wording';

/** What the tree is made of; a node is an identity, never a state. */
export type TreeNode =
	| { readonly kind: 'task'; readonly key: TaskKey }
	| { readonly kind: 'result'; readonly key: TaskKey; readonly index: number }
	| { readonly kind: 'parent'; readonly key: TaskKey }
	| { readonly kind: 'more' };

/** The stable id of a node, also the id of its tree item. */
export function nodeId(node: TreeNode): string {
	switch (node.kind) {
		case 'task':
			return `task ${node.key}`;
		case 'result':
			return `result ${node.index} ${node.key}`;
		case 'parent':
			return `parent ${node.key}`;
		case 'more':
			return 'more';
		default:
			return unreachable(node);
	}
}

/** Whether a task has rows under its own. */
export function hasChildren(task: Task): boolean {
	return task.results.length > 0 || task.parentVideo?.url !== undefined;
}

/** What a row says beside its task. */
export interface RowNotes {
	/** How long the task still takes. */
	readonly estimate?: Estimate | undefined;
	/** Why nothing can be written at the moment, and so nothing is checked. */
	readonly condition?: StoreCondition;
}

/** A task as a row. Pure: the same task, time and notes give the same row. */
export function taskItem(task: Task, now: number, notes: RowNotes = {}): vscode.TreeItem {
	const item = new vscode.TreeItem(
		taskLabel(task),
		hasChildren(task) ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
	);
	const description = rowDescription(task, now, notes);
	item.id = nodeId({ kind: 'task', key: task.key });
	item.description = description;
	item.iconPath = taskIcon(task);
	item.contextValue = contextTags(task).join(';');
	const unviewed = isUnviewed(task) ? vscode.l10n.t('not viewed yet') : '';
	item.accessibilityInformation = { label: [taskLabel(task), description, unviewed].filter((part) => part !== '').join(', ') };
	item.command = {
		command: 'kling.openResult',
		title: vscode.l10n.t('Open result'),
		arguments: [{ kind: 'task', key: task.key } satisfies TreeNode],
	};
	return item;
}

/** The text of a row that can change while nothing else does; the tree fires a row only when this changed. */
export function rowText(task: Task, now: number, notes: RowNotes = {}): string {
	return [taskLabel(task), rowDescription(task, now, notes), contextTags(task).join(';'), taskIconId(task), task.results.length].join('\n');
}

/** One result of a task as a row under it. */
export function resultItem(task: Task, index: number): vscode.TreeItem {
	const media = task.results[index];
	const item = new vscode.TreeItem(media === undefined ? '' : mediaLabel(media, index, task.results.length));
	item.id = nodeId({ kind: 'result', key: task.key, index });
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
	item.accessibilityInformation = { label: vscode.l10n.t('{0} of {1}', mediaLabel(media, index, task.results.length), taskLabel(task)) };
	item.command = {
		command: 'kling.openResult',
		title: vscode.l10n.t('Open result'),
		arguments: [{ kind: 'result', key: task.key, index } satisfies TreeNode],
	};
	return item;
}

/** The video that a task's result was made from. */
export function parentItem(task: Task): vscode.TreeItem {
	const item = new vscode.TreeItem(vscode.l10n.t('Parent video'));
	item.id = nodeId({ kind: 'parent', key: task.key });
	item.description = task.parentVideo === undefined ? '' : (mediaDurationText(task.parentVideo) ?? '');
	item.iconPath = new vscode.ThemeIcon('history');
	item.contextValue = 'parent';
	item.tooltip = shown(
		[vscode.l10n.t('The video that this result was made from'), task.parentVideo?.id].filter((part) => part !== undefined).join('\n'),
	);
	item.accessibilityInformation = { label: vscode.l10n.t('Parent video of {0}', taskLabel(task)) };
	item.command = {
		command: 'kling.openResult',
		title: vscode.l10n.t('Open result'),
		arguments: [{ kind: 'parent', key: task.key } satisfies TreeNode],
	};
	return item;
}

/** The last row when there are more ended tasks than are listed. */
export function moreItem(hidden: number): vscode.TreeItem {
	const item = new vscode.TreeItem(vscode.l10n.t('Show more'));
	item.id = nodeId({ kind: 'more' });
	item.description = vscode.l10n.t('{0} older', hidden);
	item.iconPath = new vscode.ThemeIcon('ellipsis');
	item.command = { command: 'kling.showMore', title: vscode.l10n.t('Show more') };
	return item;
}

function rowDescription(task: Task, now: number, { estimate, condition }: RowNotes): string {
	const parts: string[] = [];
	const waits = isEnded(task) || condition === undefined ? undefined : conditionLabel(condition);
	if (waits !== undefined) {
		parts.push(waits);
	}
	// First what is asked first: a narrow side bar cuts the rest off, and the icon tells the status.
	if (estimate !== undefined) {
		parts.push(estimateText(estimate));
	}
	if (task.problem !== undefined && !isEnded(task)) {
		parts.push(problemLabel(task.problem));
	} else {
		parts.push(statusLabel(task));
	}
	if (isEnded(task)) {
		if (task.status === 'failed' && task.message !== undefined) {
			parts.push(plain(task.message));
		}
		if (task.resultsLeftOut !== undefined) {
			parts.push(vscode.l10n.t('{0} of {1} results kept', task.results.length, task.results.length + task.resultsLeftOut));
		} else if (task.status === 'succeeded' && task.results.length === 0) {
			parts.push(task.nextLookAt === undefined ? vscode.l10n.t('no results were returned') : vscode.l10n.t('waiting for its results'));
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
	parts.push(idTail(task.ref.id));
	return parts.join(' · ');
}

/** What a task's hover says. It costs more than all else of the row, and is made when the mouse rests on it. */
export function taskTooltip(task: Task, now: number): string {
	const lines = [task.name ?? operationLabel(task.ref), statusLabel(task)];
	if (task.problem !== undefined) {
		lines.push(...[problemText(task.problem, task.ref.origin), mendText(task.problem)].filter((line) => line !== undefined));
	}
	if (task.status === 'failed' && task.message !== undefined) {
		lines.push(task.message);
	}
	return [...lines.map(shown), '', ...taskFacts(task, now).map(({ label, value }) => `${label}: ${value}`)].join('\n');
}

/** Tags that package.json's menus match: `viewItem =~ /\bended\b/`. */
function contextTags(task: Task): string[] {
	const tags = ['task', isEnded(task) ? 'ended' : 'active', task.status];
	if (task.results.length > 0) {
		tags.push('hasResult');
	}
	const mend = task.problem === undefined ? 'refresh' : remedyOf(task.problem);
	if (mend !== 'refresh') {
		tags.push(mend);
	}
	return tags;
}

function isUnviewed(task: Task): boolean {
	return isEnded(task) && task.viewedAt === undefined;
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
			return unreachable(task);
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

/** The icon of a task's operation, for pickers. */
export function operationIcon(operation: OperationPath): vscode.ThemeIcon {
	return new vscode.ThemeIcon(findOperation(operation)?.icon ?? 'symbol-misc');
}
