// Activation and the first list, beside an extension that does nothing, in the same host.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DurationLaws } from '../../../src/tracking/durationLaws';
import { systemClock } from '../../../src/ui/clock';
import { TaskTreeProvider } from '../../../src/ui/tree/taskTree';
import { cleanSlate, extensionFile, runningParts, startExtension, stopExtension } from '../../integration/tools/extension';
import { addEnded } from '../../unit/store/support';
import { middle, report } from './report';

const rounds = 15;
const load = createRequire(__filename);

interface Timed {
	readonly loadMs: number;
	readonly activateMs: number;
}

/** Loads and activates the empty extension anew. */
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

async function ours(): Promise<Timed> {
	await stopExtension();
	return startExtension();
}

describe('activation', function () {
	this.timeout(300_000);
	after(() => cleanSlate());

	it('is measured', async () => {
		const rows: string[][] = [];
		const facts: Record<string, unknown> = {};
		const add = (name: string, all: readonly Timed[], first?: number): void => {
			const [loading, activating] = [middle(all.map(({ loadMs }) => loadMs)), middle(all.map(({ activateMs }) => activateMs))];
			facts[name] = { load: loading, activate: activating, ...(first !== undefined && { firstList: first }) };
			rows.push([name, loading.toFixed(2), activating.toFixed(2), first?.toFixed(2) ?? '']);
		};
		const empties = Array.from({ length: rounds }, emptyExtension);
		add('an empty extension', empties);
		for (const count of [0, 10_000]) {
			await cleanSlate();
			if (count > 0) {
				const { context } = await runningParts();
				const folder = context.globalStorageUri.fsPath;
				const file =
					readdirSync(folder)
						.filter((name) => /^tasks-\d+\.db$/.test(name))
						.sort()
						.at(-1) ?? '';
				addEnded(join(folder, file), count, Date.now() - count);
			}
			const all: Timed[] = [];
			const lists: number[] = [];
			for (let round = 0; round < rounds; round++) {
				all.push(await ours());
				const { store } = await runningParts();
				const tree = new TaskTreeProvider(store, systemClock, new DurationLaws(store.durations));
				tree.setVisible(true);
				const started = performance.now();
				await Promise.all((await tree.getChildren()).map((node) => tree.getTreeItem(node)));
				lists.push(performance.now() - started);
				tree.dispose();
			}
			add(`ours, ${count} tasks`, all, middle(lists));
		}
		report(
			{
				title: `activation in a warm host (middle of ${rounds}; ms)`,
				head: ['', 'load the bundle', 'activate()', 'all rows of the first list'],
				rows,
			},
			{ activation: facts },
		);
	});
});
