import * as vscode from 'vscode';
import { operationKey, operations, parseOperationPath, type Operation, type OperationPath } from '../../core/operation';
import type { Finding, OperationFinder } from '../../tracking/operationFinder';
import { setKeyRemedy } from '../apiKey/setKeyRemedy';
import { showMessage } from '../message';
import { operationIcon } from '../operationIcon';
import { UserError } from '../userError';
import { operationLabel } from '../text/operations';
import { causeText } from '../text/problems';
import { sentences } from '../text/sentences';

type Choice = vscode.QuickPickItem & { readonly choose?: OperationPath | 'find' | 'type' };

/** Asks which operation created tasks, or finds it by asking the API. */
export class OperationPicker {
	readonly #finder: OperationFinder;
	/** Asks for an origin's key. Resolves to whether one was set. */
	readonly #askForKey: (origin: string) => Promise<boolean>;

	constructor(finder: OperationFinder, askForKey: (origin: string) => Promise<boolean>) {
		this.#finder = finder;
		this.#askForKey = askForKey;
	}

	/**
	 * Asks once for all the tasks.
	 * @returns the operation by task ID; IDs for which none was found are missing
	 * @throws vscode.CancellationError when the person cancels; UserError when no operation was found for any task
	 */
	async pick(
		refs: readonly { readonly origin: string; readonly id: string }[],
		title: string,
	): Promise<ReadonlyMap<string, OperationPath>> {
		const picked = await vscode.window.showQuickPick(this.#choices(), {
			title,
			placeHolder: vscode.l10n.t('Which operation created it?'),
			matchOnDescription: true,
			ignoreFocusOut: true,
		});
		const choice = picked?.choose;
		if (choice === undefined) {
			throw new vscode.CancellationError();
		}
		if (choice === 'find') {
			return this.#find(refs);
		}
		const path = choice === 'type' ? await this.#type() : choice;
		return new Map(refs.map(({ id }) => [id, path]));
	}

	#choices(): Choice[] {
		const row = (operation: Operation): Choice => ({
			label: operationLabel(operation),
			description: operationKey(operation),
			iconPath: operationIcon(operation),
			choose: operation,
		});
		const separator = (label: string): Choice => ({ label, kind: vscode.QuickPickItemKind.Separator });
		return [
			{
				label: vscode.l10n.t('Find it for me'),
				description: vscode.l10n.t('tries every known operation'),
				iconPath: new vscode.ThemeIcon('search'),
				choose: 'find',
			},
			separator(vscode.l10n.t('Documented')),
			...operations.filter(({ listed }) => listed).map(row),
			separator(vscode.l10n.t('Other known operations')),
			...operations.filter(({ listed }) => !listed).map(row),
			separator(vscode.l10n.t('Custom')),
			{ label: vscode.l10n.t('Enter action/action2…'), iconPath: new vscode.ThemeIcon('edit'), choose: 'type' },
		];
	}

	async #type(): Promise<OperationPath> {
		const text = await vscode.window.showInputBox({
			title: vscode.l10n.t('Operation Path'),
			prompt: vscode.l10n.t('The path after /kling/v1/ without the task ID, for example videos/text2video'),
			ignoreFocusOut: true,
			validateInput: (value) =>
				value === '' || parseOperationPath(value.trim()) !== undefined
					? undefined
					: vscode.l10n.t(
							'An operation is two words with a slash between them, of letters, digits, “-”, “_” and “=”, for example videos/text2video.',
						),
		});
		const path = text === undefined ? undefined : parseOperationPath(text.trim());
		if (path === undefined) {
			throw new vscode.CancellationError();
		}
		return path;
	}

	/** Finds each task's operation. A task that is not found does not stop the others; a failed request does. */
	async #find(refs: readonly { readonly origin: string; readonly id: string }[]): Promise<ReadonlyMap<string, OperationPath>> {
		const found = new Map<string, OperationPath>();
		const unknown: string[] = [];
		for (const { origin, id } of refs) {
			const finding = await this.#search(origin, id);
			if (finding.kind === 'failed') {
				const why = sentences(vscode.l10n.t('Could not determine the operation.'), causeText(finding.problem, origin));
				if (found.size === 0) {
					throw new UserError(why, finding.problem.kind === 'auth' ? [setKeyRemedy(() => this.#askForKey(origin))] : []);
				}
				void showMessage('warning', why);
				return found;
			}
			const path = finding.kind === 'none' ? undefined : await this.#choose(id, finding);
			if (path === undefined) {
				unknown.push(id);
			} else {
				found.set(id, path);
			}
		}
		if (unknown.length === 0) {
			return found;
		}
		const [first] = unknown;
		const text =
			refs.length === 1 && first !== undefined
				? vscode.l10n.t({
						message: 'Task {0} was not found under any operation. It may belong to another API key or be older than 30 days.',
						args: [first],
						comment: ['{0} is a task ID.'],
					})
				: vscode.l10n.t({
						message: '{0} of {1} tasks were not found under any operation and are not tracked: {2}',
						args: [unknown.length, refs.length, unknown.slice(0, 10).join(', ') + (unknown.length > 10 ? ' …' : '')],
						comment: ['{0} is a count.', '{1} is a count.', '{2} is a list of task IDs.'],
					});
		if (found.size === 0) {
			throw new UserError(text);
		}
		void showMessage('warning', text);
		return found;
	}

	/** Asks the API. If only the key is missing, asks for it and tries again. */
	async #search(origin: string, id: string): Promise<Finding> {
		const finding = await this.#ask(origin, id);
		if (finding.kind !== 'failed' || finding.problem.kind !== 'noKey') {
			return finding;
		}
		return (await this.#askForKey(origin)) ? this.#ask(origin, id) : finding;
	}

	async #ask(origin: string, id: string): Promise<Finding> {
		return vscode.window.withProgress(
			{
				location: vscode.ProgressLocation.Notification,
				title: vscode.l10n.t({ message: 'Kling: Finding the operation of {0}…', args: [id], comment: ['{0} is a task ID.'] }),
				cancellable: true,
			},
			(progress, cancel) => {
				const abort = new AbortController();
				cancel.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
				return this.#finder.find(origin, id, {
					signal: abort.signal,
					onProgress: (done, total) =>
						progress.report({
							increment: 100 / total,
							message: vscode.l10n.t({
								message: '{0} of {1} operations',
								args: [done, total],
								comment: ['{0} is a count.', '{1} is a count.'],
							}),
						}),
				});
			},
		);
	}

	async #choose(id: string, { candidates }: Extract<Finding, { kind: 'found' }>): Promise<OperationPath | undefined> {
		if (candidates.length === 1) {
			return candidates[0]?.operation;
		}
		const picked = await vscode.window.showQuickPick(
			candidates.map(({ operation }) => ({
				label: operationLabel(operation),
				description: operationKey(operation),
				iconPath: operationIcon(operation),
				operation,
			})),
			{
				title: vscode.l10n.t({ message: 'Select the Operation of {0}', args: [id], comment: ['{0} is a task ID.'] }),
				placeHolder: vscode.l10n.t('Found under several operations. Which one created it?'),
				ignoreFocusOut: true,
			},
		);
		if (picked === undefined) {
			throw new vscode.CancellationError();
		}
		return picked.operation;
	}
}
