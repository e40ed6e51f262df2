import * as vscode from 'vscode';
import { keptFileOf } from '../../core/download';
import type { Media } from '../../core/media';
import { mediaAt, type MediaRef } from '../../core/mediaRef';
import { isAllowedLink, linkExpiry } from '../../core/resultLink';
import type { Task, TaskKey } from '../../core/task';
import type { Clock } from '../../tracking/ports/host';
import type { DownloadStore } from '../../tracking/ports/downloads';
import { commandRemedy } from '../message';
import { operationIcon } from '../operationIcon';
import type { ResultToSave } from '../saveResult';
import { showStatusMessage } from '../statusMessage';
import { taskNode } from '../taskNode';
import { nothingToDo, UserError } from '../userError';
import { blockedLinkText, noLinkText } from '../text/links';
import { mediaDurationText, mediaLabel } from '../text/media';
import type { resultCommandIds } from './commandIds';
import type { HandlersOf } from './commandRegistry';
import type { Target, TaskTargets } from './taskTargets';

/** Commands on the results of tasks. */
export function resultCommands(parts: {
	readonly targets: TaskTargets;
	readonly downloads: Pick<DownloadStore, 'get'>;
	readonly clock: Clock;
	/** Opens the task's panel, on `media` if given. */
	readonly open: (key: TaskKey, media?: MediaRef) => Promise<void>;
	/** Asks for the target and saves. */
	readonly save: (result: ResultToSave) => Promise<void>;
	/** Marks the task as viewed. */
	readonly viewed: (task: Task) => Promise<void>;
	readonly showRawResponse: (task: Task) => Promise<void>;
}): HandlersOf<typeof resultCommandIds> {
	const { targets, downloads, clock, open, save, viewed, showRawResponse } = parts;
	const nothingTracked = vscode.l10n.t('No tasks are tracked.');
	const noResult = vscode.l10n.t('This task has no result.');
	/** The path of the kept file whose link has expired: what a person gets instead of the link. Undefined while the link may live. */
	const fileFor = (task: Task, ref: MediaRef, url: string): string | undefined => {
		const expiry = linkExpiry(url, task.updatedAt);
		if (ref === 'parent' || expiry === undefined || expiry.at > clock.now() || mediaAt(task, ref)?.url !== url) {
			return undefined;
		}
		const download = downloads.get({ task: task.key, media: ref });
		return keptFileOf(download)?.path;
	};
	/** What is copied of a result: its link, or the path of its file. */
	const copied = (task: Task, ref: MediaRef, url: string): { readonly text: string; readonly isFile: boolean } => {
		const path = fileFor(task, ref, url);
		return path === undefined ? { text: url, isFile: false } : { text: vscode.Uri.file(path).fsPath, isFile: true };
	};
	const hasLink = (task: Task): boolean => task.results.length > 0 || mediaAt(task, 'parent') !== undefined;

	return {
		'kling.openResult': async (...args) => {
			const { task, media } = await targets.oneToOpen(args, nothingTracked);
			await open(task.key, media);
		},
		'kling.openInBrowser': async (...args) => {
			const target = await targets.one(args, hasLink, noResult);
			const { ref, media } = await pickMedia(target, vscode.l10n.t('Select a Result to Open'));
			if (fileFor(target.task, ref, media.url) !== undefined) {
				showStatusMessage(vscode.l10n.t('The link has expired, so the saved file is opened'));
				// A browser opens no file of the disk; the page of the task shows it.
				await (vscode.env.uiKind === vscode.UIKind.Desktop
					? vscode.commands.executeCommand('kling.openFile', taskNode(target.task.key, ref))
					: open(target.task.key, ref));
				await viewed(target.task);
				return;
			}
			// As text: a Uri loses the percent-encoding that a signed link's signature needs.
			await vscode.commands.executeCommand('vscode.open', media.url);
			await viewed(target.task);
		},
		'kling.saveResult': async (...args) => {
			const target = await targets.one(args, hasLink, noResult);
			const picked = await pickMedia(target, vscode.l10n.t('Select a Result to Save'), vscode.l10n.t('Save All…'));
			if (picked === 'all') {
				await vscode.commands.executeCommand('kling.saveAll', taskNode(target.task.key));
				return;
			}
			await save({ task: target.task, ...picked, node: taskNode(target.task.key, target.media, target.format) });
			await viewed(target.task);
		},
		'kling.copyLink': async (...args) => {
			const found = await targets.several(args, hasLink, noResult);
			const [target, more] = found;
			const only =
				target !== undefined && more === undefined ? await pickMedia(target, vscode.l10n.t('Select a Result Link to Copy')) : undefined;
			const all =
				target !== undefined && only !== undefined
					? [copied(target.task, only.ref, only.media.url)]
					: found.flatMap((one) => allowedLinks(one).map(({ ref, url }) => copied(one.task, ref, url)));
			const texts = [...new Map(all.map((one) => [one.text, one])).values()];
			if (texts.length === 0) {
				throw nothingToDo(noResult);
			}
			await vscode.env.clipboard.writeText(texts.map(({ text }) => text).join('\n'));
			showStatusMessage(copiedText(texts.filter(({ isFile }) => !isFile).length, texts.filter(({ isFile }) => isFile).length));
		},
		'kling.showRawResponse': async (...args) => {
			const { task } = await targets.one(args, () => true, nothingTracked);
			await showRawResponse(task);
		},
	};
}

/** What was copied: @param links and `paths`: how many */
function copiedText(links: number, paths: number): string {
	if (links === 0) {
		return paths === 1
			? vscode.l10n.t('The link has expired. The path of the saved file was copied.')
			: vscode.l10n.t({
					message: 'The links have expired. The paths of {0} saved files were copied.',
					args: [paths],
					comment: ['{0} is a count.'],
				});
	}
	if (paths > 0) {
		return vscode.l10n.t({
			message: 'Copied: {0} links, and {1} paths of saved files whose links have expired.',
			args: [links, paths],
			comment: ['{0} and {1} are counts.'],
		});
	}
	return links === 1
		? vscode.l10n.t('Result link copied. It expires within 30 days.')
		: vscode.l10n.t({ message: '{0} result links copied. They expire within 30 days.', args: [links], comment: ['{0} is a count.'] });
}

/** The links that may be opened of a media, or of all of a task's results. */
function allowedLinks({ task, media }: Target): readonly { readonly ref: MediaRef; readonly url: string }[] {
	const refs: readonly MediaRef[] = media === undefined ? [...task.results.keys()] : [media];
	return refs
		.map((ref) => ({ ref, url: mediaAt(task, ref)?.url ?? '' }))
		.filter(({ url }) => url !== '' && isAllowedLink(url, task.ref.origin));
}

/** The media a command acts on. */
interface PickedMedia {
	readonly ref: MediaRef;
	/** With the link of the picked format. */
	readonly media: Media;
}

/** The named media and format, the only one, or the one the person picks; never one with a blocked link or without a link. */
async function pickMedia(target: Target, title: string): Promise<PickedMedia>;
/**
 * To save it: its link may be missing, because it may have a file, or a check may give the link.
 * @param forAll the label of a row that stands for all of them, if none is named; its choice is `all`
 */
async function pickMedia(target: Target, title: string, forAll: string): Promise<PickedMedia | 'all'>;
async function pickMedia({ task, media: named, format }: Target, title: string, forAll?: string): Promise<PickedMedia | 'all'> {
	const refs: readonly MediaRef[] = named === undefined ? [...task.results.keys()] : [named];
	const choices = refs.flatMap((ref) => choicesOf(task, ref)).filter((_, index) => index === (format ?? index));
	const picked =
		choices.length <= 1
			? choices[0]
			: await vscode.window.showQuickPick<vscode.QuickPickItem & Partial<PickedMedia>>(
					[
						...choices.map((choice) => ({ ...choice, iconPath: operationIcon(task.ref) })),
						...(forAll === undefined || named !== undefined || task.results.length < 2
							? []
							: [
									{ label: '', kind: vscode.QuickPickItemKind.Separator },
									{ label: forAll, iconPath: new vscode.ThemeIcon('save-all') },
								]),
					],
					{ title },
				);
	if (picked === undefined) {
		if (choices.length > 0) {
			throw new vscode.CancellationError();
		}
		throw nothingToDo(vscode.l10n.t('This task has no result.'));
	}
	const { ref, media } = picked;
	if (ref === undefined || media === undefined) {
		return 'all';
	}
	if (media.url === '') {
		if (forAll !== undefined) {
			return { ref, media };
		}
		throw new UserError(noLinkText(), [commandRemedy(vscode.l10n.t('Check Now'), 'kling.refreshTask', taskNode(task.key))], 'info');
	}
	if (!isAllowedLink(media.url, task.ref.origin)) {
		throw new UserError(blockedLinkText(task));
	}
	return { ref, media };
}

/** A row for one media of a task, and one for each of its other formats. */
function choicesOf(task: Task, ref: MediaRef): readonly (PickedMedia & { readonly label: string; readonly description: string })[] {
	const media = mediaAt(task, ref);
	if (media === undefined) {
		return [];
	}
	const label = ref === 'parent' ? vscode.l10n.t('Parent video') : mediaLabel(media, ref, task.results.length);
	const description = mediaDurationText(media) ?? '';
	return [
		{ ref, media, label, description },
		...(media.alternatives ?? []).map(({ format, url }) => ({ ref, media: { ...media, url }, label: `${label} (${format})`, description })),
	];
}
