// @ts-check
// npm test: every check and test, from a fresh clone to the last end-to-end test. Every step runs; then the failed ones are listed.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { root } from './host/paths.mjs';
import { ensureChromium, ensureHost, ensureNode, ensureRootPackages, SetupError } from './host/setup.mjs';

/**
 * @typedef {object} Step
 * @property {string} script of package.json
 * @property {string} heading
 * @property {string[]} [needs] scripts that must have passed, because this one uses their output
 */

/** @type {Step[]} */
const steps = [
	{ script: 'typecheck', heading: 'Types' },
	{ script: 'lint', heading: 'Lint' },
	{ script: 'build', heading: 'Build' },
	{ script: 'test:unit', heading: 'Unit tests', needs: ['build'] },
	{ script: 'test:page', heading: 'Tests of the result page, in a browser', needs: ['build'] },
	{ script: 'package', heading: 'Package (.vsix)', needs: ['build'] },
	{ script: 'test:integration', heading: 'Integration tests, in the extension host', needs: ['build'] },
	{ script: 'test:e2e', heading: 'End-to-end tests, in the window', needs: ['build', 'package'] },
];

const start = Date.now();
/** @type {Map<string, string>} script -> reason */
const failures = new Map();

try {
	heading('Set-up');
	ensureNode();
	ensureRootPackages();
	ensureHost();
	await ensureChromium();
} catch (error) {
	if (!(error instanceof SetupError)) {
		throw error;
	}
	console.error(error.message);
	process.exit(1);
}

for (const step of steps) {
	heading(step.heading);
	const missing = step.needs?.find((script) => failures.has(script));
	if (missing !== undefined) {
		failures.set(step.script, `did not run, because ${missing} failed`);
		console.error(`Not run, because ${missing} failed.`);
		continue;
	}
	const stepStart = Date.now();
	const problem = await npmRun(step.script);
	if (problem !== undefined) {
		failures.set(step.script, problem);
	}
	console.log(`${problem === undefined ? 'ok' : 'FAILED'}: ${step.script}, ${seconds(stepStart)}`);
}

heading(`${failures.size === 0 ? 'Everything passed' : 'Failed'} (${seconds(start)})`);
for (const [script, problem] of failures) {
	console.error(`  ${script}: ${problem}`);
}
process.exit(failures.size === 0 ? 0 : 1);

/**
 * @param {string} script
 * @returns {Promise<string | undefined>} the reason of a failure
 */
function npmRun(script) {
	return new Promise((resolve) => {
		const child = spawn('npm', ['run', '--silent', script], {
			cwd: root,
			env: { ...process.env, CI: '1' },
			stdio: 'inherit',
			shell: process.platform === 'win32',
		});
		const interrupt = () => {
			child.kill('SIGTERM');
			process.exitCode = 130;
		};
		process.once('SIGTERM', interrupt);
		process.once('SIGINT', interrupt);
		child.once('error', (error) => resolve(error.message));
		child.once('exit', (code, signal) => {
			process.off('SIGTERM', interrupt);
			process.off('SIGINT', interrupt);
			if (process.exitCode === 130) {
				process.exit();
			}
			resolve(code === 0 ? undefined : signal === null ? `exit code ${code}` : `ended by ${signal}`);
		});
	});
}

/** @param {string} text */
function heading(text) {
	console.log(`\n=== ${text}`);
}

/** @param {number} since ms */
function seconds(since) {
	return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
