import assert from 'node:assert/strict';
import { omitUndefined } from '../../../src/core/omitUndefined';
import { creationStates, type Creation, type CreationState, type ExternalIdProof } from '../../../src/creation/creation';
import { nextCreationStep, type CreationEvent, type CreationStep } from '../../../src/creation/nextCreationStep';
import type { CreateOutcome, SearchOutcome } from '../../../src/creation/ports/createApi';
import { apiError, foundTask, newCreation } from '../../support/newCreation';

const now = 1_100_000;
const snapshot = { status: 'succeeded', rawStatus: 'succeed', results: [] } as const;

const sent = (outcome: CreateOutcome, attempt = 1): CreationEvent => ({ kind: 'sent', attempt, outcome });
const searched = (outcome: SearchOutcome, how: 'byExternalId' | 'inList' = 'byExternalId', isScheduled = true): CreationEvent => ({
	kind: 'searched',
	how,
	isScheduled,
	outcome,
});
const notFound = { kind: 'notFound', error: apiError('notFound') } as const;

const events = {
	due: { kind: 'due' },
	windowGone: { kind: 'windowGone' },
	stopped: { kind: 'stopped' },
	noKey: { kind: 'noKey' },
	disk: { kind: 'disk', message: 'ENOSPC: no space left' },
	accepted: sent({ kind: 'accepted', taskId: 'task-1', body: '{}' }),
	notSent: sent({ kind: 'notSent', error: apiError('unreachable', { retryable: true }) }),
	busy: sent({ kind: 'busy', error: apiError('concurrency') }),
	rejected: sent({ kind: 'rejected', error: apiError('badRequest'), isFree: true }),
	exists: sent({ kind: 'exists', error: apiError('badRequest') }),
	lost: sent({ kind: 'uncertain', how: 'lost', error: apiError('unreachable') }),
	unreadable: sent({ kind: 'uncertain', how: 'unreadable', error: apiError('malformed') }),
	found: searched({ kind: 'found', task: foundTask() }),
	foundOther: searched({ kind: 'found', task: foundTask({ createdAt: 100_000 }) }),
	notFound: searched(notFound),
	notFoundForPerson: searched(notFound, 'byExternalId', false),
	searchFailed: searched({ kind: 'failed', error: apiError('server') }),
	named: { kind: 'named', task: { taskId: 'task-9', body: '{}' } },
	sendAgain: { kind: 'sendAgain' },
	leaveOpen: { kind: 'leaveOpen' },
	cancel: { kind: 'cancel' },
	confirm: { kind: 'confirm' },
} as const satisfies Readonly<Record<string, CreationEvent>>;

/** What a step comes to: `-` is nothing; with `+`, something happens by itself later. */
function summary(step: CreationStep): string {
	switch (step.kind) {
		case 'nothing':
			return '-';
		case 'accept':
		case 'remove':
		case 'search':
			return step.kind;
		case 'send':
			return `send, ${step.change.state}`;
		case 'record':
			return step.change.state + (step.change.nextAt === undefined ? '' : '+');
	}
}

/*
 * The whole contract at one sight, in the order of `creationStates`. The API is known to find tasks by external IDs; each creation was sent
 * once, but for the planned one.
 */
//                   planned          sending       waiting          accepted    rejected    uncertain    absent       leftOpen
const contract: Readonly<Record<keyof typeof events, readonly [string, string, string, string, string, string, string, string]>> = {
	due: ['send, sending', '-', 'send, sending', 'accepted', 'rejected', 'search', 'absent', 'leftOpen'],
	windowGone: ['-', 'uncertain+', '-', '-', '-', '-', '-', '-'],
	stopped: ['-', 'planned+', '-', '-', '-', '-', '-', '-'],
	noKey: ['planned+', '-', 'waiting+', '-', '-', 'uncertain+', '-', '-'],
	disk: ['planned+', 'planned+', 'waiting+', '-', '-', '-', '-', '-'],
	accepted: ['accept', 'accept', 'accept', 'accept', 'accept', 'accept', 'accept', 'accept'],
	notSent: ['-', 'planned+', '-', '-', '-', 'planned+', 'planned+', '-'],
	busy: ['-', 'waiting+', '-', '-', '-', 'waiting+', 'waiting+', '-'],
	rejected: ['-', 'rejected', '-', '-', '-', 'rejected', 'rejected', '-'],
	exists: ['-', 'uncertain+', '-', '-', '-', 'uncertain+', 'uncertain+', '-'],
	lost: ['-', 'uncertain+', '-', '-', '-', '-', '-', '-'],
	unreadable: ['-', 'uncertain+', '-', '-', '-', '-', '-', '-'],
	found: ['accept', 'accept', 'accept', 'accept', 'accept', 'accept', 'accept', 'accept'],
	foundOther: ['-', '-', '-', '-', '-', 'uncertain', 'uncertain', 'uncertain'],
	notFound: ['-', '-', '-', '-', '-', 'uncertain+', '-', '-'],
	notFoundForPerson: ['-', '-', '-', '-', '-', '-', '-', '-'],
	searchFailed: ['-', '-', '-', '-', '-', 'uncertain+', '-', '-'],
	named: ['accept', 'accept', 'accept', '-', 'accept', 'accept', 'accept', 'accept'],
	sendAgain: ['-', '-', '-', '-', 'planned+', 'planned+', 'planned+', 'planned+'],
	leaveOpen: ['-', '-', '-', '-', '-', 'leftOpen', '-', '-'],
	cancel: ['remove', '-', 'remove', '-', '-', '-', '-', '-'],
	confirm: ['planned+', '-', '-', '-', '-', '-', '-', '-'],
};

interface Row {
	readonly title: string;
	readonly state: CreationState;
	readonly own?: Partial<Creation>;
	readonly event: CreationEvent;
	readonly proof?: ExternalIdProof;
	readonly keyCounter?: number;
	readonly at?: number;
	readonly step: CreationStep;
}

const sending: readonly Row[] = [
	{
		title: 'a planned one is sent, and every attempt counts',
		state: 'planned',
		event: events.due,
		step: { kind: 'send', change: { state: 'sending', attempts: 1, searches: 0, changedAt: 1_100_000 } },
	},
	{
		title: 'after exactly ten minutes a planned one is still sent',
		state: 'planned',
		event: events.due,
		at: 1_690_000,
		step: { kind: 'send', change: { state: 'sending', attempts: 1, searches: 0, changedAt: 1_690_000 } },
	},
	{
		title: 'after more than ten minutes a person confirms it first',
		state: 'planned',
		event: events.due,
		at: 1_690_001,
		step: { kind: 'record', change: { state: 'planned', attempts: 0, searches: 0, changedAt: 1_090_000, reason: { kind: 'late' } } },
	},
	{
		title: 'confirmed once more, it is due',
		state: 'planned',
		own: { reason: { kind: 'late' } },
		event: events.confirm,
		at: 9_000_000,
		step: { kind: 'record', change: { state: 'planned', attempts: 0, searches: 0, changedAt: 9_000_000, nextAt: 9_000_000 } },
	},
	{
		title: 'a waiting one that no window has tried for ten minutes is confirmed first',
		state: 'waiting',
		event: events.due,
		at: 1_690_001,
		step: { kind: 'record', change: { state: 'planned', attempts: 1, searches: 0, changedAt: 1_090_000, reason: { kind: 'late' } } },
	},
	{
		title: 'certainly not sent: the attempt does not count, and it waits as long as it has been planned, at most a minute',
		state: 'sending',
		event: events.notSent,
		step: {
			kind: 'record',
			change: {
				state: 'planned',
				attempts: 0,
				searches: 0,
				changedAt: 1_100_000,
				nextAt: 1_160_000,
				reason: { kind: 'notSent', error: apiError('unreachable', { retryable: true }) },
			},
		},
	},
	{
		title: 'certainly not sent at once: tried again after a second',
		state: 'sending',
		event: events.notSent,
		at: 1_000_300,
		step: {
			kind: 'record',
			change: {
				state: 'planned',
				attempts: 0,
				searches: 0,
				changedAt: 1_000_300,
				nextAt: 1_001_300,
				reason: { kind: 'notSent', error: apiError('unreachable', { retryable: true }) },
			},
		},
	},
	{
		title: 'certainly not sent, and never will be as it is: a person decides',
		state: 'sending',
		event: sent({ kind: 'notSent', error: apiError('unreachable') }),
		step: {
			kind: 'record',
			change: {
				state: 'planned',
				attempts: 0,
				searches: 0,
				changedAt: 1_100_000,
				reason: { kind: 'notSent', error: apiError('unreachable') },
			},
		},
	},
	{
		title: 'the window closes before the first byte: another one sends it at once',
		state: 'sending',
		event: events.stopped,
		step: { kind: 'record', change: { state: 'planned', attempts: 0, searches: 0, changedAt: 1_100_000, nextAt: 1_100_000 } },
	},
	{
		title: 'the journal is not on the disk: nothing was sent, and the reason is kept',
		state: 'sending',
		event: events.disk,
		step: {
			kind: 'record',
			change: {
				state: 'planned',
				attempts: 0,
				searches: 0,
				changedAt: 1_100_000,
				nextAt: 1_105_000,
				reason: { kind: 'disk', message: 'ENOSPC: no space left' },
			},
		},
	},
	{
		title: 'a copy of a file is missing: the time since it was planned goes on, so that it becomes late',
		state: 'planned',
		event: events.disk,
		step: {
			kind: 'record',
			change: {
				state: 'planned',
				attempts: 0,
				searches: 0,
				changedAt: 1_090_000,
				nextAt: 1_105_000,
				reason: { kind: 'disk', message: 'ENOSPC: no space left' },
			},
		},
	},
	{
		title: 'without a key it waits for one',
		state: 'planned',
		event: events.noKey,
		step: {
			kind: 'record',
			change: { state: 'planned', attempts: 0, searches: 0, changedAt: 1_090_000, nextAt: 1_105_000, reason: { kind: 'noKey' } },
		},
	},
	{
		title: 'accepted, with what the response says of a task that is finished by then',
		state: 'sending',
		event: sent({ kind: 'accepted', taskId: 'task-1', snapshot, body: '{"code":0}' }),
		step: { kind: 'accept', task: { taskId: 'task-1', snapshot, body: '{"code":0}' } },
	},
	{
		title: 'a response to an attempt before the last one still names a task that exists',
		state: 'rejected',
		own: { attempts: 2 },
		event: events.accepted,
		step: { kind: 'accept', task: { taskId: 'task-1', body: '{}' } },
	},
	{
		title: 'a refusal of an attempt before the last one says nothing about the last one',
		state: 'sending',
		own: { attempts: 2 },
		event: events.rejected,
		step: { kind: 'nothing' },
	},
];

const busyFor = (attempts: number, nextAt: number, retryAfterMs?: number): Row => {
	const error = apiError('concurrency', retryAfterMs === undefined ? {} : { retryAfterMs });
	return {
		title: `busy, attempt ${attempts}${retryAfterMs === undefined ? '' : `, Retry-After ${retryAfterMs} ms`}`,
		state: 'sending',
		own: { attempts },
		event: sent({ kind: 'busy', error }, attempts),
		step: {
			kind: 'record',
			change: { state: 'waiting', attempts, searches: 0, changedAt: 1_100_000, nextAt, reason: { kind: 'busy', error } },
		},
	};
};

const waiting: readonly Row[] = [
	busyFor(1, 1_101_000),
	busyFor(2, 1_102_000),
	busyFor(3, 1_104_000),
	busyFor(6, 1_132_000),
	busyFor(7, 1_160_000),
	busyFor(4_000, 1_160_000),
	busyFor(1, 1_130_000, 30_000),
	busyFor(9, 1_100_500, 500),
];

const lostReason = { kind: 'lost', error: apiError('unreachable') } as const;
const uncertainChange = { state: 'uncertain', attempts: 1, searches: 0, changedAt: 1_090_000, sentAt: 1_090_000 } as const;

/** A lost response, and when it is first searched for the task. */
const lost = (title: string, proof: ExternalIdProof, nextAt: number | undefined, own: Partial<Creation> = {}): Row => ({
	title,
	state: 'sending',
	own,
	event: events.lost,
	proof,
	step: {
		kind: 'record',
		change: {
			state: 'uncertain',
			attempts: 1,
			searches: 0,
			changedAt: 1_100_000,
			sentAt: 1_100_000,
			reason: lostReason,
			...(nextAt !== undefined && { nextAt }),
		},
	},
});

const tts = { origin: 'https://kling.example', action: 'audio', action2: 'tts' } as const;

const losing: readonly Row[] = [
	lost('honoured: searched for at once', 'honoured', 1_100_000),
	lost('unknown: searched for at once', 'unknown', 1_100_000),
	lost('ignored: only the list, after 5 s', 'ignored', 1_105_000),
	lost('ignored, and no list: a person', 'ignored', undefined, { operation: tts }),
	lost('none: a person', 'none', undefined),
	{
		title: 'a window that ended while it sent leaves an uncertain one, which another one searches for',
		state: 'sending',
		event: events.windowGone,
		step: {
			kind: 'record',
			change: { ...uncertainChange, changedAt: 1_100_000, sentAt: 1_100_000, nextAt: 1_100_000, reason: { kind: 'windowGone' } },
		},
	},
	{
		title: 'one that the API has is searched for by its ID, even where IDs are known to be ignored',
		state: 'sending',
		event: events.exists,
		proof: 'ignored',
		step: {
			kind: 'record',
			change: {
				...uncertainChange,
				changedAt: 1_100_000,
				sentAt: 1_100_000,
				nextAt: 1_100_000,
				reason: { kind: 'exists', error: apiError('badRequest') },
			},
		},
	},
];

/** The search that is due after so many were made, at a time that is late enough for all. */
const next = (proof: ExternalIdProof, searches: number, how: 'byExternalId' | 'inList' | 'both', own: Partial<Creation> = {}): Row => ({
	title: `${proof}, ${searches} made: ${how}`,
	state: 'uncertain',
	own: { searches, ...own },
	event: events.due,
	proof,
	at: 1_500_000,
	step: { kind: 'search', how },
});

const searching: readonly Row[] = [
	...[0, 1, 2, 3, 4].map((made) => next('honoured', made, 'byExternalId')),
	next('unknown', 0, 'byExternalId'),
	next('unknown', 1, 'both'),
	next('unknown', 1, 'byExternalId', { operation: tts }),
	...[2, 3, 4].map((made) => next('unknown', made, 'byExternalId')),
	next('ignored', 0, 'inList'),
	next('ignored', 1, 'inList'),
	{
		title: 'ignored, and the list was read: nothing more by itself',
		state: 'uncertain',
		own: { searches: 2, nextAt: 1_100_000 },
		event: events.due,
		proof: 'ignored',
		step: { kind: 'record', change: { ...uncertainChange, searches: 2 } },
	},
	{
		title: 'after a change of the proof the next search is not due yet',
		state: 'uncertain',
		own: { nextAt: 1_090_000 },
		event: events.due,
		proof: 'ignored',
		at: 1_091_000,
		step: { kind: 'record', change: { ...uncertainChange, nextAt: 1_095_000 } },
	},
];

/** A scheduled search that shows nothing: what follows. */
const without = (proof: ExternalIdProof, searches: number, nextAt: number | undefined, at: number, more: Partial<Row> = {}): Row => ({
	title: `${proof}, search ${searches + 1} shows nothing`,
	state: 'uncertain',
	event: events.notFound,
	proof,
	at,
	...more,
	own: { searches, reason: lostReason, ...more.own },
	step: more.step ?? {
		kind: 'record',
		change: { ...uncertainChange, searches: searches + 1, reason: lostReason, ...(nextAt !== undefined && { nextAt }) },
	},
});

const notShown: readonly Row[] = [
	without('honoured', 0, 1_095_000, 1_090_010),
	without('honoured', 1, 1_105_000, 1_095_010),
	without('honoured', 2, 1_150_000, 1_105_010),
	without('honoured', 3, 1_390_000, 1_150_010),
	without('honoured', 4, undefined, 1_390_010, {
		title: 'honoured, and five searches in five minutes show nothing: absent',
		step: {
			kind: 'record',
			change: { state: 'absent', attempts: 1, searches: 5, changedAt: 1_390_010, sentAt: 1_090_000, reason: lostReason },
		},
	}),
	without('honoured', 0, 1_200_000, 1_200_000, { title: 'after sleep the next search is due at once' }),
	without('unknown', 4, undefined, 1_390_010, { title: 'unknown: what is not shown may exist; a person decides' }),
	without('ignored', 1, undefined, 1_095_010, { event: searched(notFound, 'inList'), title: 'ignored: after the list a person decides' }),
	without('honoured', 4, undefined, 1_390_010, {
		title: 'with another key the account may be another one: never absent',
		keyCounter: 2,
	}),
	without('honoured', 4, undefined, 1_390_010, {
		title: 'the API has said that it has the ID: never absent',
		own: { reason: { kind: 'exists' } },
		step: { kind: 'record', change: { ...uncertainChange, searches: 5, reason: { kind: 'exists' } } },
	}),
];

/** A scheduled search that found nothing out. */
const failed = (
	title: string,
	proof: ExternalIdProof,
	event: CreationEvent,
	nextAt: number | undefined,
	searches: number,
	at = 1_190_000,
): Row => ({
	title,
	state: 'uncertain',
	own: { nextAt: 1_090_000 },
	event,
	proof,
	at,
	step: { kind: 'record', change: { ...uncertainChange, searches, ...(nextAt !== undefined && { nextAt }) } },
});
const failure = (kind: 'server' | 'unreachable' | 'auth' | 'rateLimit', how: 'byExternalId' | 'inList' = 'byExternalId') =>
	searched({ kind: 'failed', error: apiError(kind, kind === 'rateLimit' ? { retryAfterMs: 140_000 } : {}) }, how);

const failing: readonly Row[] = [
	failed(
		'honoured: it is no evidence, and made again after as long as it has been searched for',
		'honoured',
		failure('server'),
		1_290_000,
		0,
	),
	failed('honoured: at least after 5 s', 'honoured', failure('server'), 1_096_000, 0, 1_091_000),
	failed('honoured: at most after 5 min', 'honoured', failure('server'), 2_300_000, 0, 2_000_000),
	failed('honoured: for a day', 'honoured', failure('server'), undefined, 0, 1_090_000 + 86_400_001),
	failed('unknown: an error of the server counts, it proves nothing either way', 'unknown', failure('server'), 1_190_000, 1),
	failed('unknown: without the network nothing was searched', 'unknown', failure('unreachable'), 1_290_000, 0),
	failed('unknown: nor with a key that is refused', 'unknown', failure('auth'), 1_290_000, 0),
	failed('unknown: nor when it was too much, for as long as the API says', 'unknown', failure('rateLimit'), 1_330_000, 0),
	failed('ignored: a list that does not exist is not read again', 'ignored', failure('server', 'inList'), undefined, 2),
	failed('without a key likewise', 'honoured', events.noKey, 1_290_000, 0),
];

const accepting = (title: string, task: Parameters<typeof foundTask>[0], own: Partial<Creation> = {}): Row => ({
	title,
	state: 'uncertain',
	own,
	event: searched({ kind: 'found', task: foundTask(task) }),
	step: { kind: 'accept', task: foundTask(task), proof: 'honoured' },
});
const refusing = (title: string, task: Parameters<typeof foundTask>[0], own: Partial<Creation> = {}): Row => ({
	title,
	state: 'uncertain',
	own: { nextAt: 1_100_000, ...own },
	event: searched({ kind: 'found', task: foundTask(task) }),
	step: {
		kind: 'record',
		change: { ...uncertainChange, changedAt: 1_100_000, reason: { kind: 'exists', otherTaskId: 'task-1' } },
	},
});
const namelessTask = omitUndefined({ ...foundTask(), externalId: undefined });

const finding: readonly Row[] = [
	accepting('repeats the external ID', {}),
	accepting('names the operation in another spelling', { action: 'TEXT_TO_VIDEO' }),
	accepting('names an operation that nobody knows', { action: 'SOMETHING' }),
	accepting('was created two minutes before it was planned, by the API’s clock', { createdAt: 880_000 }),
	refusing('was created earlier than that', { createdAt: 879_999 }),
	accepting('is old by a clock that is an hour behind', {
		createdAt: 1_010_000 - 3_600_000,
		snapshot: { ...foundTask().snapshot, respondedAt: 1_100_000 - 3_600_000 },
	}),
	refusing('is young by a clock that is an hour ahead', {
		createdAt: 870_000 + 3_600_000,
		snapshot: { ...foundTask().snapshot, respondedAt: 1_100_000 + 3_600_000 },
	}),
	refusing('has another external ID', { externalId: 'kt-bbbbbbbbbbbbbbbbbbbbbbbbbb' }),
	refusing('names another operation', { action: 'image2video' }),
	{
		...refusing('has no external ID', {}),
		event: searched({ kind: 'found', task: namelessTask }),
	},
	accepting('has a person’s own ID', { externalId: 'shot-1' }, { externalId: 'shot-1' }),
	{
		title: 'an undated task with an ID of ours is ours',
		state: 'uncertain',
		event: searched({ kind: 'found', task: undated() }),
		step: { kind: 'accept', task: undated(), proof: 'honoured' },
	},
	{
		...refusing('an undated task with a person’s own ID may be an old one', {}, { externalId: 'shot-1' }),
		event: searched({ kind: 'found', task: { ...undated(), externalId: 'shot-1' } }),
	},
	{
		title: 'found in the list alone: queries do not find external IDs',
		state: 'uncertain',
		event: searched({ kind: 'found', task: foundTask() }, 'inList'),
		proof: 'unknown',
		step: { kind: 'accept', task: foundTask(), proof: 'ignored' },
	},
	{
		title: 'found in the list alone, though queries are known to find external IDs',
		state: 'uncertain',
		event: searched({ kind: 'found', task: foundTask() }, 'inList'),
		step: { kind: 'accept', task: foundTask() },
	},
	{
		title: 'with another key a find proves nothing about that key',
		state: 'uncertain',
		keyCounter: 2,
		event: searched({ kind: 'found', task: foundTask() }),
		step: { kind: 'accept', task: foundTask() },
	},
];

function undated() {
	return omitUndefined({ ...foundTask(), createdAt: undefined });
}

const persons: readonly Row[] = [
	{
		title: 'sent again, an uncertain one stays one that may exist',
		state: 'uncertain',
		own: { searches: 3, reason: lostReason, nextAt: 1_200_000 },
		event: events.sendAgain,
		step: {
			kind: 'record',
			change: { state: 'planned', attempts: 1, searches: 3, changedAt: 1_100_000, sentAt: 1_090_000, nextAt: 1_100_000 },
		},
	},
	{
		title: 'sent again, an absent one does not exist',
		state: 'absent',
		own: { searches: 5, reason: lostReason },
		event: events.sendAgain,
		step: { kind: 'record', change: { state: 'planned', attempts: 1, searches: 5, changedAt: 1_100_000, nextAt: 1_100_000 } },
	},
	{
		title: 'a refusal of the second attempt does not make the first one certain',
		state: 'sending',
		own: { attempts: 2, sentAt: 1_090_000 },
		event: sent({ kind: 'rejected', error: apiError('quota'), isFree: true }, 2),
		step: {
			kind: 'record',
			change: {
				...uncertainChange,
				attempts: 2,
				changedAt: 1_100_000,
				reason: { kind: 'rejected', error: apiError('quota'), isFree: true },
			},
		},
	},
	{
		title: 'a late refusal of the second attempt neither',
		state: 'uncertain',
		own: { attempts: 2 },
		event: sent({ kind: 'rejected', error: apiError('quota'), isFree: true }, 2),
		step: {
			kind: 'record',
			change: {
				...uncertainChange,
				attempts: 2,
				changedAt: 1_100_000,
				reason: { kind: 'rejected', error: apiError('quota'), isFree: true },
			},
		},
	},
	{
		title: 'a late refusal of the only attempt settles it',
		state: 'absent',
		own: { searches: 5 },
		event: events.rejected,
		step: {
			kind: 'record',
			change: {
				state: 'rejected',
				attempts: 1,
				searches: 5,
				changedAt: 1_100_000,
				reason: { kind: 'rejected', error: apiError('badRequest'), isFree: true },
			},
		},
	},
	{
		title: 'cancelled after it was sent once: that attempt stays in sight',
		state: 'planned',
		own: { attempts: 1, sentAt: 1_090_000, nextAt: 1_100_000 },
		event: events.cancel,
		step: { kind: 'record', change: { ...uncertainChange, changedAt: 1_100_000, reason: { kind: 'lost' } } },
	},
	{
		title: 'left open, the reason is kept',
		state: 'uncertain',
		own: { reason: lostReason, nextAt: 1_200_000 },
		event: events.leaveOpen,
		step: { kind: 'record', change: { ...uncertainChange, state: 'leftOpen', changedAt: 1_100_000, reason: lostReason } },
	},
];

describe('the next step of a creation', () => {
	const known = { proof: 'honoured', keyCounter: 1 } as const;

	for (const [name, expected] of Object.entries(contract)) {
		it(`${name}, in every state`, () => {
			const event = events[name as keyof typeof events];
			const found = creationStates.map((state) => summary(nextCreationStep(newCreation(state), event, known, now)));
			assert.deepEqual(found, expected);
		});
	}

	const tables = { sending, waiting, losing, searching, notShown, failing, finding, persons };
	for (const [subject, rows] of Object.entries(tables)) {
		describe(subject, () => {
			for (const { title, state, own, event, proof, keyCounter, at, step } of rows) {
				it(title, () => {
					const creation = newCreation(state, own);
					const apiKnown = { proof: proof ?? known.proof, keyCounter: keyCounter ?? known.keyCounter };
					assert.deepEqual(nextCreationStep(creation, event, apiKnown, at ?? now), step);
				});
			}
		});
	}

	it('without an external ID nothing can be searched for: a person decides at once', () => {
		const { externalId, ...creation } = newCreation('sending', { operation: tts });
		assert.notEqual(externalId, undefined);
		const step = nextCreationStep(creation, events.lost, { proof: 'unknown', keyCounter: 1 }, now);
		assert.equal(summary(step), 'uncertain');
	});

	it('what may have reached the API is never sent again without a person', () => {
		const byPerson = new Set(['sendAgain', 'confirm', 'named']);
		for (const [name, event] of Object.entries(events)) {
			for (const state of ['uncertain', 'leftOpen', 'absent'] as const) {
				for (const proof of ['honoured', 'ignored', 'none', 'unknown'] as const) {
					// That an attempt was certainly not sent, or not accepted, is known only from its own response.
					const isKnown = (name === 'notSent' || name === 'busy') && state !== 'leftOpen';
					const step = nextCreationStep(newCreation(state), event, { proof, keyCounter: 1 }, now);
					const isSent = step.kind === 'send' || (step.kind === 'record' && ['planned', 'waiting', 'sending'].includes(step.change.state));
					assert.ok(!isSent || byPerson.has(name) || isKnown, `${name} in ${state}, ${proof}: ${summary(step)}`);
				}
			}
		}
	});
});
