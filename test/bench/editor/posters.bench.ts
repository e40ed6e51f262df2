// What it costs to draw rows with posters beside the same rows without, in the real extension host with the real tree provider.
import { join } from 'node:path';
import { systemClock } from '../../../src/ui/clock';
import { DurationModels } from '../../../src/tracking/durationModels';
import { TaskTreeProvider } from '../../../src/ui/tree/taskTreeProvider';
import type { TaskStore } from '../../../src/store/taskStore';
import { addFinished, addKept, Bench, raw } from '../../support/store';
import { middle, report } from './report';

const tasks = 1_000;
const rounds = 20;

describe('rows with posters', function () {
	this.timeout(600_000);
	const bench = new Bench();
	afterEach(() => bench.clear());

	/** Draws all rows again and again. Returns the middle time, ms. */
	async function drawing(store: TaskStore): Promise<number> {
		const noEvent = (): { dispose: () => void } => ({ dispose: () => undefined });
		const tree = bench.own(
			new TaskTreeProvider(store, {
				clock: systemClock,
				durationModels: new DurationModels(store.durations),
				downloads: {
					of: (task) => store.downloads.of(task),
					progressOf: () => undefined,
					posterOf: ({ file }) => {
						if (file?.hasPoster !== true) {
							return undefined;
						}
						store.posters.use([file.sha256]);
						return store.posters.pathOf(file.sha256);
					},
					onDidChangeProgress: noEvent,
					notice: () => undefined,
				},
			}),
		);
		tree.grouping = 'none';
		tree.setVisible(true);
		for (let page = 200; page < tasks; page += 200) {
			tree.showMore('all');
		}
		const nodes = await tree.getChildren();
		const times: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const started = performance.now();
			await Promise.all(nodes.map((node) => tree.getTreeItem(node)));
			times.push(performance.now() - started);
		}
		return middle(times);
	}

	it('is measured', async () => {
		const directory = bench.directory();
		(await bench.open(directory)).dispose();
		const file = join(directory, 'kling-1.db');
		addFinished(file, tasks, Date.now() - tasks);
		const plain = await drawing(await bench.open(directory));
		addKept(file, Date.now() - tasks);
		const kept = await drawing(await bench.open(directory));
		raw(file, (database) => database.exec('UPDATE downloads SET has_poster = 1'));
		const posters = await drawing(await bench.open(directory));
		report(
			{
				title: `redrawing ${tasks} rows (middle of ${rounds}; ms)`,
				head: ['nothing kept', 'all kept', 'all kept, with posters'],
				rows: [[plain, kept, posters].map((time) => time.toFixed(1))],
			},
			{ posters: { plain, kept, posters } },
		);
	});
});
