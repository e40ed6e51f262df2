// npm run soak: runs three windows as processes and a simulator under injected faults, following a plan; then prints a report. The exit
// code is 1 if a guarantee was broken. With --only creations, tasks are created instead of tracked (soakCreations.ts), with --only
// downloads results are kept (soakDownloads.ts).
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { settingRanges } from '../../src/core/rate';
import type { RateLimits } from '../../src/core/rate';
import type { Fault, OrderedFault } from '../../src/simulator/faults';
import { throwawayKey } from '../../src/simulator/demo';
import { optionsToRun } from '../../src/simulator/options';
import { unannouncedTasks, announcementReportOf, wrongFinish } from '../support/machine/findings';
import { Child } from '../support/childProcess';
import { mostAtOnce, mostWithin } from '../support/spans';
import { Machine } from '../support/machine/machine';
import type { Order } from '../support/machine/orders';
import { readCommandLine, usage } from '../support/machine/soakCommandLine';
import { refreshEveryMs, soakPlan, tasksPerMinute } from '../support/machine/soakPlan';
import type { FaultName, Plan, Step } from '../support/machine/soakPlan';
import { ignoreGone } from '../support/machine/windowProcess';
import type { WindowProcess } from '../support/machine/windowProcess';
import { soakCreations } from './soakCreations';
import { soakDownloads } from './soakDownloads';

const minute = 60_000;
const windows = 3;
/** The product's defaults. */
const limits: RateLimits = { maxConcurrent: settingRanges.maxConcurrent.default, maxPerMinute: settingRanges.maxPerMinute.default };

/** An idle thread that measures how long the machine does not schedule it; replies to any message with the longest time in ms. */
const idleThread = `
	const { parentPort } = require('node:worker_threads');
	let last = performance.now(), longest = 0;
	setInterval(() => {
		const now = performance.now();
		longest = Math.max(longest, now - last);
		last = now;
	}, 20);
	parentPort.on('message', () => parentPort.postMessage(Math.round(longest)));
`;

/** Executes a plan on a machine. */
class Soak {
	readonly faults = new Map<FaultName, OrderedFault[]>();
	keyChanges = 0;
	locks = 0;
	readonly #machine: Machine;
	readonly #plan: Plan;
	readonly #failing = new Set<string>();
	/** The running steps of the plan. Rejected on an unexpected error. */
	readonly #doings: Promise<void>[] = [];

	constructor(machine: Machine, plan: Plan) {
		this.#machine = machine;
		this.#plan = plan;
	}

	/** The IDs of the tasks that fail. */
	get failing(): ReadonlySet<string> {
		return this.#failing;
	}

	/** Runs until the plan is over and every task has finished and is announced, or until the time is up. */
	async run(): Promise<void> {
		const { steps, calmFrom } = this.#plan;
		for (const step of steps) {
			await this.#wait(step.at);
			const doing = this.#do(step);
			// Its error is thrown below, when all are awaited.
			doing.catch(() => undefined);
			this.#doings.push(doing);
		}
		await this.#wait(calmFrom);
		await Promise.all(this.#doings);
		await this.#drain();
	}

	/** Waits for a time of the plan. */
	async #wait(at: number): Promise<void> {
		await this.#machine.sleep(Math.max(0, this.#machine.clock.startAt + at - this.#machine.now()));
	}

	async #do(step: Step): Promise<void> {
		const machine = this.#machine;
		switch (step.what) {
			case 'track': {
				const { operation, form, failure } = step;
				const ref = machine.create(operation, { form, ...(failure === undefined ? {} : { failure }) });
				if (failure !== undefined) {
					this.#failing.add(ref.id);
				}
				return this.#inSomeWindow({ do: 'track', tasks: [ref] });
			}
			case 'fault': {
				const fault = machine.simulator.faults.next({ fault: this.#inRealTime(step.fault), times: step.times });
				this.faults.set(step.name, [...(this.faults.get(step.name) ?? []), fault]);
				await machine.sleep(step.lastsMs);
				fault.cancel();
				return;
			}
			case 'kill':
			case 'close': {
				const window = machine.windows[step.window];
				if (window?.isOpen !== true) {
					return;
				}
				await (step.what === 'kill' ? window.kill() : window.close());
				await machine.sleep(step.lastsMs);
				return window.open();
			}
			case 'focus': {
				const focused = step.window === undefined ? undefined : machine.windows[step.window];
				await Promise.all(machine.open.map((window) => window.obey({ do: 'focus', focused: window === focused }).catch(ignoreGone)));
				return;
			}
			case 'removeKey':
				machine.removeKey();
				await this.#noteKey(false);
				await machine.sleep(step.lastsMs);
				return this.#setNewKey();
			case 'rejectKey':
				machine.simulator.acceptKeys([throwawayKey()]);
				await machine.sleep(step.lastsMs);
				return this.#setNewKey();
			case 'lock': {
				this.locks++;
				const lastsMs = Math.round(step.lastsMs / machine.clock.speed);
				await Child.start('support/lockHolder', [machine.databasePath, String(lastsMs)]).exited();
				return;
			}
			case 'refresh':
				return machine.windows[0]?.obey({ do: 'refresh' });
		}
	}

	/** Faults in the simulator last real ms. */
	#inRealTime(fault: Fault): Fault {
		return fault.kind === 'late' || fault.kind === 'slowBody' ? { ...fault, ms: fault.ms / this.#machine.clock.speed } : fault;
	}

	async #setNewKey(): Promise<void> {
		const key = throwawayKey();
		this.#machine.simulator.acceptKeys([key]);
		this.#machine.setKey(key);
		await this.#noteKey(true);
	}

	#noteKey(present: boolean): Promise<void> {
		this.keyChanges++;
		return this.#inSomeWindow({ do: 'noteKey', origin: this.#machine.simulator.origin, present });
	}

	/** Gives the order to the window that opened last; to another one if it ends before it is done. */
	async #inSomeWindow(order: Order): Promise<void> {
		while (!this.#machine.isClosed) {
			const window = this.#machine.open.toSorted((a, b) => openedAt(b) - openedAt(a))[0];
			try {
				if (window !== undefined) {
					await window.obey(order);
					return;
				}
				await this.#machine.sleep(100);
			} catch (error) {
				ignoreGone(error);
			}
		}
	}

	/** Waits until every task has finished and is announced; after some time a person refreshes the active ones. */
	async #drain(): Promise<void> {
		const machine = this.#machine;
		const { calmFrom, finishesAt } = this.#plan;
		machine.simulator.faults.clear();
		const left = () => machine.clock.startAt + finishesAt - machine.now();
		const isOver = () =>
			machine.diary.tasks().filter(({ finished_at: at, next_poll_at: next }) => at !== null && next === null).length ===
			machine.created.length;
		if (!(await machine.until(isOver, 0.6 * (finishesAt - calmFrom)))) {
			while (left() > 0) {
				// Not awaited, so that a hanging refresh does not delay the end.
				machine.windows[0]?.obey({ do: 'refresh' }).catch(ignoreGone);
				if (await machine.until(isOver, Math.min(refreshEveryMs, left()))) {
					break;
				}
			}
		}
		const isAnnounced = () => machine.diary.announcements().every(({ claimed_at: at }) => at !== null);
		await machine.until(isAnnounced, minute);
		// Claimed announcements wait for the rest of their batch.
		await machine.sleep(minute / 4);
	}
}

function openedAt({ lives }: WindowProcess): number {
	return lives.at(-1)?.openedAt ?? 0;
}

/** A line of the report: a measurement, its value, and the broken guarantee if any. */
interface Finding {
	readonly what: string;
	readonly value: string;
	readonly broken?: string | undefined;
}

/** Evaluates a completed run, and closes its windows. */
async function judge(machine: Machine, soak: Soak, plan: Plan, idleStallMs: number): Promise<readonly Finding[]> {
	const { diary, simulator } = machine;
	await Promise.all(machine.windows.map((window) => window.obey({ do: 'weigh' })));
	await Promise.all(machine.windows.map((window) => window.close()));

	const requests = simulator.requests
		.all({ kind: 'query' })
		.map(({ at, closedAt = at }) => ({ at: machine.steady(at), closedAt: machine.steady(closedAt) }));
	const lives = machine.lives();
	const [tasks, entries, announcements] = [diary.tasks(), diary.entries(), diary.announcements()];
	const lines = lives.flatMap((life) => life.lines);

	// After a clock jump the earlier requests no longer count for the rate; a check whose key was replaced meanwhile is repeated.
	const first = Math.min(...requests.map(({ at }) => at));
	const last = Math.max(...requests.map(({ at }) => at));
	const allowed = limits.maxPerMinute * (Math.ceil((last - first) / minute) + plan.jumps.length) + limits.maxConcurrent * soak.keyChanges;
	// Between two jumps the rate limit holds. Requests in flight at the start of a minute arrive within it, and a check whose key was
	// replaced is repeated.
	const stretches = [0, ...plan.jumps.map(({ at }) => at), Infinity].map((at) => machine.clock.startAt + at);
	const busiest = Math.max(
		...stretches.slice(1).map((end, index) =>
			mostWithin(
				requests.flatMap(({ at }) => (at >= (stretches[index] ?? 0) && at < end ? [at] : [])),
				minute,
			),
		),
	);
	const mostInMinute = limits.maxPerMinute + 2 * limits.maxConcurrent;

	// While the lock was held, a claim may have waited all the time.
	const longestLock = Math.max(0, ...plan.steps.map((step) => (step.what === 'lock' ? step.lastsMs : 0)));
	const announcementReport = announcementReportOf(announcements, entries, lives, 8_000 + longestLock);
	const nobody = unannouncedTasks(tasks, announcements);

	const byId = new Map(tasks.map((task) => [task.id, task]));
	const lost = machine.created.filter(({ id }) => byId.get(id)?.removed_at !== null).map(({ id }) => id);
	const wrong = diary.wrongs().map(({ what, id }) => `${id} ${what}`);
	const active = tasks.filter(({ finished_at: at }) => at === null);
	simulator.faults.clear();
	for (const ref of machine.created) {
		const task = byId.get(ref.id);
		if (task === undefined || task.finished_at === null) {
			continue;
		}
		const truth = await machine.truth(ref);
		const difference =
			wrongFinish(task, truth) ??
			((truth.status === 'failed') === soak.failing.has(ref.id) ? undefined : `${ref.id} ${truth.status} in the simulator`);
		if (difference !== undefined) {
			wrong.push(difference);
		}
	}

	const stalls = lines.flatMap((line) => (line.what === 'stall' ? [line.ms] : []));
	const closings = lines.flatMap((line) => (line.what === 'closed' ? [line] : []));
	const handles = closings.flatMap((line) => [...line.handles, ...line.files]);
	const weights = (lives[0]?.lines ?? []).flatMap((line) => (line.what === 'memory' ? [line] : []));
	const incidents = (level: 'warning' | 'error') =>
		lines.flatMap((line) => (line.what === 'trouble' && line.level === level ? [line.message] : []));
	const errors = incidents('error');
	const finished = (how: 'killed' | 'closed' | 'crashed') => lives.filter((life) => life.how === how).length;
	const hits = [...soak.faults].map(([name, orders]) => `${name} ${orders.reduce((sum, order) => sum + order.hits, 0)}`).sort();
	const megabytes = (of: 'rss' | 'heap') => weights.map((weight) => (weight[of] / 2 ** 20).toFixed(0)).join(' → ');

	return [
		{
			what: 'requests',
			value: String(requests.length),
			broken: requests.length > allowed ? 'more requests than the rate allows' : undefined,
		},
		{ what: 'requests allowed', value: `${allowed} (in ${((last - first) / minute).toFixed(0)} minutes)` },
		{
			what: 'most requests in a minute without a clock jump',
			value: `${busiest} (of ${limits.maxPerMinute})`,
			broken: busiest > mostInMinute ? 'too many requests in a minute' : undefined,
		},
		{
			what: 'most requests in flight',
			value: `${mostAtOnce(requests.map(({ at, closedAt }) => [at, closedAt]))} (of ${limits.maxConcurrent})`,
		},
		{
			what: 'tasks, finished',
			value: `${machine.created.length}, ${tasks.length - active.length}`,
			broken: active.length > 0 ? `${active.length} tasks have not finished: ${active.map(({ id }) => id).join(', ')}` : undefined,
		},
		{
			what: 'announcements shown / needed',
			value: `${announcementReport.announced} / ${announcementReport.wanted}`,
			broken: broken('unclaimed announcements', announcementReport.unclaimed),
		},
		{
			what: 'announcements lost with a killed window',
			value: String(announcementReport.lostInKills.length),
			broken: broken('announcements claimed and never shown, without a kill that explains it', announcementReport.lost),
		},
		{
			what: 'announced as the result of their command',
			value: String(announcementReport.commandResults),
			broken: broken('finished tasks without an announcement', nobody),
		},
		{
			what: 'announced twice',
			value: String(announcementReport.twice.length),
			broken: broken('tasks announced twice', announcementReport.twice),
		},
		{ what: 'tasks lost', value: String(lost.length), broken: broken('lost tasks', lost) },
		{ what: 'wrong finished statuses', value: String(wrong.length), broken: broken('wrong finished statuses', wrong) },
		{ what: 'damage to the file', value: String(diary.damage().length), broken: broken('damage', diary.damage().map(String)) },
		{
			what: 'longest stall of a window',
			value: `${Math.max(0, ...stalls)} ms (an idle thread: ${idleStallMs} ms); over 250 ms: ${stalls.filter((ms) => ms > 250).length}`,
		},
		{ what: 'memory of the first window', value: `RSS ${megabytes('rss')} MB, heap ${megabytes('heap')} MB` },
		{
			what: 'open handles and files after closing',
			value: `${handles.length} (of ${closings.length} windows closed)`,
			broken: broken('handles left open', handles),
		},
		{
			what: 'windows killed, closed',
			value: `${finished('killed')}, ${finished('closed')}`,
			broken: finished('crashed') > 0 ? `${finished('crashed')} windows crashed` : undefined,
		},
		{ what: 'key changes, locks held, clock jumps', value: `${soak.keyChanges}, ${soak.locks}, ${plan.jumps.length}` },
		{ what: 'requests with a fault', value: hits.join(', ') },
		{ what: 'warnings, errors in the logs', value: `${incidents('warning').length}, ${errors.length}`, broken: broken('errors', errors) },
	];
}

function broken(what: string, which: readonly string[]): string | undefined {
	return which.length === 0 ? undefined : `${which.length} ${what}: ${which.slice(0, 10).join('; ')}${which.length > 10 ? ' ...' : ''}`;
}

async function main(): Promise<void> {
	const options = optionsToRun(readCommandLine(process.argv.slice(2)), usage, { console, process });
	if (options === undefined) {
		return;
	}
	const { seed = Math.floor(Math.random() * 1e6) } = options;
	if (options.only !== undefined) {
		return options.only === 'creations' ? soakCreations(seed) : soakDownloads(seed);
	}
	const { minutes, speed } = options;
	const lastsMs = minutes * minute * speed;
	const plan = soakPlan(seed, lastsMs, windows, Math.round((tasksPerMinute * lastsMs) / minute));
	console.log(`Seed ${seed}: ${minutes} minutes at speed ${speed}, ${plan.steps.length} steps.`);

	const idle = new Worker(idleThread, { eval: true });
	const machine = await Machine.start({ speed, windows, limits, seed, jumps: plan.jumps });
	let findings: readonly Finding[] = [];
	try {
		await machine.windows[0]?.obey({ do: 'weigh' });
		const soak = new Soak(machine, plan);
		await soak.run();
		idle.postMessage('longest');
		const reply: readonly unknown[] = await once(idle, 'message');
		findings = await judge(machine, soak, plan, Number(reply[0]));
		console.log(['', '| | |', '|---|---|', ...findings.map(({ what, value }) => `| ${what} | ${value} |`), ''].join('\n'));
	} finally {
		const reasons = findings.flatMap((finding) => finding.broken ?? []);
		const isWhole = findings.length > 0 && reasons.length === 0;
		if (!isWhole) {
			for (const reason of reasons) {
				console.error(`Broken: ${reason}`);
			}
			console.error(
				`Replay with: npm run soak -- --seed ${seed} --minutes ${minutes} --speed ${speed}\nThe windows' traces and the database are in ${machine.folder}`,
			);
			process.exitCode = 1;
		}
		await idle.terminate();
		await machine.close({ keepFiles: !isWhole });
	}
}

void main();
