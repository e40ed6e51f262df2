import { l10n } from 'vscode';
import { percentOf, type Download, type DownloadReason } from '../../core/download';
import type { Task } from '../../core/task';
import { noLinkLeftText } from './keptFiles';
import { failureText, hostsOf, saveFailureText } from './saving';
import { sentences } from './sentences';

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
			return saveFailureText(reason, ...hostsOf(task, url));
	}
}

/** What is wrong with a kept file that was moved or deleted. @param canKeepAgain whether it can be saved again */
export function missingFileText(canKeepAgain: boolean): string {
	return sentences(l10n.t('The saved file was moved or deleted.'), canKeepAgain ? undefined : noLinkLeftText(1));
}

/** What a download waits for before it is tried, or tried again. @param url of its result */
export function waitingText({ attempts, reason }: Pick<Download, 'attempts' | 'reason'>, task: Pick<Task, 'ref'>, url: string): string {
	if (reason !== undefined) {
		return sentences(l10n.t('Not saved yet, will be tried again.'), failureText(reason, task, url));
	}
	return attempts === 0 ? l10n.t('Waiting to be saved') : l10n.t('Saving was interrupted and will be tried again');
}
