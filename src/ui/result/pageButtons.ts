import { l10n } from 'vscode';
import { materialsOf } from '../../core/nextOperations';
import { isFinished, type Task } from '../../core/task';
import type { PageButton, PageMedia, PageSnapshot } from '../../shared/resultProtocol';

/** Opens the request that made the task. */
export function showRequest(): PageButton {
	return { action: 'showRequest', label: l10n.t('Show Request') };
}

/**
 * The buttons under the title, and those in the menu.
 * @param remedy of the task's problem
 * @param media the results with their own buttons
 * @param isOwn whether the task was made here
 */
export function buttonsOf(
	task: Task,
	state: PageSnapshot['state'],
	remedy: PageButton | undefined,
	media: readonly PageMedia[],
	isOwn: boolean,
): { readonly buttons: readonly PageButton[]; readonly menu: readonly PageButton[] } {
	const refresh: PageButton = { action: 'refresh', label: l10n.t('Refresh') };
	const rename: PageButton = { action: 'rename', label: l10n.t('Rename…') };
	const continueWith: PageButton = { action: 'continueWith', label: l10n.t('Continue With…') };
	const copyId: PageButton = { action: 'copyId', label: l10n.t('Copy ID') };
	const runAgain: PageButton = { action: 'runAgain', label: l10n.t('Run Again') };
	const rest: readonly PageButton[] = [
		...(isOwn ? [runAgain, ...(state === 'failed' ? [] : [showRequest()])] : []),
		{ action: 'copyCurl', label: l10n.t('Copy as curl') },
		...(task.lastCheckedAt === undefined ? [] : [{ action: 'showRawResponse' as const, label: l10n.t('Show Raw Response') }]),
		...(remedy?.action === 'changeOperation' ? [] : [{ action: 'changeOperation' as const, label: l10n.t('Change Operation…') }]),
		{ action: 'untrack', label: l10n.t('Remove from List') },
	];
	const [first] = media;
	if (first !== undefined) {
		// Of several results the command asks which.
		const own: readonly PageButton[] =
			media.length === 1
				? first.buttons
				: [{ action: 'save', label: l10n.t('Save As…'), primary: true }, ...(state === 'succeeded' ? [continueWith] : [])];
		const canRefresh = own.some(({ action }) => action === 'refresh');
		return { buttons: own, menu: [...(canRefresh ? [] : [refresh]), rename, copyId, ...rest] };
	}
	if (state === 'succeeded' && isFinished(task) && materialsOf(task).length > 0) {
		return { buttons: [{ ...continueWith, primary: true }, copyId], menu: [refresh, rename, ...rest] };
	}
	if (state === 'succeeded') {
		return { buttons: [{ ...refresh, primary: true }, copyId], menu: [rename, ...rest] };
	}
	return state === 'failed' ? { buttons: [copyId, rename], menu: [refresh, ...rest] } : { buttons: [copyId, rename], menu: rest };
}
