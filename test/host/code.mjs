#!/usr/bin/env node
// @ts-check
// Replaces the `code` executable in @vscode/test-electron and @vscode/test-cli:
//   code.mjs [folder] --extensionDevelopmentPath=DIR --extensionTestsPath=FILE
// runs the suite in the extension host of the chosen VS Code (see paths.mjs). The exit code says whether it passed.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { launchBrowser, newContext } from './browser.mjs';
import { hostDir, root } from './paths.mjs';
import { remoteUri, startServer, workbenchUrl } from './server.mjs';

const exitCodes = { failed: 1, usage: 2, noResult: 124, pageCrashed: 125, suiteCutShort: 126, interrupted: 130 };

/** Log lines of the workbench itself, which arrive on the same channel as the extension host's console. */
const noise =
	/^(Resolv(ing|ed) connection token|Creating a socket|\[reconnection-grace-time\]|Updating additional builtin|Ignoring fetching additional builtin|\[Service Worker\]|\[AgentHost|\[AccountPolicyGate\]|\[ChatModelSelection\])/;

const args = process.argv.slice(2);
/** @param {string} name */
const valuesOf = (name) => args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3));
// The workbench in the browser loads one extension from its folder; further ones are installed.
const [extension, ...furtherExtensions] = valuesOf('extensionDevelopmentPath');
const [suite] = valuesOf('extensionTestsPath');
const folder = args.find((arg) => !arg.startsWith('-') && existsSync(arg));
const timeoutMs = Number(process.env['TEST_HOST_TIMEOUT'] ?? 600_000);
const verbose = Boolean(process.env['TEST_HOST_VERBOSE']);

if (suite === undefined || extension === undefined) {
	console.error('usage: code.mjs [folder] --extensionDevelopmentPath=DIR --extensionTestsPath=FILE');
	process.exit(exitCodes.usage);
}
process.exit(await runSuite(suite, extension));

/**
 * @param {string} suiteFile
 * @param {string} extensionFolder
 * @returns {Promise<number>} exit code
 */
async function runSuite(suiteFile, extensionFolder) {
	const scratch = mkdtempSync(path.join(os.tmpdir(), 'vscode-suite-'));
	const outcomeFile = path.join(scratch, 'outcome');
	const finished = settledFromOutside();
	const timer = setTimeout(() => {
		console.error(`no result after ${timeoutMs / 1000} s`);
		finished.resolve(exitCodes.noResult);
	}, timeoutMs);
	for (const signal of ['SIGINT', 'SIGTERM']) {
		process.once(signal, () => finished.resolve(exitCodes.interrupted));
	}
	const [server, browser] = await Promise.all([
		startServer({
			testDriver: true,
			extensions: furtherExtensions,
			env: { TEST_HOST_SUITE: suiteFile, TEST_HOST_OUTCOME: outcomeFile },
			// Otherwise the editor adds all the certificates of this machine to every new connection, 50 ms each time.
			settings: { 'http.systemCertificates': false },
		}),
		launchBrowser(),
	]);
	try {
		const context = await newContext(browser);
		const page = await context.newPage();
		await page.exposeFunction('codeAutomationLog', printLog);
		await page.exposeFunction('codeAutomationExit', finished.resolve);
		page.on('crash', () => {
			console.error('the workbench page crashed');
			finished.resolve(exitCodes.pageCrashed);
		});
		if (verbose) {
			page.on('console', (message) => console.error(`[browser] ${message.text()}`));
		}
		await page.goto(
			workbenchUrl(server.port, {
				...(folder === undefined ? {} : { folder: path.resolve(folder) }),
				payload: [
					['extensionDevelopmentPath', remoteUri(server.port, path.resolve(extensionFolder))],
					['extensionTestsPath', remoteUri(server.port, path.join(hostDir, 'suite.cjs'))],
				],
			}),
		);
		const reported = await finished.promise;
		const outcome = existsSync(outcomeFile) ? readFileSync(outcomeFile, 'utf8') : 'none';
		if (reported === 0 && outcome === 'passed') {
			return 0;
		}
		if (reported === 0) {
			console.error(`the suite did not finish (outcome: ${outcome}). Did the extension host crash?`);
		}
		const screenshot = path.join(root, 'out', 'integration-failed.png');
		mkdirSync(path.dirname(screenshot), { recursive: true });
		await page.screenshot({ path: screenshot, timeout: 5000 }).then(
			() => console.error(`screenshot: ${path.relative(root, screenshot)}`),
			(error) => console.error(`no screenshot: ${error}`),
		);
		if (verbose) {
			console.error(server.log(), 'blocked:', context.blocked);
		}
		return reported === 0 ? exitCodes.suiteCutShort : reported;
	} catch (error) {
		console.error(error);
		return exitCodes.failed;
	} finally {
		clearTimeout(timer);
		await browser.close();
		await server.stop();
		rmSync(scratch, { recursive: true, force: true });
	}
}

/**
 * @param {string} type of console method
 * @param {unknown[]} values
 */
function printLog(type, values) {
	if (!verbose && noise.test(String(values[0]))) {
		return;
	}
	(type === 'error' || type === 'warn' ? console.error : console.log)(...values);
}

/** A promise of an exit code with its resolve function. */
function settledFromOutside() {
	/** @type {(code: number) => void} */
	let resolve = () => {};
	/** @type {Promise<number>} */
	const promise = new Promise((fulfil) => {
		resolve = fulfil;
	});
	return { promise, resolve };
}
