import { l10n } from 'vscode';
import { percentOf, type Download, type DownloadReason } from '../../core/download';
import { hostOf } from '../../core/origin';
import type { Task } from '../../core/task';
import { saveFailureText } from './saving';

/** "Saving 43 %"; without the number if the length is not known. */
export function savingText(received: number | undefined, total: number | undefined): string {
	const percent = percentOf(received ?? 0, total);
	return percent === undefined
		? l10n.t('Saving…')
		: l10n.t({ message: 'Saving {0} %', args: [percent], comment: ['{0} is a number from 0 to 99.'] });
}

/** Why a result could not be saved, as whole sentences. */
export function notSavedText(reason: DownloadReason | undefined, task: Pick<Task, 'ref'>, url: string): string {
	if (reason === undefined) {
		return l10n.t('The result was not saved.');
	}
	switch (reason.kind) {
		case 'cancelled':
			return l10n.t('The result was not saved.');
		case 'linkGone':
			return l10n.t('The link has expired, and the API has no new one. Nothing was saved.');
		default:
			return saveFailureText(reason, URL.parse(url)?.host ?? '', hostOf(task.ref.origin));
	}
}

/** What is wrong with a kept file that was moved or deleted. */
export function missingFileText(): string {
	return l10n.t('The saved file was moved or deleted.');
}

/** What a download waits for before it is tried, or tried again. */
export function waitingText({ attempts }: Pick<Download, 'attempts'>): string {
	return attempts === 0 ? l10n.t('Waiting to be saved') : l10n.t('Saving was interrupted and will be tried again');
}
