import { l10n } from 'vscode';
import { assertNever } from '../../core/assertNever';
import { defaultExtensions } from '../../core/fileName';
import type { Media } from '../../core/media';
import { mediaAt, type MediaRef } from '../../core/mediaRef';
import { materialsOf } from '../../core/nextOperations';
import { omitUndefined } from '../../core/omitUndefined';
import { isFinished, type Task } from '../../core/task';
import type { PageButton, PageMedia, PageSnapshot } from '../../shared/resultProtocol';
import { shown } from '../../core/shown';
import { blockedLinkText, noLinkText } from '../text/links';
import { mediaDurationText, mediaLabel, sizeText } from '../text/media';
import { sentences } from '../text/sentences';
import { isDeadLink, type LinkProblemState } from './linkRecovery';
import { keepingOf, shownFile, soundOf, type ShownDownload } from './pageKeeping';
import { isShowable } from './taskLinks';

/** What the page shows of a task's results and of its parent video. */

interface MediaParts {
	/** ms since 1970. */
	readonly now: number;
	/** Why a link could not be loaded; undefined if no failure is known. */
	readonly linkProblem: (url: string) => LinkProblemState | undefined;
	/** Whether the task that made the parent video is tracked. */
	readonly hasParentTask?: boolean;
	/** The download of a result, by its index; undefined if there is none. */
	readonly kept?: (media: number) => ShownDownload | undefined;
}

/** The link problems that checking the task again may solve. */
const retried: ReadonlySet<LinkProblemState> = new Set(['expired', 'gone', 'notAsked', 'notReached', 'notResult']);

/** The results of a task in the API's order. */
export function resultsOf(task: Task, parts: MediaParts): readonly PageMedia[] {
	const known = new Set<string>();
	return task.results.map((media, index) => {
		const own = `${media.kind} ${media.id ?? index}`;
		const id = known.has(own) ? `${own} ${index}` : own;
		known.add(id);
		return pageMedia(task, media, { id, target: index, label: mediaLabel(media, index, task.results.length) }, parts);
	});
}

/** The parent video with its own actions, and a way to its task. */
export function parentOf(task: Task, parts: MediaParts): PageSnapshot['parent'] {
	const media = mediaAt(task, 'parent');
	if (media === undefined) {
		return undefined;
	}
	const shownMedia = pageMedia(task, media, { id: 'parent', target: 'parent', label: l10n.t('Parent video') }, parts);
	const open: PageButton = { action: 'openParentTask', label: l10n.t('Open Parent Task') };
	return {
		heading: l10n.t('Before'),
		media: {
			...shownMedia,
			name: l10n.t('Before'),
			buttons: parts.hasParentTask === true ? [open, ...shownMedia.buttons] : shownMedia.buttons,
		},
	};
}

function pageMedia(
	task: Task,
	media: Media,
	location: { readonly id: string; readonly target: MediaRef; readonly label: string },
	{ now, linkProblem, kept }: MediaParts,
): PageMedia {
	const { kind, url } = media;
	const { target } = location;
	const download = target === 'parent' ? undefined : kept?.(target);
	const keeping = target === 'parent' ? undefined : keepingOf(task, target, download, now);
	const file = target === 'parent' ? undefined : shownFile(download);
	const showable = isShowable(url, task);
	const found = linkProblem(url);
	// What is in the file is behind the link too.
	const isPlayable = download?.problem !== 'notPlayable';
	const notice = !isPlayable
		? notPlayableText(kind, download.isLocal ? 'file' : 'distantFile')
		: download?.problem === 'tooLarge'
			? tooLargeText(download.download.file?.size ?? 0, download.isLocal)
			: file !== undefined
				? undefined
				: showable
					? found && linkProblemText(found, kind)
					: noLinkNotice(task, url, keeping);
	const caption = mediaDurationText(media);
	const formats = (media.alternatives ?? [])
		.map((other, index) => ({ label: shown(other.format).toUpperCase(), url: other.url, format: index + 1 }))
		.filter((other) => isShowable(other.url, task));
	const allFormats = formats.length === 0 ? undefined : [{ label: formatName(media), url: file ?? url, format: 0 }, ...formats];
	return omitUndefined({
		...location,
		kind,
		url: file ?? (showable && isPlayable && (found === undefined || found === 'checking') ? url : undefined),
		isFile: file === undefined ? undefined : true,
		formats: allFormats?.map((format) => ({ label: format.label, url: format.url })),
		caption,
		notice,
		sound: file === undefined || download === undefined ? undefined : soundOf(download),
		keeping,
		buttons:
			file !== undefined || showable
				? linkButtons(
						file === undefined ? found : undefined,
						target,
						{
							alone: task.results.length === 1,
							canContinue: canContinue(task),
							hasLink: url !== '',
							fileButtons: keeping?.state === 'kept' ? keeping.buttons : undefined,
						},
						allFormats ?? [],
					)
				: url === ''
					? [checkForLink(target, task.results.length === 1)]
					: [],
	});
}

/** Why there is nothing to show. What is said of a file that is not there says it too. */
function noLinkNotice(task: Task, url: string, keeping: PageMedia['keeping']): string | undefined {
	if (url !== '') {
		return blockedLinkText(task);
	}
	return keeping === undefined ? noLinkText() : undefined;
}

/** A check may give the link of a result that has none. */
function checkForLink(media: MediaRef, alone: boolean): PageButton {
	return { action: 'refresh', label: l10n.t('Check Now'), media, primary: alone && media !== 'parent' };
}

/** Whether a request can continue with a task's results, whatever the operation. */
function canContinue(task: Task): boolean {
	return isFinished(task) && materialsOf(task).length > 0;
}

function formatName({ kind, url }: Media): string {
	const extension = /\.([a-z0-9]{2,4})$/i.exec(URL.parse(url)?.pathname ?? '')?.[1];
	return (extension ?? defaultExtensions[kind]).toUpperCase();
}

function linkProblemText(linkProblem: LinkProblemState, kind: Media['kind']): string {
	switch (linkProblem) {
		case 'checking':
			return l10n.t('The link failed. Requesting a new one…');
		case 'expired':
			return l10n.t('The link has expired, and no new one is available. Kling keeps results for 30 days.');
		case 'gone':
			return l10n.t('The API no longer has this result.');
		case 'notAsked':
			return l10n.t('The link has expired, and a new one could not be requested.');
		case 'wantsKey':
			return l10n.t(
				'This link requires an API key, which this page does not send. Saving sends the key if the link is on the API’s own host.',
			);
		case 'notResult':
			return l10n.t('The link returned something other than the result. Its host may have a temporary problem.');
		case 'notReached':
			return l10n.t('The result could not be loaded. Check the network, then try again.');
		case 'notPlayable':
			return notPlayableText(kind, 'link');
		default:
			return assertNever(linkProblem);
	}
}

/** That the editor cannot decode a result, and what may. `distantFile`: one that no app of this computer can open. */
function notPlayableText(kind: Media['kind'], what: 'file' | 'distantFile' | 'link'): string {
	if (what === 'distantFile') {
		return kind === 'image'
			? l10n.t('VS Code cannot show this image. “Copy Path” says where its file is.')
			: l10n.t('VS Code cannot play this format. “Copy Path” says where the file is.');
	}
	if (what === 'file') {
		return kind === 'image'
			? l10n.t('VS Code cannot show this image. The default app may be able to.')
			: l10n.t('VS Code cannot play this format. The default app may be able to.');
	}
	return kind === 'image'
		? l10n.t('VS Code cannot show this image. The browser may be able to.')
		: l10n.t('VS Code cannot play this format. The browser may be able to.');
}

/** That the page does not load a kept file, and what can show it. @param size bytes @param isLocal whether an app of this computer can open it */
function tooLargeText(size: number, isLocal: boolean): string {
	return sentences(
		l10n.t({
			message: 'The saved file is too large for this page ({0}).',
			args: [sizeText(size)],
			comment: ['{0} is a size such as “1.5 GB”.'],
		}),
		isLocal ? l10n.t('The default app can open it.') : l10n.t('“Copy Path” says where it is.'),
	);
}

/**
 * The actions of one media.
 * @param of its task: whether it is the only result (then saving it is the primary action, unless it is kept), whether requests can
 * continue with it, and whether its link is known; the actions of its kept file, which those of its link make way for where several results have little space
 * @param formats its formats, if there are several
 */
function linkButtons(
	linkProblem: LinkProblemState | undefined,
	media: MediaRef,
	{
		alone,
		canContinue,
		hasLink,
		fileButtons,
	}: {
		readonly alone: boolean;
		readonly canContinue: boolean;
		readonly hasLink: boolean;
		readonly fileButtons?: readonly PageButton[] | undefined;
	},
	formats: readonly { readonly label: string; readonly format: number }[],
): readonly PageButton[] {
	const main = alone && media !== 'parent';
	const open: PageButton = {
		action: 'openInBrowser',
		label: l10n.t('Open in Browser'),
		media,
		primary: main && linkProblem === 'notPlayable',
	};
	const copy: PageButton = { action: 'copyLink', label: l10n.t('Copy Link'), media };
	if (linkProblem !== undefined && retried.has(linkProblem)) {
		const retry: PageButton = { action: 'refresh', label: l10n.t('Try Again'), media, primary: true };
		return isDeadLink(linkProblem) ? [retry, open] : [retry, open, copy];
	}
	const primary = main && fileButtons === undefined && (linkProblem === undefined || linkProblem === 'wantsKey');
	const save: readonly PageButton[] =
		formats.length === 0
			? [{ action: 'save', label: l10n.t('Save As…'), media, primary }]
			: formats.map(({ label, format }, index) => ({
					action: 'save',
					label: l10n.t({ message: 'Save as {0}…', args: [label], comment: ['{0} is a file format such as MP3.'] }),
					media,
					format,
					primary: primary && index === 0,
				}));
	const next: readonly PageButton[] =
		canContinue && media !== 'parent'
			? [
					{
						action: 'continueWith',
						label: l10n.t('Continue With…'),
						media,
						...(main && fileButtons !== undefined ? { primary: true } : {}),
					},
				]
			: [];
	if (fileButtons !== undefined && !alone) {
		return [...next, ...fileButtons];
	}
	const link = hasLink ? [open, copy] : [];
	// The primary one is the first.
	return fileButtons === undefined ? [...save, ...next, ...link] : [...next, ...save, ...link];
}
