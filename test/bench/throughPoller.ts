// Our schedule in the real engine: the real poller, store and client port on a clock that jumps from timer to timer.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiError } from '../../src/api/apiError';
import type { Observation } from '../../src/core/durationModel';
import { taskKey } from '../../src/core/task';
import { TaskStore } from '../../src/store/taskStore';
import { createEngine } from '../../src/tracking/engine';
import type { KlingApi } from '../../src/tracking/ports/kling';
import { ManualClock } from '../support/clock';
import { snapshot } from '../support/makers';
import { storeWorkerFile as workerFile } from '../support/paths';
import { testStore } from '../support/testStore';
import { noCreates } from '../support/noCreates';
import { noDownloads } from '../support/noDownloads';

const origin = 'https://kling.example';
const startAt = Date.UTC(2026, 5, 1);
/**
 * The time between two tasks, ms: far enough apart that the poller, which batches polls due within a quarter of a second, handles one at a
 * time.
 */
const apart = 2 * 3_600_000;

/** A task of the simulation, with its duration (ms). */
export interface PolledTask {
	readonly duration: number;
	/** Tasks with the same number share an operation, and so a duration model. */
	readonly group: number;
}

/** The outcome of one task. */
export interface Polled {
	readonly checks: number;
	/** How late the finished task was noticed, s. */
	readonly lag: number;
}

/**
 * Runs the real poller until all tasks have finished. A window has the focus, and the list is hidden.
 * @param samples the known durations of each group's operation at the start
 * @param random the random numbers of the schedule
 */
export async function throughPoller(
	tasks: readonly PolledTask[],
	samples: readonly (readonly Observation[])[],
	random: () => number,
): Promise<readonly Polled[]> {
	const directory = mkdtempSync(join(tmpdir(), 'kling-bench-'));
	const clock = new ManualClock(startAt);
	const log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };
	const file = await TaskStore.open({
		directory,
		clock: { now: () => clock.now(), after: () => ({ dispose: () => undefined }) },
		log,
		workerFile,
		checkpointEvery: Infinity,
	});
	const store = testStore(file);
	store.decorate('attention', { current: () => ({ focused: true, visible: false }) });
	const refOf = (index: number) => ({ origin, action: 'videos', action2: `group${tasks[index]?.group ?? 0}`, id: `t${index}` });
	const bornAt = (index: number) => startAt + index * apart;
	const checks = new Array<number>(tasks.length).fill(0);
	const lags = new Array<number>(tasks.length).fill(0);
	let left = tasks.length;
	const api: KlingApi = {
		list: () => Promise.resolve({ ok: false, error: apiError('malformed', { message: '404 page not found' }) }),
		query: ({ id }) => {
			const index = Number(id.slice(1));
			const now = clock.now();
			const finishesAt = bornAt(index) + (tasks[index]?.duration ?? 0);
			// The check at tracking is common to all schedules.
			if (now > bornAt(index)) {
				checks[index] = (checks[index] ?? 0) + 1;
			}
			const finished = now >= finishesAt;
			if (finished) {
				lags[index] = (now - finishesAt) / 1_000;
				left--;
			}
			const times = { createdAt: bornAt(index), respondedAt: now };
			// Without an end time in the response the learner learns nothing, so that its model stays constant. A success has a result: it would
			// be checked again for its results otherwise.
			return Promise.resolve({ ok: true, snapshot: snapshot(finished ? 'succeeded' : 'processing', times), body: '' });
		},
	};
	let ids = 0;
	const limits = { maxConcurrent: 1_000_000, maxPerMinute: 1_000_000_000 };
	const engine = createEngine({
		...noCreates,
		...noDownloads,
		store,
		api,
		keys: { get: () => Promise.resolve('key') },
		clock,
		limitsOf: () => limits,
		random,
		newId: () => String(++ids),
		log,
	});
	try {
		await store.durations.add(samples.map((observations, group) => ({ origin, action: 'videos', action2: `group${group}`, observations })));
		// Only the poller: watching other windows and renewing the attention would fire a timer every second of the simulated months.
		engine.poller.start();
		for (let index = 0; index < tasks.length; index++) {
			await store.tasks.add([{ ref: refOf(index) }], clock.now());
			await clock.advance(apart);
		}
		while (left > 0) {
			await clock.advance(60_000);
		}
		await engine.close();
		for (const [index] of tasks.entries()) {
			if (store.tasks.get(taskKey(refOf(index)))?.status !== 'succeeded') {
				throw new Error(`task ${index} was lost`);
			}
		}
	} finally {
		engine.dispose();
		file.dispose();
		rmSync(directory, { recursive: true, force: true });
	}
	return tasks.map((_, index) => ({ checks: checks[index] ?? 0, lag: lags[index] ?? 0 }));
}
