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

/** What the page shows of a task. Pure, but for the editor's language. */
export interface SnapshotParts {
	/** ms since 1970. */
	readonly now: number;
	/** How long the task still takes. */
	readonly estimate: Estimate | undefined;
	/** What is wrong with a link, if anything. */
	readonly linkProblem: (url: string) => LinkProblemState | undefined;
}

/** The name of a task where there is room: the given one, else its operation. */
export function panelTitle(task: Task): string {
	return shown(task.name ?? `${operationLabel(task.ref)} ${shortId(task.ref.id)}`);
}

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
		progressLabel: l10n.t('Progress of the task'),
		failure:
			state === 'failed' ? { heading: l10n.t('Why it failed'), text: shown(task.message ?? l10n.t('The API gave no reason.')) } : undefined,
		problem,
		empty,
		mediaHeading: media.length === 1 ? l10n.t('Result') : l10n.t('Results'),
		media,
		leftOut:
			task.resultsLeftOut === undefined || media.length === 0
				? undefined
				: l10n.t('{0} of {1} results are shown.', media.length, media.length + task.resultsLeftOut),
		...parentOf(task, parts),
		factsHeading: l10n.t('Details'),
		facts: factsOf(task, parts.now),
		buttons: buttonsOf(task, problem?.button),
		buttonsLabel: l10n.t('Task'),
		words: {
			copied: l10n.t('Copied'),
			actualSize: l10n.t('Actual size'),
			format: l10n.t('Format'),
			noSound: l10n.t('This editor plays video without AAC sound. The browser plays both.'),
		},
	});
}

function elapsedOf(task: Task, { now, estimate }: SnapshotParts): string | undefined {
	if (!isFinished(task)) {
		const running = l10n.t({
			message: 'for {0}',
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
		return l10n.t('What the task produces is shown here as soon as it ends. You can close this tab: the task is watched all the same.');
	}
	if (task.results.length === 0 && task.resultsLeftOut !== undefined) {
		return l10n.t('The response names results whose links are too long to be kept. The raw answer may show them.');
	}
	if (task.status !== 'succeeded' || task.results.length > 0) {
		return undefined;
	}
	return task.nextPollAt === undefined
		? l10n.t('The API reports that the task succeeded, but returned no results.')
		: l10n.t('The task succeeded. Its results are not there yet: it is checked again for them.');
}

/** The problem and the one thing that a person can do about it. */
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
		: l10n.t('{0} sent a link that is not https, or that leads into a private network. It is not followed.', hostOf(task.ref.origin));
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
			return l10n.t('The link does not load. Looking for one that does…');
		case 'expired':
			return l10n.t('The link has expired, and there is no other. Kling keeps results for 30 days.');
		case 'notAsked':
			return l10n.t('The link has expired, and the API could not be asked for a fresh one.');
		case 'wantsKey':
			return l10n.t(
				'This link works only with a key, which this page does not send. Saving uses the API key where the link is the API’s own.',
			);
		case 'notResult':
			return l10n.t('The link leads to something else than the result. It may be a passing trouble of its host.');
		case 'notReached':
			return l10n.t('The result could not be reached. Check the network, then try again.');
		case 'notPlayable':
			return kind === 'image'
				? l10n.t('This image cannot be shown here. The browser may show it.')
				: l10n.t('This format cannot be played here. The browser may play it.');
		default:
			return assertNever(linkProblem);
	}
}

/** @param alone the task's only result: saving it is the one thing to do */
function linkButtons(linkProblem: LinkProblemState | undefined, alone: boolean): readonly PageButton[] {
	const open: PageButton = { action: 'openInBrowser', label: l10n.t('Open in browser'), primary: linkProblem === 'notPlayable' };
	const copy: PageButton = { action: 'copyLink', label: l10n.t('Copy link') };
	if (linkProblem === 'expired' || linkProblem === 'notAsked' || linkProblem === 'notReached' || linkProblem === 'notResult') {
		return [{ action: 'refresh', label: l10n.t('Try again'), primary: true }, open, copy];
	}
	return [
		{ action: 'save', label: l10n.t('Save as…'), primary: (linkProblem === undefined || linkProblem === 'wantsKey') && alone },
		open,
		copy,
	];
}

function factsOf(task: Task, now: number): readonly PageFact[] {
	const copyLabels = new Map([
		[shown(task.requestId ?? ''), l10n.t('Copy request id')],
		[shown(task.problem?.requestId ?? ''), l10n.t('Copy request id')],
		[shown(task.externalTaskId ?? ''), l10n.t('Copy external id')],
		[task.ref.id, l10n.t('Copy task id')],
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

/** When the first link of a task dies. */
function expiryText(task: Task, now: number): string | undefined {
	const expiries = task.results.flatMap(({ url }) => linkExpiry(url, task.updatedAt) ?? []);
	const [first] = expiries.sort((a, b) => a.at - b.at);
	if (first === undefined) {
		return undefined;
	}
	if (first.at <= now) {
		return l10n.t('{0} (expired)', timeText(first.at));
	}
	return first.exact ? timeText(first.at) : l10n.t('{0} at the latest', timeText(first.at));
}

function buttonsOf(task: Task, remedy: PageButton | undefined): readonly PageButton[] {
	// The one thing to do now is the problem's remedy, if there is a problem; one way to look again is enough.
	const primary = remedy === undefined && (!isFinished(task) || (task.status === 'succeeded' && task.results.length === 0));
	return [
		...(remedy?.action === 'refresh' ? [] : [{ action: 'refresh' as const, label: l10n.t('Refresh'), primary }]),
		{ action: 'rename', label: l10n.t('Rename…') },
		{ action: 'copyId', label: l10n.t('Copy id') },
		{ action: 'copyCurl', label: l10n.t('Copy as curl') },
		...(task.lastCheckedAt === undefined ? [] : [{ action: 'showRawResponse' as const, label: l10n.t('Show raw answer') }]),
		...(remedy?.action === 'changeOperation' ? [] : [{ action: 'changeOperation' as const, label: l10n.t('Change operation…') }]),
		{ action: 'untrack', label: l10n.t('Untrack') },
	];
}
