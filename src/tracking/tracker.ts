import { sameOperation, type OperationPath } from '../core/operation';
import type { Problem } from '../core/problem';
import { problemTraits } from '../core/problemTraits';
import { isFinished, taskKey } from '../core/task';
import type { Task, TaskKey, TaskRef } from '../core/task';
import { runConcurrently } from './runConcurrently';
import { keepAlive, leaseMs } from './lease';
import type { EngineParts } from './engineHost';
import type { Poller } from './poller';
import type { CheckNowResult, TaskChecker } from './taskChecker';
import type { NewTask } from './ports/tasks';

/**
 * What became of one reference.
 * - `known`: it was tracked before; checked only where its operation was corrected or its checks were in trouble
 * - `seen`: tracked and checked; an end seen here is the answer to the command and is announced nowhere, unless it came too late for that, or the window was closed: then it is announced (`isAnnounced`)
 * - `unseen`: tracked, but the first look brought nothing: `problem` says why; without one the look was cancelled or is
 *   another window's. It goes on by itself.
 */
export type TrackOutcome =
	| { readonly kind: 'known'; readonly ref: TaskRef; readonly task: Task }
	| { readonly kind: 'updated'; readonly ref: TaskRef; readonly task: Task; readonly isAnnounced: boolean }
	| { readonly kind: 'pending'; readonly ref: TaskRef; readonly task: Task; readonly problem?: Problem };

export interface CommandOptions {
	/** Ends the asking, not the tracking. */
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** How a refresh ended for one task. */
export interface RefreshOutcome {
	readonly key: TaskKey;
	readonly result: CheckNowResult;
}

/** A check that ends so long (ms) after its command is no longer part of the command's answer ... */
const resultWithinMs = 10_000;
/** ... unless the command is about so few tasks that its person waits for all of them. */
const fewTasks = 5;

/** What a person does with the list of tasks. Every method rejects only if the store cannot write. */
export class Tracker {
	readonly #parts: EngineParts;
	readonly #poller: Poller;
	readonly #checker: TaskChecker;

	constructor(parts: EngineParts, poller: Poller, checker: TaskChecker) {
		this.#parts = parts;
		this.#poller = poller;
		this.#checker = checker;
	}

	/**
	 * Stores all tasks at once, so that they survive anything, then checks each new one. A task that is tracked already gets the operation given here, and is checked if
	 * that is another one or its checks are in trouble. An end that is seen of a new task within ten seconds, or among up to five new tasks, is the
	 * command's answer; a later one is announced as any other. The answer claims the telling of its ends when it is given, so that they are told even if the window is closed, or dies,
	 * before the command is done. Once a key was refused, the API asked to slow down or could not be reached, the
	 * remaining tasks of its origin are left to the background. Aborting leaves the tasks tracked.
	 * @returns one outcome per different task, in the order given; a task removed in the meantime has none
	 */
	async track(newTasks: readonly NewTask[], { signal, onProgress }: CommandOptions = {}): Promise<readonly TrackOutcome[]> {
		const { store, clock, newId, log } = this.#parts;
		const now = clock.now();
		// Claimed from birth until its turn comes, so that no window looks first and announces what is the answer to this command.
		const reservation = newId();
		const { added, known } = await store.tasks.add(newTasks, now, { until: now + leaseMs, reservationId: reservation });
		const refs = new Map(newTasks.map(({ ref }) => [taskKey(ref), ref]));
		const isNew = new Set(added);
		/** Ends that are the command's to tell. */
		const own = new Set<TaskKey>();
		const renewal = keepAlive(clock, log, async () => {
			const until = clock.now() + leaseMs;
			await Promise.all([store.pollQueue.renewReservation(reservation, until), store.announcements.hold([...own], until)]);
			return true;
		});

		const results = new Map<TaskKey, CheckNowResult>();
		const refusals = new Refusals();
		const checkNew = async (task: Task): Promise<CheckNowResult> => {
			const refusal = refusals.of(task);
			if (refusal !== undefined || signal?.aborted === true) {
				await store.pollQueue.release({ task, claimId: reservation }, task.nextPollAt);
				return refusal ?? { kind: 'stopped' };
			}
			const announce = () => {
				const isOwnResult = added.length <= fewTasks || clock.now() - now <= resultWithinMs;
				if (isOwnResult) {
					own.add(task.key);
				}
				return !isOwnResult;
			};
			return refusals.note(task, await this.#checker.checkNow(task.key, { announce, signal, reservation }));
		};
		try {
			const keys = [...added, ...(await this.#correct(known, refs))];
			await this.#forEach(keys, onProgress, async (task) => {
				results.set(task.key, isNew.has(task.key) ? await checkNew(task) : await this.#refresh(task, refusals, signal));
			});
			// In a window that is being closed nobody reads the answer.
			for (const key of own) {
				if (this.#checker.isClosed || !(await store.announcements.claim(key, clock.now()))) {
					own.delete(key);
				}
			}
		} finally {
			renewal.dispose();
		}
		this.#poller.wake();

		// An answer that cannot name them, because they are untracked or the file is being replaced, has not told them.
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
	 * Looks at tasks now, whatever is booked: the given ones, or all active ones. An active task that a refresh finds ended is
	 * announced as if it had been polled (one rule for all ends but a command's own answer); an ended one gets fresh
	 * links, may be corrected, and announces nothing. Once a key was refused, the API asked to slow down or could not be reached, no more is asked of its origin.
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

	/** Checks a task that is tracked already, unless its origin refuses or the command was cancelled. */
	async #refresh(task: Task, refusals: Refusals, signal: AbortSignal | undefined): Promise<CheckNowResult> {
		if (signal?.aborted === true) {
			return { kind: 'stopped' };
		}
		return refusals.of(task) ?? refusals.note(task, await this.#checker.checkNow(task.key, { announce: () => true, signal }));
	}

	/** Corrects the operations of tasks that are tracked already; those to be checked: corrected ones and those in trouble. */
	async #correct(known: readonly TaskKey[], refs: ReadonlyMap<TaskKey, TaskRef>): Promise<readonly TaskKey[]> {
		const { store, clock } = this.#parts;
		const toCheck: TaskKey[] = [];
		for (const key of known) {
			const [task, ref] = [store.tasks.get(key), refs.get(key)];
			const isWrong = task !== undefined && ref !== undefined && !sameOperation(ref, task.ref);
			if (isWrong) {
				await store.tasks.changeOperation(key, ref, clock.now());
			}
			if (isWrong || task?.problem !== undefined) {
				toCheck.push(key);
			}
		}
		return toCheck;
	}

	/** Does `work` for each task that is there when its turn comes, of each origin as many at a time as may be asked of it. */
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
		let done = 0;
		await runConcurrently([...lanes.values()], async (key) => {
			const task = store.tasks.get(key);
			if (task !== undefined) {
				await work(task);
			}
			onProgress?.(++done, keys.length);
		});
	}

	/** Takes tasks out of every list; `restore` undoes it. */
	async untrack(keys: readonly TaskKey[]): Promise<void> {
		await this.#parts.store.tasks.remove(keys, this.#parts.clock.now());
	}

	/** Takes all ended tasks out; the keys are what `restore` wants. */
	async untrackFinished(): Promise<readonly TaskKey[]> {
		return await this.#parts.store.tasks.removeFinished(this.#parts.clock.now());
	}

	/** Brings untracked tasks back; unfinished ones go on. */
	async restore(keys: readonly TaskKey[]): Promise<void> {
		await this.#parts.store.tasks.restore(keys);
		this.#poller.wake();
	}

	/** Corrects a task's operation; an active one is looked at again at once, and so is one whose looks had stopped. */
	async changeOperation(key: TaskKey, operation: OperationPath): Promise<void> {
		await this.#parts.store.tasks.changeOperation(key, operation, this.#parts.clock.now());
		this.#poller.wake();
	}
}

/** The origins whose key turned out missing or refused, that asked to slow down or could not be reached, in the course of one command: it asks there no more. */
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
