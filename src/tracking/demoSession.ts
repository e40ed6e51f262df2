import type { Disposable } from '../core/emitter';
import type { TaskKey } from '../core/task';
import type { DemoParts, DemoRun, DryRun, DryRunOutcome } from './demoRun';

/**
 * The offline demo of this window: the sample tasks and the dry runs, on one simulator that is started when it is needed. Only this window
 * polls their tasks. They are deleted when the demo stops; after a crash, when the next window opens.
 */
export class DemoSession implements Disposable {
	readonly #parts: DemoParts;
	/** Runs, or is starting. */
	#run: Promise<DemoRun> | undefined;
	/** How many calls are about to create tasks on it. */
	#users = 0;
	/** Settles when the run before is over. */
	#ending: Promise<unknown> = Promise.resolve();
	#sweepTimer: Disposable | undefined;
	readonly #dryRuns = new Set<TaskKey>();

	/** Deletes what crashed windows left behind. */
	constructor(parts: DemoParts) {
		this.#parts = parts;
		this.#sweep();
	}

	/**
	 * Tracks the sample tasks. Resolves to false when they are tracked already.
	 * @throws what starting the simulator or writing to the store throws
	 */
	start(): Promise<boolean> {
		return this.#use((run) => run.addSamples());
	}

	/**
	 * Creates a task from a request on the simulator, and tracks it like a sample task.
	 * @throws what starting the simulator or writing to the store throws
	 */
	async dryRun(request: DryRun): Promise<DryRunOutcome> {
		const outcome = await this.#use((run) => run.dryRun(request));
		if (outcome.ok) {
			this.#dryRuns.add(outcome.key);
		}
		return outcome;
	}

	/** Whether a task is that of a dry run. */
	isDryRun(key: TaskKey): boolean {
		return this.#dryRuns.has(key);
	}

	/** Stops the simulator and deletes its tasks. */
	async stop(): Promise<void> {
		const starting = this.#run;
		if (starting === undefined) {
			return;
		}
		this.#run = undefined;
		const ending = starting.then(
			(run) => run.end(),
			// Whoever started it is told.
			() => undefined,
		);
		this.#ending = ending.catch(() => undefined);
		await ending;
	}

	dispose(): void {
		this.#sweepTimer?.dispose();
		// Tasks that cannot be deleted now are deleted at the next activation.
		this.stop().catch((error: unknown) => this.#parts.log.warn(`Failed to delete the demo's tasks: ${String(error)}`));
	}

	/** Creates tasks on the simulator, which is started if it does not run, and stopped again if it then has none. */
	async #use<T>(create: (run: DemoRun) => Promise<T>): Promise<T> {
		this.#run ??= this.#ending.then(async () => (await import('./demoRun')).DemoRun.start(this.#parts));
		const starting = this.#run;
		this.#users++;
		try {
			return await create(await starting);
		} finally {
			this.#users--;
			await this.#stopIfUnused(starting);
		}
	}

	async #stopIfUnused(starting: Promise<DemoRun>): Promise<void> {
		const hasTasks = await starting.then(
			(run) => run.hasTasks,
			() => false,
		);
		if (!hasTasks && this.#users === 0 && this.#run === starting) {
			await this.stop();
		}
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
