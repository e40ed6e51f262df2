// Windows as processes on one database: the guarantees, while they are killed and opened again.
import assert from 'node:assert/strict';
import { operations } from '../../../src/core/operation';
import type { RateLimits } from '../../../src/core/rate';
import type { TaskRef } from '../../../src/core/task';
import { SeededRandom } from '../../../src/simulator/random';
import type { Fault, FaultOrder } from '../../../src/simulator/faults';
import { failureReasons, responseForms } from '../../../src/simulator/tasks';
import {
	claimsTakenAlive,
	unannouncedTasks,
	hasLapsed,
	checksOf,
	checksTooSoon,
	announcementReportOf,
	wrongFinish,
} from '../../support/machine/findings';
import { mostAtOnce, mostWithin } from '../../support/spans';
import { leaseMs } from '../../../src/tracking/lease';
import { Machine } from '../../support/machine/machine';
import { ignoreGone } from '../../support/machine/windowProcess';

/** Seed of the tasks and of the times of kills. Which process does what is still up to the system's scheduler. */
const seed = Number(process.env['KLING_TEST_SEED'] ?? Math.floor(Math.random() * 1e6));
/** A claim then expires after two seconds of real time: longer than a busy machine suspends a process. */
const speed = 4;
/** How many checks the run with kills makes at least; `npm run soak` makes longer runs. */
const leastChecks = 900;
const second = 1_000;
const minute = 60 * second;
/** Latency of the simulator, real ms, so that there are requests in flight when a window is killed. */
const usualLatency: FaultOrder = { fault: { kind: 'late', ms: 40 }, times: Infinity };
/** Longer than a lease (real ms), so that it must be renewed. */
const slow: Fault = { kind: 'late', ms: 2_500 };

/** A run of three windows against the simulator, and its tasks. */
class Run {
	readonly machine: Machine;
	readonly #random: SeededRandom;
	readonly #failing = new Set<string>();
	#latency: ReturnType<Machine['simulator']['faults']['next']> | undefined;

	constructor(
		machine: Machine,
		readonly limits: RateLimits,
	) {
		this.machine = machine;
		this.#random = new SeededRandom(seed);
	}

	/** A random one, by the seed. */
	pick<T>(items: readonly T[]): T | undefined {
		return items[Math.floor(this.#random.fraction() * items.length)];
	}

	between(least: number, most: number): number {
		return least + this.#random.fraction() * (most - least);
	}

	/** Creates a task of a random operation and form; one in five fails. It finishes `durationMs` of the machine's time from now. */
	create(durationMs: number, faults: readonly Fault[] = []): TaskRef {
		const operation = this.pick(operations);
		const form = this.pick(responseForms);
		assert.ok(operation !== undefined && form !== undefined);
		const failure = this.between(0, 5) < 1 ? this.pick(Object.values(failureReasons)) : undefined;
		const ref = this.machine.create(operation, { durationMs, form, faults, ...(failure === undefined ? {} : { failure }) });
		if (failure !== undefined) {
			this.#failing.add(ref.id);
		}
		return ref;
	}

	/** Delays every response, except those that have a fault of their own. */
	slowDown(): void {
		this.#latency?.cancel();
		this.#latency = this.machine.simulator.faults.next(usualLatency);
	}

	/** Adds a fault that takes precedence over the usual latency. */
	fault(order: FaultOrder): void {
		this.machine.simulator.faults.next(order);
		this.slowDown();
	}

	/** Tracks tasks in a random window, or in another one if that is killed before it has done so. */
	async track(tasks: readonly TaskRef[]): Promise<void> {
		while (!this.machine.isClosed) {
			const window = this.pick(this.machine.open);
			try {
				if (window !== undefined) {
					await window.obey({ do: 'track', tasks });
					return;
				}
				await this.machine.sleep(100);
			} catch (error) {
				ignoreGone(error);
			}
		}
	}

	/** Waits until every task has finished, every announcement is claimed, and every open window has announced what it claimed. */
	async finish(): Promise<void> {
		const { machine } = this;
		const isOver = () => {
			assert.deepEqual(machine.diary.wrongs(), []);
			return isAllAnnounced();
		};
		const isAllAnnounced = () =>
			machine.diary.tasks().filter(({ finished_at: at }) => at !== null).length === machine.created.length &&
			machine.diary.announcements().every(({ claimed_at: at }) => at !== null) &&
			machine.lives().every(({ how, lines }) => {
				const announced = new Set(lines.flatMap((line) => (line.what === 'announced' ? line.ids : [])));
				return how !== undefined || lines.every((line) => line.what !== 'claimed' || announced.has(line.id));
			});
		assert.ok(await machine.until(isOver, 10 * minute), 'not every task finished and was announced');
	}

	/** Asserts the guarantees from the simulator's request log, the file and the traces, then closes the windows. */
	async judge(): Promise<{
		readonly announcementReport: ReturnType<typeof announcementReportOf>;
		readonly checks: number;
		readonly cutOff: number;
		readonly lapsed: number;
		readonly renewed: number;
		readonly busiest: number;
	}> {
		const { machine, limits } = this;
		const { diary, simulator } = machine;
		const requests = [...simulator.requests.all({ kind: 'query' }), ...simulator.requests.all({ kind: 'list' })]
			.toSorted((a, b) => a.at - b.at)
			.map((request) => ({ ...request, at: machine.steady(request.at), closedAt: machine.steady(request.closedAt ?? Date.now()) }));
		await Promise.all(machine.windows.map((window) => window.close()));
		const [tasks, entries, announcements, lives] = [diary.tasks(), diary.entries(), diary.announcements(), machine.lives()];
		const checks = checksOf(lives, entries);
		const lapsed = checks.filter(hasLapsed).length;

		// No check was made twice.
		assert.deepEqual(claimsTakenAlive(entries), []);
		assert.deepEqual(
			checksTooSoon(
				requests.filter(({ kind }) => kind === 'query'),
				checks,
			),
			[],
		);

		// The rate limits hold. A check holds its slot from before its request until after its response, unless its claim expires.
		const ofWindows = mostAtOnce(checks.map(({ from, to, claimedUntil }) => [from, Math.max(from, Math.min(to, claimedUntil))]));
		assert.ok(ofWindows <= limits.maxConcurrent, `${ofWindows} in flight`);
		// The simulator may notice the closed connections of a killed window late, when their slots are in use again.
		const dyingTogether = Math.max(0, ...lives.map((life) => checksOf([life], []).filter(({ end }) => end === 'cutOff').length));
		const atSimulator = mostAtOnce(requests.map(({ at, closedAt }) => [at, closedAt]));
		assert.ok(
			atSimulator <= limits.maxConcurrent + dyingTogether + lapsed,
			`${atSimulator} at the simulator at once, ${dyingTogether} of a killed window`,
		);
		// Requests arrive after their checks have started: those in flight when a minute begins arrive in it.
		const busiest = mostWithin(
			requests.map(({ at }) => at),
			minute,
		);
		assert.ok(busiest <= limits.maxPerMinute + limits.maxConcurrent + lapsed, `${busiest} in a minute`);

		// No task was announced twice, and no announcement was lost.
		const announcementReport = announcementReportOf(announcements, entries, lives, 8 * second);
		assert.deepEqual(announcementReport.twice, []);
		assert.deepEqual(announcementReport.unclaimed, []);
		assert.deepEqual(announcementReport.lost, []);
		assert.deepEqual(unannouncedTasks(tasks, announcements), []);

		// Every task is stored and has finished with the simulator's status.
		const removed = tasks.filter(({ removed_at: at }) => at !== null);
		assert.deepEqual(removed, []);
		assert.deepEqual(tasks.map(({ id }) => id).sort(), machine.created.map(({ id }) => id).sort());
		assert.deepEqual(diary.wrongs(), []);
		simulator.faults.clear();
		const byId = new Map(tasks.map((task) => [task.id, task]));
		for (const ref of machine.created) {
			const truth = await machine.truth(ref);
			assert.equal(truth.status, this.#failing.has(ref.id) ? 'failed' : 'succeeded');
			assert.equal(wrongFinish(byId.get(ref.id), truth), undefined);
		}
		assert.deepEqual(diary.damage(), []);

		// No window had an error, and closed windows left nothing open.
		const notes = lives.flatMap(({ lines }) => lines);
		assert.deepEqual(
			notes.filter((line) => line.what === 'trouble'),
			[],
		);
		assert.deepEqual(
			lives.filter(({ how }) => how === 'crashed'),
			[],
		);
		for (const line of notes) {
			if (line.what === 'closed') {
				assert.deepEqual([line.handles, line.files], [[], []]);
			}
		}
		const renewed = checks.filter((check) => check.end === 'responded' && check.to - check.from > leaseMs && !hasLapsed(check)).length;
		return {
			announcementReport,
			checks: requests.length,
			cutOff: checks.filter(({ end }) => end === 'cutOff').length,
			lapsed,
			renewed,
			busiest,
		};
	}
}

describe('windows that are processes', function () {
	this.timeout(3 * minute);
	const runs: Run[] = [];
	const start = async (limits: RateLimits): Promise<Run> => {
		const run = new Run(await Machine.start({ speed, windows: 3, limits, seed }), limits);
		runs.push(run);
		return run;
	};

	before(() => console.log(`    seed ${seed}`));
	afterEach(async () => {
		for (const { machine } of runs.splice(0)) {
			await machine.close();
		}
	});

	it('announce each finished task exactly once, also when one of them is closed and opened', async () => {
		const run = await start({ maxConcurrent: 4, maxPerMinute: 160 });
		const { machine } = run;
		run.slowDown();
		const [first, , third] = machine.windows;
		assert.ok(first !== undefined && third !== undefined);
		for (let batch = 0; batch < 12; batch++) {
			await run.track(Array.from({ length: 6 }, () => run.create(run.between(0, 20 * second))));
			if (batch === 3) {
				await third.close();
			}
			if (batch === 6) {
				await third.open();
			}
			// It releases what it has not announced yet.
			if (batch === 8) {
				await first.close();
			}
			if (batch === 9) {
				await first.open();
			}
			// First no window is focused, then all think that they are, and claim the same announcements at once.
			for (const focused of [false, true]) {
				await machine.sleep(second);
				await Promise.all(machine.open.map((window) => window.obey({ do: 'focus', focused })));
			}
		}
		await run.finish();
		const { announcementReport, checks, busiest } = await run.judge();
		assert.equal(announcementReport.announced, announcementReport.wanted);
		assert.ok(announcementReport.wanted > 30, `${announcementReport.wanted} announcements were due`);
		assert.ok(busiest > 0.8 * run.limits.maxPerMinute, `${busiest} checks in the busiest minute: the rate limit was never reached`);
		console.log(`      ${checks} checks, ${busiest} in the busiest minute; ${announcementReport.announced} announcements, each once`);
	});

	it('keep every guarantee while they are killed and opened again', async () => {
		const run = await start({ maxConcurrent: 12, maxPerMinute: 1_500 });
		const { machine } = run;
		const { simulator, diary } = machine;
		const starts = Date.now();
		let over = false;
		const again = async (step: () => Promise<void>): Promise<void> => {
			while (!over && !machine.isClosed) {
				await step();
			}
		};
		const made = () => simulator.requests.all({ kind: 'query' }).length;
		/** Each loop has its own random numbers, because the order in which the loops run is not deterministic. */
		const [killing, asking, focusing] = [new SeededRandom(seed + 1), new SeededRandom(seed + 2), new SeededRandom(seed + 3)];
		const oneOf = <T>(random: SeededRandom, items: readonly T[]): T | undefined => items[Math.floor(random.fraction() * items.length)];

		const slowOnes = Array.from({ length: 60 }, () => run.create(run.between(30, 60) * second, [slow, slow, slow, slow]));
		run.slowDown();
		const newOnes = (count: number) => Array.from({ length: count }, () => run.create(run.between(0, 40) * second));
		const tracked = [run.track(slowOnes), run.track(newOnes(60))];

		let kills = 0;
		const kill = async () => {
			await machine.sleep(speed * (150 + 700 * killing.fraction()));
			const window = oneOf(killing, machine.open);
			if (window === undefined || over) {
				return;
			}
			kills++;
			// A slow check outlives its claim only where its window lives that long.
			if (kills % 8 === 0) {
				await machine.sleep(speed * 2 * slow.ms);
			}
			await window.kill();
			await machine.sleep(speed * 300 * killing.fraction());
			await window.open();
		};
		const track = async () => {
			await machine.sleep(3 * second);
			const active = machine.created.length - diary.tasks().filter(({ finished_at: at }) => at !== null).length;
			if (active < 120) {
				tracked.push(run.track(newOnes(9)));
			}
			// Every active task will be checked at least once more.
			over = made() + active >= leastChecks;
		};
		const focus = async () => {
			await machine.sleep(4 * second * focusing.fraction());
			const choice = oneOf(focusing, [...machine.open, 'nobody', 'everybody'] as const);
			await Promise.all(
				machine.open.map((window) => window.obey({ do: 'focus', focused: choice === 'everybody' || window === choice }).catch(ignoreGone)),
			);
		};
		const watch = async () => {
			await machine.sleep(4 * second);
			assert.deepEqual(diary.wrongs(), []);
		};
		/** A person refreshes finished tasks, and an outdated response says that they are running. */
		const refreshed = new Set<string>();
		let finished: readonly string[] = [];
		let stale = 0;
		const refresh = async () => {
			await machine.sleep(5 * second);
			// Finished for some seconds, so that the check that found this does not count as too soon before this one.
			const id = oneOf(asking, finished);
			finished = diary.tasks().flatMap((task) => (task.finished_at === null || refreshed.has(task.id) ? [] : [task.id]));
			const task = machine.created.find((one) => one.id === id);
			if (task === undefined || refreshed.has(task.id)) {
				return;
			}
			refreshed.add(task.id);
			const body = JSON.stringify({
				code: 0,
				message: 'SUCCEED',
				request_id: 'behind',
				data: { task_id: task.id, task_status: 'processing' },
			});
			run.fault({ fault: { kind: 'body', status: 200, body }, match: { taskId: task.id } });
			await oneOf(asking, machine.open)
				?.obey({ do: 'refresh', tasks: [task] })
				.catch(ignoreGone);
			stale++;
		};
		await Promise.all([again(kill), again(track), again(focus), again(refresh), again(watch)]);
		await Promise.all(tracked);
		await run.finish();

		const { announcementReport, checks, cutOff, lapsed, renewed } = await run.judge();
		assert.ok(checks >= leastChecks, `${checks} checks`);
		// Otherwise the test would prove nothing.
		assert.ok(kills >= 15, `${kills} kills`);
		assert.ok(cutOff >= 5, `${cutOff} checks were cut off by a kill`);
		assert.ok(renewed >= 5, `${renewed} claims were renewed during their checks`);
		assert.ok(stale >= 3, `${stale} responses were outdated`);
		console.log(
			`      ${renewed} renewed; ${checks} checks of ${machine.created.length} tasks in ${((Date.now() - starts) / 1_000).toFixed(0)} s; ${kills} kills cut off ${cutOff} checks, ${lapsed} claims expired; ` +
				`of ${announcementReport.wanted} announcements ${announcementReport.announced} were made once, and ${announcementReport.lostInKills.length} were lost with their window`,
		);
	});
});
