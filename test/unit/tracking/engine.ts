import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { taskKey } from '../../../src/core/task';
import type { TaskKey, TaskRef } from '../../../src/core/task';
import { TaskStore } from '../../../src/store/taskStore';
import { LookSlots } from '../../../src/tracking/lookSlots';
import type { EngineParts, Pause } from '../../../src/tracking/poller';
import { Poller } from '../../../src/tracking/poller';
import type { Disposable, Log, NewTask, Tasks } from '../../../src/tracking/ports';
import { Tracker } from '../../../src/tracking/tracker';
import { FakeKling } from './fakeKling';
import { ManualClock } from './manualClock';
import { MemoryFile, MemoryTasks } from './memoryTasks';

export const origin = 'https://kling.example';

export function refOf(id: string, action = 'videos', action2 = 'text2video'): TaskRef {
	return { origin, action, action2, id };
}

export function keyOf(id: string): TaskKey {
	return taskKey(refOf(id));
}

export function newTask(id: string, more: Partial<NewTask> = {}): NewTask {
	return { ref: refOf(id), ...more };
}

/** A log that a test can read. */
export class NotedLog implements Log {
	readonly errors: string[] = [];
	readonly warnings: string[] = [];
	debug(): void {
		/* not asserted */
	}
	info(): void {
		/* not asserted */
	}
	warn(message: string): void {
		this.warnings.push(message);
	}
	error(message: string, error?: unknown): void {
		this.errors.push(`${message}: ${String(error)}`);
	}
}

/** One window's engine. */
export interface Engine<T extends Tasks = Tasks> {
	readonly parts: EngineParts;
	readonly tasks: T;
	readonly poller: Poller;
	readonly tracker: Tracker;
	readonly pauses: readonly Pause[];
	readonly log: NotedLog;
}

/** One machine: a clock, a Kling, keys, and windows over one file. */
export class Machine {
	readonly clock = new ManualClock();
	readonly start = this.clock.now();
	readonly kling = new FakeKling(this.clock);
	readonly keys = new Map<string, string>([[origin, 'key-one']]);
	readonly #file = new MemoryFile();
	readonly #pollers: Poller[] = [];
	readonly #owned: Disposable[] = [];
	#tokens = 0;
	#directory: string | undefined;

	/** Opens a window on the double. */
	window(): Engine<MemoryTasks> {
		const log = new NotedLog();
		return this.#engine(new MemoryTasks(this.#file, log), log);
	}

	/** Opens a window on the real store. */
	async windowOnDisk(): Promise<Engine> {
		const log = new NotedLog();
		this.#directory ??= mkdtempSync(join(tmpdir(), 'kling-tracking-'));
		// The store's own timers are real ones, so that the manual clock counts the engine's alone.
		const clock = {
			now: () => this.clock.now(),
			after: (ms: number, callback: () => void) => {
				const timer = setTimeout(callback, ms).unref();
				return { dispose: () => clearTimeout(timer) };
			},
		};
		const store = await TaskStore.open({ directory: this.#directory, clock, log });
		const engine = this.#engine(store, log);
		this.#owned.push(store);
		return engine;
	}

	/** What the person does to set a key, in the given window. */
	async setKey(engine: Engine, key: string): Promise<void> {
		this.keys.set(origin, key);
		await engine.tasks.noteKey(origin, true, this.clock.now());
	}

	async close(): Promise<void> {
		try {
			await Promise.all(this.#pollers.map((poller) => poller.close()));
		} finally {
			for (const owned of this.#owned) owned.dispose();
			if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true });
		}
	}

	#engine<T extends Tasks>(tasks: T, log: NotedLog): Engine<T> {
		const slots = new LookSlots(log);
		const parts: EngineParts = {
			tasks,
			api: this.kling,
			keys: { get: (of) => Promise.resolve(this.keys.get(of)) },
			clock: this.clock,
			slots,
			dice: () => 0.5,
			newToken: () => `token-${++this.#tokens}`,
			log,
		};
		const poller = new Poller(parts);
		this.#pollers.push(poller);
		const pauses: Pause[] = [];
		poller.onDidPause((pause) => pauses.push(pause));
		return { parts, tasks, poller, tracker: new Tracker(parts, poller), pauses, log };
	}
}
