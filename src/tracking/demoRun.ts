import type { DemoSubject } from '../core/demoSubject';
import { Disposables } from '../core/disposables';
import type { Observation } from '../core/durationModel';
import type { Disposable } from '../core/emitter';
import { omitUndefined } from '../core/omitUndefined';
import type { OperationPath } from '../core/operation';
import { isFinished, taskKey, type TaskKey } from '../core/task';
import { keepAlive } from './lease';
import type { RefusedCreate, RunningDemo } from './ports/demoHost';
import type { Clock, Log } from './ports/host';
import type { Stores } from './ports/stores';
import type { NewTask } from './ports/tasks';
import type { Tracker } from './tracker';

/** A request to try on the simulator. */
export interface DryRun {
	readonly operation: OperationPath;
	/** The body as it would be sent: JSON. */
	readonly body: string;
	/** Of the task. */
	readonly name?: string;
	/** See `NewTask.priceClass`. */
	readonly priceClass?: string;
}

export type DryRunOutcome = { readonly ok: true; readonly key: TaskKey } | RefusedCreate;

/** What the offline demo needs. */
export interface DemoParts {
	readonly store: Stores;
	readonly tracker: Pick<Tracker, 'track'>;
	/** Sets the demo this window runs; tasks of other demos are neither checked nor announced here. */
	readonly setDemo: (demoId: string | undefined) => void;
	readonly keys: { addTemporaryKey(origin: string, apiKey: string): Disposable };
	readonly clock: Clock;
	readonly log: Log;
	/** Loads and starts the simulator. */
	readonly start: () => Promise<RunningDemo>;
	readonly newId: () => string;
	/** The name of a task. */
	readonly nameOf: (subject: DemoSubject) => string;
	/** The simulator was started or stopped. */
	readonly onDidChangeRunning: (isRunning: boolean) => void;
	/** The sample tasks were added, or deleted when the simulator was stopped. */
	readonly onDidChangeSamples: (hasSamples: boolean) => void;
	/** The last sample task has finished and was announced; the demo runs on until it is stopped. */
	readonly onDidFinish: () => void;
	/** Opens a task's result without moving the focus. */
	readonly present: (key: TaskKey) => Promise<void>;
}

/** How long a demo's lease is valid, ms. */
const demoLeaseMs = 10_000;
/** How long after its last sample task finished the demo counts as over, ms: the task's own notification comes first. */
const finishDelayMs = 5_000;

/** Made-up observations of tasks with about this duration (ms), so that the demo has estimates. */
function observationsAround(ms: number): readonly Observation[] {
	return [0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.15].map((factor) => ({ ms: ms * factor, failed: false }));
}

/**
 * One run of the simulator, from its start to its end: an API origin of its own on loopback, with a throwaway key that is kept in memory
 * only. Its tasks are the sample tasks, those of dry runs, or both. Entry point of dist/demo.js.
 */
export class DemoRun {
	readonly #parts: DemoParts;
	readonly #demoId: string;
	readonly #demo: RunningDemo;
	readonly #own = new Disposables();
	readonly #temporaryKey: Disposable;
	#isOver = false;
	#hasSamples = false;
	#hasTasks = false;
	#videoToShow: TaskKey | undefined;
	#samples: readonly TaskKey[] = [];
	/** The sample tasks that are still active. */
	#unfinished: readonly TaskKey[] = [];

	private constructor(parts: DemoParts, demoId: string, demo: RunningDemo) {
		this.#parts = parts;
		this.#demoId = demoId;
		this.#demo = demo;
		this.#temporaryKey = parts.keys.addTemporaryKey(demo.origin, demo.apiKey);
		this.#own.own(
			parts.store.changes.onDidChange(({ keys }) => {
				if (this.#videoToShow !== undefined && keys.has(this.#videoToShow)) {
					this.#presentWhenFinished(this.#videoToShow);
				}
				if (this.#unfinished.some((key) => keys.has(key))) {
					this.#noteFinished();
				}
			}),
		);
		this.#own.own(keepAlive(parts.clock, parts.log, () => this.#renew()));
		parts.setDemo(demoId);
		parts.onDidChangeRunning(true);
	}

	/** @throws what starting the simulator or writing to the store throws */
	static async start(parts: DemoParts): Promise<DemoRun> {
		const demoId = parts.newId();
		// First, so that no simulator is started when the store cannot be written.
		await parts.store.demos.renew(demoId, parts.clock.now() + demoLeaseMs);
		return new DemoRun(parts, demoId, await parts.start());
	}

	/** Whether any task was created on it. */
	get hasTasks(): boolean {
		return this.#hasTasks;
	}

	/** Tracks the sample tasks; resolves to false if it has them already. */
	async addSamples(): Promise<boolean> {
		if (this.#hasSamples || this.#isOver) {
			return false;
		}
		this.#hasSamples = true;
		this.#parts.onDidChangeSamples(true);
		const { tasks, usual } = this.#demo.addSamples();
		const keys = tasks.map(({ ref }) => taskKey(ref));
		const video = tasks.find(({ ref }) => ref.action === 'videos');
		this.#videoToShow = video && taskKey(video.ref);
		const named = tasks.map(({ ref, subject }) => ({ ref, name: this.#parts.nameOf(subject) }));
		if (await this.#track(named, usual)) {
			this.#samples = keys;
			this.#unfinished = keys;
			this.#noteFinished();
		}
		return true;
	}

	/** Creates and tracks the task of a request, unless the simulator refuses it. */
	async dryRun({ operation, body, name, priceClass }: DryRun): Promise<DryRunOutcome> {
		const created = this.#demo.create(operation, body);
		if (!created.ok) {
			return created;
		}
		const { ref, prompt, usualMs } = created;
		const isKnown = this.#parts.store.durations.of(ref).length > 0;
		await this.#track([{ ref, ...omitUndefined({ name, prompt, priceClass }) }], isKnown ? [] : [{ ...operation, ms: usualMs }]);
		return { ok: true, key: taskKey(ref) };
	}

	/** Stops the simulator and deletes its tasks. */
	async end(): Promise<void> {
		this.#isOver = true;
		this.#videoToShow = undefined;
		this.#unfinished = [];
		this.#own.dispose();
		this.#parts.setDemo(undefined);
		this.#parts.onDidChangeRunning(false);
		if (this.#hasSamples) {
			this.#parts.onDidChangeSamples(false);
		}
		try {
			await this.#parts.store.demos.delete(this.#demoId);
		} finally {
			this.#temporaryKey.dispose();
			await this.#demo.close();
		}
	}

	async #renew(): Promise<boolean> {
		await this.#parts.store.demos.renew(this.#demoId, this.#parts.clock.now() + demoLeaseMs);
		return true;
	}

	/**
	 * Tracks new tasks; resolves to false if the run is over.
	 * @param usual the duration (ms) of tasks of these operations
	 */
	async #track(tasks: readonly Omit<NewTask, 'owner'>[], usual: readonly (OperationPath & { readonly ms: number })[]): Promise<boolean> {
		const { store, tracker } = this.#parts;
		this.#hasTasks = true;
		// Real operations take ten times as long: polled by their durations, the demo would be over before its first check.
		await store.durations.add(
			usual.map(({ ms, ...operation }) => ({ origin: this.#demo.origin, ...operation, observations: observationsAround(ms) })),
		);
		if (!this.#isOver) {
			await tracker.track(tasks.map((task) => ({ ...task, owner: this.#demoId })));
		}
		return !this.#isOver;
	}

	/** Counts down the active sample tasks; one that the person removed counts as finished. */
	#noteFinished(): void {
		const { store, clock, onDidFinish } = this.#parts;
		const wereActive = this.#unfinished.length > 0;
		const isDone = (key: TaskKey): boolean | undefined => {
			const task = store.tasks.get(key);
			return task && isFinished(task);
		};
		this.#unfinished = this.#unfinished.filter((key) => isDone(key) === false);
		// Without any sample task in the list there is nothing to look back at.
		if (wereActive && this.#unfinished.length === 0 && this.#samples.some((key) => isDone(key) === true)) {
			this.#own.own(clock.after(finishDelayMs, onDidFinish));
		}
	}

	/** Opens the first video when it is ready. */
	#presentWhenFinished(key: TaskKey): void {
		const task = this.#parts.store.tasks.get(key);
		if (task === undefined || !isFinished(task)) {
			return;
		}
		this.#videoToShow = undefined;
		this.#parts.present(key).catch((error: unknown) => this.#parts.log.error('Failed to open the demo video', error));
	}
}
