import * as vscode from 'vscode';
import type { Disposable } from '../../core/emitter';
import type { Download } from '../../core/download';
import type { Task } from '../../core/task';
import type { Creation } from '../../creation/creation';
import type { GroupId } from '../../core/taskGroup';
import type { DurationModels } from '../../tracking/durationModels';
import type { Stores } from '../../tracking/ports/stores';
import { creationTextChangesAt } from '../text/creation/rows';
import { hasFile, keepingOf, mayHaveLink, type RowDownloads } from '../keptFiles/keeping';
import { firstLinkExpiry } from '../text/keeping';
import { creationItem, creationRowText } from './creationItem';
import { DrawnRows, type DrawnRowsParts, type RowKey } from './drawnRows';
import { groupItem, moreItem } from './groupItem';
import { parentItem, resultItem, rowChangesAt, rowText, taskItem, type RowNotes } from './taskItem';
import type { Group } from './treeContent';
import type { TreeNode } from './treeNode';

/** Makes the items of the tree from the store, and notices when a row differs from what was drawn. Times are ms since 1970. */
export class TreeItems implements Disposable {
	readonly #store: Pick<Stores, 'tasks' | 'creations' | 'health'>;
	readonly #durationModels: DurationModels;
	readonly #downloads: RowDownloads;
	readonly #clock: DrawnRowsParts['clock'];
	readonly #drawn: DrawnRows;

	/** @param parts `compare` is called, between `start` and `stop`, for rows that time alone may have changed */
	constructor(
		store: Pick<Stores, 'tasks' | 'creations' | 'health'>,
		durationModels: DurationModels,
		downloads: RowDownloads,
		parts: DrawnRowsParts,
	) {
		this.#store = store;
		this.#durationModels = durationModels;
		this.#downloads = downloads;
		this.#clock = parts.clock;
		this.#drawn = new DrawnRows(parts);
	}

	/** @param groups what is listed; the node of what is no longer there has an empty item */
	itemOf(node: TreeNode, groups: readonly Group[]): vscode.TreeItem {
		if (node.kind === 'creation') {
			const creation = this.#store.creations.get(node.id);
			return creation === undefined ? new vscode.TreeItem('') : this.#drawCreation(creation, node.group);
		}
		if (node.kind !== 'task') {
			const { count = 0, creations = [], keys = [] } = groups.find(({ id }) => id === node.group) ?? {};
			return node.kind === 'group'
				? groupItem(node.group, count, groups.length === 1)
				: moreItem(node.group, count - creations.length - keys.length);
		}
		const task = this.#store.tasks.get(node.key);
		if (task === undefined) {
			return new vscode.TreeItem('');
		}
		switch (node.media) {
			case undefined:
				return this.#draw(task, node.group);
			case 'parent':
				return parentItem(task, node.group);
			default:
				return resultItem(
					task,
					node.media,
					node.group,
					this.#resultNotes(task, this.#downloads.of(task.key), node.media, this.#clock.now()),
				);
		}
	}

	/** Whether the row of a task or creation was drawn and is to be drawn anew. */
	hasChanged(row: TreeNode): boolean {
		const key = rowKey(row);
		const text = key === undefined ? undefined : this.#drawn.textOf(key);
		const current = text === undefined ? undefined : this.#current(row);
		if (key === undefined || text === undefined || current === undefined) {
			return false;
		}
		this.#drawn.set(key, { text, changesAt: current.changesAt });
		return text !== current.text;
	}

	/** Forgets the rows that are not listed. @param dayEndsAt when the groups change */
	keep(isListed: (key: RowKey) => boolean, dayEndsAt: number): void {
		this.#drawn.keep(isListed, dayEndsAt);
	}

	start(): void {
		this.#drawn.start();
	}

	stop(): void {
		this.#drawn.stop();
	}

	dispose(): void {
		this.#drawn.dispose();
	}

	#current(row: TreeNode): { readonly text: string; readonly changesAt: number | undefined } | undefined {
		const now = this.#clock.now();
		if (row.kind === 'creation') {
			const creation = this.#store.creations.get(row.id);
			return creation && { text: creationRowText(creation, now), changesAt: creationTextChangesAt(creation, now) };
		}
		const task = row.kind === 'task' ? this.#store.tasks.get(row.key) : undefined;
		const notes = task && this.#notes(task, now);
		return notes && { text: rowText(task, now, notes), changesAt: rowChangesAt(task, now, notes) };
	}

	#drawCreation(creation: Creation, group: GroupId): vscode.TreeItem {
		const now = this.#clock.now();
		this.#drawn.set(creation.id, { text: creationRowText(creation, now), changesAt: creationTextChangesAt(creation, now) });
		return creationItem(creation, now, group);
	}

	#draw(task: Task, group: GroupId): vscode.TreeItem {
		const now = this.#clock.now();
		const notes = this.#notes(task, now);
		this.#drawn.set(task.key, { text: rowText(task, now, notes), changesAt: rowChangesAt(task, now, notes) });
		return taskItem(task, now, notes, group);
	}

	/** @param downloads of the task: read once, whatever the number of its results */
	#resultNotes(task: Task, downloads: readonly Download[], index: number, now: number): Pick<RowNotes, 'keeping' | 'poster'> {
		const own = downloads.filter(({ media }) => media === index);
		return { keeping: keepingOf(own, 1, mayHaveLink(task, now), this.#downloads.progressOf), poster: this.#posterOf(own) };
	}

	/** The picture of the first of these results that has one. */
	#posterOf(downloads: readonly Download[]): string | undefined {
		const first = downloads.find(({ file }) => file?.hasPoster === true);
		return first && this.#downloads.posterOf(first);
	}

	#notes(task: Task, now: number): RowNotes {
		const downloads = this.#downloads.of(task.key);
		return {
			keeping: keepingOf(downloads, task.results.length, mayHaveLink(task, now), this.#downloads.progressOf),
			expiresAt: expiryOf(task, downloads),
			poster: this.#posterOf(downloads),
			ofResult: (index) => this.#resultNotes(task, downloads, index, now),
			estimate: this.#durationModels.estimate(task, now),
			condition: this.#store.health.condition,
			isOwn: this.#store.creations.ofTask(task.key) !== undefined,
		};
	}
}

/** When the first link expires of a result that is not kept. The offline demo's and failed tasks' do not count. */
function expiryOf(task: Task, downloads: readonly Download[]): number | undefined {
	if (task.status !== 'succeeded' || task.owner !== undefined) {
		return undefined;
	}
	const kept = new Set(downloads.filter(hasFile).map(({ media }) => media));
	return firstLinkExpiry(task, (index) => kept.has(index));
}

function rowKey(row: TreeNode): RowKey | undefined {
	return row.kind === 'creation' ? row.id : row.kind === 'task' ? row.key : undefined;
}
