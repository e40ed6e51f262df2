import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { KlingClient } from '../../../src/api/klingClient';
import { editorNamesAgent } from '../../../src/ui/settings';
import { taskKey, type TaskKey } from '../../../src/core/task';
import type { Simulator } from '../../../src/simulator/simulator';
import { TaskStore } from '../../../src/store/taskStore';
import { Disposables } from '../../../src/core/disposables';
import { createEngine, type Engine } from '../../../src/tracking/engine';
import type { TaskChecker } from '../../../src/tracking/taskChecker';
import type { Clock } from '../../../src/tracking/ports/host';
import type { KlingApi, CheckOutcome } from '../../../src/tracking/ports/kling';
import { showMessage } from '../../../src/ui/message';
import { notifyFinished } from '../../../src/ui/notifications';
import { showPauseMessage } from '../../../src/ui/pauseMessages';
import { StoreMessages } from '../../../src/ui/storeMessages';
import { taskItem } from '../../../src/ui/tree/taskItem';
import { plainText } from './markdown';
import { taskTooltip } from '../../../src/ui/tree/taskTooltip';
import { Bench } from '../../support/store';
import { realClock, ManualClock, settle } from '../../support/clock';
import type { Messages } from './messages';
import { sleep } from '../../support/retry';
import { storeWorkerFile as workerFile } from '../../support/paths';
import { noCreates } from '../../support/noCreates';
import { noDownloads } from '../../support/noDownloads';

export const apiKey = 'sk-faults-0123456789abcdef';
const video = { action: 'videos', action2: 'text2video' };

export interface FaultBenchOptions {
	/** Where the tasks' API is reached, if not at the simulator itself. */
	readonly origin?: string;
	/** Timeout of a check, real ms. Default 400, so that a missing response is noticed soon. */
	readonly deadlineMs?: number;
	/** How many tasks are tracked. Default 2, so that a failure of one task can be distinguished from one of its origin. */
	readonly tasks?: number;
	/** Another schema than ours. */
	readonly migrations?: readonly string[];
}

/** What one life of a window is made of. */
interface Life {
	readonly store: TaskStore;
	readonly engine: Engine;
	readonly own: Disposables;
}

/**
 * One window's engine with the real store, the real client and the real messages, on a clock that the test advances: virtual hours
 * pass in real seconds, and only when no request is in flight. Its tasks have been checked once and are processing.
 */
export class FaultBench {
	readonly origin: string;
	readonly keys = new Map<string, string>();
	readonly taskKeys: readonly TaskKey[];
	readonly clock: ManualClock;
	readonly #files = new Bench();
	readonly directory = this.#files.directory();
	readonly #ids: readonly string[];
	/** Requests that the client was asked for, in all. */
	requests = 0;
	#underWay = 0;
	#life: Life | undefined;

	private constructor(
		readonly simulator: Simulator,
		readonly messages: Messages,
		private readonly options: FaultBenchOptions,
	) {
		this.origin = options.origin ?? simulator.origin;
		this.keys.set(this.origin, apiKey);
		this.clock = new ManualClock(simulator.clock.now(), () => this.quiet());
		this.#ids = Array.from({ length: options.tasks ?? 2 }, () =>
			simulator.create(video, { submittedMs: 0, durationMs: 40 * 24 * 3_600_000 }),
		);
		this.taskKeys = this.#ids.map((id) => taskKey({ origin: this.origin, id }));
	}

	/** @param simulator whose clock stands still but for what the bench lets pass */
	static async start(simulator: Simulator, messages: Messages, options: FaultBenchOptions = {}): Promise<FaultBench> {
		const bench = new FaultBench(simulator, messages, options);
		await bench.reopen();
		await bench.store.tasks.add(
			bench.#ids.map((id) => ({ ref: { origin: bench.origin, ...video, id } })),
			bench.clock.now(),
		);
		await bench.advance(1_000);
		await bench.until('the first checks', () => bench.rows().every((row) => row === 'Processing'), 120_000);
		return bench;
	}

	/** Closes the window, if it is open, and opens it anew. */
	async reopen(): Promise<void> {
		await this.#close();
		const store = await TaskStore.open({
			directory: this.directory,
			clock: this.#storeClock,
			log: this.#files.log,
			workerFile,
			checkpointEvery: Infinity,
			...(this.options.migrations === undefined ? {} : { migrations: this.options.migrations }),
		});
		const client = new KlingClient({ deadlineMs: this.options.deadlineMs ?? 400 }, editorNamesAgent);
		const engine = createEngine({
			...noCreates,
			...noDownloads,
			store,
			api: {
				query: (...terms: Parameters<KlingApi['query']>) => this.#counted(() => client.query(...terms)),
				list: (...terms: Parameters<KlingApi['list']>) => client.list(...terms),
			},
			keys: { get: (of: string) => Promise.resolve(this.keys.get(of)) },
			clock: this.clock,
			limitsOf: () => ({ maxConcurrent: 4, maxPerMinute: 40 }),
			random: () => 0.5,
			newId: randomUUID,
			log: this.#files.log,
		});
		const own = new Disposables();
		own.own(engine);
		own.own(engine.onDidPause((pause) => void showPauseMessage(pause, () => Promise.resolve())));
		own.own(
			engine.announcer.onDidAnnounce(
				(finished) =>
					void notifyFinished(finished, {
						say: showMessage,
						open: () => undefined,
						save: () => undefined,
						showTasks: () => undefined,
						isUnviewed: () => true,
						isDryRun: () => false,
						isOwn: () => false,
						showRequest: () => undefined,
					}),
			),
		);
		own.own(new StoreMessages(store, (error) => assert.fail(String(error))));
		// It has no focus: nobody attends.
		engine.start();
		this.#life = { store, engine, own };
	}

	get store(): TaskStore {
		return this.#open.store;
	}

	get checker(): TaskChecker {
		return this.#open.engine.checker;
	}

	/** Lets virtual time pass for the engine and the simulator, ms: from timer to timer, since nothing happens in between. */
	async advance(ms: number): Promise<void> {
		await this.quiet();
		for (let left = ms; left > 0;) {
			const step = Math.min(left, this.clock.untilNext);
			left -= step;
			this.simulator.clock.advance(step);
			await this.clock.advance(step);
		}
		await this.quiet();
	}

	/** Lets virtual time pass until something holds. Returns how much of it passed, ms; fails when that takes longer than `most`. */
	async until(what: string, holds: () => boolean, most: number): Promise<number> {
		await this.quiet();
		const start = this.clock.now();
		const passed = () => this.clock.now() - start;
		while (!holds()) {
			if (passed() >= most) {
				assert.fail(`${what}: not within ${most / 1_000} s; the rows: ${this.rows().join('; ')}`);
			}
			await this.advance(Math.max(1, Math.min(this.clock.untilNext, most - passed())));
		}
		return passed();
	}

	/** What the tasks' rows say, without how long they have run and their ids. */
	rows(): readonly string[] {
		return this.taskKeys.map((key) => {
			const task = this.store.tasks.get(key);
			if (task === undefined) {
				return 'gone';
			}
			const { description } = taskItem(task, this.clock.now());
			return typeof description === 'string' ? description.replace(/ · (?:\d|last checked)[^·]*( · [^·]*)?$/, '') : '';
		});
	}

	/** What the first task's hover says. */
	hover(): string {
		const task = this.taskKeys[0] === undefined ? undefined : this.store.tasks.get(this.taskKeys[0]);
		return task === undefined ? '' : plainText(taskTooltip(task));
	}

	/** The tags of the first task's row, by which the manifest gives it buttons. */
	tags(): readonly string[] {
		const task = this.taskKeys[0] === undefined ? undefined : this.store.tasks.get(this.taskKeys[0]);
		return task === undefined ? [] : (taskItem(task, this.clock.now()).contextValue ?? '').split(';');
	}

	/** Every message so far. */
	notifications(): readonly string[] {
		return this.messages.all.map(({ text }) => text);
	}

	/** Another process of ours, such as one that holds the lock. */
	child(name: string, args: readonly string[]): ReturnType<Bench['child']> {
		return this.#files.child(name, args);
	}

	/** Another window on the same file. */
	window(migrations?: readonly string[]): Promise<TaskStore> {
		return this.#files.open(this.directory, migrations === undefined ? {} : { migrations });
	}

	/** The lines of the engine's log. */
	get log(): readonly string[] {
		return this.#files.log.lines;
	}

	async stop(): Promise<void> {
		this.messages.clear();
		await this.#close();
		this.#files.clear();
	}

	/** Waits until no request is under way and nothing is left that waits for no timer. */
	async quiet(): Promise<void> {
		await settle();
		while (this.#underWay > 0) {
			await sleep(1);
			if (this.#underWay === 0) {
				await settle();
			}
		}
	}

	get #open(): Life {
		assert.ok(this.#life, 'the window is open');
		return this.#life;
	}

	/** The store's own timers are real, and quick: what waits for the disk waits for the disk. */
	get #storeClock(): Clock {
		return { now: () => this.clock.now(), after: (ms, callback) => realClock(20).after(ms, callback) };
	}

	async #close(): Promise<void> {
		const life = this.#life;
		if (life === undefined) {
			return;
		}
		this.#life = undefined;
		life.own.dispose();
		await life.engine.close();
		life.store.dispose();
	}

	async #counted(query: () => Promise<CheckOutcome>): Promise<CheckOutcome> {
		this.requests++;
		this.#underWay++;
		try {
			return await query();
		} finally {
			this.#underWay--;
		}
	}
}
