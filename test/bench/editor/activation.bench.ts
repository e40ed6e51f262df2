// Activation and the first list, compared with an empty extension and with a minimal one of this kind, in the same host.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { omitUndefined } from '../../../src/core/omitUndefined';
import { DurationModels } from '../../../src/tracking/durationModels';
import type { Disposable } from '../../../src/core/emitter';
import { systemClock } from '../../../src/ui/clock';
import { TaskTreeProvider } from '../../../src/ui/tree/taskTreeProvider';
import { cleanSlate, extensionFile, runningParts, startExtension, stopExtension } from '../../support/extension';
import { addFinished, Bench } from '../../support/store';
import { middle, report } from './report';
import { drawList } from './drawList';

const rounds = 15;
const load = createRequire(__filename);

interface Timed {
	readonly loadMs: number;
	readonly activateMs: number;
}

/** Loads and activates a fresh copy of the empty extension. */
function emptyExtension(): Timed {
	const file = extensionFile('test', 'host', 'empty-extension', 'extension.js');
	// eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- Node's way to load a module anew
	delete load.cache[load.resolve(file)];
	const started = performance.now();
	const module = load(file) as { activate: () => unknown };
	const loaded = performance.now();
	module.activate();
	return { loadMs: loaded - started, activateMs: performance.now() - loaded };
}

/** Loads and activates a fresh copy of the minimal extension. */
function minimalExtension(databaseFile: string): Timed {
	const file = join(__dirname, 'minimalExtension.js');
	// eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- Node's way to load a module anew
	delete load.cache[load.resolve(file)];
	const started = performance.now();
	const module = load(file) as { activate: (databaseFile: string) => Disposable };
	const loaded = performance.now();
	const running = module.activate(databaseFile);
	const timed = { loadMs: loaded - started, activateMs: performance.now() - loaded };
	running.dispose();
	return timed;
}

/** Adds finished tasks to the database of the running extension. */
async function fill(count: number): Promise<void> {
	const { context } = await runningParts();
	const folder = context.globalStorageUri.fsPath;
	const files = readdirSync(folder).filter((name) => /^kling-\d+\.db$/.test(name));
	addFinished(join(folder, files.sort().at(-1) ?? ''), count, Date.now() - count);
}

/** The time until the rows of the first list are there, ms. */
async function firstListMs(): Promise<number> {
	const { store } = await runningParts();
	const tree = new TaskTreeProvider(store, { clock: systemClock, durationModels: new DurationModels(store.durations) });
	tree.setVisible(true);
	const started = performance.now();
	await drawList(tree);
	const took = performance.now() - started;
	tree.dispose();
	return took;
}

function total({ loadMs, activateMs }: Timed): number {
	return loadMs + activateMs;
}

describe('activation', function () {
	this.timeout(300_000);
	const bench = new Bench();
	after(async () => {
		bench.clear();
		await cleanSlate();
	});

	it('is measured', async () => {
		const rows: string[][] = [];
		const facts: Record<string, unknown> = {};
		const databaseFile = join(bench.directory(), 'minimal.db');
		for (const count of [0, 10_000]) {
			await cleanSlate();
			if (count > 0) {
				await fill(count);
			}
			const empty: Timed[] = [];
			const minimal: Timed[] = [];
			const ours: Timed[] = [];
			const lists: number[] = [];
			// In turns, so that other load on the machine affects all of them.
			for (let round = 0; round < rounds; round++) {
				await stopExtension();
				empty.push(emptyExtension());
				minimal.push(minimalExtension(databaseFile));
				ours.push(await startExtension());
				lists.push(await firstListMs());
			}
			const base = middle(minimal.map(total));
			for (const [name, all, list] of [
				['an empty extension', empty, undefined],
				['a minimal one', minimal, undefined],
				['ours', ours, middle(lists)],
			] as const) {
				const [loading, activating, both] = [
					middle(all.map(({ loadMs }) => loadMs)),
					middle(all.map(({ activateMs }) => activateMs)),
					middle(all.map(total)),
				];
				const timesMinimal = both / base;
				facts[`${name}, ${count} tasks`] = { load: loading, activate: activating, timesMinimal, ...omitUndefined({ firstList: list }) };
				rows.push([name, String(count), loading.toFixed(2), activating.toFixed(2), timesMinimal.toFixed(2), list?.toFixed(2) ?? '']);
			}
		}
		report(
			{
				title: `activation in a warm host, in turns (middle of ${rounds}; ms)`,
				head: ['', 'tasks of ours', 'load the bundle', 'activate()', 'both ÷ a minimal one', 'all rows of the first list'],
				rows,
			},
			{ activation: facts },
		);
	});
});
