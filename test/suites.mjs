// @ts-check
// What npm test runs, cut into jobs that may run side by side: each has its own server, browser, ports and folders.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { root } from './host/paths.mjs';

/** @import { Job } from './jobs.mjs' */
/** @typedef {Job & { seconds: number }} TimedJob `seconds`: about how long it takes beside two others; the longest start first */

const testBundles = path.join(root, 'out', 'test');
/** Printed by mocha when it has run every test; a process can end with 0 in the middle of them, or without any. */
const proof = /^\s*[1-9]\d* passing\b/m;

/** These tests run when nothing else does. */
const measuresTime = /\.timed\.test\.js$/;

/** Those of npm test; `floor` is the integration suite on the oldest supported VS Code. */
const usualSuites = ['unit', 'page', 'integration', 'e2e'];
export const suiteNames = [...usualSuites, 'floor'];

/**
 * The checks of the code, which run no test.
 * @type {readonly TimedJob[]}
 */
export const checks = [
	{ ...script('Lint', 'lint'), seconds: 120 },
	{ ...script('Types', 'typecheck'), seconds: 25 },
	{ name: 'Strings', command: [process.execPath, 'test/strings.mjs'], seconds: 15 },
];

/**
 * @param {readonly string[]} names of the suites; none: all
 * @returns {TimedJob[]}
 */
export function suites(names) {
	const wanted = names.length === 0 ? usualSuites : names;
	const all = {
		unit: unitJobs,
		page: pageJobs,
		integration: () => integrationJobs('integration', 'in the extension host'),
		e2e: endToEndJobs,
		floor: () => integrationJobs('floor', 'on the oldest supported VS Code'),
	};
	return Object.entries(all).flatMap(([name, jobs]) => (wanted.includes(name) ? jobs() : []));
}

/** @returns {TimedJob[]} */
function unitJobs() {
	const [timed = [], processes = [], store = [], others = []] = divide(bundles('unit', '.test.js'), [
		measuresTime,
		/processes\.test\.js$/,
		/\/(?:store|tracking)\//,
	]);
	return [
		{ ...mochaJob('Unit tests of windows as processes', [], processes), seconds: 130 },
		{ ...mochaJob('Unit tests that measure time', [], timed), seconds: 10, alone: true },
		{ ...mochaJob('Unit tests of store and tracking', [], store), seconds: 110 },
		{ ...mochaJob('Unit tests', [], others), seconds: 200 },
	];
}

function pageJobs() {
	return [{ ...mochaJob('Tests of the result page, in a browser', ['--timeout', '60000'], bundles('page', '.test.js')), seconds: 105 }];
}

/**
 * @param {'integration' | 'floor'} label in .vscode-test.mjs
 * @param {string} where
 * @returns {TimedJob[]}
 */
function integrationJobs(label, where) {
	const [timed = [], faults = [], others = []] = divide(bundles('integration', '.test.js'), [measuresTime, /Faults/]);
	/** @type {(name: string, files: string[]) => Job} */
	const inEditor = (name, files) => ({
		name,
		command: [process.execPath, 'node_modules/@vscode/test-cli/out/bin.mjs', '--label', label, ...files.flatMap((file) => ['--run', file])],
		proof,
	});
	return [
		{ ...inEditor(`Integration tests ${where}`, others), seconds: 290 },
		{ ...inEditor(`Integration tests of faults ${where}`, faults), seconds: 100 },
		{ ...inEditor(`Integration tests that measure time ${where}`, timed), seconds: 20, alone: true },
	];
}

/**
 * End-to-end files that hand their window on, in this order (`sharedJourney`, or `handsOn` of one that needs a new machine). One that
 * changes settings, such as the theme, comes last.
 * @type {readonly (readonly string[])[]}
 */
const shareWindow = [
	['unconfirmed', 'deadLinks', 'demo', 'media'],
	['first', 'tabs', 'restart', 'input'],
	['keys', 'lists', 'sidecars', 'notices', 'list'],
	['inEditor', 'windows'],
	['keptFiles', 'keep'],
	['run', 'continueWith', 'newRequest', 'rowDrag'],
	['extensionPage', 'requestSchema', 'dryRun', 'requests', 'creations'],
];

/** @returns {TimedJob[]} */
function endToEndJobs() {
	/** @type {Record<string, number>} */
	const long = {
		windows: 140,
		input: 80,
		tabs: 75,
		media: 50,
		demo: 50,
		run: 60,
		requests: 75,
		inEditor: 55,
		dryRun: 45,
		foreignFiles: 45,
		rowDrag: 55,
		keys: 55,
		list: 55,
		restart: 50,
		quiet: 45,
		keep: 60,
		notices: 40,
		start: 40,
	};
	const files = bundles('e2e', '.e2e.js');
	const together = shareWindow.map((names) => names.flatMap((name) => files.filter((file) => path.basename(file) === `${name}.e2e.js`)));
	const others = files.filter((file) => !together.flat().includes(file));
	return [
		{ ...script('Package (.vsix)', 'package'), seconds: Infinity },
		...[...together, ...others.map((file) => [file])].map((group) => {
			const names = group.map((file) => path.basename(file, '.e2e.js'));
			return {
				...mochaJob(`End-to-end tests, in the window: ${names.join(', ')}`, ['--timeout', '120000'], group),
				needs: ['Package (.vsix)'],
				seconds: names.reduce((sum, name) => sum + (long[name] ?? 30), 0),
			};
		}),
	];
}

/**
 * @param {string} name
 * @param {string} npmScript
 * @returns {Job}
 */
function script(name, npmScript) {
	return { name, command: ['npm', 'run', '--silent', npmScript] };
}

/**
 * @param {string} name
 * @param {string[]} options
 * @param {string[]} files
 * @returns {Job}
 */
function mochaJob(name, options, files) {
	return { name, command: [process.execPath, 'test/host/mocha.mjs', ...options, ...files], proof };
}

/**
 * @param {string} suite
 * @param {string} ending of the names of files with tests
 * @returns {string[]} their bundles, by name
 */
function bundles(suite, ending) {
	return readdirSync(path.join(testBundles, suite), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith(ending))
		.sort()
		.map((file) => path.join(testBundles, suite, file));
}

/**
 * Divides files into those that match each pattern, in their order, and the rest: each file is in exactly one part.
 * @param {string[]} files
 * @param {RegExp[]} patterns
 * @returns {string[][]} one more than patterns
 */
function divide(files, patterns) {
	let rest = files;
	const parts = patterns.map((pattern) => {
		const part = rest.filter((file) => pattern.test(file));
		rest = rest.filter((file) => !pattern.test(file));
		return part;
	});
	return [...parts, rest];
}
