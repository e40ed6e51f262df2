import type { OperationPath } from '../../core/operation';
import type { Problem } from '../../core/problem';
import type { ActiveTask, FinishedTask, Task, TaskKey, TaskRef } from '../../core/task';
import type { Reservation } from './pollQueue';

/** How many there are; removed tasks count nowhere. */
export interface TaskCounts {
	readonly active: number;
	readonly finished: number;
	/** Ended and not opened by the person yet. */
	readonly unviewed: number;
}

/** Active tasks that meet the same problem, or have no check booked. */
export interface FailingTasks {
	/** As on the tasks: while their origin is paused, that. */
	readonly problem?: Pick<Problem, 'kind' | 'code' | 'failures'>;
	readonly tasks: number;
	/** How many of them have no check booked. */
	readonly stopped: number;
}

/** A task to be tracked. */
export interface NewTask {
	readonly ref: TaskRef;
	readonly name?: string;
	/** The ID of who alone checks it (the window that runs the demo). */
	readonly owner?: string;
}

/** The lists of tasks, to read. Reads are immediate. */
interface TaskReads {
	get(key: TaskKey): Task | undefined;
	/** All active tasks, newest tracked first. */
	active(): readonly ActiveTask[];
	/** Ended tasks by the time they ended, newest first. */
	finished(limit: number): readonly FinishedTask[];
	counts(): TaskCounts;
	/** Whether a task of this API is tracked. */
	tracks(origin: string): boolean;
	/** The keys of all active tasks, newest tracked first, or of all ended ones, newest ended first, in pages of a thousand at most; each is read when it is asked for. */
	keyPages(list: 'active' | 'finished'): Iterable<readonly TaskKey[]>;
	/** Of the active tasks that were seen and meet no problem, those whose checks are booked first. */
	running(limit: number): readonly ActiveTask[];
	/** The active tasks that meet a problem or have no check booked, counted by what they meet; a group has one task at least. */
	failing(): readonly FailingTasks[];
	/** Whether an ended task has a result. */
	hasResults(): boolean;
	/** The last answer about a task as text, redacted and cut to 64 KiB. */
	rawResponse(key: TaskKey): { readonly body: string; readonly at: number } | undefined;
}

/** What a person does with the lists of tasks. A write settles as `Stores` says. */
export interface TaskTable extends TaskReads {
	/** Inserts what is new (known keys are left as they are; an untracked one comes back). With `reservation`, the new ones are claimed by it and due when it ends; else due now. */
	add(
		tasks: readonly NewTask[],
		now: number,
		reservation?: Reservation,
	): Promise<{ readonly added: readonly TaskKey[]; readonly known: readonly TaskKey[] }>;
	rename(key: TaskKey, name: string | undefined): Promise<void>;
	/** Corrects the operation; the task is due now again if it is active. */
	changeOperation(key: TaskKey, operation: OperationPath, now: number): Promise<void>;
	/** Takes tasks out of every list; `restore` undoes it until they are purged. */
	remove(keys: readonly TaskKey[], now: number): Promise<void>;
	restore(keys: readonly TaskKey[]): Promise<void>;
	/** Takes all ended tasks (but those that have an owner) out; the keys are what `restore` wants. */
	removeFinished(now: number): Promise<readonly TaskKey[]>;
	markViewed(keys: readonly TaskKey[] | 'all', now: number): Promise<void>;
	/** Deletes every task, answer and announcement from the file for good. */
	deleteEverything(): Promise<void>;
}
