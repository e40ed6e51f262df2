// Times that grow with the number of tracked tasks, in the real extension host with the real tree provider.
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../../src/ui/clock';
import { DurationModels } from '../../../src/tracking/durationModels';
import { TaskTreeProvider } from '../../../src/ui/tree/taskTreeProvider';
import { addFinished, Bench, recordCheck } from '../../support/store';
import { ids, key, newTasks, snapshot } from '../../support/makers';
import { drawList } from './drawList';
import { middle, report } from './report';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const sizes = [100, 1_000, 10_000, 100_000] as const;
const rounds = 60;

/** The duration of a call, ms. */
async function time(run: () => unknown): Promise<number> {
	const started = performance.now();
	await run();
	return performance.now() - started;
}

function megabytes(): number {
	collectGarbage();
	return process.memoryUsage().heapUsed / 1e6;
}

describe('the list at scale', function () {
	this.timeout(600_000);
	const bench = new Bench();
	afterEach(() => bench.clear());

	it('is measured', async () => {
		const rows: string[][] = [];
		const facts: Record<string, Record<string, number>> = {};
		for (const size of sizes) {
			const directory = bench.directory();
			const now = Date.now();
			const active = Math.max(1, size / 100);
			const filling = await bench.open(directory);
			await filling.tasks.add(newTasks(ids(active, 'active')), now);
			filling.dispose();
			addFinished(join(directory, 'kling-1.db'), size - active, now - size);

			const before = megabytes();
			const openings: number[] = [];
			for (let round = 0; round < 10; round++) {
				openings.push(await time(async () => (await bench.open(directory)).tasks.counts()));
			}
			const store = await bench.open(directory);
			const tree = bench.own(new TaskTreeProvider(store, { clock: systemClock, durationModels: new DurationModels(store.durations) }));
			tree.setVisible(true);
			const painting = await time(() => drawList(tree));
			const records: number[] = [];
			const redraws: number[] = [];
			for (let round = 0; round < rounds; round++) {
				const id = `active${round % active}`;
				let redraw: Promise<number> | undefined;
				const subscription = tree.onDidChangeTreeData((node) => {
					redraw = time(() => (node === undefined ? undefined : tree.getTreeItem(node)));
				});
				const at = Date.now();
				records.push(
					await time(() =>
						recordCheck(store, key(id), at, {
							snapshot: snapshot('processing', { progress: (round % 99) / 100, rawStatus: `step ${round}` }),
							nextPollAt: at + 60_000,
							intervalMs: 60_000,
							body: '{}',
						}),
					),
				);
				subscription.dispose();
				if (redraw !== undefined) {
					redraws.push(await redraw);
				}
			}
			const memory = megabytes() - before;
			const row = { open: middle(openings), record: middle(records), redraw: middle(redraws), paint: painting, memory };
			facts[String(size)] = row;
			rows.push([String(size), row.open.toFixed(2), row.record.toFixed(2), row.redraw.toFixed(3), row.paint.toFixed(1), memory.toFixed(1)]);
			bench.clear();
		}
		report(
			{
				title: 'tracked tasks, 1 % of them active (middle of several; ms)',
				head: ['tasks', 'open the store and count', 'record one check', 'redraw its row', 'draw the list', 'heap, MB'],
				rows,
			},
			{ scale: facts },
		);
	});
});
