// Entry point of dist/operations.js, loaded when an operation is first chosen or found.
import * as vscode from 'vscode';
import { operations, type OperationPath } from '../../core/operation';
import { hostOf } from '../../core/origin';
import type { Finding, OperationFinder } from '../../tracking/operationFinder';
import type { Clock } from '../../tracking/ports/host';
import { showingProgress } from '../progress';
import { problemLabel } from '../text/problems';
import { operationRow, operationRows, separator, typedOperation } from './operationRows';

type Choice = vscode.QuickPickItem & { readonly choose?: OperationPath | 'find' | 'key' | 'type' };
/** A task without its operation. */
interface Reference {
	readonly origin: string;
	readonly id: string;
}
/** What came of a search. */
type Outcome = Finding | { readonly kind: 'cancelled' };
/** By task ID. */
type OperationsById = ReadonlyMap<string, OperationPath>;

export interface OperationPickerParts {
	readonly finder: Pick<OperationFinder, 'find'>;
	/** Asks for an origin's key. Resolves to whether one was set. */
	readonly askForKey: (origin: string) => Promise<boolean>;
	readonly clock: Clock;
}

/** So many tasks are searched for without being told to: a search takes up to one request for each operation. */
const mostSearched = 3;

/** Finds out which operation created tasks by querying the API, or asks. */
export class OperationPicker {
	readonly #parts: OperationPickerParts;

	constructor(parts: OperationPickerParts) {
		this.#parts = parts;
	}

	/**
	 * Finds the operation of each task, and asks about those for which none or several are found. A missing API key is asked for first. Of
	 * many tasks, the operation is asked for at once.
	 * @throws vscode.CancellationError when the person cancels
	 */
	async findOrPick(refs: readonly Reference[]): Promise<OperationsById> {
		return refs.length > mostSearched ? this.pick(refs, titleFor(refs)) : this.#find(refs);
	}

	/**
	 * Asks once for all the tasks; the list also offers to find it.
	 * @param why what came of the search before
	 * @throws vscode.CancellationError when the person cancels
	 */
	async pick(refs: readonly Reference[], title: string, why?: Outcome): Promise<OperationsById> {
		const picked = await vscode.window.showQuickPick(choices(refs, why), {
			title,
			placeHolder: questionAfter(why),
			matchOnDescription: true,
			ignoreFocusOut: true,
		});
		const choice = picked?.choose;
		const [first] = refs;
		if (choice === undefined || first === undefined) {
			throw new vscode.CancellationError();
		}
		if (choice === 'key' && !(await this.#parts.askForKey(first.origin))) {
			return this.pick(refs, title, why);
		}
		if (choice === 'key' || choice === 'find') {
			return this.#find(refs);
		}
		const path = choice === 'type' ? await typedOperation() : choice;
		return new Map(refs.map(({ id }) => [id, path]));
	}

	/** A task that is not found does not stop the search for the others; a failed request, or cancelling, does. */
	async #find(refs: readonly Reference[]): Promise<OperationsById> {
		const found = new Map<string, OperationPath>();
		let open: readonly Reference[] = [];
		let why: Outcome | undefined;
		for (const [index, ref] of refs.entries()) {
			const outcome = await this.#search(ref);
			if (outcome.kind === 'found') {
				const [candidate, another] = outcome.candidates;
				const path = another === undefined ? candidate?.operation : (await this.pick([ref], titleFor([ref]), outcome)).get(ref.id);
				if (path !== undefined) {
					found.set(ref.id, path);
				}
				continue;
			}
			why = outcome;
			if (outcome.kind !== 'none') {
				open = [...open, ...refs.slice(index)];
				break;
			}
			open = [...open, ref];
		}
		return open.length === 0 ? found : new Map([...found, ...(await this.pick(open, titleFor(open), why))]);
	}

	/** Asks the API. If only the key is missing, asks for it and tries again. */
	async #search(ref: Reference): Promise<Outcome> {
		const outcome = await this.#query(ref);
		if (outcome.kind !== 'failed' || outcome.problem.kind !== 'noKey') {
			return outcome;
		}
		return (await this.#parts.askForKey(ref.origin)) ? this.#query(ref) : outcome;
	}

	async #query({ origin, id }: Reference): Promise<Outcome> {
		const title = vscode.l10n.t({ message: 'Kling: Finding the operation of {0}…', args: [id], comment: ['{0} is a task ID.'] });
		const search = showingProgress(this.#parts.clock, title, (options) => this.#parts.finder.find(origin, id, options), {
			cancellable: true,
		});
		try {
			return await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => search);
		} catch (error) {
			if (error instanceof vscode.CancellationError) {
				return { kind: 'cancelled' };
			}
			throw error;
		}
	}
}

function titleFor(refs: readonly Reference[]): string {
	const [first] = refs;
	return refs.length === 1 && first !== undefined
		? vscode.l10n.t({ message: 'Select the Operation of {0}', args: [first.id], comment: ['{0} is a task ID.'] })
		: vscode.l10n.t({ message: 'Select the Operation of {0} Tasks', args: [refs.length], comment: ['{0} is a count.'] });
}

function questionAfter(why: Outcome | undefined): string {
	switch (why?.kind) {
		case 'found':
			return vscode.l10n.t('Found under several operations. Which one created it?');
		case 'none':
			return vscode.l10n.t('Not found with this API key, or older than 30 days. Which operation created it?');
		case 'failed':
			return vscode.l10n.t({
				message: 'The search failed: {0}. Which operation created it?',
				args: [problemLabel(why.problem)],
				comment: ['{0} is a cause such as “cannot connect” or “API key rejected”.'],
			});
		case 'cancelled':
		case undefined:
			return vscode.l10n.t('Which operation created it?');
	}
}

/** The operations under which the task was found stand first. */
function choices([first]: readonly Reference[], why: Outcome | undefined): readonly Choice[] {
	const found = why?.kind === 'found' ? why.candidates.map(({ operation }) => operation) : [];
	const others = operations.filter((operation) => !found.includes(operation));
	const needsKey = why?.kind === 'failed' && (why.problem.kind === 'noKey' || why.problem.kind === 'auth');
	const key: Choice = {
		label: vscode.l10n.t('Set API Key'),
		description: first === undefined ? '' : hostOf(first.origin),
		iconPath: new vscode.ThemeIcon('key'),
		choose: 'key',
	};
	const find: Choice = {
		label: vscode.l10n.t('Find it for me'),
		description: vscode.l10n.t('checks every known operation, free of charge'),
		iconPath: new vscode.ThemeIcon('search'),
		choose: 'find',
	};
	return [
		...(needsKey ? [key] : why?.kind === 'found' || why?.kind === 'none' ? [] : [find]),
		...(found.length === 0 ? [] : [separator(vscode.l10n.t('Found')), ...found.map(operationRow)]),
		...operationRows(others),
	];
}
