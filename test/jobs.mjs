// @ts-check
// Runs commands side by side, a few at once, and says honestly which of them passed.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { ownGroup } from './host/processGroup.mjs';
import { endTree } from './host/processTree.mjs';

/**
 * @typedef {object} Job
 * @property {string} name
 * @property {[string, ...string[]]} command the executable and its arguments
 * @property {readonly string[]} [needs] names of jobs that must have passed before, because this one uses their output
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

/** How long the last output of a job may take after its own process has ended, ms; another process can hold the pipe open for ever. */
const lastWordsMs = 1000;

/**
 * @param {readonly Job[]} jobs
 * @returns {string | undefined} a sentence that says why these cannot all run
 */
export function problemOf(jobs) {
	/** @type {Map<string, Job>} */
	const byName = new Map();
	for (const job of jobs) {
		if (byName.has(job.name)) {
			return `Two jobs have the name “${job.name}”.`;
		}
		byName.set(job.name, job);
	}
	for (const { name, needs = [], alone } of jobs) {
		for (const needed of needs) {
			const job = byName.get(needed);
			if (job === undefined) {
				return `The job “${name}” needs “${needed}”, which is no job of this run.`;
			}
			if (job.alone === true && alone !== true) {
				return `The job “${name}” needs “${needed}”, which runs alone, after all others.`;
			}
		}
	}
	// Takes away what can run, until nothing is left or only jobs in or behind a circle.
	const left = new Map(byName);
	for (let before = -1; before !== left.size;) {
		before = left.size;
		for (const { name, needs = [] } of left.values()) {
			if (!needs.some((needed) => left.has(needed))) {
				left.delete(name);
			}
		}
	}
	/** @type {string[]} */
	const way = [];
	let name = left.keys().next().value;
	while (name !== undefined && !way.includes(name)) {
		way.push(name);
		name = left.get(name)?.needs?.find((needed) => left.has(needed));
	}
	return name === undefined
		? undefined
		: `These jobs need each other: ${way
				.slice(way.indexOf(name))
				.map((one) => `“${one}”`)
				.join(', ')}.`;
}

/**
 * Runs jobs in their order, as many at once as allowed. One that needs a failed one is not run and has failed too. Rejects before it
 * starts any if `problemOf` finds a problem.
 *
 * @param {readonly Job[]} jobs
 * @param {RunOptions} options
 * @returns {Promise<Outcome[]>} in the order of the jobs
 */
export async function runJobs(jobs, options) {
	const problem = problemOf(jobs);
	if (problem !== undefined) {
		throw new Error(problem);
	}
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
async function runJob({ name, command: [executable, ...args], proof }, { cwd, timeoutMs, signal }) {
	const start = Date.now();
	const child = spawn(executable, args, {
		cwd,
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
	/** @param {string | undefined} why undefined: that is no problem */
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
	/** Lets go of a pipe that a process outside of the tree still holds. */
	const release = async () => {
		stop(undefined);
		await ending;
		// What is in the pipe is read first.
		await setImmediate();
		child.stdout.destroy();
		child.stderr.destroy();
	};
	/** @type {NodeJS.Timeout | undefined} */
	let lastWords;
	child.once('exit', () => {
		lastWords = setTimeout(() => void release(), lastWordsMs);
	});
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
	clearTimeout(lastWords);
	signal?.removeEventListener('abort', interrupt);
	await ending;
	return { name, problem: stopped ?? problem, output, ms: Date.now() - start };
}
