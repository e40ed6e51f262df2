import * as vscode from 'vscode';
import { keptFileOf, type Download } from '../../core/download';
import type { Task } from '../../core/task';
import { canKeepAgain, isMissing, mayHaveLink, type RowDownloads } from '../keptFiles/keeping';
import { fileFacts } from '../text/fileFacts';
import { keptPathsText } from '../text/keptFiles';
import { missingFileText, notSavedText, waitingText } from '../text/pageKeeping';

/** What the hover of a task says of its kept files. */
export interface KeptHover {
	/** The absolute path of a small picture. */
	readonly poster?: string;
	/** Why a result is not kept, or not yet, or that a file is not in its folder, in whole sentences. */
	readonly problem?: string;
	/** Where the files are and what they say of themselves. */
	readonly facts: readonly { readonly label: string; readonly value: string }[];
}

/** The kept files of a task as its hover shows them; undefined if there is nothing to say. @param now ms since 1970 */
export function keptHover(task: Task, { of, posterOf }: Pick<RowDownloads, 'of' | 'posterOf'>, now: number): KeptHover | undefined {
	const downloads = of(task.key);
	const [first] = downloads;
	if (first === undefined) {
		return undefined;
	}
	const poster = downloads.map(posterOf).find((path) => path !== undefined);
	const failed = downloads.find((download) => download.state === 'failed' && download.reason?.kind !== 'cancelled' && !isMissing(download));
	const waiting = downloads.find(({ state, reason }) => state === 'queued' && reason !== undefined);
	const missing = downloads.filter(isMissing);
	const hasLink = mayHaveLink(task, now);
	const urlOf = ({ media }: Download): string => task.results[media]?.url ?? '';
	const problem =
		failed !== undefined
			? notSavedText(failed.reason, task, urlOf(failed))
			: waiting !== undefined
				? waitingText(waiting, task, urlOf(waiting))
				: missing.length > 0
					? missingFileText(missing.some((download) => canKeepAgain(download, hasLink)))
					: undefined;
	const paths = downloads.flatMap((download) => {
		const file = keptFileOf(download);
		return file === undefined ? [] : [vscode.Uri.file(file.path).fsPath];
	});
	return {
		...(poster === undefined ? {} : { poster }),
		...(problem === undefined ? {} : { problem }),
		facts: [...(paths.length === 0 ? [] : [{ label: vscode.l10n.t('Saved as'), value: keptPathsText(paths) }]), ...fileFacts(downloads)],
	};
}
