import type { OperationPath } from '../core/operation';
import type { Problem } from '../core/problem';
import { problemTraits } from '../core/problemTraits';
import { isEnded, taskKey } from '../core/task';
import type { Task, TaskKey, TaskRef } from '../core/task';
import { inTurns } from './inTurns';
import { keepAlive } from './lookPlaces';
import type { EngineParts } from './engineHost';
import type { Poller } from './poller';
import { claimMs, type LookAnswer, type TaskChecker } from './taskChecker';
import type { NewTask } from './ports/tasks';

/**
 * What became of one reference.
 * - `known`: it was tracked before; nothing was asked
 * - `seen`: tracked and checked; an end seen here is the answer to the command and is announced nowhere, unless it came too late for that, or the window was closed: then it is announced (`isAnnounced`)
 * - `unseen`: tracked, but the first look brought nothing: `problem` says why; without one the look was cancelled or is
 *   another window's. It goes on by itself.
 */
export type TrackOutcome =
	| { readonly kind: 'known'; readonly ref: TaskRef; readonly task: Task }
	| { readonly kind: 'seen'; readonly ref: TaskRef; readonly task: Task; readonly isAnnounced: boolean }
	| { readonly kind: 'unseen'; readonly ref: TaskRef; readonly task: Task; readonly problem?: Problem };

export interface CommandOptions {
	/** Ends the asking, not the tracking. */
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** How a refresh ended for one task. */
export interface RefreshOutcome {
	readonly key: TaskKey;
	readonly answer: LookAnswer;
}

/** A check that ends so long (ms) after its command is no longer part of the command's answer ... */
const answerWithinMs = 10_000;
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
	 * Stores all tasks at once, so that they survive anything, then looks at each new one. An end that is seen within ten seconds, or among up to five tasks, is the
	 * command's answer; a later one is announced as any other. The answer claims the telling of its ends when it is given, so that they are told even if the window is closed, or dies,
	 * before the command is done. Once a key was refused or the API asked to slow down, the
	 * remaining tasks of its origin are left to the background. Aborting leaves the tasks tracked.
	 * @returns one outcome per different task, in the order given; a task removed in the meantime has none
	 */
	async track(newTasks: readonly NewTask[], { signal, onProgress }: CommandOptions = {}): Promise<readonly TrackOutcome[]> {
		const { store, clock, newToken, log } = this.#parts;
		const now = clock.now();
		// Claimed from birth until its turn comes, so that no window looks first and announces what is the answer to this command.
		const reservation = newToken();
		const { added } = await store.tasks.add(newTasks, now, { until: now + claimMs, token: reservation });
		/** Ends that are the command's to tell. */
		const own = new Set<TaskKey>();
		const renewal = keepAlive(clock, log, async () => {
			const until = clock.now() + claimMs;
			await Promise.all([store.pollQueue.renewReservation(reservation, until), store.announcements.hold([...own], until)]);
			return true;
		});

		const answers = new Map<TaskKey, LookAnswer>();
		const refusals = new Refusals();
		let done = 0;
		try {
			await inTurns(added, async (key) => {
				const task = store.tasks.get(key);
				if (task !== undefined) {
					const refusal = refusals.of(task);
					if (refusal !== undefined || signal?.aborted === true) {
						await store.pollQueue.release({ task, token: reservation }, task.nextLookAt);
						answers.set(key, refusal ?? { kind: 'stopped' });
					} else {
						const announce = () => {
							const isAnswer = added.length <= fewTasks || clock.now() - now <= answerWithinMs;
							if (isAnswer) {
								own.add(key);
							}
							return !isAnswer;
						};
						answers.set(key, refusals.note(task, await this.#checker.lookNow(key, { announce, signal, reservation })));
					}
				}
				onProgress?.(++done, added.length);
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
		const unique = new Map(newTasks.map(({ ref }) => [taskKey(ref), ref]));
		const isNew = new Set(added);
		return [...unique].flatMap(([key, ref]) => {
			const task = store.tasks.get(key);
			if (task === undefined) {
				return [];
			}
			return [isNew.has(key) ? outcomeOf(ref, task, answers.get(key), isEnded(task) && !own.has(key)) : { kind: 'known', ref, task }];
		});
	}

	/**
	 * Looks at tasks now, whatever is booked: the given ones, or all active ones. An active task that a refresh finds ended is
	 * announced as if it had been polled (one rule for all ends but a command's own answer); an ended one gets fresh
	 * links, may be corrected, and announces nothing.
	 */
	async refresh(keys: readonly TaskKey[] | undefined, { signal, onProgress }: CommandOptions = {}): Promise<readonly RefreshOutcome[]> {
		const { store } = this.#parts;
		const wanted = [...new Set(keys ?? [...store.tasks.keyPages('active')].flat())];
		const answers = new Map<TaskKey, LookAnswer>();
		const refusals = new Refusals();
		await inTurns(wanted, async (key) => {
			const task = store.tasks.get(key);
			const answer: LookAnswer =
				task === undefined
					? { kind: 'gone' }
					: signal?.aborted === true
						? { kind: 'stopped' }
						: (refusals.of(task) ?? refusals.note(task, await this.#checker.lookNow(key, { announce: () => true, signal })));
			answers.set(key, answer);
			onProgress?.(answers.size, wanted.length);
		});
		return wanted.flatMap((key) => {
			const answer = answers.get(key);
			return answer === undefined ? [] : [{ key, answer }];
		});
	}

	/** Takes tasks out of every list; `restore` undoes it. */
	async untrack(keys: readonly TaskKey[]): Promise<void> {
		await this.#parts.store.tasks.remove(keys, this.#parts.clock.now());
	}

	/** Takes all ended tasks out; the keys are what `restore` wants. */
	async untrackEnded(): Promise<readonly TaskKey[]> {
		return await this.#parts.store.tasks.removeEnded(this.#parts.clock.now());
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

/** The origins whose key turned out missing or refused, or that asked to slow down, in the course of one command: it asks there no more. */
class Refusals {
	readonly #byOrigin = new Map<string, Problem>();

	note(task: Task, answer: LookAnswer): LookAnswer {
		if (answer.kind === 'failed' && problemTraits[answer.problem.kind].endsCommand) {
			this.#byOrigin.set(task.ref.origin, answer.problem);
		}
		return answer;
	}

	of(task: Task): LookAnswer | undefined {
		const problem = this.#byOrigin.get(task.ref.origin);
		return problem && { kind: 'failed', task, problem };
	}
}

function outcomeOf(ref: TaskRef, task: Task, answer: LookAnswer | undefined, isAnnounced: boolean): TrackOutcome {
	if (answer?.kind === 'seen' || isEnded(task)) {
		return { kind: 'seen', ref, task, isAnnounced };
	}
	if (answer?.kind === 'failed') {
		return { kind: 'unseen', ref, task, problem: answer.problem };
	}
	return { kind: 'unseen', ref, task };
}
