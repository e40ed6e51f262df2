import type { KeepPlan } from '../../core/download';
import type { OperationPath } from '../../core/operation';
import type { Problem } from '../../core/problem';
import type { ActiveTask, FinishedTask, Task, TaskKey, TaskRef } from '../../core/task';
import type { Reservation } from './pollQueue';

/** Numbers of tasks, removed ones not counted. */
export interface TaskCounts {
	readonly active: number;
	readonly finished: number;
	/** Finished, successfully or not, and not opened by the person yet. */
	readonly unviewed: number;
	/** Those of them that failed. */
	readonly unviewedFailed: number;
}

/** Active tasks with the same problem, or with no check booked. */
export interface FailingTasks {
	/** As on the tasks; the pause while their origin is paused. */
	readonly problem?: Pick<Problem, 'kind' | 'code' | 'failures'>;
	readonly tasks: number;
	/** How many of them have no check booked. */
	readonly stopped: number;
}

/** A part of the finished tasks. */
export interface FinishedPart {
	/** Those finished at this time or later, and those before, ms since 1970. */
	readonly from?: number;
	readonly before?: number;
	readonly operation?: OperationPath;
	readonly only?: 'failed' | 'unviewed';
}

/** What the group of an active task depends on. */
export interface ActiveEntry {
	readonly key: TaskKey;
	readonly operation: OperationPath;
	/** See core/taskGroup.ts. */
	readonly needsAttention: boolean;
}

/** A task to track. */
export interface NewTask {
	readonly ref: TaskRef;
	readonly name?: string;
	/** What it was asked to make; kept unless the task has one already. */
	readonly prompt?: string;
	/** ID of the only window that checks it (the one that runs the demo). */
	readonly owner?: string;
	/** What is priced alike: what the task costs is learned under it. */
	readonly priceClass?: string;
	/** Where its results are kept; a task that has a plan keeps it. Of one with an owner nothing is kept. */
	readonly keep?: KeepPlan;
}

/** The lists of tasks, read synchronously. */
interface TaskReads {
	get(key: TaskKey): Task | undefined;
	/** All active tasks, newest tracked first. */
	active(): readonly ActiveTask[];
	/** Finished tasks, last finished first. */
	finished(limit: number): readonly FinishedTask[];
	/** All tasks, those of demos too. */
	counts(): TaskCounts;
	/** The tracked tasks with exactly this ID at any API, newest first. Fast enough to be called for every word of a line. */
	withId(id: string): readonly TaskKey[];
	/** The counts of the tasks that have an owner: those of offline demos. */
	demoCounts(): TaskCounts;
	/** Whether a task of this API is tracked. */
	tracks(origin: string): boolean;
	/**
	 * The keys of all active tasks, newest tracked first, or of all finished ones, last finished first, in pages of at most 1,000 that are
	 * read lazily.
	 */
	keyPages(list: 'active' | 'finished'): Iterable<readonly TaskKey[]>;
	/** All active tasks without an owner, newest tracked first, in pages as `keyPages`. */
	activeEntries(): Iterable<readonly ActiveEntry[]>;
	/** The keys of finished tasks without an owner, last finished first, in pages as `keyPages`. */
	finishedKeys(part: FinishedPart): Iterable<readonly TaskKey[]>;
	/** How many these are. */
	countFinished(part: FinishedPart): number;
	/** The operations of all finished tasks. */
	finishedOperations(): readonly OperationPath[];
	/** The tasks that have an owner: those of offline demos. Active ones first, newest tracked first, then the last finished first. */
	demoKeys(): readonly TaskKey[];
	/** Active tasks that were found and have no problem, by their next check. */
	running(limit: number): readonly ActiveTask[];
	/** Active tasks with a problem or without a booked check, counted by problem; no group is empty. */
	failing(): readonly FailingTasks[];
	/** Whether any finished task has a result. */
	hasResults(): boolean;
	/** The last response about a task as text, redacted and cut to 64 KiB. */
	rawResponse(key: TaskKey): { readonly body: string; readonly at: number } | undefined;
}

/** The lists of tasks, and what a person does with them. Writes settle as described at `Stores`. */
export interface TaskTable extends TaskReads {
	/**
	 * Inserts new tasks (known keys stay as they are; an untracked one is restored). With `reservation`, the new ones are claimed by it and
	 * due when it expires; otherwise due now.
	 */
	add(
		tasks: readonly NewTask[],
		now: number,
		reservation?: Reservation,
	): Promise<{ readonly added: readonly TaskKey[]; readonly known: readonly TaskKey[] }>;
	/**
	 * Inserts tasks as they are, from a file: finished ones are not announced, active ones are due now. Known keys stay as they are; an
	 * untracked one is restored as it was.
	 * @param keepOf where the results of a new task are kept; undefined: not by themselves
	 */
	import(
		tasks: readonly Task[],
		now: number,
		keepOf?: (task: Task) => KeepPlan | undefined,
	): Promise<{ readonly added: readonly TaskKey[]; readonly known: readonly TaskKey[] }>;
	rename(key: TaskKey, name: string | undefined): Promise<void>;
	/** Corrects the operation; an active task is then due now. */
	changeOperation(key: TaskKey, operation: OperationPath, now: number): Promise<void>;
	/** Removes tasks from every list; `restore` undoes it until they are purged. */
	remove(keys: readonly TaskKey[], now: number): Promise<void>;
	restore(keys: readonly TaskKey[]): Promise<void>;
	/** Removes all finished tasks that have no owner, or only those that were viewed; returns the keys for `restore`. */
	removeFinished(now: number, which?: 'all' | 'viewed'): Promise<readonly TaskKey[]>;
	markViewed(keys: readonly TaskKey[] | 'all', now: number): Promise<void>;
	/** Permanently deletes every task, response and announcement from the file. */
	deleteEverything(): Promise<void>;
}
