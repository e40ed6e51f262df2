// What it costs to draw rows with posters beside the same rows without, in the real extension host with the real tree provider.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { systemClock } from '../../../src/ui/clock';
import { DurationModels } from '../../../src/tracking/durationModels';
import { TaskTreeProvider } from '../../../src/ui/tree/taskTreeProvider';
import { addFinished, addKept, Bench, raw } from '../../support/store';
import { middle, report } from './report';

const tasks = 1_000;
const rounds = 20;

describe('rows with posters', function () {
	this.timeout(600_000);
	const bench = new Bench();
	afterEach(() => bench.clear());

	/**
	 * A list of all rows that are drawn again and again.
	 * @param keep changes the file before
	 * @param pictures how many rows must have one, so that it is their drawing that is measured
	 * @returns draws all of them
	 */
	async function list(pictures: number, keep: (file: string) => void = () => undefined): Promise<() => Promise<unknown>> {
		const directory = bench.directory();
		(await bench.open(directory)).dispose();
		const file = join(directory, 'kling-1.db');
		addFinished(file, tasks, Date.now() - tasks);
		keep(file);
		const store = await bench.open(directory);
		const noEvent = (): { dispose: () => void } => ({ dispose: () => undefined });
		const tree = bench.own(
			new TaskTreeProvider(store, {
				clock: systemClock,
				durationModels: new DurationModels(store.durations),
				downloads: {
					of: (task) => store.downloads.of(task),
					progressOf: () => undefined,
					posterOf: ({ file: kept }) => {
						if (kept?.hasPoster !== true) {
							return undefined;
						}
						store.posters.use([kept.sha256]);
						return store.posters.pathOf(kept.sha256);
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
		const draw = (): Promise<readonly vscode.TreeItem[]> => Promise.all(nodes.map((node) => tree.getTreeItem(node)));
		const items = await draw();
		assert.deepEqual([items.length, items.filter(({ iconPath }) => iconPath instanceof vscode.Uri).length], [tasks, pictures]);
		return draw;
	}

	it('is measured', async () => {
		const kept = (file: string): void => addKept(file, Date.now() - tasks);
		const lists = [
			await list(0),
			await list(0, kept),
			await list(tasks, (file) => {
				kept(file);
				raw(file, (database) => database.exec('UPDATE downloads SET has_poster = 1'));
			}),
		];
		const times = lists.map((): number[] => []);
		// In turns: the machine is not equally fast all the time.
		for (let round = 0; round < rounds; round++) {
			for (const [index, draw] of lists.entries()) {
				const started = performance.now();
				await draw();
				times[index]?.push(performance.now() - started);
			}
		}
		const [plain = NaN, saved = NaN, posters = NaN] = times.map(middle);
		report(
			{
				title: `redrawing ${tasks} rows (middle of ${rounds}; ms)`,
				head: ['nothing kept', 'all kept', 'all kept, with posters'],
				rows: [[plain, saved, posters].map((time) => time.toFixed(1))],
			},
			{ posters: { plain, kept: saved, posters } },
		);
	});
});
