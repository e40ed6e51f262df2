import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Download } from '../../../src/core/download';
import { taskKey, type TaskRef } from '../../../src/core/task';
import { TaskStore } from '../../../src/store/taskStore';
import { MemoryLog } from '../log';
import type { Moment } from '../machine/fate';
import { scaledClock, steadyTime, type ClockTerms } from '../machine/scaledClock';
import { readTrace, type TraceLine } from '../machine/trace';
import { ignoreGone, WindowProcess } from '../machine/windowProcess';
import { MediaHost } from '../mediaHost';
import { storeWorkerFile as workerFile } from '../paths';
import { formsOf, secretsBelow } from '../secrets';
import { shownTask } from './shownTask';
import type { DownloadPlan, DownloadStep, PlannedTask } from './downloadPlan';

export interface DownloadRunOptions {
	readonly plan: DownloadPlan;
	/** How many times faster than real time the windows' clock runs. */
	readonly speed: number;
	readonly windows: number;
}

const key = 'sk-downloads-0123456789abcdef';
const limits = { maxConcurrent: 4, maxPerMinute: 2_000 };
/** How long (real ms) downloads may take to settle after everything else is over. */
const longestSettlingMs = 60_000;

/**
 * Windows as processes on one folder, and in this process the API and the host of the results: executes a plan. All results have the same
 * name, so that they are in each other's way.
 */
export class DownloadRun {
	kills = 0;
	/** At which moments of a download windows were killed. */
	readonly deaths: Moment[] = [];
	readonly folder: string;
	readonly library: string;
	readonly host: MediaHost;
	readonly #options: DownloadRunOptions;
	readonly #clock: ClockTerms;
	readonly #windows: readonly WindowProcess[];
	/** By path: how many links to a result have expired. */
	readonly #links = new Map<string, number>();
	#isCalm = false;

	private constructor(options: DownloadRunOptions, folder: string, host: MediaHost) {
		this.#options = options;
		this.folder = folder;
		this.library = join(folder, 'library');
		this.host = host;
		this.#clock = { startAt: Date.UTC(2026, 5, 1, 12), epoch: Date.now(), speed: options.speed, jumps: [] };
		const keyFile = join(folder, 'key');
		writeFileSync(keyFile, key);
		mkdirSync(join(folder, 'traces'));
		this.#windows = Array.from(
			{ length: options.windows },
			(_, index) =>
				new WindowProcess(`window-${index + 1}`, join(folder, 'traces'), {
					directory: this.#directory,
					keyFile,
					clock: this.#clock,
					limits,
				}),
		);
	}

	/** Puts the results on the host, tracks the tasks and opens the windows. */
	static async start(options: DownloadRunOptions): Promise<DownloadRun> {
		const host = await MediaHost.start();
		host.speed = { bytes: 64 * 1024, pauseMs: 15 };
		const run = new DownloadRun(options, mkdtempSync(join(tmpdir(), 'kling-downloads-')), host);
		try {
			await run.#prepare();
			await Promise.all(run.#windows.map((window) => window.open()));
			return run;
		} catch (error) {
			await run.close();
			throw error;
		}
	}

	/** Executes the plan, and waits until every download has settled. */
	async run(): Promise<void> {
		const { steps, calmFrom } = this.#options.plan;
		/** By window: its last step so far. Each waits for the one before it, so that none meets a window that is about to end or to open. */
		const doings = new Map<number, Promise<void>>();
		for (const step of steps) {
			await this.#until(step.at);
			const doing = Promise.resolve(doings.get(step.window)).then(() => this.#do(step));
			// Its error is thrown below, when all are awaited.
			doing.catch(() => undefined);
			doings.set(step.window, doing);
		}
		await this.#until(calmFrom);
		// Those that wait still have downloads to kill, while there are any.
		await this.#untilSettled();
		this.#isCalm = true;
		await Promise.all(doings.values());
		await this.#untilSettled();
	}

	/** Closes the windows. Returns the downloads of all results, by task. */
	async downloads(): Promise<readonly { readonly task: PlannedTask; readonly downloads: readonly Download[] }[]> {
		await Promise.all(this.#windows.map((window) => window.close()));
		return await this.#withStore((store) =>
			this.#options.plan.tasks.map((task) => ({ task, downloads: store.downloads.of(taskKey(this.#refOf(task))) })),
		);
	}

	/** What windows wrote into their logs as errors, and those that ended by themselves. */
	problems(): readonly string[] {
		return this.#windows.flatMap((window) => window.problems());
	}

	/** The longest time (real ms) for which a window was not scheduled, or blocked itself. */
	longestStall(): number {
		const lines: readonly TraceLine[] = this.#windows.flatMap(({ lives }) => lives.flatMap(({ trace }) => readTrace(trace)));
		return Math.max(0, ...lines.map((line) => (line.what === 'stall' ? line.ms : 0)));
	}

	/** The files in which the API key was found, other than its own: it must be nowhere. */
	async leaks(): Promise<readonly string[]> {
		const { found } = await secretsBelow(this.folder, formsOf(key));
		return found.flatMap(({ file, form }) => (file === join(this.folder, 'key') ? [] : [`${file}: ${form}`]));
	}

	/** Ends all processes, and removes the files unless `keepFiles`. */
	async close({ keepFiles = false } = {}): Promise<void> {
		this.#isCalm = true;
		await Promise.all(this.#windows.map((window) => window.endForGood()));
		await this.host.close();
		if (!keepFiles) {
			rmSync(this.folder, { recursive: true, force: true });
		}
	}

	get #directory(): string {
		return join(this.folder, 'store');
	}

	#refOf({ id }: PlannedTask): TaskRef {
		return { origin: this.host.origin, action: 'videos', action2: 'text2video', id };
	}

	async #prepare(): Promise<void> {
		const { tasks } = this.#options.plan;
		for (const { path, versions, faults } of tasks.flatMap(({ results }) => results)) {
			const [bytes = Buffer.of()] = versions;
			this.host.put(path, bytes);
			this.host.fail(path, ...faults);
		}
		this.host.onOther = (path, response) => this.#respond(path, response);
		const keep = { folder: this.library, fileName: 'result' };
		await this.#withStore((store) =>
			store.tasks.add(
				tasks.map((task) => ({ ref: this.#refOf(task), keep })),
				this.#now(),
			),
		);
	}

	/** The API. It gives another link once one has expired. */
	#respond(path: string, response: ServerResponse): void {
		const task = this.#options.plan.tasks.find(({ id }) => path.endsWith(`/${id}`));
		if (task === undefined) {
			response.writeHead(404).end();
			return;
		}
		const hasFinished = this.#now() >= this.#clock.startAt + task.finishesAt;
		const urls = hasFinished ? task.results.map(({ path: file }) => this.#linkTo(file)) : undefined;
		response.writeHead(200, { 'Content-Type': 'application/json' }).end(shownTask({ id: task.id, urls, now: this.#now() }));
	}

	#linkTo(path: string): string {
		let number = this.#links.get(path) ?? 1;
		if (this.host.isExpired(linkOf(path, number))) {
			this.host.move(linkOf(path, number), linkOf(path, ++number));
			this.#links.set(path, number);
		}
		return `${this.host.origin}${linkOf(path, number)}`;
	}

	async #do(step: DownloadStep): Promise<void> {
		const window = this.#windows[step.window];
		if (window === undefined || this.#isCalm) {
			return;
		}
		if (step.what === 'close') {
			await window.close();
		} else {
			if (step.what === 'doom') {
				await Promise.race([window.doom(step.moment).catch(ignoreGone), this.#calm()]);
				if (!window.isGone) {
					// There was no download left that passes the moment.
					return;
				}
				this.deaths.push(step.moment);
			}
			await window.kill();
			this.kills++;
		}
		await sleep(step.lastsMs / this.#options.speed);
		await window.reopen();
	}

	/** Waits until nothing is queued or running, as seen from outside; the rest is said by the evidence. */
	async #untilSettled(): Promise<void> {
		await this.#withStore(async (store) => {
			const isSettled = (task: PlannedTask): boolean => {
				const downloads = store.downloads.of(taskKey(this.#refOf(task)));
				return downloads.length >= task.results.length && downloads.every(({ state }) => state === 'kept' || state === 'failed');
			};
			for (const end = Date.now() + longestSettlingMs; Date.now() < end && !this.#options.plan.tasks.every(isSettled);) {
				await sleep(100);
			}
		});
	}

	async #withStore<T>(work: (store: TaskStore) => T | Promise<T>): Promise<T> {
		const store = await TaskStore.open({ directory: this.#directory, clock: scaledClock(this.#clock), log: new MemoryLog(), workerFile });
		try {
			return await work(store);
		} finally {
			await store.close();
		}
	}

	#now(): number {
		return steadyTime(this.#clock, Date.now());
	}

	/** Waits for a time of the plan. */
	async #until(at: number): Promise<void> {
		await sleep(Math.max(0, (this.#clock.startAt + at - this.#now()) / this.#options.speed));
	}

	/** Waits until nothing happens any more. */
	async #calm(): Promise<void> {
		while (!this.#isCalm) {
			await sleep(50);
		}
	}
}

/** The path of the link of this number to a result. */
function linkOf(path: string, number: number): string {
	return number === 1 ? path : `${path}?${number}`;
}
