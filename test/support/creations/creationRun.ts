import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Creation } from '../../../src/creation/creation';
import type { RateLimits } from '../../../src/core/rate';
import { taskKey } from '../../../src/core/task';
import type { Simulator } from '../../../src/simulator/simulator';
import { TaskStore } from '../../../src/store/taskStore';
import { png } from '../images';
import { MemoryLog } from '../log';
import type { Moment } from '../machine/fate';
import type { Order } from '../machine/orders';
import type { ClockTerms } from '../machine/scaledClock';
import { scaledClock, steadyTime } from '../machine/scaledClock';
import { imageMark } from '../machine/press';
import { readTrace } from '../machine/trace';
import type { TraceLine } from '../machine/trace';
import { ignoreGone, WindowProcess } from '../machine/windowProcess';
import { storeWorkerFile as workerFile } from '../paths';
import { formsOf, secretsBelow } from '../secrets';
import { startSimulator } from '../simulator';
import type { CreationPlan, CreationStep, Mode, Subject } from './creationPlan';
import { modes } from './creationPlan';
import type { AcceptedCreate, Evidence, JournalEntry, Post } from './creationGuarantees';

export interface CreationRunOptions {
	readonly seed: number;
	readonly plan: CreationPlan;
	/** How many times faster than real time the windows' clock runs. */
	readonly speed: number;
	readonly windows: number;
	/** How many lists there are, each with its own secret for external IDs; windows have them in turn. Default 1. */
	readonly installations?: number;
}

/** A create that nobody sends must not be held up by the rate. */
const limits: RateLimits = { maxConcurrent: 4, maxPerMinute: 2_000 };
const key = 'sk-creations-0123456789abcdef';
/** How often (real ms) the clocks of the simulators are set. */
const tempoMs = 5;
const minute = 60_000;
/** How long (real ms) creates may take to settle after everything else is over. */
const longestSettlingMs = 2 * minute;
/** When the last search of a create is due, ms after its last byte; and how long the searches before it take. */
const lastSearchMs = 5 * minute;
const earlierSearchesMs = 1.5 * minute;

const bodies: Readonly<Record<Subject, { readonly path: string; readonly body: (prompt: string) => object }>> = {
	video: { path: 'videos/text2video', body: (prompt) => ({ model_name: 'kling-v3', prompt, duration: '5', sound: 'off' }) },
	image: { path: 'images/generations', body: (prompt) => ({ model_name: 'kling-v3', prompt }) },
	imageToVideo: { path: 'videos/image2video', body: (prompt) => ({ model_name: 'kling-v3', image: imageMark, prompt, duration: '5' }) },
};

/** An API of one mode. */
interface Api {
	readonly mode: Mode;
	readonly simulator: Simulator;
}

/** Windows as processes on one folder, and an offline Kling for each mode in this process: executes a plan, and says what came of it. */
export class CreationRun {
	/** How often each fault was used, by its name. */
	readonly hits = new Map<string, number>();
	kills = 0;
	/** At which moments of a create windows were killed. */
	readonly deaths: Moment[] = [];
	readonly folder: string;
	readonly #options: CreationRunOptions;
	readonly #apis: readonly Api[];
	#windows: readonly WindowProcess[];
	/** Those of before the clock was set forward. */
	#earlier: readonly WindowProcess[] = [];
	#clock: ClockTerms;
	/** When the plan began, ms of the windows' time. */
	#beganAt = 0;
	/** The folders of the lists. */
	readonly #directories: readonly string[];
	readonly #keyFile: string;
	readonly #tempo: NodeJS.Timeout;
	#isCalm = false;

	private constructor(options: CreationRunOptions, folder: string, apis: readonly Api[], clock: ClockTerms) {
		this.#options = options;
		this.folder = folder;
		this.#apis = apis;
		this.#clock = clock;
		this.#directories = Array.from({ length: options.installations ?? 1 }, (_, index) => join(folder, `store-${index + 1}`));
		const keyFile = join(folder, 'key');
		writeFileSync(keyFile, key);
		this.#keyFile = keyFile;
		mkdirSync(join(folder, 'traces'));
		this.#windows = this.#newWindows('window');
		this.#tempo = setInterval(() => this.#keepTempo(), tempoMs);
	}

	/** Starts the simulators and opens the windows. */
	static async start(options: CreationRunOptions): Promise<CreationRun> {
		const { seed, speed } = options;
		const startAt = Date.UTC(2026, 5, 1, 12);
		const folder = mkdtempSync(join(tmpdir(), 'kling-creations-'));
		const apis = await Promise.all(
			modes.map(async (mode, index) => ({
				mode,
				simulator: await startSimulator(key, { startAt, seed: seed + index, externalIds: mode }),
			})),
		);
		const run = new CreationRun(options, folder, apis, { startAt, epoch: Date.now(), speed, jumps: [] });
		try {
			await Promise.all(run.#windows.map((window) => window.open()));
			return run;
		} catch (error) {
			await run.close();
			throw error;
		}
	}

	/** Executes the plan, and waits until every create has settled. */
	async run(): Promise<void> {
		const { steps, calmFrom } = this.#options.plan;
		this.#beganAt = steadyTime(this.#clock, Date.now());
		const presses: Promise<void>[] = [];
		const others: Promise<void>[] = [];
		for (const step of steps) {
			await this.#until(step.at);
			const doing = this.#do(step);
			// Its error is thrown below, when all are awaited.
			doing.catch(() => undefined);
			(step.what === 'press' ? presses : others).push(doing);
		}
		await this.#until(calmFrom);
		await Promise.all(presses);
		await this.#untilAll(({ state }) => !['planned', 'waiting', 'sending'].includes(state));
		this.#isCalm = true;
		for (const { simulator } of this.#apis) {
			simulator.faults.clear();
		}
		await Promise.all(others);
		await this.#sleep(earlierSearchesMs);
		await this.#setClockForward();
		await this.#untilAll(({ state, nextAt }) => nextAt === undefined && state !== 'planned' && state !== 'sending');
	}

	/** The last search is minutes after the others, and nothing else happens until then. */
	async #setClockForward(): Promise<void> {
		await Promise.all(this.#windows.map((window) => window.close()));
		this.#earlier = this.#windows;
		this.#clock = { ...this.#clock, jumps: [{ at: 0, byMs: lastSearchMs }] };
		this.#windows = this.#newWindows('later-window');
		await Promise.all(this.#windows.map((window) => window.open()));
	}

	#newWindows(name: string): readonly WindowProcess[] {
		const [keyFile, clock] = [this.#keyFile, this.#clock];
		return Array.from({ length: this.#options.windows }, (_, index) => {
			const directory = this.#directoryOf(index);
			return new WindowProcess(`${name}-${index + 1}`, join(this.folder, 'traces'), { directory, keyFile, clock, limits: { ...limits } });
		});
	}

	/** Closes the windows and reads everything that is known. */
	async evidence(): Promise<Evidence> {
		await Promise.all(this.#windows.map((window) => window.close()));
		const posts: Post[] = [...this.#earlier, ...this.#windows].flatMap(({ lives }) =>
			lives.flatMap(({ trace }) => postsIn(readTrace(trace))),
		);
		const accepted: AcceptedCreate[] = this.#apis.flatMap(({ mode, simulator }) =>
			simulator.creates.map(({ taskId, externalId }) => ({ mode, taskId, externalId })),
		);
		const journals = await Promise.all(this.#directories.map((directory, index) => this.#journal(directory, index)));
		return {
			accepted,
			posts,
			journal: journals.flatMap(({ journal }) => journal),
			tracked: new Set(journals.flatMap(({ tracked }) => tracked)),
		};
	}

	/** What windows wrote into their logs as errors, and those that ended by themselves. */
	problems(): readonly string[] {
		return [...this.#earlier, ...this.#windows].flatMap((window) => window.problems());
	}

	/** The files in which the API key was found, other than its own: it must be nowhere. */
	async leaks(): Promise<readonly string[]> {
		const { found } = await secretsBelow(this.folder, formsOf(key));
		return found.flatMap(({ file, form }) => (file === this.#keyFile ? [] : [`${file}: ${form}`]));
	}

	/** Ends all processes, and removes the files unless `keepFiles`. */
	async close({ keepFiles = false } = {}): Promise<void> {
		this.#isCalm = true;
		clearInterval(this.#tempo);
		await Promise.all(this.#windows.map((window) => window.endForGood()));
		await Promise.all(this.#apis.map(({ simulator }) => simulator.close()));
		if (!keepFiles) {
			rmSync(this.folder, { recursive: true, force: true });
		}
	}

	async #do(step: CreationStep): Promise<void> {
		switch (step.what) {
			case 'press': {
				const { origin } = this.#api(step.mode).simulator;
				const { path, body } = bodies[step.subject];
				const [action = '', action2 = ''] = path.split('/');
				const image = step.subject === 'imageToVideo' ? { image: Buffer.from(imageOf(step.request)).toString('base64') } : {};
				const text = JSON.stringify(body(`Request ${step.request}`));
				return this.#press(step.window, { origin, action, action2, body: text, ...image, takes: step.takes });
			}
			case 'fault':
			case 'searchFault': {
				const { simulator } = this.#api(step.mode);
				const method = step.what === 'fault' ? 'POST' : 'GET';
				const fault = simulator.faults.next({ fault: step.fault, match: { method } });
				await this.#calm();
				this.hits.set(step.name, (this.hits.get(step.name) ?? 0) + fault.hits);
				return;
			}
			case 'refuse': {
				const { simulator } = this.#api(step.mode);
				if (!this.#refusing.has(simulator)) {
					this.#refusing.add(simulator);
					simulator.refuseConnections();
					await this.#sleep(step.lastsMs);
					await simulator.listenAgain();
					this.#refusing.delete(simulator);
				}
				return;
			}
			case 'kill':
			case 'doom': {
				const window = this.#window(step.window);
				if (!window.isOpen) {
					return;
				}
				// One that never passes the moment is killed at the end.
				await (step.what === 'kill' ? window.kill() : Promise.race([window.doom(step.moment).catch(ignoreGone), this.#calm()]));
				const isOver = this.#window(step.window).isGone;
				if (step.what === 'doom' && isOver) {
					this.deaths.push(step.moment);
				}
				await window.kill();
				this.kills++;
				await this.#sleep(step.lastsMs);
				return window.reopen();
			}
		}
	}

	/** A person presses Run in a window that is open, and again if it ends before the journal has it. */
	async #press(index: number, order: Omit<Extract<Order, { do: 'press' }>, 'do' | 'uri'>): Promise<void> {
		const window = this.#window(index);
		const uri = `file:///press-${++this.#presses}.kling.json`;
		for (;;) {
			while (!window.isOpen) {
				await sleep(20);
			}
			try {
				await window.obey({ do: 'press', uri, ...order });
				return;
			} catch (error) {
				ignoreGone(error);
			}
			await window.untilOver();
			const store = await this.#openStore(this.#directoryOf(index));
			const isPlanned = store.creations.newestOf(uri) !== undefined;
			await store.close();
			if (isPlanned) {
				return;
			}
		}
	}
	#presses = 0;

	#directoryOf(window: number): string {
		return this.#directories[window % this.#directories.length] ?? this.folder;
	}

	readonly #refusing = new Set<Simulator>();

	/** Waits until a condition holds for every creation in the lists, as seen from outside. A person confirms what was planned too long ago. */
	async #untilAll(holds: (creation: Creation) => boolean): Promise<void> {
		await Promise.all(
			this.#directories.map(async (directory, index) => {
				const store = await this.#openStore(directory);
				try {
					for (const end = Date.now() + longestSettlingMs; Date.now() < end && !store.creations.listed().every(holds);) {
						for (const { id, reason } of store.creations.listed()) {
							if (reason?.kind === 'late') {
								await this.#window(index).obey({ do: 'confirm', id }).catch(ignoreGone);
							}
						}
						await sleep(100);
					}
				} finally {
					await store.close();
				}
			}),
		);
	}

	async #journal(
		directory: string,
		installation: number,
	): Promise<{ readonly journal: readonly JournalEntry[]; readonly tracked: readonly string[] }> {
		const store = await this.#openStore(directory);
		try {
			const tasks = this.#apis.flatMap(({ simulator: { origin, creates } }) =>
				creates.flatMap(({ taskId }) => store.tasks.get(taskKey({ origin, id: taskId })) ?? []),
			);
			const made = tasks.flatMap(({ ref }) => store.creations.ofTask(taskKey(ref)) ?? []);
			const all = new Map([...store.creations.listed(), ...made].map((creation) => [creation.id, creation]));
			const journal = [...all.values()].map((creation): JournalEntry => {
				const mode = this.#apis.find(({ simulator }) => simulator.origin === creation.operation.origin)?.mode;
				if (mode === undefined) {
					throw new Error(`There is no API at ${creation.operation.origin}.`);
				}
				const { externalId, unitKey, take, state, nextAt, task } = creation;
				const taskId = tasks.find(({ ref }) => taskKey(ref) === task)?.ref.id ?? (task === undefined ? undefined : String(task));
				return { mode, installation, externalId, unitKey, take, state, isDue: nextAt !== undefined, taskId };
			});
			return { journal, tracked: tasks.map(({ ref }) => ref.id) };
		} finally {
			await store.close();
		}
	}

	#openStore(directory: string): Promise<TaskStore> {
		return TaskStore.open({ directory, clock: scaledClock(this.#clock), log: new MemoryLog(), workerFile });
	}

	#api(mode: Mode): Api {
		const api = this.#apis.find((one) => one.mode === mode);
		if (api === undefined) {
			throw new RangeError(mode);
		}
		return api;
	}

	#window(index: number): WindowProcess {
		const window = this.#windows[index];
		if (window === undefined) {
			throw new RangeError(`There is no window ${index}.`);
		}
		return window;
	}

	/** Waits for a time of the plan. */
	async #until(at: number): Promise<void> {
		await this.#sleep(Math.max(0, this.#beganAt + at - steadyTime(this.#clock, Date.now())));
	}

	/** Waits until nothing happens any more. */
	async #calm(): Promise<void> {
		while (!this.#isCalm) {
			await sleep(50);
		}
	}

	/** Waits for some ms of the windows' time. */
	async #sleep(ms: number): Promise<void> {
		await sleep(ms / this.#options.speed);
	}

	#keepTempo(): void {
		for (const { simulator } of this.#apis) {
			simulator.clock.advance(Math.max(0, steadyTime(this.#clock, Date.now()) - simulator.clock.now()));
		}
	}
}

/** An image of its own for each request. */
function imageOf(request: number): Uint8Array {
	return Buffer.concat([png(640, 480), Buffer.alloc(20_000, `request ${request} `)]);
}

function postsIn(lines: readonly TraceLine[]): readonly Post[] {
	const outcomes = new Map(lines.flatMap((line) => (line.what === 'posted' ? [[line.post, line.kind] as const] : [])));
	return lines.flatMap((line) =>
		line.what === 'post' ? [{ externalId: line.externalId, at: line.at, outcome: outcomes.get(line.post) }] : [],
	);
}
