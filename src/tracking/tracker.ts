import { sameOperation, type OperationPath } from '../core/operation';
import type { Problem } from '../core/problem';
import { problemTraits } from '../core/problemTraits';
import { isFinished, taskKey } from '../core/task';
import type { Task, TaskKey, TaskRef } from '../core/task';
import { runConcurrently } from './runConcurrently';
import { keepAlive, leaseMs } from './lease';
import type { EngineParts } from './engineHost';
import type { LazyListChecker } from './lazyListChecker';
import type { ListCheckOptions } from './listChecker';
import type { Poller } from './poller';
import type { CheckNowResult, TaskChecker } from './taskChecker';
import type { NewTask } from './ports/tasks';

/**
 * What `track` did with one reference.
 * - `known`: it was already tracked; checked only if its operation was corrected or it had a problem
 * - `updated`: tracked and checked. If it has finished, the command reports that, and it is not announced; if it finished too late for
 *   that, or the window was closed, it is announced (`isAnnounced`)
 * - `pending`: tracked, but not checked successfully: `problem` says why; without one, the check was cancelled or another window makes it.
 *   Polling continues in the background.
 */
export type TrackOutcome =
	| { readonly kind: 'known'; readonly ref: TaskRef; readonly task: Task }
	| { readonly kind: 'updated'; readonly ref: TaskRef; readonly task: Task; readonly isAnnounced: boolean }
	| { readonly kind: 'pending'; readonly ref: TaskRef; readonly task: Task; readonly problem?: Problem };

export interface CommandOptions {
	/** Stops further checks; the tasks stay tracked. */
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The result of a refresh for one task. */
export interface RefreshOutcome {
	readonly key: TaskKey;
	readonly result: CheckNowResult;
}

/** A task that finishes later than this (ms) after its command is announced instead of reported by the command ... */
const resultWithinMs = 10_000;
/** ... unless the command tracks at most this many tasks, so that the person waits for all of them. */
const fewTasks = 5;

/** The commands on the list of tasks. Every method rejects only if the store cannot write. */
export class Tracker {
	readonly #parts: EngineParts;
	readonly #poller: Poller;
	readonly #checker: TaskChecker;
	readonly #lists: LazyListChecker;

	constructor(parts: EngineParts, poller: Poller, checker: TaskChecker, lists: LazyListChecker) {
		this.#parts = parts;
		this.#poller = poller;
		this.#checker = checker;
		this.#lists = lists;
	}

	/**
	 * Stores all tasks first, so that they survive a crash, then checks each new one. A task that is already tracked gets the operation given
	 * here, and is checked if that changed or it has a problem. A new task that finishes within ten seconds, or is one of at most five new
	 * ones, is reported by the command; one that finishes later is announced like any other. The command claims the announcements of the
	 * tasks that it reports only at its end, so that they are announced if the window closes or crashes before. Once a key was rejected, or
	 * the API asked to slow down or could not be reached, the remaining tasks of that origin are left to the background. Aborting leaves the
	 * tasks tracked.
	 * @returns one outcome per different task, in the order given; a task removed in the meantime has none
	 */
	async track(newTasks: readonly NewTask[], { signal, onProgress }: CommandOptions = {}): Promise<readonly TrackOutcome[]> {
		const { store, clock, newId, log } = this.#parts;
		const now = clock.now();
		// New tasks are claimed until this command checks them, so that no other window checks them first and announces what this command
		// reports.
		const reservation = newId();
		const { added, known } = await store.tasks.add(this.#planned(newTasks), now, { until: now + leaseMs, reservationId: reservation });
		const refs = new Map(newTasks.map(({ ref }) => [taskKey(ref), ref]));
		const isNew = new Set(added);
		/** Finished tasks that the command reports. */
		const own = new Set<TaskKey>();
		const renewal = keepAlive(clock, log, async () => {
			const until = clock.now() + leaseMs;
			await Promise.all([store.pollQueue.renewReservation(reservation, until), store.announcements.hold([...own], until)]);
			return true;
		});

		const results = new Map<TaskKey, CheckNowResult>();
		const refusals = new Refusals();
		const checked = new Set<TaskKey>();
		/** New tasks that the command leaves to the background. */
		const left: TaskKey[] = [];
		const announce = (key: TaskKey) => {
			const isOwnResult = added.length <= fewTasks || clock.now() - now <= resultWithinMs;
			if (isOwnResult) {
				own.add(key);
			}
			return !isOwnResult;
		};
		const checkNew = async (task: Task): Promise<CheckNowResult> => {
			const refusal = refusals.of(task);
			if (refusal !== undefined || signal?.aborted === true) {
				left.push(task.key);
				return refusal ?? { kind: 'stopped' };
			}
			return refusals.note(task, await this.#checker.checkNow(task.key, { announce: () => announce(task.key), signal, reservation }));
		};
		try {
			const all = [...added, ...known];
			const isDone = (key: TaskKey) => {
				checked.add(key);
				onProgress?.(checked.size, all.length);
			};
			/** Tasks that a list shows: they need no single check. */
			const shown = new Set<TaskKey>();
			const listed = this.#checkByLists(added, reservation, {
				announce,
				signal,
				onShown: (tasks) => tasks.forEach(({ key }) => shown.add(key)),
				onResult: (key, result) => {
					// A task that was being checked singly already has that result.
					if (result.kind !== 'busy') {
						results.set(key, result);
						isDone(key);
					}
				},
			});
			await this.#forEach(all, undefined, async (task) => {
				if (!shown.has(task.key)) {
					if (isNew.has(task.key)) {
						results.set(task.key, await checkNew(task));
					} else {
						await this.#updateKnown(task, refs.get(task.key), refusals, signal);
					}
					isDone(task.key);
				}
			});
			await listed;
			if (left.length > 0) {
				await store.pollQueue.releaseReservation(reservation);
			}
			// In a closing window nobody sees the command's message.
			for (const key of own) {
				if (this.#checker.isClosed || !(await store.announcements.claim(key, clock.now()))) {
					own.delete(key);
				}
			}
		} finally {
			renewal.dispose();
		}
		this.#poller.wake();

		// The command cannot report a task that is untracked or whose file is being replaced: leave it to be announced.
		const unread = [...own].filter((key) => store.tasks.get(key) === undefined);
		if (unread.length > 0) {
			await store.announcements.release(unread);
		}
		return [...refs].flatMap(([key, ref]) => {
			const task = store.tasks.get(key);
			if (task === undefined) {
				return [];
			}
			return [isNew.has(key) ? outcomeOf(ref, task, results.get(key), isFinished(task) && !own.has(key)) : { kind: 'known', ref, task }];
		});
	}

	/**
	 * Checks tasks now, whether or not they are due: the given ones, or all active ones. An active task that has finished is announced as if
	 * it had been polled; a finished one gets new links, may be corrected, and is not announced. Once a key was rejected, or the API asked to
	 * slow down or could not be reached, the remaining tasks of that origin are not checked.
	 */
	async refresh(keys: readonly TaskKey[] | undefined, { signal, onProgress }: CommandOptions = {}): Promise<readonly RefreshOutcome[]> {
		const { store } = this.#parts;
		const wanted = [...new Set(keys ?? [...store.tasks.keyPages('active')].flat())];
		const results = new Map<TaskKey, CheckNowResult>();
		const refusals = new Refusals();
		await this.#forEach(wanted, onProgress, async (task) => {
			results.set(task.key, await this.#refresh(task, refusals, signal));
		});
		return wanted.map((key) => ({ key, result: results.get(key) ?? { kind: 'gone' } }));
	}

	/** New tasks with the plan by which their results are kept. */
	#planned(newTasks: readonly NewTask[]): readonly NewTask[] {
		const keep = this.#parts.keepPlan();
		return keep === undefined ? newTasks : newTasks.map((task) => (task.owner === undefined ? { keep, ...task } : task));
	}

	/** Checks as many of a command's new tasks as possible by list queries, while the others are checked singly. Never rejects. */
	async #checkByLists(keys: readonly TaskKey[], reservation: string, options: ListCheckOptions): Promise<void> {
		const lists = await this.#lists.get();
		const tasks = lists === undefined ? [] : keys.flatMap((key) => this.#parts.store.tasks.get(key) ?? []);
		await lists?.checkReserved(
			tasks.filter(({ owner }) => this.#parts.ownDemo.isOurs(owner)),
			reservation,
			options,
		);
	}

	/** Checks a task that is already tracked, unless its origin has refused or the command was cancelled. */
	async #refresh(task: Task, refusals: Refusals, signal: AbortSignal | undefined): Promise<CheckNowResult> {
		if (signal?.aborted === true) {
			return { kind: 'stopped' };
		}
		return refusals.of(task) ?? refusals.note(task, await this.#checker.checkNow(task.key, { announce: () => true, signal }));
	}

	/** Corrects the operation of a task that is already tracked, and checks it if that changed or it has a problem. */
	async #updateKnown(task: Task, ref: TaskRef | undefined, refusals: Refusals, signal: AbortSignal | undefined): Promise<void> {
		const isWrong = ref !== undefined && !sameOperation(ref, task.ref);
		if (isWrong && signal?.aborted !== true) {
			await this.#parts.store.tasks.changeOperation(task.key, ref, this.#parts.clock.now());
		}
		if (isWrong || task.problem !== undefined) {
			await this.#refresh(task, refusals, signal);
		}
	}

	/** Runs `work` for each task that is still tracked when its turn comes, as many at a time as its origin's limit allows. */
	async #forEach(keys: readonly TaskKey[], onProgress: CommandOptions['onProgress'], work: (task: Task) => Promise<void>): Promise<void> {
		const { store, limitsOf } = this.#parts;
		const lanes = new Map<string, { readonly items: TaskKey[]; readonly atATime: number }>();
		for (const key of keys) {
			const origin = store.tasks.get(key)?.ref.origin;
			if (origin !== undefined) {
				const lane = lanes.get(origin) ?? { items: [], atATime: limitsOf(origin).maxConcurrent };
				lane.items.push(key);
				lanes.set(origin, lane);
			}
		}
		const total = [...lanes.values()].reduce((sum, { items }) => sum + items.length, 0);
		let done = 0;
		await runConcurrently([...lanes.values()], async (key) => {
			const task = store.tasks.get(key);
			if (task !== undefined) {
				await work(task);
			}
			onProgress?.(++done, total);
		});
	}

	/** Removes tasks from every list; `restore` undoes it. */
	async untrack(keys: readonly TaskKey[]): Promise<void> {
		await this.#parts.store.tasks.remove(keys, this.#parts.clock.now());
	}

	/** Removes all finished tasks, or only those that were viewed; returns the keys for `restore`. */
	async untrackFinished(which: 'all' | 'viewed'): Promise<readonly TaskKey[]> {
		return await this.#parts.store.tasks.removeFinished(this.#parts.clock.now(), which);
	}

	/** Restores untracked tasks; polling of unfinished ones resumes. */
	async restore(keys: readonly TaskKey[]): Promise<void> {
		await this.#parts.store.tasks.restore(keys);
		this.#poller.wake();
	}

	/** Corrects a task's operation; an active task is checked immediately, even if its checks had stopped. */
	async changeOperation(key: TaskKey, operation: OperationPath): Promise<void> {
		await this.#parts.store.tasks.changeOperation(key, operation, this.#parts.clock.now());
		this.#poller.wake();
	}
}

/**
 * Origins without an accepted key, that asked to slow down or that could not be reached during one command: it sends them no further
 * request.
 */
class Refusals {
	readonly #byOrigin = new Map<string, Problem>();

	note(task: Task, result: CheckNowResult): CheckNowResult {
		if (result.kind === 'failed' && problemTraits[result.problem.kind].endsCommand) {
			this.#byOrigin.set(task.ref.origin, result.problem);
		}
		return result;
	}

	of(task: Task): CheckNowResult | undefined {
		const problem = this.#byOrigin.get(task.ref.origin);
		return problem && { kind: 'failed', task, problem };
	}
}

function outcomeOf(ref: TaskRef, task: Task, result: CheckNowResult | undefined, isAnnounced: boolean): TrackOutcome {
	if (result?.kind === 'updated' || isFinished(task)) {
		return { kind: 'updated', ref, task, isAnnounced };
	}
	if (result?.kind === 'failed') {
		return { kind: 'pending', ref, task, problem: result.problem };
	}
	return { kind: 'pending', ref, task };
}
