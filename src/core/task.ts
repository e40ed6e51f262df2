import type { Evidence, UnconfirmedStatus } from './evidence';
import type { Media, ParentVideo } from './media';
import type { OperationPath } from './operation';
import type { Problem } from './problem';
import type { Alias } from './taskIds';
import type { Failures } from './failureClass';

/** An operation at an API: what tasks of it take is known together. */
export interface OriginOperation extends OperationPath {
	/** Normalised base URL, no trailing slash, e.g. `https://api.cometapi.com`. */
	readonly origin: string;
}

/** Where a task lives: its API origin, its operation and its id. */
export interface TaskRef extends OriginOperation {
	/** Always a string: ids exceed 2^53. May be an external id. */
	readonly id: string;
}

/**
 * Identity of a task in this product: origin and id (an id is unique to its origin; the operation may be corrected later).
 * Opaque to all but `taskKey`.
 */
export type TaskKey = string & { readonly __taskKey: never };

/** The key of a reference; the same for every operation. */
export function taskKey(ref: Pick<TaskRef, 'origin' | 'id'>): TaskKey {
	return `${ref.origin} ${ref.id}` as TaskKey;
}

/** A text from outside as the key it may be; whether a task has it, only the store knows. */
export function parseTaskKey(text: string): TaskKey | undefined {
	const [origin = '', id = '', more] = text.split(' ');
	return origin === '' || id === '' || more !== undefined ? undefined : taskKey({ origin, id });
}

export type TaskStatus = 'submitted' | 'processing' | 'succeeded' | 'failed' | 'unknown';
export type FinishedStatus = 'succeeded' | 'failed';
type ActiveStatus = Exclude<TaskStatus, FinishedStatus>;

/** The only definition of "ended"; everything else is active. */
export function isFinishedStatus(status: TaskStatus): status is FinishedStatus {
	return status === 'succeeded' || status === 'failed';
}

/** What responses say of a task and what is kept of them. Times are ms since 1970 on the server's clock. */
export interface TaskFacts {
	/** The status word as the API sent it; missing while no response has shown the task. */
	readonly rawStatus?: string;
	/** The reason of a failure, in the API's words. */
	readonly message?: string;
	/** 0 to 1; advisory, never decides a status. */
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

/** What one look at a task saw, in this product's words. */
export interface TaskSnapshot extends TaskFacts {
	readonly status: TaskStatus;
	readonly rawStatus: string;
	/** How far the response proves an end; absent: beyond doubt. */
	readonly evidence?: Exclude<Evidence, 'certain'>;
	/** How many results there will be, where a success says so. */
	readonly expectedResults?: number;
	/** When the answer was given, by its `Date` header. */
	readonly respondedAt?: number;
	/** The ID that the response names the task by. */
	readonly taskId?: string;
	/** That ID where it is not one of the task's: the response may be about another task. */
	readonly foreignId?: string;
	/** The operation the answer itself names, when it does (`OMNI_VIDEO`, as sent). */
	readonly action?: string;
}

/** What is known of a tracked task whatever its status. Times are ms since 1970, on this machine's clock. */
export interface TrackedTask extends TaskFacts {
	readonly key: TaskKey;
	readonly ref: TaskRef;
	/** The name a person gave it. */
	readonly name?: string;
	readonly trackedAt: number;
	/** When a look last saw the task; undefined: never yet. */
	readonly lastCheckedAt?: number;
	/** When the next look is due; undefined: no looks are booked (ended, stopped). */
	readonly nextPollAt?: number;
	/** The interval that led to `nextPollAt`, in ms. */
	readonly intervalMs?: number;
	/** How many checks in a row have failed, by kind of trouble. */
	readonly failures?: Failures;
	/** An end that was said once and waits for its confirmation. */
	readonly unconfirmed?: UnconfirmedStatus;
	/** The ID that its API names it by, if not by its own. */
	readonly alias?: Alias;
	/** How many responses have named it by its own ID, counted to `provesOwnId`. */
	readonly timesNamedItself?: number;
	/** What is wrong with its looks; of an active task of a paused origin always `noKey` or `auth`. */
	readonly problem?: Problem;
	/** How many more its answer named than are kept (see resultBounds.ts); missing when none. */
	readonly resultsLeftOut?: number;
	/** How far the server's clock is ahead of ours, ms, by the last answer that told. */
	readonly serverAheadMs?: number;
	/** Whose task it is: only who has this ID checks and announces it; missing: every window. */
	readonly owner?: string;
}

export type ActiveTask = TrackedTask & { readonly status: ActiveStatus };
export type FinishedTask = TrackedTask & {
	readonly status: FinishedStatus;
	/** When it ended: the server's `updatedAt` where known, else when we saw it. */
	readonly finishedAt: number;
	/** When the person opened it. */
	readonly viewedAt?: number;
	/** How often it was checked again because a success came without its results. */
	readonly resultChecks?: number;
};
/** A tracked task: what an ended one has, an active one cannot have. */
export type Task = ActiveTask | FinishedTask;

export function isFinished(task: Task): task is FinishedTask {
	return isFinishedStatus(task.status);
}
