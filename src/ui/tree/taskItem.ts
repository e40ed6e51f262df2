import * as vscode from 'vscode';
import { assertNever } from '../../core/assertNever';
import type { MediaKind } from '../../core/media';
import { mediaAt } from '../../core/mediaRef';
import { mediaKindOf } from '../../core/operation';
import { remedyOf } from '../../core/remedy';
import { isFinished, type Task } from '../../core/task';
import type { GroupId } from '../../core/taskGroup';
import { isKeepable, isSaved, keepingTags, type Keeping } from '../keptFiles/keeping';
import { resultUri } from '../result/resultTabs';
import { shown } from '../../core/shown';
import { linkExpiryChangesAt, linkExpiryText } from '../text/keeping';
import { keepingLabel, keepingText } from '../text/keptRows';
import { mediaDurationText, mediaKindLabel, mediaLabel } from '../text/media';
import { operationLabel } from '../text/operations';
import { stateText, statusLabel, taskLabel, type StateNotes } from '../text/tasks';
import { agoChangesAt } from '../text/times';
import { markedResource } from './rowDecorations';
import { nodeId, taskRow } from './treeNode';

/** The icon of each kind of media. */
const mediaIcons: Readonly<Record<MediaKind, string>> = { video: 'device-camera-video', image: 'file-media', audio: 'unmute' };

/** What a row needs besides its task. */
export interface RowNotes extends StateNotes {
	/** It was made from a request here. */
	readonly isOwn?: boolean;
	/** How far its results are kept as files. */
	readonly keeping?: Keeping | undefined;
	/** The same of each result, if it is one of several. */
	readonly ofResult?: (index: number) => Pick<RowNotes, 'keeping' | 'poster'>;
	/** The absolute path of a small picture of its first result. */
	readonly poster?: string | undefined;
	/** When the first link of a result that is not kept expires, ms since 1970; undefined: none does, or it is not known. */
	readonly expiresAt?: number | undefined;
}

/** Whether a task has child rows. A single result has none: its task's row does the same, and the arrow would take room. */
function hasChildren(task: Task): boolean {
	return task.results.length > 1 || mediaAt(task, 'parent') !== undefined;
}

/**
 * A task as a row. Pure: the same task, time and notes give the same row.
 * @param now ms since 1970
 */
export function taskItem(task: Task, now: number, notes: RowNotes = {}, group: GroupId = 'all'): vscode.TreeItem {
	const item = new vscode.TreeItem(
		taskLabel(task),
		hasChildren(task) ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
	);
	const node = taskRow(group, task.key);
	item.id = nodeId(node);
	item.description = rowState(stateText(task, now, { ...notes, form: 'short' }), now, notes);
	item.iconPath = notes.poster === undefined ? taskIcon(task) : vscode.Uri.file(notes.poster);
	const marks = markedResource({ unviewed: isUnviewed(task), saved: isSaved(notes.keeping) });
	if (marks !== undefined) {
		item.resourceUri = marks;
	}
	item.contextValue = contextTags(task, notes).join(';');
	item.accessibilityInformation = { label: accessibleLabel(task, stateText(task, now, notes), now, notes) };
	item.command = openCommand(task);
	return item;
}

/** Everything of a row that can change, as one text; the tree redraws a row only when this differs. */
export function rowText(task: Task, now: number, notes: RowNotes = {}): string {
	const state = stateText(task, now, notes);
	const results = task.results.length > 1 ? [...task.results.keys()].map((index) => notes.ofResult?.(index)) : [];
	return [
		accessibleLabel(task, state, now, notes),
		contextTags(task, notes).join(';'),
		notes.poster ?? taskIconId(task),
		task.results.length,
		...results.map((result) => [result?.keeping && keepingLabel(result.keeping), result?.poster].join(' ')),
	].join('\n');
}

/** What a person may have to act on stands before the state, because a narrow row cuts off the end; what is over stands behind it. */
function rowState(state: string, now: number, { keeping, expiresAt }: RowNotes): string {
	const text = keeping === undefined ? undefined : keepingText(keeping);
	const expiry = expiresAt === undefined ? undefined : linkExpiryText(expiresAt, now);
	const isOver = expiresAt !== undefined && expiresAt <= now;
	const [before, behind] = keeping?.state === 'kept' ? [undefined, text] : [text, undefined];
	return [before, isOver ? undefined : expiry, state, behind, isOver ? expiry : undefined].filter((part) => part !== undefined).join(' · ');
}

/** When `rowText` may differ next without a change of the task, ms since 1970; undefined: never. */
export function rowChangesAt(task: Task, now: number, { expiresAt }: RowNotes = {}): number | undefined {
	if (isFinished(task)) {
		const times = [agoChangesAt(task.finishedAt, now), expiresAt === undefined ? undefined : linkExpiryChangesAt(expiresAt, now)];
		const known = times.filter((time) => time !== undefined);
		return known.length === 0 ? undefined : Math.min(...known);
	}
	return task.problem === undefined || task.problem.kind === 'notFound' ? now : undefined;
}

/** What a screen reader hears of a row: also what the icon and the dot show. */
function accessibleLabel(task: Task, state: string, now: number, { keeping, expiresAt }: RowNotes): string {
	const status = statusLabel(task);
	const isInState = state.startsWith(status) || (task.problem !== undefined && !isFinished(task));
	return [
		taskLabel(task),
		task.name === undefined ? undefined : operationLabel(task.ref),
		isInState ? undefined : status,
		state,
		keeping === undefined ? undefined : keepingLabel(keeping),
		expiresAt === undefined ? undefined : linkExpiryText(expiresAt, now),
		isUnviewed(task) ? vscode.l10n.t('not viewed') : undefined,
	]
		.filter((part) => part !== undefined)
		.join(', ');
}

/** One result of a task as a child row. @param kept how far it is kept as a file, and the absolute path of a small picture of it */
export function resultItem(
	task: Task,
	index: number,
	group: GroupId = 'all',
	{ keeping, poster }: Pick<RowNotes, 'keeping' | 'poster'> = {},
): vscode.TreeItem {
	const media = task.results[index];
	const item = new vscode.TreeItem(media === undefined ? '' : mediaLabel(media, index, task.results.length));
	const node = taskRow(group, task.key, index);
	item.id = nodeId(node);
	if (media === undefined) {
		return item;
	}
	const facts = [mediaDurationText(media), media.alternatives?.map((alternative) => alternative.format).join(', ')]
		.filter((part) => part !== undefined && part !== '')
		.join(' · ');
	item.description = [keeping === undefined ? undefined : keepingText(keeping), facts]
		.filter((part) => part !== undefined && part !== '')
		.join(' · ');
	item.iconPath = poster === undefined ? new vscode.ThemeIcon(mediaIcons[media.kind]) : vscode.Uri.file(poster);
	const marks = markedResource({ saved: isSaved(keeping) });
	if (marks !== undefined) {
		item.resourceUri = marks;
	}
	item.contextValue = ['result', ...(canKeep(task, keeping) ? ['canKeep'] : []), ...keepingTags(keeping)].join(';');
	item.tooltip = shown([mediaKindLabel(media.kind), media.id, facts].filter((part) => part !== undefined && part !== '').join('\n'));
	const label = vscode.l10n.t({
		message: '{0} of {1}',
		args: [mediaLabel(media, index, task.results.length), taskLabel(task)],
		comment: ['{0} is a result such as “Video 2 of 4”, {1} the name of its task.'],
	});
	item.accessibilityInformation = { label: keeping === undefined ? label : `${label}, ${keepingLabel(keeping)}` };
	item.command = openCommand(task);
	return item;
}

/** The video that a task's result was made from, as a child row. */
export function parentItem(task: Task, group: GroupId = 'all'): vscode.TreeItem {
	const item = new vscode.TreeItem(vscode.l10n.t('Parent video'));
	const node = taskRow(group, task.key, 'parent');
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
	item.command = openCommand(task);
	return item;
}

/** The command that a click on a row runs. The editor adds whether the tab is a preview and takes the focus, as for files. */
function openCommand(task: Task): vscode.Command {
	return { command: 'vscode.open', title: vscode.l10n.t('Open Result'), arguments: [resultUri(task)] };
}

/** Whether there is a result to keep. Those of demos and dry runs are never kept. */
function canKeep({ results, owner }: Task, keeping: Keeping | undefined): boolean {
	return results.length > 0 && owner === undefined && isKeepable(keeping);
}

/** Tags that package.json's menus match: `viewItem =~ /\bfinished\b/`. */
function contextTags(task: Task, { isOwn, keeping }: RowNotes): string[] {
	const tags = ['task', isFinished(task) ? 'finished' : 'active', task.status];
	if (task.results.length > 0) {
		tags.push('hasResult');
	}
	if (task.results.length > 1) {
		tags.push('several');
	}
	if (canKeep(task, keeping)) {
		tags.push('canKeep');
	}
	if (isOwn === true) {
		tags.push('hasRequest');
	}
	tags.push(...keepingTags(keeping));
	const remedyId = task.problem === undefined ? 'refresh' : remedyOf(task.problem);
	if (remedyId !== 'refresh') {
		tags.push(remedyId);
	}
	return tags;
}

function isUnviewed(task: Task): boolean {
	return isFinished(task) && task.viewedAt === undefined;
}

/** What a task produced, if all of it is of one kind; else what its operation mainly produces. */
function producedKind({ ref, results }: Task): MediaKind {
	const [first] = results;
	return first !== undefined && results.every(({ kind }) => kind === first.kind) ? first.kind : mediaKindOf(ref);
}

function taskIcon(task: Task): vscode.ThemeIcon {
	const color = taskIconColor(task);
	return new vscode.ThemeIcon(taskIconId(task), color === undefined ? undefined : new vscode.ThemeColor(color));
}

function taskIconId(task: Task): string {
	switch (task.status) {
		case 'succeeded':
			return mediaIcons[producedKind(task)];
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

/** Colours that high contrast themes have too: those of lists and of failed tests are nothing there. */
function taskIconColor(task: Task): string | undefined {
	if (task.status === 'succeeded') {
		return 'testing.iconPassed';
	}
	if (task.status === 'failed') {
		return 'problemsErrorIcon.foreground';
	}
	return task.problem === undefined ? undefined : 'problemsWarningIcon.foreground';
}
