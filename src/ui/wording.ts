import { env, l10n } from 'vscode';
import { spokenSpan, type Estimate } from '../core/estimate';
import type { MediaKind, Media } from '../core/media';
import { operationKey, type OperationKey, type OperationPath } from '../core/operation';
import { mendableCause, type Problem } from '../core/problem';
import { problemTraits } from '../core/problemTraits';
import { mayBeTooFresh } from '../core/remedy';
import { ageOf } from '../core/age';
import { isEnded, type Task } from '../core/task';
import { unreachable } from '../core/unreachable';
import type { StoreCondition } from '../tracking/ports/health';

/** Where kinds, operations, statuses and problems become sentences; what a person can do about a problem is said in mend.ts. */

/**
 * Text from elsewhere as it may be shown beside our own: without the marks that set the direction of what follows, which could reorder a row or make a
 * link look like another one, and without control characters; line breaks stay.
 */
export function shown(text: string): string {
	return text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]/g, '').replace(/[^\P{Cc}\n\t]/gu, ' ');
}

/** The same where codicon syntax would become an icon: in a status bar, a row or a quick pick. */
export function plain(text: string): string {
	return shown(text).replaceAll('$(', '$\u200B(');
}

/** The API's own words inside a sentence of ours: without the request id, which stands in the details. */
export function quoted(text: string): string {
	return plain(text).replace(/\s*\(request id: [^()]*\)/gi, '');
}

let operationLabels: Readonly<Record<OperationKey, string>> | undefined;

/** Made at the first call: the translations are not there while this file is loaded. */
function makeOperationLabels(): Readonly<Record<OperationKey, string>> {
	return {
		'videos/text2video': l10n.t('Text to video'),
		'videos/image2video': l10n.t('Image to video'),
		'videos/multi-image2video': l10n.t('Multiple images to video'),
		'videos/effects': l10n.t('Video effects'),
		'videos/lip-sync': l10n.t('Lip sync'),
		'videos/multi-elements': l10n.t('Multiple elements'),
		'images/generations': l10n.t('Image generation'),
		'images/kolors-virtual-try-on': l10n.t('Virtual try-on'),
		'audio/text-to-audio': l10n.t('Text to audio'),
		'audio/video-to-audio': l10n.t('Video to audio'),
		'videos/omni-video': l10n.t('Omni video'),
		'videos/video-extend': l10n.t('Video extension'),
		'videos/advanced-lip-sync': l10n.t('Advanced lip sync'),
		'videos/avatar/image2video': l10n.t('Avatar'),
		'videos/motion-control': l10n.t('Motion control'),
		'images/omni-image': l10n.t('Omni image'),
		'images/multi-image2image': l10n.t('Multiple images to image'),
		'images/editing/expand': l10n.t('Image expansion'),
		'audio/tts': l10n.t('Text to speech'),
	};
}

/** "Text to video"; the bare path for an operation that nobody listed. */
export function operationLabel(operation: OperationPath): string {
	const labels: Readonly<Partial<Record<string, string>>> = (operationLabels ??= makeOperationLabels());
	const key = operationKey(operation);
	return labels[key] ?? key;
}

/** The end of an id, which tells ids apart: six characters, or all of a short one. */
export function idTail(id: string): string {
	return id.length <= 10 ? id : id.slice(-6);
}

/** An id short enough to stand beside other text, its missing beginning marked. */
export function shortId(id: string): string {
	return idTail(id) === id ? id : `…${idTail(id)}`;
}

/** What a task is called where there is room for a few words: its given name, else its operation. */
export function taskLabel(task: Task): string {
	return plain(task.name ?? operationLabel(task.ref));
}

/** "Processing"; a word of the API's that nobody knows is shown as sent. */
export function statusLabel(task: Task): string {
	if (!isEnded(task) && task.verdict !== undefined) {
		return task.verdict.status === 'succeeded' ? l10n.t('Succeeded? Checking again') : l10n.t('Failed? Checking again');
	}
	switch (task.status) {
		case 'submitted':
			return task.lookedAt === undefined ? l10n.t('Not yet looked at') : l10n.t('Submitted');
		case 'processing':
			return l10n.t('Processing');
		case 'succeeded':
			return l10n.t('Succeeded');
		case 'failed':
			return l10n.t('Failed');
		case 'unknown':
			return task.rawStatus ? plain(task.rawStatus) : l10n.t('Unknown status');
		default:
			return unreachable(task);
	}
}

/** What is wrong with a task's looks and whether they go on, in one sentence without its full stop. */
export function problemText(problem: Problem, origin: string): string {
	const cause = causeText(problem, origin);
	switch (problemTraits[problem.kind].trouble) {
		case 'refused':
			return problem.isGivenUp === true ? l10n.t('{0}; checked only when you ask for it', cause) : l10n.t('{0}; checking again', cause);
		case 'passing':
			return l10n.t('{0}; looking again later', cause);
		case 'final':
			return l10n.t('{0}; no longer looked at', cause);
		case 'lasting':
			return cause;
	}
}

/** Why one question to the API failed, in one sentence without its full stop. */
export function causeText(problem: Pick<Problem, 'kind' | 'message' | 'code'>, origin: string): string {
	const host = hostOf(origin);
	const said = quoted(problem.message ?? '').replace(/[.。\s]+$/u, '');
	switch (problem.kind) {
		case 'noKey':
			return l10n.t('No API key is set for {0}', host);
		case 'auth':
			return l10n.t('{0} rejected the API key', host);
		case 'keyUnreadable':
			return l10n.t('The editor’s secret storage did not give out the API key ({0})', said);
		case 'quota':
			return l10n.t('Out of credit: {0}', said);
		case 'forbidden':
			return l10n.t('Not allowed: {0}', said);
		case 'notFound':
			return l10n.t('Not found under this operation');
		case 'badRequest':
			return l10n.t('Refused: {0}', said);
		case 'policy':
			return l10n.t('Refused by policy: {0}', said);
		case 'rateLimit':
		case 'concurrency':
			return l10n.t('The API asks to slow down');
		case 'server':
			return l10n.t('The API has a problem ({0})', said);
		case 'unreachable':
			switch (mendableCause(problem.code)) {
				case 'proxyPassword':
					return l10n.t('The proxy on the way to {0} wants a name and a password', host);
				case 'certificate':
					return l10n.t('The certificate of {0} is not trusted ({1})', host, plain(problem.code ?? said));
				case undefined:
					return l10n.t('{0} cannot be reached ({1})', host, plain(problem.code ?? said));
			}
		case 'malformed':
			return l10n.t('{0} did not answer like Kling; check the base URL, the proxy or the network’s sign-in page', host);
		case 'tooOld':
			return l10n.t('Older than 30 days');
		default:
			return unreachable(problem.kind);
	}
}

/** The few words of a problem that fit into a row, with what to do where only a person can mend it. */
export function problemLabel(problem: Problem): string {
	switch (problem.kind) {
		case 'noKey':
			return l10n.t('no API key: set one');
		case 'auth':
			return l10n.t('API key rejected: set another');
		case 'keyUnreadable':
			return l10n.t('API key cannot be read');
		case 'quota':
			return l10n.t('out of credit: top up');
		case 'forbidden':
			return l10n.t('not allowed: see the API’s console');
		case 'notFound':
			return mayBeTooFresh(problem) ? l10n.t('not found yet') : l10n.t('not found: correct the operation or the key');
		case 'badRequest':
			return l10n.t('refused: correct the operation');
		case 'policy':
			return l10n.t('refused by policy');
		case 'rateLimit':
		case 'concurrency':
			return l10n.t('slowed down');
		case 'server':
			return l10n.t('API problem');
		case 'unreachable':
			switch (mendableCause(problem.code)) {
				case 'proxyPassword':
					return l10n.t('the proxy wants a password: set it');
				case 'certificate':
					return l10n.t('certificate not trusted: check the network');
				case undefined:
					return l10n.t('not reachable');
			}
		case 'malformed':
			return l10n.t('not a Kling answer');
		case 'tooOld':
			return l10n.t('older than 30 days');
		default:
			return unreachable(problem.kind);
	}
}

/** "about 40 s left", "should finish soon", "longer than usual". */
export function estimateText(estimate: Estimate): string {
	switch (estimate.kind) {
		case 'left': {
			const span = spokenSpan(estimate.ms);
			switch (span.unit) {
				case 'fewSeconds':
					return l10n.t('a few seconds left');
				case 'seconds':
					return l10n.t('about {0} s left', span.count);
				case 'minutes':
					return l10n.t('about {0} min left', span.count);
				case 'hours':
					return l10n.t('about {0} h left', span.count);
				default:
					return unreachable(span);
			}
		}
		case 'soon':
			return l10n.t('should finish soon');
		case 'late':
			return l10n.t('longer than usual');
		default:
			return unreachable(estimate);
	}
}

/** When the first of several is expected to end: "next in about 40 s"; undefined when nothing can be said. */
export function nextEndText(estimates: readonly (Estimate | undefined)[]): string | undefined {
	if (estimates.some((estimate) => estimate?.kind === 'soon')) {
		return l10n.t('next soon');
	}
	const spans = estimates.flatMap((estimate) => (estimate?.kind === 'left' ? [estimate.ms] : []));
	if (spans.length === 0) {
		return undefined;
	}
	const span = spokenSpan(Math.min(...spans));
	switch (span.unit) {
		case 'fewSeconds':
			return l10n.t('next in a few seconds');
		case 'seconds':
			return l10n.t('next in about {0} s', span.count);
		case 'minutes':
			return l10n.t('next in about {0} min', span.count);
		case 'hours':
			return l10n.t('next in about {0} h', span.count);
		default:
			return unreachable(span);
	}
}

/** "45 s", from a minute on "3 min", from an hour on "2 h 5 min", from two days on "3 days". Seconds move in steps of five, so that rows stay calm. */
export function elapsedText(ms: number): string {
	const seconds = Math.max(0, Math.floor(ms / 5000) * 5);
	if (seconds < 60) {
		return l10n.t('{0} s', seconds);
	}
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) {
		return l10n.t('{0} min', minutes);
	}
	const hours = Math.floor(minutes / 60);
	if (hours < 48) {
		return minutes % 60 === 0 ? l10n.t('{0} h', hours) : l10n.t('{0} h {1} min', hours, minutes % 60);
	}
	return l10n.t('{0} days', Math.floor(hours / 24));
}

/** How long something took, to the second: "8 s", "3 min 52 s". */
export function durationText(ms: number): string {
	const seconds = Math.max(0, Math.round(ms / 1000));
	if (seconds < 60) {
		return l10n.t('{0} s', seconds);
	}
	if (seconds < 3600) {
		return seconds % 60 === 0 ? l10n.t('{0} min', seconds / 60) : l10n.t('{0} min {1} s', Math.floor(seconds / 60), seconds % 60);
	}
	return elapsedText(ms);
}

/** How long ago: "just now", "5 min ago". */
export function agoText(ms: number): string {
	return ms < 60_000 ? l10n.t('just now') : l10n.t('{0} ago', elapsedText(ms));
}

/** "Video". */
export function mediaKindLabel(kind: MediaKind): string {
	switch (kind) {
		case 'video':
			return l10n.t('Video');
		case 'image':
			return l10n.t('Image');
		case 'audio':
			return l10n.t('Sound');
		default:
			return unreachable(kind);
	}
}

/** "Video", or "Video 2 of 4" where there are several. */
export function mediaLabel(media: Media, index: number, count: number): string {
	const kind = mediaKindLabel(media.kind);
	return count <= 1 ? kind : l10n.t('{0} {1} of {2}', kind, index + 1, count);
}

/** "5 s"; seconds with at most one decimal. */
export function mediaDurationText(media: Pick<Media, 'durationSeconds'>): string | undefined {
	return media.durationSeconds === undefined ? undefined : l10n.t('{0} s', Math.round(media.durationSeconds * 10) / 10);
}

/** "Text to video finished", "Text to video failed"; with the failure's reason in the API's words where there is room. */
export function endedText(task: Task, room?: 'withReason'): string {
	if (task.status !== 'failed') {
		return l10n.t('{0} finished', taskLabel(task));
	}
	return room === undefined || task.message === undefined
		? l10n.t('{0} failed', taskLabel(task))
		: l10n.t('{0} failed: {1}', taskLabel(task), quoted(task.message));
}

/** Made once: making one takes as long as drawing several rows. */
let timeFormat: Intl.DateTimeFormat | undefined;

/** "1.5 MB", of bytes or of characters. */
export function sizeText(bytes: number): string {
	return l10n.t('{0} MB', (bytes / 1e6).toFixed(1));
}

/** A point in time in the person's own format. */
export function timeText(ms: number): string {
	timeFormat ??= new Intl.DateTimeFormat(env.language, { dateStyle: 'medium', timeStyle: 'medium' });
	return timeFormat.format(ms);
}

/** "api.cometapi.com" of an origin. */
export function hostOf(origin: string): string {
	return origin.replace(/^https?:\/\//, '');
}

/** How long a task has run, or took; ms. Of one that ended the server's times are compared with each other. */
export function runningTime(task: Task, now: number): number {
	if (isEnded(task)) {
		return Math.max(0, task.endedAt - (task.createdAt ?? task.trackedAt));
	}
	return ageOf(task, now) ?? 0;
}

/** Every fact of a task, one per line, label and value; for the hover and the panel. */
export function taskFacts(task: Task, now: number): readonly { readonly label: string; readonly value: string }[] {
	const facts: { label: string; value: string }[] = [];
	const add = (label: string, value: string | undefined): void => {
		if (value !== undefined && value !== '') {
			facts.push({ label, value: shown(value) });
		}
	};
	add(l10n.t('Operation'), `${operationLabel(task.ref)} (${operationKey(task.ref)})`);
	add(l10n.t('Task id'), task.ref.id);
	add(l10n.t('External id'), task.externalTaskId === task.ref.id ? undefined : task.externalTaskId);
	add(l10n.t('API'), hostOf(task.ref.origin));
	add(l10n.t('Created'), task.createdAt === undefined ? undefined : timeText(task.createdAt));
	add(l10n.t('Tracked'), timeText(task.trackedAt));
	if (isEnded(task)) {
		add(l10n.t('Ended'), timeText(task.endedAt));
		add(l10n.t('Took'), task.createdAt === undefined ? undefined : durationText(runningTime(task, now)));
	} else {
		add(l10n.t('Last look'), task.lookedAt === undefined ? l10n.t('never') : agoText(now - task.lookedAt));
	}
	add(l10n.t('Units deducted'), task.unitsDeducted);
	add(l10n.t('Request id'), task.problem?.requestId ?? task.requestId);
	return facts;
}

/** What a person should know of the file of tracked tasks; undefined when nothing is to be said. */
export function conditionText(condition: StoreCondition): string | undefined {
	switch (condition) {
		case 'ok':
		case 'recovering':
			return undefined; // the recovery is told when it is done
		case 'newerSchema':
			return l10n.t(
				'A newer version of Kling Tasks wrote the database. It is shown, but not changed; update the extension to track again.',
			);
		case 'readOnlyDisk':
			return l10n.t('The folder of the tracked tasks is read-only. Tasks are shown, but not watched until it can be written.');
		case 'diskFull':
			return l10n.t('The disk is full. Nothing is lost: what has to be written waits until there is room.');
		case 'diskError':
			return l10n.t('The disk refused to write the tracked tasks. What has to be written waits and is tried again.');
		case 'locked':
			return l10n.t('Another program holds the file of the task list. Nothing is lost: what has to be written waits until it is released.');
		default:
			return unreachable(condition);
	}
}

/** The few words of it that fit into the row of a task that waits for it. */
export function conditionLabel(condition: StoreCondition): string | undefined {
	switch (condition) {
		case 'ok':
		case 'recovering':
			return undefined;
		case 'newerSchema':
			return l10n.t('not checked: update the extension');
		case 'readOnlyDisk':
			return l10n.t('not checked: folder is read-only');
		case 'diskFull':
			return l10n.t('waiting for room on the disk');
		case 'diskError':
			return l10n.t('waiting for the disk');
		case 'locked':
			return l10n.t('waiting for the task list’s file');
		default:
			return unreachable(condition);
	}
}
