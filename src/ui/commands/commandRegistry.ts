import * as vscode from 'vscode';
import { readStoreError } from '../../tracking/ports/health';
import type { Log } from '../../tracking/ports/host';
import { showLogRemedy, showMessage, onRemedyError } from '../message';
import { isUserError, UserError } from '../userError';
import { commandIds, type CommandId } from './commandIds';

/** The handler of every command; a missing one does not compile. Arguments come from the editor and are not trusted. */
export type CommandHandlers = Readonly<Record<CommandId, (...args: readonly unknown[]) => unknown>>;

/** The handlers of some commands. */
export type HandlersOf<Ids extends readonly CommandId[]> = Pick<CommandHandlers, Ids[number]>;

/** Commands that work while the store is not open. */
export type EarlyHandlers = Pick<CommandHandlers, 'kling.showLog' | 'kling.newRequest' | 'kling.previewRequest'>;
/** Commands that need the store. */
export type LateHandlers = Omit<CommandHandlers, keyof EarlyHandlers>;

/**
 * The only caller of `registerCommand`. Shows a command's failure once, with its remedies; cancelling is silent.
 * @param late called for each command; rejects with a UserError while the store cannot be opened
 */
export function registerCommands(early: EarlyHandlers, late: () => Promise<LateHandlers>, log: Log): vscode.Disposable {
	onRemedyError((error) => {
		if (!(error instanceof vscode.CancellationError)) {
			void showFailure('a message button', error, log);
		}
	});
	return vscode.Disposable.from(
		...commandIds.map((id) =>
			vscode.commands.registerCommand(id, (...args: unknown[]) =>
				showingFailure(id, log, async () => (isEarly(id) ? early[id] : (await late())[id])(...args)),
			),
		),
	);
}

/** Runs what a person started, by a command or otherwise. A failure is shown once, with its remedies; cancelling is silent. */
export async function showingFailure(what: string, log: Log, run: () => Promise<unknown>): Promise<unknown> {
	try {
		return await run();
	} catch (error) {
		if (!(error instanceof vscode.CancellationError)) {
			void showFailure(what, error, log);
		}
		return undefined;
	}
}

function isEarly(id: CommandId): id is keyof EarlyHandlers {
	return id === 'kling.showLog' || id === 'kling.newRequest' || id === 'kling.previewRequest';
}

async function showFailure(what: string, error: unknown, log: Log): Promise<void> {
	const known = isUserError(error)
		? error
		: readStoreError(error)?.kind === 'readOnly'
			? new UserError(
					vscode.l10n.t('The task list is read-only: it was written by a newer version of Kling Tasks, or its folder is not writable.'),
				)
			: undefined;
	if (known === undefined) {
		log.error(`Failed to run ${what}`, error);
	}
	const remedies = known?.remedies ?? [showLogRemedy()];
	await showMessage(
		known?.severity ?? 'error',
		known?.message ?? vscode.l10n.t('Kling Tasks ran into an unexpected error. See the log for details.'),
		remedies,
	);
}
