// The real engine, journal, HTTP and media copies against the offline Kling.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KlingClient } from '../../src/api/klingClient';
import type { Creation, MediaPart } from '../../src/creation/creation';
import type { CreateApi } from '../../src/creation/ports/createApi';
import type { CreationStore } from '../../src/creation/ports/creationStore';
import { planOrder, type RunOrder } from '../../src/creation/planning';
import type { ResolvedObject, ResolvedValue } from '../../src/requests/resolvedValue';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator';
import { DiskMediaCopies } from '../../src/store/mediaCopies';
import { TaskStore } from '../../src/store/taskStore';
import { createEngine, type Engine } from '../../src/tracking/engine';
import { realClock } from './clock';
import { MemoryLog } from './log';
import { noDownloads } from './noDownloads';
import { storeWorkerFile } from './paths';
import { startSimulator } from './simulator';
import { testStore } from './testStore';

const apiKey = 'sk-create-0123456789abcdef';

/** One window. */
export interface CreatingWindow {
	readonly engine: Engine;
	readonly store: TaskStore;
	readonly media: DiskMediaCopies;
	readonly log: MemoryLog;
	/** Plans as Run does. */
	plan(body: Readonly<Record<string, ResolvedValue>>, own?: Partial<RunOrder>): Promise<readonly Creation[]>;
	/** Keeps a copy of a file. */
	keep(bytes: Buffer): Promise<MediaPart>;
	close(): Promise<void>;
}

/** What a test puts before the parts of a window. */
export interface Observers {
	readonly createApi?: (real: CreateApi) => CreateApi;
	readonly creations?: (real: CreationStore) => Partial<CreationStore>;
}

/** A machine with windows on one folder, and an API. */
export class CreateBench {
	readonly directory = mkdtempSync(join(tmpdir(), 'kling-creating-'));
	readonly #windows: CreatingWindow[] = [];
	readonly simulator: Simulator;

	private constructor(simulator: Simulator) {
		this.simulator = simulator;
	}

	static async start(options: Partial<SimulatorOptions> = {}): Promise<CreateBench> {
		return new CreateBench(await startSimulator(apiKey, { manualClock: false, ...options }));
	}

	/**
	 * Opens a window; its engine runs.
	 * @param origin of what it creates
	 * @param observe members that stand before those of the client and the journal
	 */
	async window(origin = this.simulator.origin, observe: Observers = {}): Promise<CreatingWindow> {
		const [clock, log] = [realClock(), new MemoryLog()];
		const store = await TaskStore.open({ directory: this.directory, clock, log, workerFile: storeWorkerFile });
		const observed = testStore(store);
		observed.decorate('creations', observe.creations?.(store.creations) ?? {});
		const media = new DiskMediaCopies(this.directory);
		const api = new KlingClient();
		const engine = createEngine({
			...noDownloads,
			store: observed,
			api,
			createApi: observe.createApi?.(api) ?? api,
			media,
			keys: { get: () => Promise.resolve(apiKey) },
			clock,
			limitsOf: () => ({ maxConcurrent: 8, maxPerMinute: 6_000 }),
			random: Math.random,
			newId: randomUUID,
			log,
		});
		engine.start();
		const window: CreatingWindow = {
			engine,
			store,
			media,
			log,
			plan: async (body, own = {}) => {
				const resolved: ResolvedObject = { kind: 'object', entries: Object.entries(body) };
				const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();
				const outcome = await store.creations.plan(
					planOrder(
						{
							operation: { origin, action: 'videos', action2: 'text2video' },
							unitKey: createHash('sha256').update(JSON.stringify(body)).digest('hex'),
							count: 1,
							now: clock.now(),
							bodyOf: () => resolved,
							source: { text: JSON.stringify(body) },
							...own,
						},
						{ installation: new Uint8Array(32), hmac, newId: randomUUID },
					),
				);
				if (outcome.kind !== 'planned') {
					throw new Error(`not planned: ${outcome.kind}`);
				}
				return outcome.creations;
			},
			keep: async (bytes) => {
				const sha256 = createHash('sha256').update(bytes).digest('hex');
				const problem = await media.put(bytes, sha256);
				if (problem !== undefined) {
					throw new Error(`not kept: ${problem.kind}`);
				}
				return { sha256, size: bytes.length };
			},
			close: async () => {
				await engine.close();
				await store.close();
			},
		};
		this.#windows.push(window);
		return window;
	}

	async close(): Promise<void> {
		for (const window of this.#windows) {
			await window.close();
		}
		await this.simulator.close();
		rmSync(this.directory, { recursive: true, force: true });
	}
}
