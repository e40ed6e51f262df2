// npm run bench: prints Markdown tables and writes test/bench/results.json. Asserts no times.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compareHeldOut } from './compareHeldOut';
import { compareDownload } from './download';
import { tasksPerFamily } from './families';
import { measureCreations } from './creations';
import { measureExport, measureFind, measureGroups } from './lists';
import { compareMany } from './many';
import { comparePaste } from './paste';
import { measureRequests } from './requests';
import { compareAfterDrift, compareAll, pollAll } from './schedules';
import { markdown } from './table';
import type { Table } from './table';

const parts = [
	'schedules',
	'held-out',
	'paste',
	'poller',
	'many',
	'editor',
	'download',
	'find',
	'group',
	'export',
	'requests',
	'creations',
] as const;
/** How many tasks run through the real poller by default: each takes some ms, and all of them most of an hour. */
const usuallyPolled = 300;
const usage = `npm run bench [-- --only ${parts.join('|')}] [--polled N] [--write FILE]
  --only    one part, as often as wanted; default: all
  --polled  how many of each family's ${tasksPerFamily} tasks go through the real poller and store; default ${usuallyPolled}
  --write   the file for the results; default: test/bench/results.json, if all parts run. With --only, what else is in it stays`;

/** The content of results.json: every table, and the ratios that are quoted elsewhere. */
interface Results {
	readonly tables: Table[];
	readonly facts: Record<string, unknown>;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { only: { type: 'string', multiple: true }, polled: { type: 'string' }, write: { type: 'string' }, help: { type: 'boolean' } },
	});
	if (values.help === true) {
		console.log(usage);
		return;
	}
	const only = values.only ?? parts;
	const unknown = only.filter((name) => !parts.some((part) => part === name));
	const polled = Number(values.polled ?? usuallyPolled);
	if (unknown.length > 0 || !Number.isInteger(polled) || polled < 1 || polled > tasksPerFamily) {
		throw new Error(usage);
	}
	const results: Results = { tables: [], facts: {} };
	const add = (table: Table): void => {
		results.tables.push(table);
		console.log(markdown(table));
	};
	if (only.includes('schedules')) {
		const all = compareAll();
		all.tables.forEach(add);
		const after = compareAfterDrift();
		add(after.table);
		Object.assign(results.facts, { families: all.facts, drift: after.facts });
	}
	if (only.includes('held-out')) {
		const { tables, facts } = compareHeldOut();
		tables.forEach(add);
		Object.assign(results.facts, { heldOut: facts });
	}
	if (only.includes('paste')) {
		const { tables, facts } = comparePaste();
		tables.forEach(add);
		Object.assign(results.facts, { paste: facts });
	}
	if (only.includes('poller')) {
		add(await pollAll(polled));
	}
	if (only.includes('many')) {
		const { table, facts } = await compareMany();
		add(table);
		Object.assign(results.facts, facts);
	}
	if (only.includes('editor')) {
		const read = inEditor();
		read.tables.forEach(add);
		Object.assign(results.facts, read.facts);
	}
	if (only.includes('download')) {
		const { table, facts } = await compareDownload();
		add(table);
		Object.assign(results.facts, { download: facts });
	}
	if (only.includes('find')) {
		const { table, facts } = await measureFind();
		add(table);
		Object.assign(results.facts, { find: facts });
	}
	if (only.includes('group')) {
		const { table, facts } = await measureGroups();
		add(table);
		Object.assign(results.facts, { group: facts });
	}
	if (only.includes('export')) {
		const { table, facts } = await measureExport();
		add(table);
		Object.assign(results.facts, { export: facts });
	}
	if (only.includes('requests')) {
		const { tables, facts } = measureRequests();
		tables.forEach(add);
		Object.assign(results.facts, facts);
	}
	if (only.includes('creations')) {
		const { tables, facts } = await measureCreations();
		tables.forEach(add);
		Object.assign(results.facts, { creations: facts });
	}
	const file = values.write ?? (only === parts ? 'test/bench/results.json' : undefined);
	if (file !== undefined) {
		const machine = { node: process.version, cores: cpus().length };
		const before = only === parts ? undefined : earlier(resolve(file));
		const titles = new Set(results.tables.map(({ title }) => title));
		const tables = [...(before?.tables ?? []).filter(({ title }) => !titles.has(title)), ...results.tables];
		writeFileSync(resolve(file), `${JSON.stringify({ machine, ...before, ...results.facts, tables }, null, '\t')}\n`);
	}
}

/** What this program has written into a file before, if anything. */
function earlier(file: string): { readonly tables?: readonly Table[] } | undefined {
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly tables?: readonly Table[] }) : undefined;
}

/** Runs the benchmarks that need a real extension host (test/bench/editor). */
function inEditor(): Results {
	const folder = mkdtempSync(join(tmpdir(), 'kling-bench-'));
	const file = join(folder, 'editor.json');
	try {
		const { status } = spawnSync('npx', ['vscode-test', '--label', 'bench'], {
			stdio: ['ignore', 'inherit', 'inherit'],
			env: { ...process.env, BENCH_RESULTS: file },
		});
		if (status !== 0) {
			throw new Error(`The benchmark in the editor failed (${String(status)}).`);
		}
		// Written by editor/*.bench.ts just before.
		return JSON.parse(readFileSync(file, 'utf8')) as Results;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

void main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
