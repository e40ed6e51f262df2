import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { learnDurations } from '../../../src/core/durationLaw';
import { nextLook } from '../../../src/core/schedule';
import { taskKey } from '../../../src/core/task';
import type { TaskKey, TaskRef } from '../../../src/core/task';
import { TaskStore } from '../../../src/store/taskStore';
import type { LookBounds } from '../../../src/core/rate';
import { DurationLaws } from '../../../src/tracking/durationLaws';
import { LookPlaces } from '../../../src/tracking/lookPlaces';
import type { EngineParts, Pause } from '../../../src/tracking/poller';
import { Poller } from '../../../src/tracking/poller';
import type { Disposable, DueTerms, KlingApi, Log, NewTask, Tasks } from '../../../src/tracking/ports';
import { Tracker } from '../../../src/tracking/tracker';
import { FakeKling } from './fakeKling';
import { ManualClock, WindowClock } from './manualClock';

export const origin = 'https://kling.example';

export function refOf(id: string, action = 'videos', action2 = 'text2video'): TaskRef {
	return { origin, action, action2, id };
}

export function keyOf(id: string): TaskKey {
	return taskKey(refOf(id));
}

/** What a window claims and foresees looks by. */
export function terms(): DueTerms {
	return { boundsOf: () => ({ inFlight: 4, perMinute: 6_000 }), demo: undefined };
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

const breakable = [
	'claimDue',
	'record',
	'release',
	'renew',
	'nextDueAt',
	'claim',
	'claimAnnouncement',
	'checkForOthers',
	'takePlace',
] as const;

/** The real store of a window, which can be told to fail. */
export interface TestTasks extends Tasks {
	/** Methods that fail as long as they are in here. */
	readonly broken: Set<(typeof breakable)[number]>;
}

/** One window's engine. */
export interface Engine {
	readonly parts: EngineParts;
	readonly tasks: TestTasks;
	readonly poller: Poller;
	readonly tracker: Tracker;
	readonly pauses: readonly Pause[];
	readonly log: NotedLog;
}

function withFailures(store: TaskStore): TestTasks {
	const broken: TestTasks['broken'] = new Set();
	for (const name of breakable) {
		const whole: unknown = Reflect.get(store, name);
		if (typeof whole !== 'function') {
			throw new Error(name);
		}
		const fails = () => {
			const error = new Error(`${name} is broken`);
			if (name === 'nextDueAt' || name === 'checkForOthers') {
				throw error;
			}
			return Promise.reject(error);
		};
		Object.defineProperty(store, name, {
			writable: true,
			value: (...terms: unknown[]): unknown => (broken.has(name) ? fails() : Reflect.apply(whole, store, terms)),
		});
	}
	return Object.assign(store, { broken });
}

/** One machine: a clock, a Kling, keys, and windows over one file. */
export class Machine {
	readonly clock = new ManualClock();
	readonly start = this.clock.now();
	readonly kling = new FakeKling(this.clock);
	readonly keys = new Map<string, string>([[origin, 'key-one']]);
	/** How much the API is asked. */
	bounds: LookBounds = { inFlight: 4, perMinute: 6_000 };
	readonly #pollers: Poller[] = [];
	readonly #owned: Disposable[] = [];
	#tokens = 0;
	#directory: string | undefined;

	/** Opens a window; one that asks another API, or whose clock may stop alone, where these are given. */
	async window(own: Partial<Pick<EngineParts, 'api' | 'clock' | 'dice'>> = {}): Promise<Engine> {
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
		const store = await TaskStore.open({ directory: this.#directory, clock, log, checkpointEvery: Infinity });
		this.#owned.push(store);
		return this.#engine(withFailures(store), log, own);
	}

	/** Opens a window that can die: nothing of it happens any more, and what it holds it never gives back. */
	async mortalWindow(): Promise<{ readonly engine: Engine; readonly clock: WindowClock; readonly die: () => void }> {
		const clock = new WindowClock(this.clock);
		const api: KlingApi = {
			query: async (ref, key, signal) => {
				const outcome = await this.kling.query(ref, key, signal);
				// Only the end of the test still ends it.
				return clock.isDead
					? await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('it is dead'))))
					: outcome;
			},
		};
		const engine = await this.window({ api, clock });
		const die = () => {
			clock.die();
			for (const method of breakable) {
				engine.tasks.broken.add(method);
			}
		};
		return { engine, clock, die };
	}

	/** When looks at a task stand by the schedule that is seen at once and never ends, in seconds after tracking: the first `count`. Nobody attends. */
	scheduled(count: number): number[] {
		const law = learnDurations([], 319, 'video');
		const at = [this.start];
		for (let intervalMs: number | undefined; at.length < count;) {
			const booking = nextLook(
				{ isSeen: true, law, trackedAt: this.start, intervalMs },
				undefined,
				at.at(-1) ?? 0,
				{ focused: false, visible: false },
				0.5,
			);
			if (!('at' in booking)) {
				break;
			}
			at.push(booking.at);
			intervalMs = booking.intervalMs;
		}
		return at.map((time) => (time - this.start) / 1_000);
	}

	/** How many places at the API are free. */
	async freePlaces({ tasks }: Engine): Promise<number> {
		const now = this.clock.now();
		const taken: string[] = [];
		for (
			let token = 'free-1';
			(await tasks.takePlace({ origin, token, now, until: now + 8_000, bounds: this.bounds })) === undefined;
			token = `free-${taken.length + 1}`
		) {
			taken.push(token);
		}
		for (const token of [...taken, `free-${taken.length + 1}`]) {
			await tasks.leavePlace(origin, token, now);
		}
		return taken.length;
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
			for (const owned of this.#owned) {
				owned.dispose();
			}
			if (this.#directory !== undefined) {
				rmSync(this.#directory, { recursive: true });
			}
		}
	}

	#engine(tasks: TestTasks, log: NotedLog, own: Partial<Pick<EngineParts, 'api' | 'clock' | 'dice'>>): Engine {
		const base = {
			tasks,
			api: this.kling,
			keys: { get: (of: string) => Promise.resolve(this.keys.get(of)) },
			clock: this.clock,
			boundsOf: () => this.bounds,
			dice: () => 0.5,
			newToken: () => `token-${++this.#tokens}`,
			log,
			...own,
		};
		const parts: EngineParts = { ...base, places: new LookPlaces(base), laws: new DurationLaws(tasks) };
		const poller = new Poller(parts);
		this.#pollers.push(poller);
		const pauses: Pause[] = [];
		poller.onDidPause((pause) => pauses.push(pause));
		return { parts, tasks, poller, tracker: new Tracker(parts, poller), pauses, log };
	}
}
