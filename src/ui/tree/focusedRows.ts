import type * as vscode from 'vscode';
import { Disposables } from '../../core/disposables';
import { nodeId, type TreeNode } from './treeNode';

/** The longest time between a key and the command that it runs, ms. Both come over the same channel, so a busy editor delays both. */
const longestMs = 1000;

/**
 * The rows that a key in the list means. The editor tells an extension only which rows are selected, and the arrow keys move the focus
 * alone (microsoft/vscode#170248). Each of our keys therefore runs `list.toggleSelection` twice before its command (package.json): the
 * editor, at once and in one go, adds the focused row to the selection or removes it, and undoes that. The row by which the last two
 * selections differ is the focused one. Without such a pair just before, none is known.
 */
export class FocusedRows implements vscode.Disposable {
	readonly #own = new Disposables();
	#selections: readonly { readonly at: number; readonly rows: readonly TreeNode[] }[] = [];
	/** The selection before those, if one is known. */
	#before: readonly TreeNode[] | undefined;

	/** @param now ms, of a clock that only goes forward */
	constructor(
		view: Pick<vscode.TreeView<TreeNode>, 'onDidChangeSelection'>,
		private readonly now: () => number,
	) {
		this.#own.own(
			view.onDidChangeSelection(({ selection }) => {
				this.#before = this.#selections.at(-2)?.rows ?? this.#before;
				this.#selections = [...this.#selections.slice(-1), { at: this.now(), rows: selection }];
			}),
		);
	}

	/** The focused row and, if it is selected, behind it the other selected ones. Undefined if it is not known; each key counts once. */
	take(): readonly TreeNode[] | undefined {
		const [toggled, restored] = this.#selections;
		const before = this.#before;
		this.#before = this.#selections.at(-1)?.rows ?? before;
		this.#selections = [];
		if (toggled === undefined || restored === undefined || this.now() - toggled.at > longestMs) {
			return undefined;
		}
		if (before !== undefined && without(restored.rows, before).length > 0) {
			// Something else has selected a row meanwhile. Selected rows may have gone, though.
			return undefined;
		}
		const [added, removed] = [without(toggled.rows, restored.rows), without(restored.rows, toggled.rows)];
		const [focused, more] = [...added, ...removed];
		return focused === undefined || more !== undefined
			? undefined
			: [focused, ...without(removed.length > 0 ? restored.rows : [], [focused])];
	}

	dispose(): void {
		this.#own.dispose();
	}
}

function without(rows: readonly TreeNode[], others: readonly TreeNode[]): readonly TreeNode[] {
	const ids = new Set(others.map(nodeId));
	return rows.filter((row) => !ids.has(nodeId(row)));
}
