import * as vscode from 'vscode';
import { omitUndefined } from '../../core/omitUndefined';
import type { MediaRef } from '../../core/mediaRef';
import type { Task, TaskKey } from '../../core/task';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import { readResultUri } from '../result/resultTabs';
import { readTaskNode, taskNode, type TaskNode } from '../taskNode';
import { taskPickItem } from '../taskPickItem';
import { nothingToDo } from '../userError';

/** The task a command acts on, and the media, if one was named. */
export interface Target {
	readonly task: Task;
	readonly media?: MediaRef;
	/** The format of the media, if one was named (see `TaskNode`). */
	readonly format?: number;
}

/** What the person has in front of them. */
export interface Sight {
	/** The task of the result tab that is in front. */
	activeResult(): TaskKey | undefined;
	/** The list's selected rows; none while the list is hidden. */
	selection(): readonly unknown[];
	/** The rows that a key in the list means, the focused one first; undefined if that cannot be seen. */
	focusedRows(): readonly unknown[] | undefined;
}

/** The arguments of commands that keys run, in package.json. */
const focusedRow = 'focusedRow';
const activeTab = 'activeTab';

/**
 * Finds the tasks that a command acts on. In this order:
 * 1. What the command is called on: the rows of a context menu, a tab's title action, a button of a page or message. A key in a tab means
 *    its task; a key in the list the focused row, and all selected rows if that is one of them. Where this does not suit, the reason is
 *    shown and nothing else offered.
 * 2. The task of the result tab in front.
 * 3. The selected rows, while the list is visible: all of them if the command can act on several, otherwise the only one.
 * 4. The one that the person picks; the tasks of 2 and 3 come first. Escape cancels.
 * What does not suit the command is passed over in 2 to 4.
 */
export class TaskTargets {
	readonly #store: Stores;
	readonly #clock: Clock;
	readonly #sight: Sight;

	constructor(store: Stores, clock: Clock, sight: Sight) {
		this.#store = store;
		this.#clock = clock;
		this.#sight = sight;
	}

	/**
	 * One target.
	 * @param suits which tasks are allowed
	 * @param reason shown if the named task, or every task, is not allowed
	 * @throws UserError with `reason`; vscode.CancellationError when the person picks nothing
	 */
	async one(args: readonly unknown[], suits: (task: Task) => boolean, reason: string): Promise<Target> {
		const [named] = this.#called(args.slice(0, 1), suits, reason, true) ?? [];
		return named ?? this.#seen(suits).find((seen) => seen.length === 1)?.[0] ?? this.#pick(suits, reason);
	}

	/** One target that the person picks, unless the command is called on one. Throws as `one` does. */
	async oneToOpen(args: readonly unknown[], reason: string): Promise<Target> {
		const any = (): boolean => true;
		return this.#called(args.slice(0, 1), any, reason, true)?.[0] ?? this.#pick(any, reason);
	}

	/** The task and media that a command's argument names, if any. */
	named(value: unknown): Target | undefined {
		return this.#targets([value])[0];
	}

	/** The same arguments with the rows that a key in the list means, if it is one: they are known only once. */
	withRows(args: readonly unknown[]): readonly unknown[] {
		const rows = args[0] === focusedRow ? (this.#sight.focusedRows() ?? []) : [];
		return rows.length === 0 ? args : [rows[0], rows];
	}

	/** One target or several; each task and each of its media that is meant. Never empty. Throws as `one` does. */
	async several(args: readonly unknown[], suits: (task: Task) => boolean, reason: string): Promise<readonly Target[]> {
		return this.#called(args, suits, reason) ?? this.#seen(suits).find((seen) => seen.length > 0) ?? [await this.#pick(suits, reason)];
	}

	/** One task or several, each once; tasks of which only a result is selected count if no whole task is. Throws as `one` does. */
	async tasks(args: readonly unknown[], suits: (task: Task) => boolean, reason: string): Promise<readonly Task[]> {
		const found = await this.several(args, suits, reason);
		const whole = found.filter(({ media }) => media === undefined);
		return unique((whole.length > 0 ? whole : found).map(({ task }) => task));
	}

	/** What the command is called on, or only the first of it; undefined if it is called on nothing. */
	#called([first, all]: readonly unknown[], suits: (task: Task) => boolean, reason: string, isOne = false): readonly Target[] | undefined {
		const rows =
			first === focusedRow
				? (this.#sight.focusedRows() ?? [])
				: first === activeTab
					? [this.#active()]
					: Array.isArray(all) && all.length > 0
						? (all as readonly unknown[])
						: [first];
		const named = this.#targets(isOne ? rows.slice(0, 1) : rows);
		if (named.length === 0 && (first === focusedRow || first === activeTab)) {
			throw nothingToDo(vscode.l10n.t('Select a task in the list first.'));
		}
		const suited = named.filter(({ task }) => suits(task));
		if (suited.length > 0) {
			return suited;
		}
		if (named.length > 0) {
			throw nothingToDo(reason);
		}
		// A message can outlive its task: nothing else is offered in its place.
		if (rows.some((row) => keyOf(row) !== undefined)) {
			throw nothingToDo(vscode.l10n.t('This task is no longer tracked.'));
		}
		return undefined;
	}

	/** What suits of what the person has in front of them, the tab before the list. */
	#seen(suits: (task: Task) => boolean): readonly (readonly Target[])[] {
		return [[this.#active()], this.#sight.selection()].map((nodes) => this.#targets(nodes).filter(({ task }) => suits(task)));
	}

	#active(): TaskNode | undefined {
		const key = this.#sight.activeResult();
		return key === undefined ? undefined : taskNode(key);
	}

	#targets(values: readonly unknown[]): Target[] {
		return values.flatMap((value): Target[] => {
			const key = keyOf(value);
			const task = key === undefined ? undefined : this.#store.tasks.get(key);
			const node = readTaskNode(value);
			return task === undefined ? [] : [{ task, ...omitUndefined({ media: node?.media, format: node?.format }) }];
		});
	}

	async #pick(suits: (task: Task) => boolean, reason: string): Promise<Target> {
		const likely = this.#seen(suits).flatMap((seen) => seen.map(({ task }) => task));
		const all = unique([...likely, ...[...this.#store.tasks.active(), ...this.#store.tasks.finished(1000)].filter(suits)]);
		if (all.length === 0) {
			throw nothingToDo(reason);
		}
		const picked = await vscode.window.showQuickPick(
			all.map((task) => ({ task, ...taskPickItem(task, this.#clock.now()) })),
			{
				title: vscode.l10n.t('Select a Task'),
				placeHolder: vscode.l10n.t('Search by name, operation or ID'),
				matchOnDescription: true,
				matchOnDetail: true,
			},
		);
		if (picked === undefined) {
			throw new vscode.CancellationError();
		}
		return { task: picked.task };
	}
}

/** Each task once, where it comes first: the store may return another object for a task each time. */
function unique(tasks: readonly Task[]): readonly Task[] {
	const seen = new Set<TaskKey>();
	return tasks.filter(({ key }) => !seen.has(key) && seen.add(key));
}

/** The task that an untrusted argument names: a row, or the resource of a result tab. */
function keyOf(value: unknown): TaskKey | undefined {
	return readTaskNode(value)?.key ?? readResultUri(value);
}
