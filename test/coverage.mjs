// @ts-check
// How much of src/ bundled tests execute, by lines: node test/coverage.mjs [FOLDER] [--files]
// FOLDER holds what Node wrote there because of NODE_V8_COVERAGE, in any number of processes; without it the unit tests are run first.
// --files lists every file, the one with the most missed lines first. A file that was never loaded counts as missed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { Report } from 'c8';
import esbuild from 'esbuild';
import { root } from './host/paths.mjs';

const flags = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const [folder, ...more] = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
if (more.length > 0 || flags.some((flag) => flag !== '--files')) {
	console.error('Usage: node test/coverage.mjs [FOLDER] [--files]');
	process.exit(2);
}
const executed = folder === undefined ? await runUnitTests() : await executedLines(path.resolve(folder));
const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
	.filter((name) => name.endsWith('.ts'))
	.map((name) => path.join(root, 'src', name))
	.flatMap((file) => coverageOf(file) ?? [])
	.sort((a, b) => b.total - b.covered - (a.total - a.covered));
for (const { file, total, covered } of flags.length > 0 ? files : []) {
	console.log(`${percent(covered, total).padStart(7)}  ${String(total - covered).padStart(4)} lines missed  ${path.relative(root, file)}`);
}
const [covered, total] = files.reduce(([a, b], file) => [a + file.covered, b + file.total], [0, 0]);
console.log(`Coverage of src by the unit tests: ${percent(covered, total)} of lines (${covered} of ${total}, ${files.length} files)`);

/** @typedef {Record<string, { s: Record<string, number> }>} Executed by path: for each line how often it was executed, as c8 counts it */

/** @returns {Promise<Executed>} */
async function runUnitTests() {
	const collected = mkdtempSync(path.join(tmpdir(), 'kling-coverage-'));
	try {
		const { status } = spawnSync(
			process.execPath,
			[path.join(root, 'test/host/mocha.mjs'), '--reporter', 'dot', 'out/test/unit/**/*.test.js'],
			{
				cwd: root,
				env: { ...process.env, NODE_V8_COVERAGE: collected },
				stdio: 'inherit',
			},
		);
		process.exitCode = status ?? 1;
		return await executedLines(collected);
	} finally {
		rmSync(collected, { recursive: true });
	}
}

/**
 * @param {string} tempDirectory
 * @returns {Promise<Executed>}
 */
async function executedLines(tempDirectory) {
	const reportsDirectory = mkdtempSync(path.join(tmpdir(), 'kling-coverage-'));
	try {
		// c8 filters by the names of the bundles. Its own filter for the sources in them takes files for covered that it leaves out.
		await new Report({
			include: ['out/test/**/*.js'],
			exclude: [],
			extension: ['.js'],
			resolve: '',
			reporter: ['json'],
			tempDirectory,
			reportsDirectory,
		}).run();
		return JSON.parse(readFileSync(path.join(reportsDirectory, 'coverage-final.json'), 'utf8'));
	} finally {
		rmSync(reportsDirectory, { recursive: true });
	}
}

/**
 * A file that was never loaded is not covered at all; undefined for one that only has types.
 * @param {string} file
 * @returns {{ file: string, total: number, covered: number } | undefined}
 */
function coverageOf(file) {
	const source = readFileSync(file, 'utf8');
	if (esbuild.transformSync(source, { loader: 'ts' }).code.trim() === '') {
		return undefined;
	}
	const counts = Object.values(executed[file]?.s ?? {});
	return counts.length > 0
		? { file, total: counts.length, covered: counts.filter((count) => count > 0).length }
		: { file, total: source.trimEnd().split('\n').length, covered: 0 };
}

/**
 * @param {number} part
 * @param {number} whole
 */
function percent(part, whole) {
	return `${((100 * part) / whole).toFixed(1)} %`;
}
