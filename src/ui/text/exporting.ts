import { env, l10n } from 'vscode';
import type { FileFacts } from '../../core/download';
import type { Media } from '../../core/media';
import type { FileWriteProblem } from '../../core/linkProblem';
import { isFinished, type Task } from '../../core/task';
import type { GalleryText } from '../../results/export/gallery';
import type { ResultText } from '../../results/export/exportedResult';
import { joinAnewCommand, joinCommand } from '../../results/export/lists';
import { mediaDurationText, mediaLabel, sizeText } from './media';
import { operationLabel } from './operations';
import { costOf } from './tasks';
import { dateText } from './times';

/** What the gallery says of a result. @param media its index @param size bytes */
export function resultText(task: Task, media: number, size: number, facts: FileFacts | undefined): ResultText {
	const result = task.results[media];
	const count = task.results.length;
	const operation = operationLabel(task.ref);
	const name = task.name ?? operation;
	const numbered =
		result === undefined || count <= 1
			? name
			: l10n.t({
					message: '{0}, {1}',
					args: [name, mediaLabel(result, media, count)],
					comment: ['Title of one of several results: {0} is the name of its task, {1} is such as “Image 2 of 4”.'],
				});
	const pixels = facts?.width === undefined || facts.height === undefined ? undefined : `${facts.width} × ${facts.height}`;
	const cost = costOf(task);
	return {
		title: numbered,
		facts: [
			task.name === undefined ? undefined : operation,
			isFinished(task) ? dateText(task.finishedAt) : undefined,
			pixels,
			durationOf(result, facts),
			sizeText(size),
			cost === undefined ? undefined : unitsText(cost, count),
		].filter((fact) => fact !== undefined),
	};
}

/** What a task cost with all of its results, which the API does not tell one by one. */
function unitsText(cost: string, results: number): string {
	return results <= 1
		? l10n.t({ message: '{0} units', args: [cost], comment: ['{0} is what the task cost, a number such as “3.5”.'] })
		: l10n.t({
				message: '{0} units for {1} results',
				args: [cost, results],
				comment: ['{0} is what the task cost, a number such as “3.5”.', '{1} is a count.'],
			});
}

/** By the file, else by the API. */
function durationOf(result: Media | undefined, facts: FileFacts | undefined): string | undefined {
	const seconds = facts?.seconds ?? result?.durationSeconds;
	return seconds === undefined ? undefined : mediaDurationText({ durationSeconds: seconds });
}

/** The words of the gallery. @param now ms since 1970 */
export function galleryText(count: number, now: number): GalleryText {
	return {
		language: env.language,
		title: l10n.t('Kling Results'),
		summary:
			count === 1
				? l10n.t({ message: '1 result, exported on {0}', args: [dateText(now)], comment: ['{0} is a date.'] })
				: l10n.t({ message: '{0} results, exported on {1}', args: [count, dateText(now)], comment: ['{0} is a count.', '{1} is a date.'] }),
		wholePrompt: l10n.t('Whole prompt'),
	};
}

/** What README.txt says. */
export function readmeText(count: number, hasConcatList: boolean): string {
	const lines = [
		count === 1
			? l10n.t('1 result of Kling, exported by Kling Tasks.')
			: l10n.t({ message: '{0} results of Kling, exported by Kling Tasks.', args: [count], comment: ['{0} is a count.'] }),
		'',
		l10n.t('index.html: all results, for a browser. It works offline and runs no script.'),
		l10n.t('media: the files.'),
		l10n.t(
			'results.csv: a table for spreadsheets. An apostrophe stands before what a spreadsheet would run as a formula, and before IDs, which it would round.',
		),
		l10n.t('results.json: the same for programs.'),
		...(hasConcatList
			? [
					l10n.t('concat.txt: the videos in the order of the gallery, for ffmpeg.'),
					'',
					l10n.t('To join the videos, run in this folder:'),
					`    ${joinCommand}`,
					l10n.t('If they differ in size or codec:'),
					`    ${joinAnewCommand}`,
				]
			: []),
	];
	return `${lines.join('\n')}\n`;
}

/** "Exported 9 results to kling-export-2026-11-03." */
export function exportedText(count: number, folder: string): string {
	return count === 1
		? l10n.t({ message: 'Exported 1 result to {0}.', args: [folder], comment: ['{0} is the name of a folder.'] })
		: l10n.t({
				message: 'Exported {0} results to {1}.',
				args: [count, folder],
				comment: ['{0} is a count.', '{1} is the name of a folder.'],
			});
}

/** Files that are not in the export. */
export function leftOutText(count: number): string {
	return count === 1
		? l10n.t('1 file was moved, deleted or changed since it was saved and is left out.')
		: l10n.t({
				message: '{0} files were moved, deleted or changed since they were saved and are left out.',
				args: [count],
				comment: ['{0} is a count.'],
			});
}

/** Some of what was chosen has no file. @param kept how many have one */
export function unkeptQuestion(unkept: number, kept: number): { readonly message: string; readonly detail: string } {
	const total = unkept + kept;
	return {
		message:
			total === 1
				? l10n.t('This result is not saved as a file yet.')
				: l10n.t({
						message: '{0} of {1} results are not saved as files yet.',
						args: [unkept, total],
						comment: ['{0} is a count.', '{1} is a count.'],
					}),
		detail: l10n.t('Only saved results are exported.'),
	};
}

/** Why nothing was exported. */
export function exportFailureText({ kind, code }: FileWriteProblem): string {
	switch (kind) {
		case 'diskFull':
			return l10n.t('The disk is full. Nothing was exported. Free some space or export elsewhere.');
		case 'folderMissing':
			return l10n.t('The folder does not exist any more. Nothing was exported.');
		case 'notWritable':
			return l10n.t({
				message: 'Cannot write to this folder ({0}). Nothing was exported.',
				args: [code],
				comment: ['{0} is an error code such as EACCES.'],
			});
	}
}
