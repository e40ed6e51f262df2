import { omitUndefined } from '../core/omitUndefined';
import type { Media, MediaKind, ParentVideo } from '../core/media';
import type { UnconfirmedStatus } from '../core/evidence';
import type { Problem } from '../core/problem';
import { isProblemKind } from '../core/problemTraits';
import type { Alias } from '../core/taskIds';
import type { Failures } from '../core/failureClass';
import type { ActiveTask, FinishedTask, Task, TaskFacts, TrackedTask, TaskKey, TaskStatus } from '../core/task';
import { isFinished, isFinishedStatus, taskKey, taskStatuses } from '../core/task';
import type { WorkBegan } from '../core/workBegan';
import type { PauseReason } from '../tracking/ports/origins';
import type { Params, Row } from './connection';
import { numberOf, textOf } from './connection';
import { optional, integer } from './sqlValues';

const mediaKinds: readonly MediaKind[] = ['video', 'image', 'audio'];

/**
 * Reads a task from its row, joined with its origin's `paused` and `paused_at`. Never throws: a value that we did not write counts as
 * missing.
 */
export function readTask(row: Row): Task {
	const origin = textOf(row, 'origin') ?? '';
	const id = textOf(row, 'id') ?? '';
	const status = statusOf(row);
	const finishedAt = numberOf(row, 'finished_at');
	const finished = isFinishedStatus(status) && finishedAt !== undefined;
	const timesNamedItself = numberOf(row, 'times_named_itself') ?? 0;
	const facts: TrackedTask = {
		key: taskKey({ origin, id }),
		ref: { origin, action: textOf(row, 'action') ?? '', action2: textOf(row, 'action2') ?? '', id },
		trackedAt: numberOf(row, 'tracked_at') ?? 0,
		results: readResults(textOf(row, 'results')),
		...readFacts(parseJson(textOf(row, 'facts'))),
		...omitUndefined({
			name: textOf(row, 'name'),
			prompt: textOf(row, 'prompt'),
			resultsLeftOut: numberOf(row, 'results_left_out'),
			lastCheckedAt: numberOf(row, 'last_checked_at'),
			workBegan: readWorkBegan(row),
			nextPollAt: numberOf(row, 'next_poll_at'),
			intervalMs: numberOf(row, 'interval_ms'),
			problem: readProblem(row, finished),
			serverAheadMs: numberOf(row, 'server_ahead_ms'),
			owner: textOf(row, 'owner'),
			failures: readFailures(row),
			unconfirmed: readUnconfirmedStatus(row),
			alias: readAlias(row),
			timesNamedItself: timesNamedItself > 0 ? timesNamedItself : undefined,
		}),
	};
	if (isFinishedStatus(status)) {
		const task: FinishedTask = {
			...facts,
			status,
			finishedAt: finishedAt ?? facts.trackedAt,
			...omitUndefined({ viewedAt: numberOf(row, 'viewed_at'), resultChecks: numberOf(row, 'result_checks') }),
		};
		return task;
	}
	const task: ActiveTask = { ...facts, status };
	return task;
}

export function statusOf(row: Row): TaskStatus {
	return taskStatuses.find((candidate) => candidate === row['status']) ?? 'unknown';
}

/** The columns of a task's row that a response can change; the counterpart of `readTask`. */
export function rowOf(task: Task): Params {
	const finished = isFinished(task) ? task : undefined;
	return {
		status: task.status,
		facts: JSON.stringify(readFacts(task)),
		results: JSON.stringify(task.results),
		results_left_out: task.resultsLeftOut ?? null,
		server_ahead_ms: optional(task.serverAheadMs),
		tracked_at: integer(task.trackedAt),
		last_checked_at: optional(task.lastCheckedAt),
		began_after: optional(task.workBegan?.after),
		began_before: optional(task.workBegan?.before),
		unconfirmed_status: task.unconfirmed?.status ?? null,
		unconfirmed_at: optional(task.unconfirmed?.at),
		times_named_itself: task.timesNamedItself ?? 0,
		alias: task.alias?.id ?? null,
		alias_since: optional(task.alias?.since),
		alias_is_sure: task.alias?.isSure === true ? 1 : 0,
		finished_at: optional(finished?.finishedAt),
		result_checks: optional(finished?.resultChecks),
	};
}

export function problemColumns(problem: Problem | undefined): Params {
	return {
		problem_kind: problem?.kind ?? null,
		problem_failures: optional(problem?.failures),
		problem_at: optional(problem?.at),
		problem_message: problem?.message ?? null,
		problem_code: problem?.code ?? null,
		problem_request_id: problem?.requestId ?? null,
	};
}

export function keyOf(row: Row): TaskKey {
	return taskKey({ origin: textOf(row, 'origin') ?? '', id: textOf(row, 'id') ?? '' });
}

export function readPauseReason(row: Row): PauseReason | undefined {
	const paused = row['paused'];
	return paused === 'noKey' || paused === 'auth' ? paused : undefined;
}

function readFailures(row: Row): Failures | undefined {
	const [transient, refused, persistent] = [
		numberOf(row, 'failed_transient') ?? 0,
		numberOf(row, 'failed_refused') ?? 0,
		numberOf(row, 'failed_persistent') ?? 0,
	];
	return transient + refused + persistent === 0 ? undefined : { transient, refused, persistent };
}

function readUnconfirmedStatus(row: Row): UnconfirmedStatus | undefined {
	const at = numberOf(row, 'unconfirmed_at');
	const status = row['unconfirmed_status'];
	return at !== undefined && (status === 'succeeded' || status === 'failed') ? { status, at } : undefined;
}

function readWorkBegan(row: Row): WorkBegan | undefined {
	const [after, before] = [numberOf(row, 'began_after'), numberOf(row, 'began_before')];
	return after === undefined || before === undefined ? undefined : { after, before };
}

function readAlias(row: Row): Alias | undefined {
	const id = textOf(row, 'alias');
	return id === undefined ? undefined : { id, since: numberOf(row, 'alias_since') ?? 0, isSure: numberOf(row, 'alias_is_sure') === 1 };
}

export function readProblemKind(row: Row): Problem['kind'] | undefined {
	const kind = textOf(row, 'problem_kind');
	return kind !== undefined && isProblemKind(kind) ? kind : undefined;
}

/** While an origin is paused, active tasks have the pause as their problem; the problem of the last check stays stored. */
function readProblem(row: Row, finished: boolean): Problem | undefined {
	const kind = readProblemKind(row);
	const stored: Problem | undefined =
		kind === undefined
			? undefined
			: {
					kind,
					failures: numberOf(row, 'problem_failures') ?? 1,
					at: numberOf(row, 'problem_at') ?? 0,
					...(!finished && numberOf(row, 'next_poll_at') === undefined && kind !== 'tooOld' && { isGivenUp: true as const }),
					...omitUndefined({
						message: textOf(row, 'problem_message'),
						code: textOf(row, 'problem_code'),
						requestId: textOf(row, 'problem_request_id'),
					}),
				};
	const paused = readPauseReason(row);
	if (finished || paused === undefined || stored?.kind === paused) {
		return stored;
	}
	return { kind: paused, failures: 0, at: numberOf(row, 'paused_at') ?? 0 };
}

export function parseJson(text: string | undefined): unknown {
	if (text === undefined) {
		return undefined;
	}
	try {
		return JSON.parse(text);
	} catch {
		// Only a damaged file has such text: it counts as missing.
		return undefined;
	}
}

export function field(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

export function stringField(value: unknown, name: string): string | undefined {
	const found = field(value, name);
	return typeof found === 'string' ? found : undefined;
}

export function numberField(value: unknown, name: string): number | undefined {
	const found = field(value, name);
	return typeof found === 'number' ? found : undefined;
}

export function booleanField(value: unknown, name: string): boolean | undefined {
	const found = field(value, name);
	return typeof found === 'boolean' ? found : undefined;
}

function readResults(text: string | undefined): readonly Media[] {
	const value = parseJson(text);
	return Array.isArray(value) ? value.flatMap(readMedia) : [];
}

function readMedia(value: unknown): readonly Media[] {
	const kind = mediaKinds.find((candidate) => candidate === field(value, 'kind'));
	const url = stringField(value, 'url');
	if (kind === undefined || url === undefined) {
		return [];
	}
	const alternatives = field(value, 'alternatives');
	return [
		{
			kind,
			url,
			...omitUndefined({
				id: stringField(value, 'id'),
				durationSeconds: numberField(value, 'durationSeconds'),
				alternatives: Array.isArray(alternatives) ? alternatives.flatMap(readAlternative) : undefined,
			}),
		},
	];
}

function readAlternative(value: unknown): readonly { format: string; url: string }[] {
	const format = stringField(value, 'format');
	const url = stringField(value, 'url');
	return format === undefined || url === undefined ? [] : [{ format, url }];
}

/** The facts from responses, without results; from a task or from the JSON of its row. A fact that is missing here does not compile. */
function readFacts(value: unknown): Omit<TaskFacts, 'results'> {
	return omitUndefined({
		rawStatus: stringField(value, 'rawStatus'),
		message: stringField(value, 'message'),
		progress: numberField(value, 'progress'),
		parentVideo: readParentVideo(field(value, 'parentVideo')),
		createdAt: numberField(value, 'createdAt'),
		updatedAt: numberField(value, 'updatedAt'),
		externalTaskId: stringField(value, 'externalTaskId'),
		unitsDeducted: stringField(value, 'unitsDeducted'),
		requestId: stringField(value, 'requestId'),
	} satisfies Readonly<Record<keyof Omit<TaskFacts, 'results'>, unknown>>);
}

function readParentVideo(value: unknown): ParentVideo | undefined {
	return typeof value === 'object' && value !== null
		? omitUndefined({
				id: stringField(value, 'id'),
				url: stringField(value, 'url'),
				durationSeconds: numberField(value, 'durationSeconds'),
			})
		: undefined;
}
