import assert from 'node:assert/strict';
import os from 'node:os';
import { isRunning } from '../../host/processTree.mjs';
import { type Job, type Outcome, problemOf, runJobs } from '../../jobs.mjs';
import { soon } from '../../support/retry';

/** A job that runs a program of one line. */
const program = (name: string, code: string, more: Partial<Job> = {}): Job => ({ name, command: [process.execPath, '-e', code], ...more });
const run = (jobs: readonly Job[], more: Partial<Parameters<typeof runJobs>[1]> = {}): Promise<Outcome[]> =>
	runJobs(jobs, { workers: 2, timeoutMs: 60_000, cwd: os.tmpdir(), ...more });
/** A program that starts another one, which lives longer than a test, prints its process ID and ends. */
const leaving = (options: string): string =>
	`const { spawn } = require("node:child_process"); const own = spawn(process.execPath, ["-e", "setTimeout(() => {}, 30_000)"], { stdio: "inherit", ${options} }); own.unref(); console.log(own.pid)`;
const problems = (outcomes: readonly Outcome[]): (string | undefined)[] => outcomes.map(({ problem }) => problem);

describe('the runner of npm test', () => {
	it('reports a job that passes, with what it printed on both streams', async () => {
		const [outcome] = await run([program('good', 'console.log("one"); console.error("two")')]);
		assert.equal(outcome?.problem, undefined);
		assert.deepEqual(outcome?.output.split('\n').sort(), ['', 'one', 'two']);
	});

	it('fails for a job that fails, and still runs the others', async () => {
		assert.deepEqual(problems(await run([program('bad', 'process.exit(3)'), program('good', '')])), ['exit code 3', undefined]);
	});

	it('fails for a job that dies', async () => {
		assert.deepEqual(problems(await run([program('dies', 'process.kill(process.pid, "SIGKILL")')])), ['ended by SIGKILL']);
	});

	it('fails for a job that cannot be started', async () => {
		const [outcome] = await run([{ name: 'missing', command: ['no-such-program-anywhere'] }]);
		assert.match(outcome?.problem ?? '', /ENOENT/);
	});

	it('fails for a job that ends with 0 before its last words', async () => {
		const words = /^all done$/m;
		const outcomes = await run([
			program('cut', 'console.log("begun"); process.exit(0)', { proof: words }),
			program('whole', 'console.log("begun"); console.log("all done")', { proof: words }),
		]);
		assert.deepEqual(problems(outcomes), ['ended in the middle, with exit code 0', undefined]);
	});

	it('ends a job that hangs, with everything that it started, and fails for it', async function () {
		this.timeout(20_000);
		const hangs =
			'const { spawn } = require("node:child_process"); const own = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true }); console.log(own.pid); setInterval(() => {}, 1000)';
		// Long enough that its own process has started.
		const [outcome] = await run([program('hangs', hangs)], { timeoutMs: 3_000 });
		assert.equal(outcome?.problem, 'did not end within 3 s');
		const started = Number(outcome.output);
		assert.ok(started > 0);
		assert.equal(isRunning(started), false);
	});

	it('ends a job that prints without end, and fails for it', async () => {
		const [outcome] = await run([program('talks', 'const line = "x".repeat(65536); for (;;) require("node:fs").writeSync(1, line)')]);
		assert.equal(outcome?.problem, 'printed too much');
	});

	it('ends all jobs when the run is interrupted, and starts no other', async () => {
		const interrupted = new AbortController();
		const jobs = [program('runs', 'setInterval(() => {}, 1000)'), program('good', ''), program('later', '')];
		const outcomes = await run(jobs, { signal: interrupted.signal, onDone: () => interrupted.abort() });
		assert.deepEqual(problems(outcomes), ['was interrupted', undefined, 'did not run, because the run was interrupted']);
	});

	it('does not run a job whose need failed, and runs it after one that passed', async () => {
		const order: string[] = [];
		const outcomes = await run(
			[
				program('last', '', { needs: ['middle'] }),
				program('middle', '', { needs: ['bad'] }),
				program('bad', 'process.exit(1)'),
				program('user', '', { needs: ['good'] }),
				program('good', ''),
			],
			{ onDone: ({ name }) => order.push(name) },
		);
		assert.deepEqual(problems(outcomes), [
			'did not run, because middle failed',
			'did not run, because bad failed',
			'exit code 1',
			undefined,
			undefined,
		]);
		assert.ok(order.indexOf('good') < order.indexOf('user'));
	});

	for (const [what, jobs, sentence] of [
		['needs that do not exist', [{ name: 'one', needs: ['two'] }], 'The job “one” needs “two”, which is no job of this run.'],
		[
			'needs of each other',
			[{ name: 'behind', needs: ['one'] }, { name: 'one', needs: ['two'] }, { name: 'two', needs: ['good', 'one'] }, { name: 'good' }],
			'These jobs need each other: “one”, “two”.',
		],
		['a need of itself', [{ name: 'one', needs: ['one'] }], 'These jobs need each other: “one”.'],
		['a name that two have', [{ name: 'one' }, { name: 'two' }, { name: 'one' }], 'Two jobs have the name “one”.'],
		[
			'a need of one that runs alone at the end',
			[
				{ name: 'one', needs: ['two'] },
				{ name: 'two', alone: true },
			],
			'The job “one” needs “two”, which runs alone, after all others.',
		],
	] as const) {
		it(`rejects ${what} before it starts any job`, async () => {
			const done: string[] = [];
			const given = jobs.map((job: Partial<Job>) => program(job.name ?? '', '', job));
			assert.equal(problemOf(given), sentence);
			await assert.rejects(run(given, { onDone: ({ name }) => done.push(name) }), new Error(sentence));
			assert.deepEqual(done, []);
		});
	}

	it('accepts needs in any order, and one that runs alone and needs another such one', async () => {
		const jobs = [
			program('last', '', { needs: ['timed'], alone: true }),
			program('timed', '', { needs: ['good'], alone: true }),
			program('good', ''),
		];
		assert.equal(problemOf(jobs), undefined);
		assert.deepEqual(problems(await run(jobs)), [undefined, undefined, undefined]);
	});

	it('does not wait for a process that outlives its job and holds the pipe open', async function () {
		this.timeout(20_000);
		// In a group of its own, and below no process of the job once that has ended.
		const [outcome] = await run([program('leaves', leaving('detached: true'), { proof: /^\d+$/m })]);
		const started = Number(outcome?.output);
		try {
			assert.ok(isRunning(started));
			assert.equal(outcome?.problem, undefined);
		} finally {
			process.kill(started);
		}
	});

	it('ends what a job that has failed leaves in its group', async function () {
		this.timeout(20_000);
		const [outcome] = await run([program('leaves', `${leaving('')}; process.exitCode = 4`)]);
		const started = Number(outcome?.output);
		assert.ok(started > 0);
		await soon('its process has ended', () => !isRunning(started));
		assert.equal(outcome?.problem, 'exit code 4');
	});

	it('runs as many at once as it has workers, and alone what measures time', async () => {
		const times = 'console.log(Date.now()); setTimeout(() => console.log(Date.now()), 300)';
		const jobs = [program('timed', times, { alone: true }), ...['a', 'b', 'c', 'd'].map((name) => program(name, times))];
		const outcomes = await run(jobs, { workers: 2 });
		assert.deepEqual(problems(outcomes), [undefined, undefined, undefined, undefined, undefined]);
		const spans = new Map(outcomes.map(({ name, output }) => [name, output.trim().split('\n').map(Number)]));
		const [from = 0, to = 0] = spans.get('timed') ?? [];
		let most = 0;
		for (const [name, [start = 0]] of spans) {
			most = Math.max(most, [...spans.values()].filter(([first = 0, last = 0]) => first <= start && start <= last).length);
			if (name !== 'timed') {
				assert.ok(start < from || start > to, `${name} ran beside the one that measures time`);
			}
		}
		assert.ok(most <= 2, `${most} at once`);
	});
});
