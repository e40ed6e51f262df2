import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TaskStore } from '../../src/store/taskStore';
import type { RateLimits } from '../../src/core/rate';
import { createEngine } from '../../src/tracking/engine';
import type { Engine as ProductionEngine } from '../../src/tracking/engine';
import type { EngineHost } from '../../src/tracking/engineHost';
import type { Pause } from '../../src/tracking/originKeys';
import type { Poller } from '../../src/tracking/poller';
import type { Disposable } from '../../src/core/emitter';
import type { KlingApi } from '../../src/tracking/ports/kling';
import { FakeKling } from './fakeKling';
import { ManualClock, WindowClock } from './clock';
import { MemoryLog } from './log';
import { newTask, origin } from './makers';
import { noCreates } from './noCreates';
import { noDownloads } from './noDownloads';
import { storeWorkerFile as workerFile } from './paths';
import { sever, testStore, type TestStore } from './testStore';

/** One window's engine, with what tests read. */
export interface Engine extends ProductionEngine {
	readonly host: EngineHost;
	readonly store: TestStore;
	readonly pauses: readonly Pause[];
	readonly log: MemoryLog;
}

/** What a test can give a window. */
type HostParts = Pick<EngineHost, 'api' | 'clock' | 'random' | 'loadDownloadLoop' | 'keepPlan'>;

/** One machine: a clock, a Kling API, keys, and windows on one file. */
export class Machine {
	readonly clock = new ManualClock();
	readonly start = this.clock.now();
	readonly kling = new FakeKling(this.clock);
	readonly keys = new Map<string, string>([[origin, 'key-one']]);
	/** The API's rate limits. */
	limits: RateLimits = { maxConcurrent: 4, maxPerMinute: 6_000 };
	/** Whether list queries are tried; otherwise it is known that the API has none. */
	hasLists = false;
	readonly #pollers: Poller[] = [];
	readonly #owned: Disposable[] = [];
	#ids = 0;
	#directory: string | undefined;

	/** Opens a window, with its own API, clock or randomness where given. */
	async window(own: Partial<HostParts> = {}): Promise<Engine> {
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
		if (!this.hasLists) {
			const lists = await store.listQueries.load();
			const refusedUntil = this.clock.now() + 24 * 60 * 60_000;
			await lists.record({ operation: newTask('').ref, unlisted: [], pageSize: 50, refusedUntil }, '');
		}
		return this.#engine(testStore(store), log, own);
	}

	/** Opens a window that can crash: nothing of it runs any more, and it never releases what it holds. */
	async mortalWindow(
		own: Partial<HostParts> = {},
	): Promise<{ readonly engine: Engine; readonly clock: WindowClock; readonly die: () => void }> {
		const clock = new WindowClock(this.clock);
		const api: KlingApi = {
			query: async (ref, key, signal) => {
				const outcome = await this.kling.query(ref, key, signal);
				// Only the end of the test aborts it.
				return clock.isDead
					? await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('it is dead'))))
					: outcome;
			},
			list: async (question, key, signal) => {
				const outcome = await this.kling.list(question, key, signal);
				return clock.isDead
					? await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('it is dead'))))
					: outcome;
			},
		};
		const engine = await this.window({ ...own, api, clock });
		const die = () => {
			clock.die();
			sever(engine.store);
		};
		return { engine, clock, die };
	}

	/** Stores new tasks in a window, as the command that tracks them does. */
	async track({ store }: Engine, ...ids: readonly string[]): Promise<void> {
		await store.tasks.add(
			ids.map((id) => newTask(id)),
			this.clock.now(),
		);
	}

	/** The number of free request slots. */
	async freeSlots({ store }: Engine): Promise<number> {
		const now = this.clock.now();
		const slotIds: string[] = [];
		let isRefused = false;
		while (!isRefused) {
			const slotId = `free-${slotIds.length + 1}`;
			slotIds.push(slotId);
			isRefused = (await store.slots.acquire({ origin, slotId, now, until: now + 8_000, limits: this.limits })) !== undefined;
		}
		for (const slotId of slotIds) {
			await store.slots.release(origin, slotId, now);
		}
		return slotIds.length - 1;
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

	#engine(store: TestStore, log: MemoryLog, own: Partial<HostParts>): Engine {
		const host: EngineHost = {
			store,
			api: this.kling,
			...noCreates,
			...noDownloads,
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

/**
 * Gives each test of a suite a machine of its own; to be called where the suite is described.
 * @param begin gets it before each test
 */
export function eachMachine(begin: (machine: Machine) => void): void {
	let machine: Machine;
	beforeEach(() => {
		machine = new Machine();
		begin(machine);
	});
	afterEach(() => machine.close());
}
