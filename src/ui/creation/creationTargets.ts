import * as vscode from 'vscode';
import type { Creation } from '../../creation/creation';
import type { CreationStore } from '../../creation/ports/creationStore';
import { readCreationNode } from '../creationNode';
import { creationLabel, creationStateText } from '../text/creation/rows';
import { operationLabel } from '../text/operations';
import { nothingToDo, type UserError } from '../userError';
import { actionsOf, type CreationAction } from './creationActions';

export interface CreationTargetParts {
	readonly store: Pick<CreationStore, 'get' | 'listed'>;
	/** Ms since 1970. */
	readonly now: () => number;
	/** The list's selected rows; none while the list is hidden. */
	readonly selection: () => readonly unknown[];
}

/** What is shown when a command applies to nothing: a text, or an error for the creations that it was called on. */
type NothingSuits = string | ((named: readonly Creation[]) => UserError);

function errorOf(reason: NothingSuits, named: readonly Creation[]): UserError {
	return typeof reason === 'string' ? nothingToDo(reason) : reason(named);
}

/**
 * Finds the creations that a command acts on: what it is called on, else the selected rows, else the one that the person picks among those
 * to which it applies.
 */
export class CreationTargets {
	readonly #parts: CreationTargetParts;

	constructor(parts: CreationTargetParts) {
		this.#parts = parts;
	}

	/**
	 * One creation or several, never none.
	 * @param args of the command, not trusted
	 * @param actions at least one of them applies
	 * @param reason shown if they apply to none
	 * @throws UserError with `reason`; vscode.CancellationError when the person picks nothing
	 */
	async several(args: readonly unknown[], actions: readonly CreationAction[], reason: NothingSuits): Promise<readonly Creation[]> {
		const suits = (creation: Creation): boolean => actionsOf(creation).some((action) => actions.includes(action));
		const named = this.named(args);
		if (named !== undefined) {
			const suited = named.filter(suits);
			if (suited.length === 0) {
				throw named.length === 0 ? nothingToDo(vscode.l10n.t('This request is no longer in the list.')) : errorOf(reason, named);
			}
			return suited;
		}
		const all = this.#parts.store.listed().filter(suits);
		const selected = new Set(this.#parts.selection().map((row) => readCreationNode(row)?.id));
		const seen = all.filter(({ id }) => selected.has(id));
		return seen.length > 0 ? seen : [await this.#pick(all, reason)];
	}

	/** The first of them. Throws as `several` does. */
	async one(args: readonly unknown[], action: CreationAction, reason: string): Promise<Creation> {
		const [first] = await this.several(args.slice(0, 1), [action], reason);
		if (first === undefined) {
			throw nothingToDo(reason);
		}
		return first;
	}

	/** The creations that a command is called on, as far as they still exist; undefined if it is called on none. */
	named([first, all]: readonly unknown[]): readonly Creation[] | undefined {
		const nodes = (Array.isArray(all) && all.length > 0 ? (all as readonly unknown[]) : [first]).flatMap(
			(row) => readCreationNode(row) ?? [],
		);
		return nodes.length === 0 ? undefined : nodes.flatMap(({ id }) => this.#parts.store.get(id) ?? []);
	}

	async #pick(suits: readonly Creation[], reason: NothingSuits): Promise<Creation> {
		if (suits.length === 0) {
			throw errorOf(reason, []);
		}
		const now = this.#parts.now();
		const picked = await vscode.window.showQuickPick(
			suits.map((creation) => ({
				creation,
				label: creationLabel(creation),
				description: creationStateText(creation, now),
				...(creation.subject.name !== undefined && { detail: operationLabel(creation.operation) }),
			})),
			{
				title: vscode.l10n.t('Select a Request'),
				placeHolder: vscode.l10n.t('Search by name or operation'),
				matchOnDescription: true,
				matchOnDetail: true,
			},
		);
		if (picked === undefined) {
			throw new vscode.CancellationError();
		}
		return picked.creation;
	}
}
