import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { learnDurations } from '../../src/core/durationModel';
import { nextPoll } from '../../src/core/schedule';
import { TaskStore } from '../../src/store/taskStore';
import type { RateLimits } from '../../src/core/rate';
import { createEngine } from '../../src/tracking/engine';
import type { Engine as ProductionEngine } from '../../src/tracking/engine';
import type { EngineHost } from '../../src/tracking/engineHost';
import type { Pause } from '../../src/tracking/originKeys';
import type { Poller } from '../../src/tracking/poller';
import type { Disposable } from '../../src/core/emitter';
import type { KlingApi } from '../../src/tracking/ports/kling';
import type { Stores } from '../../src/tracking/ports/stores';
import { FakeKling } from './fakeKling';
import { ManualClock, WindowClock } from './clock';
import { MemoryLog } from './log';
import { origin } from './makers';
import { storeWorkerFile as workerFile } from './paths';

/** Methods of the store that a test can make fail, by the names that tests use. */
const breakable = {
	claimDue: ['pollQueue', 'claimDue'],
	record: ['pollQueue', 'record'],
	release: ['pollQueue', 'release'],
	renew: ['pollQueue', 'renew'],
	nextDueAt: ['pollQueue', 'nextDueAt'],
	claim: ['pollQueue', 'claim'],
	claimAnnouncement: ['announcements', 'claim'],
	checkForOthers: ['changes', 'checkForOthers'],
	acquireSlot: ['slots', 'acquire'],
} as const;
const breakableNames = Object.keys(breakable) as readonly (keyof typeof breakable)[];

/** The real store of a window, which can be made to fail. */
export interface TestStore extends Stores {
	/** Methods that fail as long as they are in here. */
	readonly broken: Set<keyof typeof breakable>;
}

/** One window's engine, with what tests read. */
export interface Engine extends ProductionEngine {
	readonly host: EngineHost;
	readonly store: TestStore;
	readonly pauses: readonly Pause[];
	readonly log: MemoryLog;
}

function withFailures(store: TaskStore): TestStore {
	const broken: TestStore['broken'] = new Set();
	for (const name of breakableNames) {
		const [part, method] = breakable[name];
		const owner = store[part];
		const original: unknown = Reflect.get(owner, method);
		if (typeof original !== 'function') {
			throw new Error(name);
		}
		const fails = () => {
			const error = new Error(`${name} is broken`);
			if (name === 'nextDueAt' || name === 'checkForOthers') {
				throw error;
			}
			return Promise.reject(error);
		};
		Object.defineProperty(owner, method, {
			writable: true,
			value: (...terms: unknown[]): unknown => (broken.has(name) ? fails() : Reflect.apply(original, owner, terms)),
		});
	}
	return Object.assign(store, { broken });
}

/** One machine: a clock, a Kling API, keys, and windows on one file. */
export class Machine {
	readonly clock = new ManualClock();
	readonly start = this.clock.now();
	readonly kling = new FakeKling(this.clock);
	readonly keys = new Map<string, string>([[origin, 'key-one']]);
	/** The API's rate limits. */
	limits: RateLimits = { maxConcurrent: 4, maxPerMinute: 6_000 };
	readonly #pollers: Poller[] = [];
	readonly #owned: Disposable[] = [];
	#ids = 0;
	#directory: string | undefined;

	/** Opens a window, with its own API, clock or randomness where given. */
	async window(own: Partial<Pick<EngineHost, 'api' | 'clock' | 'random'>> = {}): Promise<Engine> {
		const log = new MemoryLog();
		this.#directory ??= mkdtempSync(join(tmpdir(), 'kling-tracking-'));
		// The store's timers are real ones, so that the manual clock counts only the engine's.
		const clock = {
			now: () => this.clock.now(),
			after: (ms: number, callback: () => void) => {
				const timer = setTimeout(callback, ms).unref();
				return { dispose: () => clearTimeout(timer) };
			},
		};
		const store = await TaskStore.open({ directory: this.#directory, clock, log, workerFile, checkpointEvery: Infinity });
		this.#owned.push(store);
		return this.#engine(withFailures(store), log, own);
	}

	/** Opens a window that can crash: nothing of it runs any more, and it never releases what it holds. */
	async mortalWindow(): Promise<{ readonly engine: Engine; readonly clock: WindowClock; readonly die: () => void }> {
		const clock = new WindowClock(this.clock);
		const api: KlingApi = {
			query: async (ref, key, signal) => {
				const outcome = await this.kling.query(ref, key, signal);
				// Only the end of the test aborts it.
				return clock.isDead
					? await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('it is dead'))))
					: outcome;
			},
		};
		const engine = await this.window({ api, clock });
		const die = () => {
			clock.die();
			for (const method of breakableNames) {
				engine.store.broken.add(method);
			}
		};
		return { engine, clock, die };
	}

	/**
	 * The scheduled times of the first `count` checks of a task that is found immediately and never finishes, in seconds after tracking,
	 * without attention.
	 */
	scheduled(count: number): number[] {
		const model = learnDurations([], 319, 'video');
		const at = [this.start];
		for (let intervalMs: number | undefined; at.length < count;) {
			const booking = nextPoll(
				{ isFound: true, model, trackedAt: this.start, intervalMs },
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

	/** The number of free request slots. */
	async freeSlots({ store }: Engine): Promise<number> {
		const now = this.clock.now();
		const taken: string[] = [];
		for (
			let claimId = 'free-1';
			(await store.slots.acquire({ origin, slotId: claimId, now, until: now + 8_000, limits: this.limits })) === undefined;
			claimId = `free-${taken.length + 1}`
		) {
			taken.push(claimId);
		}
		for (const claimId of [...taken, `free-${taken.length + 1}`]) {
			await store.slots.release(origin, claimId, now);
		}
		return taken.length;
	}

	/** Sets the key in the given window, as a person does. */
	async setKey(engine: Engine, key: string): Promise<void> {
		this.keys.set(origin, key);
		await engine.store.origins.noteKey(origin, true, this.clock.now());
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

	#engine(store: TestStore, log: MemoryLog, own: Partial<Pick<EngineHost, 'api' | 'clock' | 'random'>>): Engine {
		const host: EngineHost = {
			store,
			api: this.kling,
			keys: { get: (of: string) => Promise.resolve(this.keys.get(of)) },
			clock: this.clock,
			limitsOf: () => this.limits,
			random: () => 0.5,
			newId: () => `token-${++this.#ids}`,
			log,
			...own,
		};
		const engine = createEngine(host);
		this.#owned.push(engine);
		this.#pollers.push(engine.poller);
		const pauses: Pause[] = [];
		engine.onDidPause((pause) => pauses.push(pause));
		return { ...engine, host, store, pauses, log };
	}
}
