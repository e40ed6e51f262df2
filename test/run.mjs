// @ts-check
// npm test: every check and test, from a fresh clone to the last end-to-end test, side by side.
//   node test/run.mjs                  everything
//   node test/run.mjs unit page        only these suites: unit, page, integration, e2e, floor
//   node test/run.mjs --workers 1      how many at once; by default up to three, as memory allows
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { readCommandLine } from './commandLine.mjs';
import { hosts, root } from './host/paths.mjs';
import { ensureChromium, ensureHost, ensureNode, ensureRootPackages, SetupError } from './host/setup.mjs';
import { failuresIn } from './failures.mjs';
import { problemOf, runJobs } from './jobs.mjs';
import { checks, suites } from './suites.mjs';

/** @import { Outcome } from './jobs.mjs' */

/** What one end-to-end journey needs: a server, an extension host and a browser; bytes. */
const memoryOfWorker = 2 * 1024 ** 3;
/** Suites wait a third of the time, so that three keep two cores busy; more would only slow each other down. */
const mostWorkers = 3;
/** Several times what the longest one takes. */
const timeoutMs = 8 * 60_000;
/** mocha's last words: how many tests passed. */
const passing = /^\s*(\d+) passing\b/m;

const { names, workers } = readArguments();
const start = Date.now();

heading('Set-up');
try {
	ensureNode();
	// None is left running when another one fails.
	const installed = await Promise.allSettled([ensureRootPackages(), ...hostsOf(names).map((host) => ensureHost(host))]);
	for (const one of installed) {
		if (one.status === 'rejected') {
			throw one.reason;
		}
	}
	await ensureChromium();
} catch (error) {
	if (!(error instanceof SetupError)) {
		throw error;
	}
	console.error(error.message);
	process.exit(1);
}
heading('Build');
for (const flags of [[], ['--tests']]) {
	if (spawnSync(process.execPath, ['esbuild.js', ...flags], { cwd: root, stdio: 'inherit' }).status !== 0) {
		process.exit(1);
	}
}
console.log(`Ready after ${seconds(Date.now() - start)}; ${workers} at once from here on.`);

// A forgotten `it.only` is an error then.
process.env['CI'] = '1';
const interrupted = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
	process.on(signal, () => interrupted.abort());
}
const jobs = [...(names.length === 0 ? checks : []), ...suites(names)].sort((a, b) => b.seconds - a.seconds);
const problem = problemOf(jobs);
if (problem !== undefined) {
	refuse(problem);
}
const outcomes = await runJobs(jobs, { workers, timeoutMs, cwd: root, signal: interrupted.signal, onDone: print });
summarise(outcomes);
process.exit(interrupted.signal.aborted ? 130 : outcomes.every(({ problem }) => problem === undefined) ? 0 : 1);

/** @returns {{ names: string[], workers: number }} */
function readArguments() {
	const line = readCommandLine(process.argv.slice(2));
	return line.kind === 'run' ? { names: line.names, workers: line.workers ?? affordable() } : refuse(line.sentence);
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function refuse(sentence) {
	console.error(sentence);
	process.exit(2);
}

/** @param {string[]} names of suites; none: all */
function hostsOf(names) {
	const current = names.some((name) => name !== 'floor') || names.length === 0;
	return [...(current ? [hosts.current] : []), ...(names.includes('floor') ? [hosts.floor] : [])];
}

function affordable() {
	return Math.max(1, Math.min(mostWorkers, Math.floor(process.availableMemory() / memoryOfWorker)));
}

/** @param {Outcome} outcome */
function print({ name, problem, output, ms }) {
	heading(name);
	console.log(output.trim());
	console.log(problem === undefined ? `ok: ${name}, ${seconds(ms)}` : `FAILED: ${name}, ${seconds(ms)}: ${problem}`);
}

/** @param {Outcome[]} outcomes */
function summarise(outcomes) {
	heading('Summary');
	let tests = 0;
	for (const { name, problem, output, ms } of outcomes) {
		const passed = Number(passing.exec(output)?.[1] ?? 0);
		tests += passed;
		console.log(
			`${problem === undefined ? 'ok    ' : 'FAILED'} ${seconds(ms).padStart(8)}  ${name}${passed > 0 ? `: ${passed} tests passed` : ''}${problem === undefined ? '' : ` (${problem})`}`,
		);
	}
	const failed = outcomes.filter(({ problem }) => problem !== undefined).length;
	// Whoever has only the end of a log sees what failed.
	for (const { name, problem, output } of outcomes) {
		if (problem !== undefined && output !== '') {
			heading(`FAILED: ${name}`);
			console.log(failuresIn(output));
		}
	}
	heading(`${failed === 0 ? 'Everything passed' : `${failed} failed`}: ${tests} tests passed, ${seconds(Date.now() - start)}`);
}

/** @param {string} text */
function heading(text) {
	console.log(`\n=== ${text}`);
}

/** @param {number} ms */
function seconds(ms) {
	return `${(ms / 1000).toFixed(1)} s`;
}
