import * as vscode from 'vscode';
import type { TaskKey } from '../../core/task';
import { Disposables } from '../../core/disposables';
import type { DurationModels } from '../../tracking/durationModels';
import type { Clock } from '../../tracking/ports/host';
import type { Stores } from '../../tracking/ports/stores';
import { ThrottledRedraw } from '../throttledRedraw';
import { conditionText } from '../text/store';
import type { TasksView } from './tasksView';
import { TaskTreeProvider } from './taskTreeProvider';
import type { TreeNode } from './treeNode';

/** The content of the side bar's view: rows, a badge, and a message above the rows if the store has a problem. Owns the rows' provider. */
export class TaskTreeView implements vscode.Disposable {
	readonly #own = new Disposables();
	readonly #store: Stores;
	readonly #provider: TaskTreeProvider;
	readonly #view: vscode.TreeView<TreeNode>;
	readonly #didChangeVisibility = this.#own.own(new vscode.EventEmitter<boolean>());
	readonly onDidChangeVisibility = this.#didChangeVisibility.event;

	constructor(tasksView: TasksView, store: Stores, clock: Clock, durationModels: DurationModels) {
		this.#store = store;
		this.#view = tasksView.view;
		this.#provider = this.#own.own(new TaskTreeProvider(store, clock, durationModels));
		tasksView.list(this.#provider);
		this.#provider.setVisible(this.#view.visible);
		this.#own.own(
			this.#view.onDidChangeVisibility(({ visible }) => {
				this.#provider.setVisible(visible);
				this.#didChangeVisibility.fire(visible);
			}),
		);
		const redrawBadge = this.#own.own(new ThrottledRedraw(clock, () => this.#drawBadge()));
		this.#own.own(store.changes.onDidChange(() => redrawBadge.request()));
		this.#own.own(store.health.onDidChangeCondition(() => this.#drawMessage()));
		this.#drawBadge();
		this.#drawMessage();
	}

	get visible(): boolean {
		return this.#view.visible;
	}

	showMore(): void {
		this.#provider.showMore();
	}

	/** Opens the side bar on a task's row and selects it. */
	async reveal(key: TaskKey): Promise<void> {
		await this.#view.reveal(this.#provider.nodeOf(key), { select: true, focus: false, expand: false });
	}

	dispose(): void {
		this.#own.dispose();
	}

	#drawMessage(): void {
		// An empty text removes the message; the type of `message` does not allow `undefined`.
		this.#view.message = conditionText(this.#store.health.condition) ?? '';
	}

	#drawBadge(): void {
		const { unviewed } = this.#store.tasks.counts();
		const value = this.#view.badge?.value ?? 0;
		if (value === unviewed) {
			return;
		}
		this.#view.badge =
			unviewed === 0
				? undefined
				: {
						value: unviewed,
						tooltip:
							unviewed === 1
								? vscode.l10n.t('1 finished task not viewed yet')
								: vscode.l10n.t('{0} finished tasks not viewed yet', unviewed),
					};
	}
}
