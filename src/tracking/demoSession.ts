import type { DemoSubject } from '../core/demoSubject';
import type { Observation } from '../core/durationModel';
import type { Disposable } from '../core/emitter';
import type { OperationPath } from '../core/operation';
import { isFinished, taskKey, type Task, type TaskKey, type TaskRef } from '../core/task';
import { keepAlive } from './lease';
import type { Clock, Log } from './ports/host';
import type { Stores } from './ports/stores';
import type { Tracker } from './tracker';

/** A running simulator, with the tasks that were created on it. */
export interface RunningDemo {
	readonly origin: string;
	/** Valid for this demo only. */
	readonly apiKey: string;
	readonly tasks: readonly { readonly ref: TaskRef; readonly subject: DemoSubject }[];
	/** The usual duration (ms) of each of its operations. */
	readonly usual: readonly (OperationPath & { readonly ms: number })[];
	close(): Promise<void>;
}

export interface DemoSessionParts {
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
	readonly onDidChangeRunning: (isRunning: boolean) => void;
	/** The last of its tasks has finished and was announced; the demo runs on until it is stopped. */
	readonly onDidFinish: () => void;
	/** Opens a task's result without moving the focus. */
	readonly present: (key: TaskKey) => Promise<void>;
}

/** How long a demo's lease is valid, ms. */
const demoLeaseMs = 10_000;
/** How long after its last task finished the demo counts as over, ms: the task's own notification comes first. */
const finishDelayMs = 5_000;

/** Made-up observations of tasks with about this duration (ms), so that the demo has estimates. */
function observationsAround(ms: number): readonly Observation[] {
	return [0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.15].map((factor) => ({ ms: ms * factor, failed: false }));
}

/**
 * The offline demo: an API origin of its own on loopback, with a throwaway key that is kept in memory only. Only this window polls its
 * tasks. They are deleted when the demo stops; after a crash, when the next window opens.
 */
export class DemoSession implements Disposable {
	readonly #parts: DemoSessionParts;
	#running: { readonly demoId: string; readonly demo: RunningDemo; readonly temporaryKey: Disposable } | undefined;
	#starting = false;
	#renewal: Disposable | undefined;
	#sweepTimer: Disposable | undefined;
	readonly #subscription: Disposable;
	#videoToShow: TaskKey | undefined;
	/** Its tasks that are still active. */
	#unfinished: readonly TaskKey[] = [];
	#finishTimer: Disposable | undefined;

	/** Deletes what crashed windows left behind. */
	constructor(parts: DemoSessionParts) {
		this.#parts = parts;
		this.#subscription = parts.store.changes.onDidChange(({ keys }) => {
			if (this.#videoToShow !== undefined && keys.has(this.#videoToShow)) {
				this.#presentWhenFinished(parts.store.tasks.get(this.#videoToShow));
			}
			if (this.#unfinished.some((key) => keys.has(key))) {
				this.#noteFinished();
			}
		});
		this.#sweep();
	}

	/**
	 * Starts the simulator and tracks its tasks. Resolves to false when the demo is running or starting already.
	 * @throws what starting the simulator or writing to the store throws
	 */
	async start(): Promise<boolean> {
		if (this.#running !== undefined || this.#starting) {
			return false;
		}
		this.#starting = true;
		try {
			const { store, tracker, keys, clock } = this.#parts;
			const demoId = this.#parts.newId();
			// First, so that no simulator is started when the store cannot be written.
			await store.demos.renew(demoId, clock.now() + demoLeaseMs);
			const demo = await this.#parts.start();
			this.#running = { demoId, demo, temporaryKey: keys.addTemporaryKey(demo.origin, demo.apiKey) };
			this.#parts.setDemo(demoId);
			this.#parts.onDidChangeRunning(true);
			this.#renewal = keepAlive(clock, this.#parts.log, async () => {
				await store.demos.renew(demoId, clock.now() + demoLeaseMs);
				return true;
			});
			// Real operations take ten times as long: polled by their durations, the demo would be over before its first check.
			await store.durations.add(
				demo.usual.map(({ ms, ...operation }) => ({ origin: demo.origin, ...operation, observations: observationsAround(ms) })),
			);
			const video = demo.tasks.find(({ ref }) => ref.action === 'videos');
			this.#videoToShow = video && taskKey(video.ref);
			await tracker.track(demo.tasks.map(({ ref, subject }) => ({ ref, owner: demoId, name: this.#parts.nameOf(subject) })));
			this.#unfinished = demo.tasks.map(({ ref }) => taskKey(ref));
			this.#noteFinished();
			return true;
		} finally {
			this.#starting = false;
		}
	}

	/** Stops the simulator and deletes the demo's tasks. */
	async stop(): Promise<void> {
		const running = this.#running;
		if (running === undefined) {
			return;
		}
		this.#running = undefined;
		this.#videoToShow = undefined;
		this.#unfinished = [];
		this.#finishTimer?.dispose();
		this.#renewal?.dispose();
		this.#parts.setDemo(undefined);
		this.#parts.onDidChangeRunning(false);
		try {
			await this.#parts.store.demos.delete(running.demoId);
		} finally {
			running.temporaryKey.dispose();
			await running.demo.close();
		}
	}

	dispose(): void {
		this.#subscription.dispose();
		this.#renewal?.dispose();
		this.#sweepTimer?.dispose();
		// Tasks that cannot be deleted now are deleted at the next activation.
		this.stop().catch((error: unknown) => this.#parts.log.warn(`Failed to delete the demo's tasks: ${String(error)}`));
	}

	/** Counts down the active tasks; one that the person removed counts as finished. */
	#noteFinished(): void {
		const { store, clock, onDidFinish } = this.#parts;
		const last = this.#unfinished.at(-1);
		this.#unfinished = this.#unfinished.filter((key) => {
			const task = store.tasks.get(key);
			return task !== undefined && !isFinished(task);
		});
		// Without any task in the list there is nothing to look back at.
		if (last !== undefined && this.#unfinished.length === 0 && store.tasks.demoCounts().finished > 0) {
			this.#finishTimer = clock.after(finishDelayMs, onDidFinish);
		}
	}

	/** Opens the first video when it is ready. */
	#presentWhenFinished(task: Task | undefined): void {
		if (task === undefined || !isFinished(task)) {
			return;
		}
		this.#videoToShow = undefined;
		this.#parts.present(task.key).catch((error: unknown) => this.#parts.log.error('Failed to open the demo video', error));
	}

	/** Deletes the demos of crashed windows once their leases have expired. */
	#sweep(): void {
		const { store, clock, log } = this.#parts;
		store.demos.deleteExpired(clock.now()).then(
			(next) => {
				if (next !== undefined) {
					this.#sweepTimer = clock.after(Math.max(1_000, next - clock.now()), () => this.#sweep());
				}
			},
			(error: unknown) => log.error('Failed to delete expired demos', error),
		);
	}
}
