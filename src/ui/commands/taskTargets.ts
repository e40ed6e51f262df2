import * as vscode from 'vscode';
import { omitUndefined } from '../../core/omitUndefined';
import type { MediaRef } from '../../core/mediaRef';
import { isFinished, type Task } from '../../core/task';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import { operationIcon } from '../operationIcon';
import { readTaskNode } from '../taskNode';
import { nothingToDo } from '../userError';
import { runningTime } from '../../core/age';
import { operationLabel } from '../text/operations';
import { statusLabel, taskLabel } from '../text/tasks';
import { elapsedText, relativeTime } from '../text/times';

/** The task a command acts on, and the media, if one was named. */
export interface Target {
	readonly task: Task;
	readonly media?: MediaRef;
}

/** Finds the tasks a command acts on: the rows it was called on, the task a panel or notification names, or those the person picks. */
export class TaskTargets {
	readonly #store: Stores;
	readonly #clock: Clock;

	constructor(store: Stores, clock: Clock) {
		this.#store = store;
		this.#clock = clock;
	}

	/**
	 * One target.
	 * @param suits which tasks are allowed
	 * @param reason shown if the named task, or every task, is not allowed
	 * @throws UserError with `reason`; vscode.CancellationError when the person picks nothing
	 */
	async one(args: readonly unknown[], suits: (task: Task) => boolean, reason: string): Promise<Target> {
		const [named] = this.#named(args.slice(0, 1));
		if (named !== undefined) {
			if (!suits(named.task)) {
				throw nothingToDo(reason);
			}
			return named;
		}
		this.#refuseOutlived(args[0]);
		const [picked] = await this.#pick(suits, reason, false);
		if (picked === undefined) {
			throw new vscode.CancellationError();
		}
		return { task: picked };
	}

	/** The task and media that a command's argument names, if any. */
	named(value: unknown): Target | undefined {
		return this.#named([value])[0];
	}

	/** Several targets: all selected rows, if there are any. Throws as `one` does. */
	async several(args: readonly unknown[], suits: (task: Task) => boolean, reason: string): Promise<readonly Task[]> {
		const [first, all] = args;
		const nodes = Array.isArray(all) && all.length > 0 ? (all as readonly unknown[]) : [first];
		const named = this.#named(nodes).map(({ task }) => task);
		const unique = [...new Map(named.map((task) => [task.key, task])).values()];
		if (unique.length > 0) {
			const suited = unique.filter(suits);
			if (suited.length === 0) {
				throw nothingToDo(reason);
			}
			return suited;
		}
		this.#refuseOutlived(first);
		return this.#pick(suits, reason, true);
	}

	/** A message can outlive its task: nothing else is offered in its place. */
	#refuseOutlived(argument: unknown): void {
		if (readTaskNode(argument) !== undefined) {
			throw nothingToDo(vscode.l10n.t('This task is no longer tracked.'));
		}
	}

	#named(values: readonly unknown[]): Target[] {
		return values.flatMap((value): Target[] => {
			const node = readTaskNode(value);
			const task = node === undefined ? undefined : this.#store.tasks.get(node.key);
			return node === undefined || task === undefined ? [] : [{ task, ...omitUndefined({ media: node.media }) }];
		});
	}

	async #pick(suits: (task: Task) => boolean, reason: string, many: boolean): Promise<readonly Task[]> {
		const all: readonly Task[] = [...this.#store.tasks.active(), ...this.#store.tasks.finished(1000)].filter(suits);
		if (all.length === 0) {
			throw nothingToDo(reason);
		}
		const items = all.map((task) => ({
			task,
			label: taskLabel(task),
			description: `${statusLabel(task)} · ${isFinished(task) ? relativeTime(this.#clock.now() - task.finishedAt) : elapsedText(runningTime(task, this.#clock.now()))}`,
			detail: `${task.ref.id} · ${operationLabel(task.ref)}`,
			iconPath: operationIcon(task.ref),
		}));
		const options = {
			title: many ? vscode.l10n.t('Select Tasks') : vscode.l10n.t('Select a Task'),
			placeHolder: vscode.l10n.t('Search by name, operation or ID'),
			matchOnDescription: true,
			matchOnDetail: true,
		};
		const picked = many
			? await vscode.window.showQuickPick(items, { ...options, canPickMany: true })
			: await vscode.window.showQuickPick(items, options);
		if (picked === undefined) {
			throw new vscode.CancellationError();
		}
		return (Array.isArray(picked) ? picked : [picked]).map(({ task }) => task);
	}
}
