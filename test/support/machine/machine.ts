import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KlingClient } from '../../../src/api/klingClient';
import type { RateLimits } from '../../../src/core/rate';
import type { TaskSnapshot, TaskRef } from '../../../src/core/task';
import type { ScenarioOptions, Simulator } from '../../../src/simulator/simulator';
import type { OperationPath } from '../../../src/core/operation';
import { startSimulator } from '../simulator';
import { FileDiary } from './diary';
import type { LivedLife } from './findings';
import type { ClockTerms, ClockJump } from './scaledClock';
import { clockTime, steadyTime } from './scaledClock';
import { readTrace } from './trace';
import { WindowProcess } from './windowProcess';

export interface MachineOptions {
	/** How many times faster than real time its clock runs. */
	readonly speed: number;
	/** The number of windows. */
	readonly windows: number;
	readonly limits: RateLimits;
	/** The same seed gives the tasks the same IDs. */
	readonly seed: number;
	readonly jumps?: readonly ClockJump[];
}

/** How often (real ms) the simulator's clock is updated. */
const tempoMs = 5;
const firstKey = 'sk-processes-0123456789abcdef';

/**
 * One machine whose clock runs fast: a database and an offline Kling in this process, and windows in their own processes. Times are ms
 * since 1970 by its clock without its jumps.
 */
export class Machine {
	readonly simulator: Simulator;
	readonly windows: readonly WindowProcess[];
	readonly clock: ClockTerms;
	readonly databasePath: string;
	/** All tasks of the simulator, in order of creation. */
	readonly created: TaskRef[] = [];
	readonly #root: string;
	readonly #keyFile: string;
	readonly #tempo: NodeJS.Timeout;
	readonly #client = new KlingClient();
	#diary: FileDiary | undefined;
	#isClosed = false;

	private constructor(root: string, simulator: Simulator, clock: ClockTerms, { windows, limits }: MachineOptions) {
		this.#root = root;
		this.simulator = simulator;
		this.clock = clock;
		const directory = join(root, 'store');
		const traces = join(root, 'traces');
		mkdirSync(traces);
		this.databasePath = join(directory, 'kling-1.db');
		this.#keyFile = join(root, 'key');
		this.windows = Array.from(
			{ length: windows },
			(_, index) => new WindowProcess(`window-${index + 1}`, traces, { directory, keyFile: this.#keyFile, clock, limits: { ...limits } }),
		);
		this.#tempo = setInterval(() => this.#keepTempo(), tempoMs);
		this.setKey(firstKey);
	}

	/** Starts the simulator and opens the windows; the first one has the focus. */
	static async start(options: MachineOptions): Promise<Machine> {
		const { speed, seed, jumps = [] } = options;
		const startAt = Date.UTC(2026, 5, 1, 12);
		const simulator = await startSimulator(firstKey, { startAt, seed });
		const machine = new Machine(
			mkdtempSync(join(tmpdir(), 'kling-processes-')),
			simulator,
			{ startAt, epoch: Date.now(), speed, jumps },
			options,
		);
		try {
			for (const [index, window] of machine.windows.entries()) {
				await window.open(index === 0);
			}
			machine.#diary = new FileDiary(machine.databasePath);
			return machine;
		} catch (error) {
			await machine.close();
			throw error;
		}
	}

	/** An external view of the database. */
	get diary(): FileDiary {
		if (this.#diary === undefined) {
			throw new Error('The windows have not opened.');
		}
		return this.#diary;
	}

	/** Whether it was closed; waiting loops stop then. */
	get isClosed(): boolean {
		return this.#isClosed;
	}

	/** The open windows. */
	get open(): readonly WindowProcess[] {
		return this.windows.filter(({ isOpen }) => isOpen);
	}

	/** The folder of the database, the traces and the key. */
	get folder(): string {
		return this.#root;
	}

	now(): number {
		return this.steady(Date.now());
	}

	/** Converts a time of the real machine (ms since 1970) to this machine's clock without its jumps. */
	steady(realTime: number): number {
		return steadyTime(this.clock, realTime);
	}

	/** All lives of all windows, with their traces so far. */
	lives(): readonly LivedLife[] {
		return this.windows.flatMap(({ lives }) =>
			lives.map(({ trace, end }) => ({
				how: end?.how,
				finishedAt: end && this.steady(end.at),
				clockAtEnd: end && clockTime(this.clock, end.at),
				lines: readTrace(trace),
			})),
		);
	}

	/** Waits for some ms of the machine's time. */
	async sleep(ms: number): Promise<void> {
		await sleep(ms / this.clock.speed);
	}

	/** Waits until a condition holds; false if it did not within some ms of the machine's time. */
	async until(holds: () => boolean, withinMs: number): Promise<boolean> {
		for (const end = this.now() + withinMs; !holds();) {
			if (this.now() > end) {
				return false;
			}
			await sleep(100);
		}
		return true;
	}

	/** Creates a task in the simulator. */
	create({ action, action2 }: OperationPath, options: ScenarioOptions = {}): TaskRef {
		this.#keepTempo();
		const { origin } = this.simulator;
		const ref = { origin, action, action2, id: this.simulator.create({ action, action2 }, options) };
		this.created.push(ref);
		return ref;
	}

	/** The task's current state in the simulator. */
	async truth(ref: TaskRef): Promise<TaskSnapshot> {
		const key = 'sk-truth-0123456789abcdef';
		this.simulator.acceptKeys([key]);
		const outcome = await this.#client.query(ref, key, AbortSignal.timeout(10_000));
		if (!outcome.ok) {
			throw new Error(`The simulator has no state of ${ref.id}: ${outcome.error.kind}`);
		}
		return outcome.snapshot;
	}

	/** Stores the API key in the windows' secrets. A window (`noteKey`) and the simulator must be informed separately. */
	setKey(key: string): void {
		// Atomically, as the editor does: no window ever reads half a key.
		writeFileSync(`${this.#keyFile}.new`, key);
		renameSync(`${this.#keyFile}.new`, this.#keyFile);
	}

	removeKey(): void {
		rmSync(this.#keyFile, { force: true });
	}

	/** Ends all processes, and removes the files unless `keepFiles`. */
	async close({ keepFiles = false } = {}): Promise<void> {
		this.#isClosed = true;
		clearInterval(this.#tempo);
		await Promise.all(this.windows.map((window) => window.endForGood()));
		this.#diary?.close();
		await this.simulator.close();
		if (!keepFiles) {
			rmSync(this.#root, { recursive: true, force: true });
		}
	}

	#keepTempo(): void {
		const { clock } = this.simulator;
		clock.advance(Math.max(0, this.now() - clock.now()));
	}
}
