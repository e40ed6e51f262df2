import { l10n } from 'vscode';
import { assertNever } from '../../core/assertNever';
import { keptFileOf, type Download } from '../../core/download';
import { omitUndefined } from '../../core/omitUndefined';
import type { Task } from '../../core/task';
import type { PageButton, PageKeeping, PageSound } from '../../shared/resultProtocol';
import { canKeepAgain, isMissing, mayHaveLink } from '../keptFiles/keeping';
import { codecName } from '../text/fileFacts';
import { shown } from '../../core/shown';
import { missingFileText, notSavedText, savingText, waitingText } from '../text/pageKeeping';

/**
 * Why the page could not show a kept file that is there, or may be.
 * - `notReadable`: the page could not load it
 * - `notPlayable`: this editor cannot decode it
 * - `tooLarge`: the page does not load it
 */
export type FileProblemState = 'notReadable' | 'notPlayable' | 'tooLarge';

/** The download of a result, as a page needs it. */
export interface ShownDownload {
	readonly download: Download;
	/** The address of the kept file for this page; missing: the page may not load it. */
	readonly url?: string;
	readonly problem?: FileProblemState | undefined;
	/** How far it is while it runs in this window, bytes. */
	readonly progress?: { readonly received: number; readonly total?: number } | undefined;
	/** Whether the file manager and other apps can show the file: not from a browser, nor in a window of another machine. */
	readonly isLocal: boolean;
}

/**
 * The largest file that a page shows, bytes. VS Code 1.105 has the whole of it in memory; later ones send the rest of the file from where it
 * is played, as fast as the disk reads it.
 */
export const mostShown = 512 * 1024 * 1024;

/** The address of the kept file that the page shows instead of the link. */
export function shownFile(kept: ShownDownload | undefined): string | undefined {
	return kept?.problem === undefined && keptFileOf(kept?.download) !== undefined ? kept?.url : undefined;
}

/**
 * What the page says of a result's file. Nothing of one that the person does not want.
 * @param now ms since 1970
 */
export function keepingOf(task: Task, media: number, kept: ShownDownload | undefined, now: number): PageKeeping | undefined {
	if (kept === undefined) {
		return undefined;
	}
	const { download } = kept;
	const file = keptFileOf(download);
	if (file !== undefined) {
		return { state: 'kept', text: l10n.t('Saved'), path: shown(file.path), buttons: fileButtons(media, kept) };
	}
	const canAgain = canKeepAgain(download, mayHaveLink(task, now));
	const keepAgain: readonly PageButton[] = canAgain ? [{ action: 'keepAgain', label: l10n.t('Keep Again'), media }] : [];
	switch (download.state) {
		case 'kept':
		case 'failed': {
			if (download.reason?.kind === 'cancelled') {
				return undefined;
			}
			if (!isMissing(download)) {
				return { state: 'trouble', text: notSavedText(download.reason, task, task.results[media]?.url ?? ''), buttons: keepAgain };
			}
			const locate: PageButton = { action: 'locateFile', label: l10n.t('Locate…'), media };
			return omitUndefined({
				state: 'trouble' as const,
				text: missingFileText(canAgain),
				path: download.file === undefined ? undefined : shown(download.file.path),
				buttons: [locate, ...keepAgain],
			});
		}
		case 'queued':
		case 'running': {
			const received = kept.progress?.received ?? download.received;
			const text =
				download.state === 'queued' && kept.progress === undefined
					? waitingText(download, task, task.results[media]?.url ?? '')
					: savingText(received, kept.progress?.total ?? download.part?.total);
			return { state: 'saving', text, buttons: [...keepAgain, { action: 'cancelSaving', label: l10n.t('Cancel Saving'), media }] };
		}
		default:
			return assertNever(download.state);
	}
}

/** What the kept file says of its sound; undefined if it was not read yet. */
export function soundOf({ download, isLocal }: ShownDownload): PageSound | undefined {
	const facts = download.file?.facts;
	if (facts === undefined) {
		return undefined;
	}
	const codec = facts.audioCodec;
	return omitUndefined({
		codec,
		notice: codec === undefined ? '' : silentText(codecName(codec), isLocal),
		button: isLocal ? openFile(download.media) : undefined,
	});
}

function silentText(codec: string, isLocal: boolean): string {
	const comment = ['{0} is a codec such as AAC.'];
	return isLocal
		? l10n.t({ message: 'VS Code cannot play the sound of this file ({0}). The default app can.', args: [codec], comment })
		: l10n.t({ message: 'VS Code cannot play the sound of this file ({0}).', args: [codec], comment });
}

function openFile(media: number): PageButton {
	return { action: 'openFile', label: l10n.t('Open in Default App'), media };
}

function fileButtons(media: number, { problem, isLocal }: ShownDownload): readonly PageButton[] {
	return [
		...(isLocal
			? [
					{ action: 'revealFile' as const, label: l10n.t('Reveal in File Manager'), media },
					{ ...openFile(media), ...(problem === 'notPlayable' || problem === 'tooLarge' ? { primary: true } : {}) },
				]
			: []),
		{ action: 'copyPath', label: l10n.t('Copy Path'), media },
		{ action: 'copyMarkdown', label: l10n.t('Copy as Markdown'), media },
	];
}
