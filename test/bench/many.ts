// Many tasks at once, through the real engine, the real client and the simulator, with and without list queries.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KlingClient } from '../../src/api/klingClient';
import { settingRanges } from '../../src/core/rate';
import type { KlingApi } from '../../src/tracking/ports/kling';
import { taskKey, type TaskRef } from '../../src/core/task';
import { SeededRandom } from '../../src/simulator/random';
import { TaskStore } from '../../src/store/taskStore';
import { createEngine } from '../../src/tracking/engine';
import { ManualClock, settle } from '../support/clock';
import { storeWorkerFile as workerFile } from '../support/paths';
import { startSimulator } from '../support/simulator';
import { mostWithin } from '../support/spans';
import { noCreates } from '../support/noCreates';
import { noDownloads } from '../support/noDownloads';
import type { Table } from './table';

const apiKey = 'sk-bench-0123456789abcdef';
const startAt = Date.UTC(2026, 5, 1);
const minute = 60_000;
/** All operations have the same distribution of durations: log-normal, so that only their number differs. */
const operations = ['text2video', 'image2video', 'omni-video', 'motion-control', 'multi-image2video'];
const medianMs = 120_000;
const sigma = 0.35;

/** One run: all tasks are created and tracked at the same time, in a focused window that shows the list. */
interface Run {
	readonly tasks: number;
	readonly operations: number;
	readonly lists: 'answered' | 'refused';
	/** Whether durations of earlier tasks are known. */
	readonly learned: boolean;
}

/** What a run measured; lags in s. */
interface Measured {
	readonly lags: readonly number[];
	/** When each task was first checked after it was tracked, s. */
	readonly firstChecks: readonly number[];
	readonly requests: number;
	readonly lists: number;
	readonly busiestMinute: number;
}

export async function compareMany(): Promise<{ readonly table: Table; readonly facts: Record<string, unknown> }> {
	const rows: string[][] = [];
	const facts: unknown[] = [];
	for (const tasks of [60, 200]) {
		for (const count of [1, 5]) {
			for (const lists of ['refused', 'answered'] as const) {
				const measured = await run({ tasks, operations: count, lists, learned: true });
				const lags = measured.lags.toSorted((a, b) => a - b);
				const mean = lags.reduce((sum, lag) => sum + lag, 0) / lags.length;
				const [p95, most] = [lags[Math.floor(0.95 * lags.length)] ?? NaN, lags.at(-1) ?? NaN];
				const lastFirst = Math.max(...measured.firstChecks);
				rows.push([
					`${tasks} tasks, ${count} ${count === 1 ? 'operation' : 'operations'}`,
					lists,
					...[mean, p95, most, lastFirst].map((value) => value.toFixed(1)),
					String(measured.requests),
					String(measured.lists),
					String(measured.busiestMinute),
				]);
				facts.push({
					tasks,
					operations: count,
					lists,
					mean,
					p95,
					most,
					lastFirst,
					requests: measured.requests,
					listQueries: measured.lists,
					busiestMinute: measured.busiestMinute,
				});
			}
		}
	}
	return {
		table: {
			title: 'Many tasks at once, at 40 requests a minute (s after the task finished; first check: s after it was tracked)',
			head: ['tasks', 'lists', 'mean lag', '95 %', 'most', 'last first check', 'requests', 'of them lists', 'busiest minute'],
			rows,
		},
		facts: { many: facts },
	};
}

async function run({ tasks, operations: count, lists, learned }: Run): Promise<Measured> {
	const directory = mkdtempSync(join(tmpdir(), 'kling-bench-'));
	let inFlight = 0;
	const quiet = async (): Promise<void> => {
		do {
			await settle();
		} while (inFlight > 0);
		await settle();
	};
	const clock = new ManualClock(startAt, quiet);
	const simulator = await startSimulator(apiKey, { startAt, lists });
	const follow = () => simulator.clock.advance(Math.max(0, clock.now() - simulator.clock.now()));
	const client = new KlingClient();
	const counted = async <T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> => {
		// A response takes 300 ms of the clock.
		await new Promise<void>((resolve) => clock.after(300, resolve));
		signal.throwIfAborted();
		inFlight++;
		follow();
		try {
			return await request();
		} finally {
			inFlight--;
		}
	};
	const api: KlingApi = {
		query: (ref, key, signal, known) => counted(() => client.query(ref, key, signal, known), signal),
		list: (question, key, signal) => counted(() => client.list(question, key, signal), signal),
	};
	const log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };
	const storeClock = { now: () => clock.now(), after: () => ({ dispose: () => undefined }) };
	const store = await TaskStore.open({ directory, clock: storeClock, log, workerFile, checkpointEvery: Infinity });
	const random = new SeededRandom(7);
	let ids = 0;
	const engine = createEngine({
		...noCreates,
		...noDownloads,
		store,
		api,
		keys: { get: () => Promise.resolve(apiKey) },
		clock,
		limitsOf: () => ({ maxConcurrent: settingRanges.maxConcurrent.default, maxPerMinute: settingRanges.maxPerMinute.default }),
		random: () => random.fraction(),
		newId: () => String(++ids),
		log,
	});
	try {
		const normal = () => Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
		const durationOf = () => medianMs * Math.exp(sigma * normal());
		const used = operations.slice(0, count).map((action2) => ({ action: 'videos', action2 }));
		if (learned) {
			await store.durations.add(
				used.map((operation) => ({
					origin: simulator.origin,
					...operation,
					observations: Array.from({ length: 30 }, () => ({ ms: Math.round(durationOf()), failed: false })),
				})),
			);
		}
		const finishesAt = new Map<string, number>();
		const refs: TaskRef[] = Array.from({ length: tasks }, (_, index) => {
			const operation = used[index % used.length] ?? { action: 'videos', action2: 'text2video' };
			const durationMs = Math.round(durationOf());
			const id = simulator.create(operation, { durationMs });
			finishesAt.set(id, startAt + durationMs);
			return { origin: simulator.origin, ...operation, id };
		});
		engine.setFocused(true);
		engine.setVisible(true);
		engine.poller.start();
		const noticed = new Map<string, number>();
		const first = new Map<string, number>();
		store.changes.onDidChange(({ keys }) => {
			for (const key of keys) {
				const task = store.tasks.get(key);
				if (task?.lastCheckedAt !== undefined && !first.has(task.ref.id)) {
					first.set(task.ref.id, (clock.now() - startAt) / 1_000);
				}
				if (task?.status === 'succeeded' && !noticed.has(task.ref.id)) {
					noticed.set(task.ref.id, (clock.now() - (finishesAt.get(task.ref.id) ?? 0)) / 1_000);
				}
			}
		});
		const tracked = engine.tracker.track(refs.map((ref) => ({ ref })));
		for (let left = 60; left > 0 && noticed.size < tasks; left--) {
			await clock.advance(minute / 2);
		}
		await tracked;
		if (refs.some((ref) => store.tasks.get(taskKey(ref))?.status !== 'succeeded')) {
			throw new Error(`${tasks - noticed.size} tasks were lost`);
		}
		const requests = simulator.requests.all();
		return {
			lags: [...noticed.values()],
			firstChecks: [...first.values()],
			requests: requests.length,
			lists: requests.filter(({ kind }) => kind === 'list').length,
			busiestMinute: mostWithin(
				requests.map(({ clockAt }) => clockAt),
				minute,
			),
		};
	} finally {
		await engine.close();
		engine.dispose();
		store.dispose();
		await simulator.close();
		rmSync(directory, { recursive: true, force: true });
	}
}
