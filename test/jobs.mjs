// @ts-check
// Runs commands side by side, a few at once, and says honestly which of them passed.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { ownGroup } from './host/processGroup.mjs';
import { endTree } from './host/processTree.mjs';

/**
 * @typedef {object} Job
 * @property {string} name
 * @property {[string, ...string[]]} command the executable and its arguments
 * @property {Record<string, string>} [env] additional environment variables
 * @property {string[]} [needs] names of jobs that must have passed before, because this one uses their output
 * @property {boolean} [alone] it measures time: it starts when all others have ended, and nothing runs beside it
 * @property {RegExp} [proof] printed by a run that came to its end: a process can exit with 0 in the middle of it
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {string | undefined} problem undefined: it passed
 * @property {string} output what it printed, both streams in their order
 * @property {number} ms how long it took; 0 for one that did not run
 *
 * @typedef {object} RunOptions
 * @property {number} workers how many jobs may run at once
 * @property {number} timeoutMs the longest time of one job; then its processes are ended, and it has failed
 * @property {string} cwd
 * @property {AbortSignal} [signal] ends all running jobs, and no other one starts
 * @property {(outcome: Outcome) => void} [onDone] hears of each job when it has ended
 */

/** A hundred times what the most talkative job prints, in characters. */
const mostOutput = 32 * 1024 * 1024;

/**
 * Runs jobs in their order, as many at once as allowed. One that needs a failed one is not run and has failed too.
 *
 * @param {readonly Job[]} jobs
 * @param {RunOptions} options
 * @returns {Promise<Outcome[]>} in the order of the jobs
 */
export async function runJobs(jobs, options) {
	/** @type {Map<string, Outcome>} */
	const outcomes = new Map();
	/** @param {Outcome} outcome */
	const note = (outcome) => {
		outcomes.set(outcome.name, outcome);
		options.onDone?.(outcome);
	};
	const waiting = new Set(jobs);
	/** @type {Map<Job, Promise<void>>} */
	const running = new Map();
	while (waiting.size > 0 || running.size > 0) {
		const before = waiting.size;
		for (const job of waiting) {
			const state = stateOf(job, outcomes, options.signal);
			if (typeof state === 'object') {
				waiting.delete(job);
				note({ name: job.name, problem: state.problem, output: '', ms: 0 });
			} else if (state === 'ready' && running.size < options.workers && !mustWait(job, waiting, running)) {
				waiting.delete(job);
				const end = runJob(job, options).then((outcome) => {
					running.delete(job);
					note(outcome);
				});
				running.set(job, end);
			}
		}
		if (running.size > 0) {
			await Promise.race(running.values());
		} else if (waiting.size === before) {
			throw new Error(`These jobs need jobs that do not exist, or each other: ${[...waiting].map(({ name }) => name).join(', ')}`);
		}
	}
	return jobs.flatMap(({ name }) => outcomes.get(name) ?? []);
}

/**
 * @param {Job} job
 * @param {ReadonlyMap<string, Outcome>} outcomes
 * @param {AbortSignal | undefined} signal
 * @returns {'ready' | 'waits' | { problem: string }}
 */
function stateOf(job, outcomes, signal) {
	if (signal?.aborted === true) {
		return { problem: 'did not run, because the run was interrupted' };
	}
	const needs = job.needs ?? [];
	const failed = needs.find((name) => outcomes.get(name)?.problem !== undefined);
	if (failed !== undefined) {
		return { problem: `did not run, because ${failed} failed` };
	}
	return needs.every((name) => outcomes.has(name)) ? 'ready' : 'waits';
}

/**
 * @param {Job} job
 * @param {ReadonlySet<Job>} waiting
 * @param {ReadonlyMap<Job, unknown>} running
 */
function mustWait(job, waiting, running) {
	return job.alone === true
		? running.size > 0 || [...waiting].some((other) => other.alone !== true)
		: [...running.keys()].some((other) => other.alone === true);
}

/**
 * @param {Job} job
 * @param {RunOptions} options
 * @returns {Promise<Outcome>} once every process of the job has ended
 */
async function runJob({ name, command: [executable, ...args], env, proof }, { cwd, timeoutMs, signal }) {
	const start = Date.now();
	const child = spawn(executable, args, {
		cwd,
		env: { ...process.env, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
		// npm is a script there.
		shell: process.platform === 'win32',
		...ownGroup,
	});
	let output = '';
	/** @type {string | undefined} */
	let stopped;
	/** @type {Promise<void> | undefined} */
	let ending;
	/** @param {string} why */
	const stop = (why) => {
		stopped ??= why;
		ending ??= endTree(child);
	};
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
			if (output.length < mostOutput) {
				output += text;
			} else {
				stop('printed too much');
			}
		});
	}
	const timer = setTimeout(() => stop(`did not end within ${timeoutMs / 1000} s`), timeoutMs);
	const interrupt = () => stop('was interrupted');
	signal?.addEventListener('abort', interrupt);
	/** @type {string | undefined} */
	const problem = await new Promise((resolve) => {
		child.once('error', (error) => resolve(error.message));
		child.once('close', (code, killedBy) => {
			if (killedBy !== null) {
				resolve(`ended by ${killedBy}`);
			} else if (code !== 0) {
				resolve(`exit code ${code}`);
			} else {
				resolve(proof === undefined || proof.test(output) ? undefined : 'ended in the middle, with exit code 0');
			}
		});
	});
	clearTimeout(timer);
	signal?.removeEventListener('abort', interrupt);
	await ending;
	return { name, problem: stopped ?? problem, output, ms: Date.now() - start };
}
