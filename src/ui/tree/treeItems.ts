import * as vscode from 'vscode';
import type { Disposable } from '../../core/emitter';
import type { Task, TaskKey } from '../../core/task';
import type { GroupId } from '../../core/taskGroup';
import type { DurationModels } from '../../tracking/durationModels';
import type { Stores } from '../../tracking/ports/stores';
import type { StateNotes } from '../text/tasks';
import { DrawnRows, type DrawnRowsParts } from './drawnRows';
import { groupItem, moreItem } from './groupItem';
import { parentItem, resultItem, rowChangesAt, rowText, taskItem } from './taskItem';
import type { Group } from './treeContent';
import type { TreeNode } from './treeNode';

/** Makes the items of the tree from the store, and notices when a row differs from what was drawn. Times are ms since 1970. */
export class TreeItems implements Disposable {
	readonly #store: Pick<Stores, 'tasks' | 'health'>;
	readonly #durationModels: DurationModels;
	readonly #clock: DrawnRowsParts['clock'];
	readonly #drawn: DrawnRows;

	/** @param parts `compare` is called, between `start` and `stop`, for rows that time alone may have changed */
	constructor(store: Pick<Stores, 'tasks' | 'health'>, durationModels: DurationModels, parts: DrawnRowsParts) {
		this.#store = store;
		this.#durationModels = durationModels;
		this.#clock = parts.clock;
		this.#drawn = new DrawnRows(parts);
	}

	/** @param groups what is listed; the node of a task that is no longer tracked has an empty item */
	itemOf(node: TreeNode, groups: readonly Group[]): vscode.TreeItem {
		if (node.kind !== 'task') {
			const { count = 0, keys = [] } = groups.find(({ id }) => id === node.group) ?? {};
			return node.kind === 'group' ? groupItem(node.group, count, groups.length === 1) : moreItem(node.group, count - keys.length);
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
				return resultItem(task, node.media, node.group);
		}
	}

	/** Whether the row of a task was drawn and is to be drawn anew. */
	hasChanged(key: TaskKey): boolean {
		const text = this.#drawn.textOf(key);
		const task = text === undefined ? undefined : this.#store.tasks.get(key);
		if (text === undefined || task === undefined) {
			return false;
		}
		const now = this.#clock.now();
		this.#drawn.set(key, { text, changesAt: rowChangesAt(task, now) });
		return text !== rowText(task, now, this.#notes(task, now));
	}

	/** Forgets the rows that are not listed. @param dayEndsAt when the groups change */
	keep(isListed: (key: TaskKey) => boolean, dayEndsAt: number): void {
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

	#draw(task: Task, group: GroupId): vscode.TreeItem {
		const now = this.#clock.now();
		const notes = this.#notes(task, now);
		this.#drawn.set(task.key, { text: rowText(task, now, notes), changesAt: rowChangesAt(task, now) });
		return taskItem(task, now, notes, group);
	}

	#notes(task: Task, now: number): StateNotes {
		return { estimate: this.#durationModels.estimate(task, now), condition: this.#store.health.condition };
	}
}
