import { l10n } from 'vscode';
import { omitUndefined } from '../../core/omitUndefined';
import type { Estimate } from '../../core/estimate';
import { defaultExtensions } from '../../core/fileName';
import type { Media } from '../../core/media';
import { linkExpiry } from '../../core/resultLink';
import type { Problem } from '../../core/problem';
import { remedyOf } from '../../core/remedy';
import { isFinished, type Task } from '../../core/task';
import { assertNever } from '../../core/assertNever';
import type { PageButton, PageFact, PageMedia, PageSnapshot } from '../../shared/resultProtocol';
import { mediaAt, type MediaRef } from '../../core/mediaRef';
import { runningTime } from '../../core/age';
import { hostOf } from '../../core/origin';
import { shown } from '../text/foreignText';
import { mediaDurationText, mediaLabel } from '../text/media';
import { operationLabel } from '../text/operations';
import { problemText } from '../text/problems';
import { shortId, statusLabel, taskFacts } from '../text/tasks';
import { durationText, elapsedText, estimateText, timeText } from '../text/times';
import type { LinkProblemState } from './linkRecovery';
import { remedyLabel, remedyText } from '../text/problems';
import { isShowable } from './taskLinks';
import { sentences } from '../text/sentences';

/** What a page's snapshot needs besides the task. */
export interface SnapshotParts {
	/** ms since 1970. */
	readonly now: number;
	/** The expected remaining time. */
	readonly estimate: Estimate | undefined;
	/** Why a link could not be loaded; undefined if no failure is known. */
	readonly linkProblem: (url: string) => LinkProblemState | undefined;
}

/** The title of a task's panel: its given name, else its operation and short id. */
export function panelTitle(task: Task): string {
	return shown(task.name ?? `${operationLabel(task.ref)} ${shortId(task.ref.id)}`);
}

/** What the page shows of a task. Pure, apart from the editor's language. */
export function snapshotOf(task: Task, parts: SnapshotParts): PageSnapshot {
	const operation = operationLabel(task.ref);
	const { origin, id } = task.ref;
	const state: PageSnapshot['state'] = isFinished(task) ? task.status : 'active';
	const media = resultsOf(task, parts);
	const problem = task.problem === undefined ? undefined : problemOf(task.problem, origin);
	const empty = emptyText(task);
	const elapsed = elapsedOf(task, parts);
	return omitUndefined({
		task: { origin, id },
		title: shown(task.name ?? operation),
		subtitle: task.name === undefined ? hostOf(origin) : `${operation} · ${hostOf(origin)}`,
		state,
		status: statusLabel(task),
		elapsed,
		progress: state === 'active' ? task.progress : undefined,
		progressLabel: l10n.t('Task progress'),
		failure: state === 'failed' ? { heading: l10n.t('Reason'), text: shown(task.message ?? l10n.t('The API gave no reason.')) } : undefined,
		problem,
		empty,
		mediaHeading: media.length === 1 ? l10n.t('Result') : l10n.t('Results'),
		media,
		leftOut:
			task.resultsLeftOut === undefined || media.length === 0
				? undefined
				: l10n.t({
						message: '{0} of {1} results are shown.',
						args: [media.length, media.length + task.resultsLeftOut],
						comment: ['{0} and {1} are numbers.'],
					}),
		...parentOf(task, parts),
		factsHeading: l10n.t('Details'),
		facts: factsOf(task, parts.now),
		buttons: buttonsOf(task, problem?.button),
		buttonsLabel: l10n.t('Task'),
		words: {
			copied: l10n.t('Copied'),
			actualSize: l10n.t('Actual size'),
			format: l10n.t('Format'),
			noAudio: l10n.t('VS Code cannot play AAC audio. Open the video in the browser to hear it.'),
		},
	});
}

function elapsedOf(task: Task, { now, estimate }: SnapshotParts): string | undefined {
	if (!isFinished(task)) {
		const running = l10n.t({
			message: '{0} elapsed',
			args: [elapsedText(runningTime(task, now))],
			comment: ['Stands beside the status of a task; {0} is a duration such as “5 min”.'],
		});
		return estimate === undefined ? running : `${running} · ${estimateText(estimate)}`;
	}
	return task.createdAt === undefined
		? undefined
		: l10n.t({
				message: 'took {0}',
				args: [durationText(runningTime(task, now))],
				comment: ['Stands beside the status of a task; {0} is a duration such as “5 min”.'],
			});
}

function emptyText(task: Task): string | undefined {
	if (!isFinished(task)) {
		return l10n.t('The result appears here when the task finishes. You can close this tab; tracking continues.');
	}
	if (task.results.length === 0 && task.resultsLeftOut !== undefined) {
		return l10n.t('The links of the results are too long to be stored. The raw response may contain them.');
	}
	if (task.status !== 'succeeded' || task.results.length > 0) {
		return undefined;
	}
	return task.nextPollAt === undefined
		? l10n.t('The task succeeded, but the response contains no results.')
		: l10n.t('The task succeeded, but its results are not available yet. Checking again.');
}

/** The problem, with its remedy as a button. */
function problemOf(problem: Problem, origin: string): { readonly text: string; readonly button: PageButton } {
	const action = remedyOf(problem);
	return {
		text: sentences(problemText(problem, origin), remedyText(problem)),
		button: { action, label: remedyLabel(action), primary: true },
	};
}

function resultsOf(task: Task, parts: SnapshotParts): readonly PageMedia[] {
	const known = new Set<string>();
	return task.results.map((media, index) => {
		const own = `${media.kind} ${media.id ?? index}`;
		const id = known.has(own) ? `${own} ${index}` : own;
		known.add(id);
		return pageMedia(task, media, { id, target: index, label: mediaLabel(media, index, task.results.length) }, parts);
	});
}

function parentOf(task: Task, parts: SnapshotParts): Pick<PageSnapshot, 'parent'> {
	const media = mediaAt(task, 'parent');
	const heading = l10n.t('Parent video');
	return media === undefined
		? {}
		: { parent: { heading, media: pageMedia(task, media, { id: 'parent', target: 'parent', label: heading }, parts) } };
}

function pageMedia(
	task: Task,
	media: Media,
	location: { readonly id: string; readonly target: MediaRef; readonly label: string },
	{ linkProblem }: SnapshotParts,
): PageMedia {
	const { kind, url } = media;
	const showable = isShowable(url, task);
	const found = linkProblem(url);
	const notice = showable
		? found && linkProblemText(found, kind)
		: l10n.t({
				message: 'The link from {0} was blocked: it is not https or points to a private network.',
				args: [hostOf(task.ref.origin)],
				comment: ['{0} is a host name.'],
			});
	const caption = mediaDurationText(media);
	const formats = (media.alternatives ?? [])
		.filter((other) => isShowable(other.url, task))
		.map((other) => ({ label: other.format.toUpperCase(), url: other.url }));
	return omitUndefined({
		...location,
		kind,
		url: showable && (found === undefined || found === 'checking') ? url : undefined,
		formats: formats.length === 0 ? undefined : [{ label: formatName(media), url }, ...formats],
		caption,
		notice,
		buttons: showable ? linkButtons(found, location.target !== 'parent' && task.results.length === 1) : [],
	});
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
			return kind === 'image'
				? l10n.t('VS Code cannot show this image. The browser may be able to.')
				: l10n.t('VS Code cannot play this format. The browser may be able to.');
		default:
			return assertNever(linkProblem);
	}
}

/** @param alone whether it is the task's only result: then saving it is the primary action */
function linkButtons(linkProblem: LinkProblemState | undefined, alone: boolean): readonly PageButton[] {
	const open: PageButton = { action: 'openInBrowser', label: l10n.t('Open in Browser'), primary: linkProblem === 'notPlayable' };
	const copy: PageButton = { action: 'copyLink', label: l10n.t('Copy Link') };
	if (linkProblem === 'expired' || linkProblem === 'notAsked' || linkProblem === 'notReached' || linkProblem === 'notResult') {
		return [{ action: 'refresh', label: l10n.t('Try Again'), primary: true }, open, copy];
	}
	return [
		{ action: 'save', label: l10n.t('Save As…'), primary: (linkProblem === undefined || linkProblem === 'wantsKey') && alone },
		open,
		copy,
	];
}

function factsOf(task: Task, now: number): readonly PageFact[] {
	const copyLabels = new Map([
		[shown(task.requestId ?? ''), l10n.t('Copy Request ID')],
		[shown(task.problem?.requestId ?? ''), l10n.t('Copy Request ID')],
		[shown(task.externalTaskId ?? ''), l10n.t('Copy External ID')],
		[task.ref.id, l10n.t('Copy Task ID')],
	]);
	const facts = taskFacts(task, now).map((fact): PageFact => {
		const copyLabel = copyLabels.get(fact.value);
		return copyLabel === undefined ? fact : { ...fact, copyLabel };
	});
	const expires = expiryText(task, now);
	return expires === undefined
		? facts
		: [...facts, { label: task.results.length === 1 ? l10n.t('Link expires') : l10n.t('Links expire'), value: expires }];
}

/** When the first link of a task expires. */
function expiryText(task: Task, now: number): string | undefined {
	const expiries = task.results.flatMap(({ url }) => linkExpiry(url, task.updatedAt) ?? []);
	const [first] = expiries.sort((a, b) => a.at - b.at);
	if (first === undefined) {
		return undefined;
	}
	if (first.at <= now) {
		return l10n.t({ message: '{0} (expired)', args: [timeText(first.at)], comment: ['{0} is a date and time.'] });
	}
	return first.exact
		? timeText(first.at)
		: l10n.t({ message: '{0} at the latest', args: [timeText(first.at)], comment: ['{0} is a date and time.'] });
}

function buttonsOf(task: Task, remedy: PageButton | undefined): readonly PageButton[] {
	// A problem's remedy is the primary action; a second refresh button would be redundant.
	const primary = remedy === undefined && (!isFinished(task) || (task.status === 'succeeded' && task.results.length === 0));
	return [
		...(remedy?.action === 'refresh' ? [] : [{ action: 'refresh' as const, label: l10n.t('Refresh'), primary }]),
		{ action: 'rename', label: l10n.t('Rename…') },
		{ action: 'copyId', label: l10n.t('Copy ID') },
		{ action: 'copyCurl', label: l10n.t('Copy as curl') },
		...(task.lastCheckedAt === undefined ? [] : [{ action: 'showRawResponse' as const, label: l10n.t('Show Raw Response') }]),
		...(remedy?.action === 'changeOperation' ? [] : [{ action: 'changeOperation' as const, label: l10n.t('Change Operation…') }]),
		{ action: 'untrack', label: l10n.t('Remove from List') },
	];
}
