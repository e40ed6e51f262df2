import * as vscode from 'vscode';
import { downloadKey, type Download } from '../../core/download';
import { isFinished, type Task } from '../../core/task';
import { operationIcon } from '../operationIcon';
import { showStatusMessage } from '../statusMessage';
import { escapeCodicons } from '../text/foreignText';
import { keepCancelledText } from '../text/keeping';
import { failureText } from '../text/saving';
import { sizeText } from '../text/media';
import { nothingToDo } from '../userError';
import { chosenResults, resultLabel } from './chosenResult';
import type { KeepingParts } from './keepingParts';
import { percentOfDownload } from './keepResults';

/**
 * Cancels the saving of the results that the command is called on; else of those that the person picks from a list that shows how far each
 * is.
 * @throws UserError when nothing is being saved; vscode.CancellationError
 */
export async function cancelSaving(args: readonly unknown[], parts: KeepingParts): Promise<void> {
	const { store, downloads, targets } = parts;
	const pending = store.downloads.pending();
	const nothing = vscode.l10n.t('No result is being saved.');
	if (pending.length === 0) {
		throw nothingToDo(nothing);
	}
	const isCalledOn = args.some((arg) => targets.named(arg) !== undefined);
	let chosen = pending;
	if (isCalledOn) {
		const keys = new Set(chosenResults(await targets.several(args, isFinished, nothing)).map(downloadKey));
		chosen = pending.filter((download) => keys.has(downloadKey(download)));
		if (chosen.length === 0) {
			throw nothingToDo(nothing);
		}
	} else {
		chosen = await pick(pending, parts);
	}
	await downloads.cancel(chosen);
	showStatusMessage(keepCancelledText(chosen.length));
}

/** @throws vscode.CancellationError */
async function pick(pending: readonly Download[], parts: KeepingParts): Promise<readonly Download[]> {
	const rows = pending.flatMap((download) => {
		const task = parts.store.tasks.get(download.task);
		return task === undefined ? [] : [row(download, task, parts)];
	});
	const all = {
		label: vscode.l10n.t('Cancel All'),
		iconPath: new vscode.ThemeIcon('close-all'),
		chosen: pending,
	};
	// Last, so that Enter does not cancel everything.
	const separator = { label: '', kind: vscode.QuickPickItemKind.Separator, chosen: [] };
	const picked = await vscode.window.showQuickPick<ReturnType<typeof row>>(rows.length > 1 ? [...rows, separator, all] : rows, {
		title: vscode.l10n.t('Cancel Saving'),
		placeHolder: vscode.l10n.t('Select a result that is not to be saved'),
	});
	if (picked === undefined) {
		throw new vscode.CancellationError();
	}
	return picked.chosen;
}

function row(download: Download, task: Task, { downloads }: KeepingParts): vscode.QuickPickItem & { readonly chosen: readonly Download[] } {
	const known = downloads.progressOf(download);
	const percent = percentOfDownload(download, known);
	const received = known?.received ?? download.received;
	const state =
		download.state === 'queued'
			? vscode.l10n.t('waiting')
			: [percent === undefined ? undefined : `${percent} %`, received === undefined ? undefined : sizeText(received)]
					.filter((part) => part !== undefined)
					.join(' · ');
	const url = task.results[download.media]?.url ?? '';
	return {
		label: escapeCodicons(resultLabel(task, download.media)),
		description: state,
		...(download.reason !== undefined && { detail: failureText(download.reason, task, url) }),
		iconPath: operationIcon(task.ref),
		chosen: [download],
	};
}
