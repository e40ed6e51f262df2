import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { errorMessage } from '../../../core/errorMessage';
import type { Clock } from '../../../tracking/ports/host';
import { commandRemedy, type Say } from '../../message';
import { showingProgress } from '../../progress';
import { uriName } from '../../uriName';
import { nothingToDo, UserError } from '../../userError';
import { listFile, type ExportedTasks } from './content';

export interface ExportParts {
	readonly store: { readonly tasks: ExportedTasks };
	readonly clock: Clock;
	readonly say: Say;
}

/**
 * **Export Task List…**: writes all tasks but those of the offline demo to a file, as a table if it is called `.csv`, else as JSON.
 * @throws UserError when there is none, or the file cannot be written; vscode.CancellationError when the person cancels
 */
export async function exportTasks({ store: { tasks }, clock, say }: ExportParts): Promise<void> {
	const [all, demo] = [tasks.counts(), tasks.demoCounts()];
	if (all.active + all.finished === demo.active + demo.finished) {
		throw nothingToDo(vscode.l10n.t('No tasks are tracked.'));
	}
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
	const today = new Date(clock.now()).toISOString().slice(0, 10);
	const target = await vscode.window.showSaveDialog({
		title: vscode.l10n.t('Export Task List'),
		defaultUri: vscode.Uri.joinPath(folder, `kling-tasks-${today}.json`),
		filters: { JSON: ['json'], CSV: ['csv'] },
	});
	if (target === undefined) {
		throw new vscode.CancellationError();
	}
	const name = uriName(target);
	const title = vscode.l10n.t({ message: 'Kling: Exporting tasks to {0}…', args: [name], comment: ['{0} is a file name.'] });
	const count = await showingProgress(
		clock,
		title,
		async ({ signal, onProgress }) => {
			const written = await listFile(tasks, { isTable: /\.csv$/i.test(name), now: clock.now(), signal, onProgress });
			signal.throwIfAborted();
			await write(target, written.bytes, name);
			return written.count;
		},
		{ cancellable: true },
	);
	void say(
		'info',
		count === 1
			? vscode.l10n.t({ message: 'Exported 1 task to {0}.', args: [name], comment: ['{0} is a file name.'] })
			: vscode.l10n.t({ message: 'Exported {0} tasks to {1}.', args: [count, name], comment: ['{0} is a count.', '{1} is a file name.'] }),
		[commandRemedy(vscode.l10n.t('Open File'), 'vscode.open', target)],
	);
}

/** Also to remote folders and virtual file systems. */
async function write(target: vscode.Uri, bytes: Uint8Array, name: string): Promise<void> {
	try {
		await vscode.workspace.fs.writeFile(target, bytes);
	} catch (error) {
		throw new UserError(
			vscode.l10n.t({
				message: 'Could not write {0}: {1}',
				args: [name, errorMessage(error)],
				comment: ['{0} is a file name.', '{1} is an error message of the editor.'],
			}),
		);
	}
}
