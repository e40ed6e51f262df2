import type { Evidence, UnconfirmedStatus } from './evidence';
import type { Media, ParentVideo } from './media';
import type { OperationPath } from './operation';
import type { Problem } from './problem';
import type { Alias } from './taskIds';
import type { Failures } from './failureClass';
import type { WorkBegan } from './workBegan';

/** An operation at an API. Durations are learned per operation and API. */
export interface OriginOperation extends OperationPath {
	/** Normalised base URL, no trailing slash, e.g. `https://api.cometapi.com`. */
	readonly origin: string;
}

/** Identifies a task at its API: origin, operation and ID. */
export interface TaskRef extends OriginOperation {
	/** Always a string: IDs exceed 2^53. May be an external ID. */
	readonly id: string;
}

/**
 * Identity of a task in this product: origin and ID. An ID is unique within its origin; the operation may be corrected later.
 * Opaque to all code but `taskKey`.
 */
export type TaskKey = string & { readonly __taskKey: never };

/** The key of a reference; independent of the operation. */
export function taskKey(ref: Pick<TaskRef, 'origin' | 'id'>): TaskKey {
	return `${ref.origin} ${ref.id}` as TaskKey;
}

/** Parses a text from outside as a key. Only the store knows whether a task has it. */
export function parseTaskKey(text: string): TaskKey | undefined {
	const [origin = '', id = '', more] = text.split(' ');
	return origin === '' || id === '' || more !== undefined ? undefined : taskKey({ origin, id });
}

export const taskStatuses = ['submitted', 'processing', 'succeeded', 'failed', 'unknown'] as const;
export type TaskStatus = (typeof taskStatuses)[number];
export type FinishedStatus = 'succeeded' | 'failed';
type ActiveStatus = Exclude<TaskStatus, FinishedStatus>;

/** The only definition of "finished"; every other status is active. */
export function isFinishedStatus(status: TaskStatus): status is FinishedStatus {
	return status === 'succeeded' || status === 'failed';
}

/** The facts from responses that are kept. Times are ms since 1970 on the server's clock. */
export interface TaskFacts {
	/** The status word as the API sent it; missing until a response has shown the task. */
	readonly rawStatus?: string;
	/** The reason of a failure, in the API's words. */
	readonly message?: string;
	/** 0 to 1; informative only, never decides a status. */
	readonly progress?: number;
	readonly results: readonly Media[];
	readonly parentVideo?: ParentVideo;
	readonly createdAt?: number;
	readonly updatedAt?: number;
	readonly externalTaskId?: string;
	/** Decimal text as sent, e.g. "3.5". */
	readonly unitsDeducted?: string;
	readonly requestId?: string;
}

/** What one response says of a task, in this product's terms. */
export interface TaskSnapshot extends TaskFacts {
	readonly status: TaskStatus;
	readonly rawStatus: string;
	/** How far the response proves a final status; missing: certain. */
	readonly evidence?: Exclude<Evidence, 'certain'>;
	/** How many results there will be, if a success says so. */
	readonly expectedResults?: number;
	/** The response's `Date` header. */
	readonly respondedAt?: number;
	/** The ID by which the response names the task. */
	readonly taskId?: string;
	/** That ID if it is not one of the task's: the response may be about another task. */
	readonly foreignId?: string;
	/** The operation that the response itself names, as sent (`OMNI_VIDEO`). */
	readonly action?: string;
}

/** What is known about a tracked task of any status. Times are ms since 1970 on this machine's clock. */
export interface TrackedTask extends TaskFacts {
	readonly key: TaskKey;
	readonly ref: TaskRef;
	/** The name that a person gave it. */
	readonly name?: string;
	/** What the task was asked to make, if the text it was tracked from said so: plain text, at most 2,500 characters. */
	readonly prompt?: string;
	readonly trackedAt: number;
	/** When a response last showed the task; undefined: never. */
	readonly lastCheckedAt?: number;
	/** When the next check is due; undefined: none is scheduled (finished or stopped). */
	readonly nextPollAt?: number;
	/** The interval that led to `nextPollAt`, in ms. */
	readonly intervalMs?: number;
	/** When the work on it began; missing while it waits, or if no response has shown that. */
	readonly workBegan?: WorkBegan;
	/** How many consecutive checks have failed, by class. */
	readonly failures?: Failures;
	/** A final status that was reported once and is not confirmed yet. */
	readonly unconfirmed?: UnconfirmedStatus;
	/** Another ID by which the API names the task. */
	readonly alias?: Alias;
	/** How many responses have named it by its own ID, counted up to `provesOwnId`. */
	readonly timesNamedItself?: number;
	/** What is wrong with its checks; always `noKey` or `auth` for an active task of a paused origin. */
	readonly problem?: Problem;
	/** How many results of its response were not kept (see resultBounds.ts); missing if none. */
	readonly resultsLeftOut?: number;
	/** How far the server's clock is ahead of ours, ms, by the last response with a `Date`. */
	readonly serverAheadMs?: number;
	/** The ID of the task's owner, which alone checks and announces it; missing: every window does. */
	readonly owner?: string;
}

export type ActiveTask = TrackedTask & { readonly status: ActiveStatus };
export type FinishedTask = TrackedTask & {
	readonly status: FinishedStatus;
	/** When it finished: the server's `updatedAt` if known, otherwise when we noticed. */
	readonly finishedAt: number;
	/** When a person opened it. */
	readonly viewedAt?: number;
	/** How many checks for missing results were made; missing if none were missing. */
	readonly resultChecks?: number;
};
/** A tracked task. An active task cannot have the fields of a finished one. */
export type Task = ActiveTask | FinishedTask;

export function isFinished(task: Task): task is FinishedTask {
	return isFinishedStatus(task.status);
}
