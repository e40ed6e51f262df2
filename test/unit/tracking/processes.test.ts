// Windows that are processes, on one database: what a person is promised, while they are killed and opened again.
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
	mostAtOnce,
	mostWithin,
	announcementReportOf,
	wrongFinish,
} from '../../processes/findings';
import { leaseMs } from '../../../src/tracking/lease';
import { Machine } from '../../processes/machine';
import { WindowGoneError } from '../../processes/windowProcess';

/** Set it to see the same tasks, and kills at the same times, again; which process does what then is the system's choice. */
const seed = Number(process.env['KLING_TEST_SEED'] ?? Math.floor(Math.random() * 1e6));
/** A claim then lives two seconds of real time: longer than a busy machine lets a process stand. */
const speed = 4;
const second = 1_000;
const minute = 60 * second;
/** How long the simulator takes for an answer, real ms: so that there is something in flight when a window is killed. */
const usualLatency: FaultOrder = { fault: { kind: 'late', ms: 40 }, times: Infinity };
/** Longer than a claim lives (real ms): it has to be renewed. */
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

	/** One of several, as the seed has it. */
	pick<T>(items: readonly T[]): T | undefined {
		return items[Math.floor(this.#random.fraction() * items.length)];
	}

	between(least: number, most: number): number {
		return least + this.#random.fraction() * (most - least);
	}

	/** A new task of any operation and form; one in five fails. It ends `durationMs` of the machine's time from now. */
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

	/** Lets every answer take its time, except those that have a fault of their own. */
	slowDown(): void {
		this.#latency?.cancel();
		this.#latency = this.machine.simulator.faults.next(usualLatency);
	}

	/** A fault that comes before the usual latency. */
	fault(order: FaultOrder): void {
		this.machine.simulator.faults.next(order);
		this.slowDown();
	}

	/** Tracks tasks in some window; in another one if it is killed before it has. */
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
				if (!(error instanceof WindowGoneError)) {
					throw error;
				}
			}
		}
	}

	/** Waits until every task has ended, every end is claimed for telling, and every window that lives has told what it claimed. */
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
		assert.ok(await machine.until(isOver, 10 * minute), 'not everything ended and was told');
	}

	/** Proves, from the simulator's request log, the file and the traces, what holds however windows end; then closes the windows. */
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
		const requests = simulator.requests
			.all({ kind: 'query' })
			.map((request) => ({ ...request, at: machine.steady(request.at), closedAt: machine.steady(request.closedAt ?? Date.now()) }));
		await Promise.all(machine.windows.map((window) => window.close()));
		const [tasks, entries, announcements, lives] = [diary.tasks(), diary.entries(), diary.announcements(), machine.lives()];
		const checks = checksOf(lives, entries);
		const lapsed = checks.filter(hasLapsed).length;

		// No look made twice.
		assert.deepEqual(claimsTakenAlive(entries), []);
		assert.deepEqual(checksTooSoon(requests, checks), []);

		// Never more than the bounds allow. A look holds its place from before its request until after its answer, as long as its claim lives.
		const ofWindows = mostAtOnce(checks.map(({ from, to, claimedUntil }) => [from, Math.max(from, Math.min(to, claimedUntil))]));
		assert.ok(ofWindows <= limits.maxConcurrent, `${ofWindows} in flight`);
		// The simulator may hear late that the connections of a killed window are gone, when their places are others' already.
		const dyingTogether = Math.max(0, ...lives.map((life) => checksOf([life], []).filter(({ end }) => end === 'cutOff').length));
		const atSimulator = mostAtOnce(requests.map(({ at, closedAt }) => [at, closedAt]));
		assert.ok(
			atSimulator <= limits.maxConcurrent + dyingTogether + lapsed,
			`${atSimulator} at the simulator at once, ${dyingTogether} of a killed window`,
		);
		// Requests arrive after their looks have begun: what was on the way when a minute begins arrives in it.
		const busiest = mostWithin(
			requests.map(({ at }) => at),
			minute,
		);
		assert.ok(busiest <= limits.maxPerMinute + limits.maxConcurrent + lapsed, `${busiest} in a minute`);

		// No end told twice, none lost.
		const announcementReport = announcementReportOf(announcements, entries, lives, 8 * second);
		assert.deepEqual(announcementReport.twice, []);
		assert.deepEqual(announcementReport.unclaimed, []);
		assert.deepEqual(announcementReport.lost, []);
		assert.deepEqual(unannouncedTasks(tasks, announcements), []);

		// Every task is there, ended once and for all, as the simulator says.
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

		// Nobody met an error, and who was closed left nothing open.
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

	it('tell each end exactly once, also when one of them is closed and opened', async () => {
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
			// It hands back what it has not told yet.
			if (batch === 8) {
				await first.close();
			}
			if (batch === 9) {
				await first.open();
			}
			// Now nobody has the focus, now all think that they have: then they claim the same ends at once.
			for (const focused of [false, true]) {
				await machine.sleep(second);
				await Promise.all(machine.open.map((window) => window.obey({ do: 'focus', focused })));
			}
		}
		await run.finish();
		const { announcementReport, checks, busiest } = await run.judge();
		assert.equal(announcementReport.announced, announcementReport.wanted);
		assert.ok(announcementReport.wanted > 30, `${announcementReport.wanted} ends wanted telling`);
		assert.ok(busiest > 0.8 * run.limits.maxPerMinute, `${busiest} looks in the busiest minute: the bound was never met`);
		console.log(`      ${checks} looks, ${busiest} in the busiest minute; ${announcementReport.announced} ends told, each once`);
	});

	it('keep every promise while they are killed and opened again', async () => {
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
		/** Each loop has dice of its own, because which of them throws first is the machine's choice. */
		const [killing, asking, focusing] = [new SeededRandom(seed + 1), new SeededRandom(seed + 2), new SeededRandom(seed + 3)];
		const oneOf = <T>(random: SeededRandom, items: readonly T[]): T | undefined => items[Math.floor(random.fraction() * items.length)];

		const slowOnes = Array.from({ length: 24 }, () => run.create(run.between(30, 60) * second, [slow, slow, slow, slow]));
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
			// Every active task will be looked at once more at least.
			over = made() + active >= 2_000;
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
		/** A person refreshes ended tasks, and an answer that is behind says that they run. */
		const refreshed = new Set<string>();
		let finished: readonly string[] = [];
		let stale = 0;
		const refresh = async () => {
			await machine.sleep(5 * second);
			// Known to have ended for some seconds: the look that saw it is no look too soon before this one.
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
		assert.ok(checks >= 2_000, `${checks} looks`);
		// Else nothing was proven.
		assert.ok(kills >= 15, `${kills} kills`);
		assert.ok(cutOff >= 5, `${cutOff} looks were cut off by a kill`);
		assert.ok(renewed >= 5, `${renewed} claims were renewed while their looks lasted`);
		assert.ok(stale >= 3, `${stale} answers were behind`);
		console.log(
			`      ${checks} looks of ${machine.created.length} tasks in ${((Date.now() - starts) / 1_000).toFixed(0)} s; ${kills} kills cut off ${cutOff} looks, ${lapsed} claims lapsed; ` +
				`of ${announcementReport.wanted} ends ${announcementReport.announced} were told once, and ${announcementReport.lostInKills.length} died with their window`,
		);
	});
});

function ignoreGone(error: unknown): void {
	if (!(error instanceof WindowGoneError)) {
		throw error;
	}
}
