import { l10n } from 'vscode';
import { runningTime } from '../../core/age';
import { clamp } from '../../core/clamp';
import type { Estimate } from '../../core/estimate';
import { failureCause } from '../../core/failureCause';
import { materialsOf } from '../../core/nextOperations';
import { omitUndefined } from '../../core/omitUndefined';
import type { Problem } from '../../core/problem';
import { apiErrorTraits, problemTraits } from '../../core/problemTraits';
import { needsPerson, remedyOf } from '../../core/remedy';
import { isFinished, type Task } from '../../core/task';
import type { Creation } from '../../creation/creation';
import type { PageButton, PageFact, PageFailure, PagePoster, PageSnapshot } from '../../shared/resultProtocol';
import { settingDefaults } from '../settings';
import { factsOfTask } from '../text/creation/rows';
import { failureAdvice, failureCost } from '../text/failures';
import { fileFacts } from '../text/fileFacts';
import { shown } from '../../core/shown';
import { firstLinkExpiry, linkExpiryText } from '../text/keeping';
import { expiryFact } from '../text/links';
import { mediaCountText, mediaDurationText } from '../text/media';
import { operationLabel } from '../text/operations';
import { problemLabel, problemText, remedyLabel, remedyText } from '../text/problems';
import { sentences } from '../text/sentences';
import { costOf, hostText, stateText, statusLabel, taskLabel } from '../text/tasks';
import { agoChangesAt, agoText, elapsedText, estimateText } from '../text/times';
import type { StoreCondition } from '../../tracking/ports/health';
import { isDeadLink, type LinkProblemState } from './linkRecovery';
import { buttonsOf, showRequest } from './pageButtons';
import type { ShownDownload } from './pageKeeping';
import { parentOf, resultsOf } from './pageMedia';

/** What a page's snapshot needs besides the task. */
export interface SnapshotParts {
	/** ms since 1970. */
	readonly now: number;
	/** The expected remaining time. */
	readonly estimate: Estimate | undefined;
	/** The condition of the store; while it cannot be written, tasks are not checked. */
	readonly condition?: StoreCondition | undefined;
	/** Why a link could not be loaded; undefined if no failure is known. */
	readonly linkProblem: (url: string) => LinkProblemState | undefined;
	/** Whether the task that made the parent video is tracked. */
	readonly hasParentTask?: boolean;
	/** What can still be done with the results (`nextFact`). */
	readonly next?: PageFact | undefined;
	/** The download of a result, by its index; undefined if there is none. */
	readonly kept?: (media: number) => ShownDownload | undefined;
	/** Pictures that the page is to draw. */
	readonly posters?: readonly PagePoster[];
	/** What made the task, if that was here. */
	readonly creation?: Creation;
}

/** What the page shows of a task. Pure, apart from the editor's language. */
export function snapshotOf(task: Task, parts: SnapshotParts): PageSnapshot {
	const { origin, id } = task.ref;
	const state = pageState(task);
	const problem = task.problem === undefined ? undefined : problemOf(task.problem, origin);
	const parent = parentOf(task, parts);
	const media = resultsOf(task, parts);
	const { buttons, menu } = buttonsOf(task, state, problem?.button, media, parts.creation !== undefined);
	const [only] = media.length === 1 ? media : [];
	return omitUndefined({
		task: { origin, id },
		key: task.key,
		title: taskLabel(task),
		summary: summaryOf(task, parts),
		state,
		status: statusText(task, parts),
		lastChecked: isFinished(task) ? undefined : lastCheckText(task, parts.now),
		checkNow: isFinished(task) || problem?.button.action === 'refresh' ? undefined : checkNow(),
		progress: state === 'running' ? progressOf(task, parts) : undefined,
		failure: state === 'failed' ? failureOf(task, parts.creation !== undefined) : undefined,
		problem,
		empty: emptyText(task, state),
		mediaHeading: media.length === 1 ? l10n.t('Result') : l10n.t('Results'),
		// The buttons of the only result are the page's own.
		media: only === undefined ? media : [omitUndefined({ ...only, buttons: [], name: parent === undefined ? undefined : l10n.t('After') })],
		leftOut:
			task.resultsLeftOut === undefined || media.length === 0
				? undefined
				: l10n.t({
						message: '{0} of {1} results are shown.',
						args: [media.length, media.length + task.resultsLeftOut],
						comment: ['{0} and {1} are numbers.'],
					}),
		parent,
		factsHeading: l10n.t('Details'),
		facts: factsOf(task, parts),
		buttons,
		buttonsLabel: l10n.t('Actions'),
		menu,
		words: {
			copied: l10n.t('Copied'),
			actualSize: l10n.t('Actual Size'),
			format: l10n.t('Format'),
			noAudio: l10n.t('VS Code cannot play AAC audio. Open the video in the browser to hear it.'),
			enlarge: l10n.t('Enlarge'),
			previous: l10n.t('Previous'),
			next: l10n.t('Next'),
			close: l10n.t('Close'),
			more: l10n.t('More Actions…'),
		},
		posters: parts.posters === undefined || parts.posters.length === 0 ? undefined : parts.posters,
	});
}

/** In how many ms a time that the snapshot of a task shows changes next: that of a finished one when the task's row changes too. */
export function snapshotChangesIn(task: Task, now: number): number {
	return isFinished(task) ? Math.min(60_000, (agoChangesAt(task.finishedAt, now) ?? Infinity) - now) : 5000;
}

/** Whether a text is one that the page of a snapshot offers to copy. */
export function isCopyable({ facts, failure }: PageSnapshot, text: string): boolean {
	return (
		facts.some(({ copyLabel, value }) => copyLabel !== undefined && value === text) ||
		(failure?.copyLabel !== undefined && failure.text === text)
	);
}

/** A task whose checks fail for a reason that time alone does not solve is not shown as if it were at work. */
function pageState(task: Task): PageSnapshot['state'] {
	if (isFinished(task)) {
		return task.status;
	}
	const { problem } = task;
	return problem !== undefined && (problemTraits[problem.kind].failureClass !== 'transient' || needsPerson(problem))
		? 'stopped'
		: 'running';
}

/** The words for a task's state, as in its row; what the row adds to them has lines of its own here. */
function statusText(task: Task, { now, estimate, condition }: SnapshotParts): string {
	if (isFinished(task)) {
		return statusLabel(task);
	}
	return task.problem === undefined ? stateText(task, now, { estimate, condition }) : problemLabel(task.problem);
}

/** When a task was last checked, with or without success: "Last checked 10 s ago: not found". */
function lastCheckText(task: Task, now: number): string {
	const { problem } = task;
	const failedAt = problem !== undefined && Object.hasOwn(apiErrorTraits, problem.kind) ? problem.at : 0;
	const at = Math.max(task.lastCheckedAt ?? 0, failedAt);
	if (at === 0) {
		return l10n.t('Not checked yet');
	}
	const ms = now - at;
	const notFound = problem?.kind === 'notFound';
	if (ms < 5000) {
		return notFound ? l10n.t('Last checked just now: not found') : l10n.t('Last checked just now');
	}
	return notFound
		? l10n.t({ message: 'Last checked {0} ago: not found', args: [elapsedText(ms)], comment: ['{0} is a duration such as “5 min”.'] })
		: l10n.t({ message: 'Last checked {0} ago', args: [elapsedText(ms)], comment: ['{0} is a duration such as “5 min”.'] });
}

function checkNow(): PageButton {
	return { action: 'refresh', label: l10n.t('Check Now') };
}

/** How far a running task is: by the estimate, else as the API reports it; a task that is late has no known end. */
function progressOf(task: Task, parts: SnapshotParts): NonNullable<PageSnapshot['progress']> {
	const { now, estimate } = parts;
	if (estimate !== undefined) {
		const label = l10n.t('Estimated progress');
		const text = estimateText(estimate);
		switch (estimate.kind) {
			case 'left': {
				const elapsed = runningTime(task, now);
				return { value: clamp(Math.round((100 * elapsed) / (elapsed + estimate.ms)) / 100, 0.02, 0.95), label, text };
			}
			case 'soon':
				return { value: 0.95, label, text };
			case 'late':
				return { label, text };
		}
	}
	const text = statusText(task, parts);
	return task.progress === undefined
		? { label: l10n.t('Progress'), text }
		: { value: task.progress, label: l10n.t('Progress reported by the API'), text };
}

/**
 * The facts in one line: what it is, how long it plays, what it cost, when it finished, and when its links expire if that is near. The host
 * only where it is not the usual one.
 */
function summaryOf(task: Task, { now, kept, linkProblem }: SnapshotParts): PageSnapshot['summary'] {
	const { results, ref } = task;
	const expiresAt = hasDeadLink(task, linkProblem) ? undefined : firstLinkExpiry(task, (index) => kept?.(index)?.download.state === 'kept');
	const [first] = results;
	const units = costOf(task);
	const after = [
		first === undefined ? undefined : results.length === 1 ? mediaDurationText(first) : mediaCountText(results),
		units === undefined
			? undefined
			: l10n.t({ message: '{0} units', args: [shown(units)], comment: ['What a task cost; {0} is a number such as 3.5.'] }),
		isFinished(task) ? agoText(task.finishedAt, now) : undefined,
		expiresAt === undefined ? undefined : linkExpiryText(expiresAt, now),
		task.owner === undefined && ref.origin === settingDefaults['kling.api.baseUrl'] ? undefined : hostText(task),
	];
	return {
		// Without a name the title is the operation already.
		before: task.name === undefined ? [] : [operationLabel(ref)],
		after: after.filter((part) => part !== undefined),
	};
}

/** Whether a link is known to lead nowhere: a time of expiry would contradict that. */
function hasDeadLink({ results }: Task, linkProblem: SnapshotParts['linkProblem']): boolean {
	return results.some(({ url }) => isDeadLink(linkProblem(url)));
}

function failureOf(task: Task, isOwn: boolean): PageFailure {
	const cause = failureCause(task.message);
	const consoleButton: PageButton = { action: 'openConsole', label: l10n.t('Open API Console') };
	const rawButton: PageButton = { action: 'showRawResponse', label: l10n.t('Show Raw Response') };
	return omitUndefined({
		heading: l10n.t('Reason'),
		text: shown(task.message ?? l10n.t('The API gave no reason.')),
		copyLabel: task.message === undefined ? undefined : l10n.t('Copy Reason'),
		adviceHeading: l10n.t('What you can do'),
		advice: [failureAdvice(task.message), failureCost(costOf(task))].filter((text) => text !== undefined),
		buttons: [
			...(isOwn ? [{ ...showRequest(), primary: true }] : []),
			...(cause === 'quota' ? [consoleButton] : cause === 'unknown' && task.lastCheckedAt !== undefined ? [rawButton] : []),
		],
	});
}

function emptyText(task: Task, state: PageSnapshot['state']): string | undefined {
	if (state === 'stopped') {
		return undefined;
	}
	if (!isFinished(task)) {
		return l10n.t('The result appears here when the task finishes. You can close this tab; tracking continues.');
	}
	if (task.results.length === 0 && task.resultsLeftOut !== undefined) {
		return l10n.t('The links of the results are too long to be stored. The raw response may contain them.');
	}
	if (task.status !== 'succeeded' || task.results.length > 0) {
		return undefined;
	}
	if (materialsOf(task).length > 0) {
		return l10n.t('This call has no media as its result, but a session, with which others continue.');
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

function factsOf(task: Task, { now, linkProblem, next, creation, kept }: SnapshotParts): readonly PageFact[] {
	const copyLabels = new Map([
		[shown(task.requestId ?? ''), l10n.t('Copy Request ID')],
		[shown(task.problem?.requestId ?? ''), l10n.t('Copy Request ID')],
		[shown(task.externalTaskId ?? ''), l10n.t('Copy External ID')],
		[task.ref.id, l10n.t('Copy Task ID')],
	]);
	if (creation?.subject.prompt !== undefined) {
		copyLabels.set(shown(creation.subject.prompt), l10n.t('Copy Prompt'));
	}
	const facts = factsOfTask(task, creation).map((fact): PageFact => {
		const copyLabel = copyLabels.get(fact.value);
		return copyLabel === undefined ? fact : { ...fact, copyLabel };
	});
	const isDead = hasDeadLink(task, linkProblem);
	const expires = isDead ? undefined : expiryFact(task, now);
	const ofFiles = fileFacts(task.results.flatMap((_, index) => kept?.(index)?.download ?? []));
	return [...facts, ...ofFiles, ...(expires === undefined ? [] : [expires]), ...(isDead || next === undefined ? [] : [next])];
}
