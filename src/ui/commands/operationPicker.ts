import * as vscode from 'vscode';
import { operations, parseOperationPath, type Operation } from '../../core/operation';
import type { Finding, OperationFinder } from '../../tracking/operationFinder';
import { unreachable } from '../../core/unreachable';
import { setKeyRemedy } from '../apiKey';
import { operationIcon } from '../tree/taskItem';
import { UserError } from '../userError';
import { operationLabel, problemText } from '../wording';

/** An operation's two path parts. */
export interface OperationPath {
	readonly action: string;
	readonly action2: string;
}

type Choice = vscode.QuickPickItem & { readonly choose?: OperationPath | 'find' | 'type' };

/** Asks a person of which operation tasks are, or finds it out. */
export class OperationPicker {
	constructor(private readonly finder: OperationFinder) {}

	/**
	 * Asks once for all the tasks.
	 * @returns the operation of each id; ids for which none was found are missing
	 * @throws vscode.CancellationError when the person leaves
	 */
	async pick(refs: readonly { readonly origin: string; readonly id: string }[], title: string): Promise<ReadonlyMap<string, OperationPath>> {
		const picked = await vscode.window.showQuickPick(this.#choices(), { title, placeHolder: vscode.l10n.t('Which operation made it?'), matchOnDescription: true, ignoreFocusOut: true });
		const choice = picked?.choose;
		if (choice === undefined) throw new vscode.CancellationError();
		if (choice === 'find') return this.#find(refs);
		const path = choice === 'type' ? await this.#type() : choice;
		return new Map(refs.map(({ id }) => [id, path]));
	}

	#choices(): Choice[] {
		const row = (operation: Operation): Choice => ({
			label: operationLabel(operation.action, operation.action2),
			description: `${operation.action}/${operation.action2}`,
			iconPath: operationIcon(operation.action, operation.action2),
			choose: operation,
		});
		const separator = (label: string): Choice => ({ label, kind: vscode.QuickPickItemKind.Separator });
		return [
			{ label: vscode.l10n.t('Find it for me'), description: vscode.l10n.t('asks the API under each listed operation'), iconPath: new vscode.ThemeIcon('search'), choose: 'find' },
			separator(vscode.l10n.t('listed by CometAPI')),
			...operations.filter(({ listed }) => listed).map(row),
			separator(vscode.l10n.t('in use, not listed')),
			...operations.filter(({ listed }) => !listed).map(row),
			separator(vscode.l10n.t('another one')),
			{ label: vscode.l10n.t('Type action/action2…'), iconPath: new vscode.ThemeIcon('edit'), choose: 'type' },
		];
	}

	async #type(): Promise<OperationPath> {
		const text = await vscode.window.showInputBox({
			title: vscode.l10n.t('Kling: operation'),
			prompt: vscode.l10n.t('The two parts of the path after /kling/v1/, for example videos/text2video'),
			ignoreFocusOut: true,
			validateInput: (value) =>
				value === '' || parseOperationPath(value.trim()) !== undefined ? undefined : vscode.l10n.t('An operation is two words with a slash between them, of letters, digits, “-”, “_” and “=”, for example videos/text2video.'),
		});
		const path = text === undefined ? undefined : parseOperationPath(text.trim());
		if (path === undefined) throw new vscode.CancellationError();
		return path;
	}

	async #find(refs: readonly { readonly origin: string; readonly id: string }[]): Promise<ReadonlyMap<string, OperationPath>> {
		const found = new Map<string, OperationPath>();
		for (const { origin, id } of refs) {
			const finding = await vscode.window.withProgress(
				{ location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Kling: finding the operation of {0}', id), cancellable: true },
				(progress, cancel) => {
					const abort = new AbortController();
					cancel.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
					return this.finder.find(origin, id, {
						signal: abort.signal,
						onProgress: (done, total) => progress.report({ increment: 100 / total, message: vscode.l10n.t('{0} of {1}', done, total) }),
					});
				},
			);
			const path = await this.#choose(id, origin, finding);
			if (path !== undefined) found.set(id, path);
		}
		return found;
	}

	async #choose(id: string, origin: string, finding: Finding): Promise<OperationPath | undefined> {
		switch (finding.kind) {
			case 'failed': {
				const needsKey = finding.problem.kind === 'noKey' || finding.problem.kind === 'auth';
				throw new UserError(vscode.l10n.t('The operation could not be found out. {0}.', problemText(finding.problem, origin)), needsKey ? [setKeyRemedy(origin)] : []);
			}
			case 'none':
				throw new UserError(vscode.l10n.t('No operation knows {0}. Was it made with another API key, or is it older than 30 days?', id));
			case 'found': {
				const [first, ...others] = finding.candidates;
				if (others.length === 0) return first?.operation;
				const picked = await vscode.window.showQuickPick(
					finding.candidates.map(({ operation }) => ({
						label: operationLabel(operation.action, operation.action2),
						description: `${operation.action}/${operation.action2}`,
						iconPath: operationIcon(operation.action, operation.action2),
						operation,
					})),
					{ title: vscode.l10n.t('Kling: operation of {0}', id), placeHolder: vscode.l10n.t('The API answers under several operations; which one made it?'), ignoreFocusOut: true },
				);
				return picked?.operation;
			}
			default:
				return unreachable(finding);
		}
	}
}
