// The longest stall of other extensions: the longest turn of the event loop in each situation, in the real extension host with the status
// bar and the list in use.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TaskStore } from '../../../src/store/taskStore';
import { DurationModels } from '../../../src/tracking/durationModels';
import { systemClock } from '../../../src/ui/clock';
import { PasteReader } from '../../../src/ui/commands/pasteReader';
import { StatusBar } from '../../../src/ui/statusBar';
import { TaskTreeProvider } from '../../../src/ui/tree/taskTreeProvider';
import { finishedPage } from '../../../src/ui/tree/treeContent';
import { extensionFile } from '../../support/extension';
import { addFinished, Bench, recordCheck, raw } from '../../support/store';
import { ids, key, newTasks, snapshot } from '../../support/makers';
import { report } from './report';
import { drawList } from './drawList';

/** Set it to one number to run fewer. */
const sizes = (process.env['BENCH_SIZES'] ?? '10000,100000').split(',').map(Number);
const rounds = 100;

/** All in ms. */
interface Stall {
	/** The longest time between two ticks of a timer, in real time: it includes the time that the machine gave to other processes. */
	readonly longestMs: number;
	/** The same in processor time of the extension host's thread: our own share, even on a busy machine, without waiting for the disk. */
	readonly longestOwnMs: number;
	readonly tookMs: number;
}

/** On Linux the first number in this file is the thread's processor time, in ns. */
const ownTime = '/proc/thread-self/schedstat';
const hasOwnTime = existsSync(ownTime);

function ownMs(): number {
	return hasOwnTime ? Number(readFileSync(ownTime, 'utf8').split(' ', 1)[0]) / 1e6 : performance.now();
}

async function stallOf(work: () => unknown): Promise<Stall> {
	let [last, lastOwn] = [performance.now(), ownMs()];
	let [longestMs, longestOwnMs] = [0, 0];
	const beat = (): void => {
		const [now, own] = [performance.now(), ownMs()];
		longestMs = Math.max(longestMs, now - last);
		longestOwnMs = Math.max(longestOwnMs, own - lastOwn);
		[last, lastOwn] = [now, own];
	};
	const timer = setInterval(beat, 1);
	const started = last;
	await work();
	const tookMs = performance.now() - started;
	await new Promise((resolve) => void setTimeout(resolve, 5));
	beat();
	clearInterval(timer);
	return { longestMs, longestOwnMs, tookMs };
}

describe('stalls', function () {
	this.timeout(1_200_000);
	const bench = new Bench();
	afterEach(() => bench.clear());

	it('are measured', async () => {
		const rows: string[][] = [];
		const facts: Record<string, Record<string, Stall>> = {};
		const note = async (what: string, size: number, work: () => unknown): Promise<void> => {
			const stall = await stallOf(work);
			(facts[what] ??= {})[String(size)] = stall;
			const figures = [stall.longestOwnMs, stall.longestMs, stall.tookMs].map((ms) => ms.toFixed(0));
			rows.push([what, String(size), ...figures]);
			console.log(`      ${what}, ${size}: ${figures.join(' / ')} ms`);
		};
		/** A window on the folder, with its status bar and its list. */
		const window = async (
			directory: string,
		): Promise<{ readonly store: TaskStore; readonly tree: TaskTreeProvider; readonly draw: () => Promise<unknown> }> => {
			const store = await bench.open(directory, { clock: systemClock });
			const models = new DurationModels(store.durations);
			bench.own(new StatusBar(store, systemClock, models, new vscode.EventEmitter<never>().event));
			const tree = bench.own(new TaskTreeProvider(store, { clock: systemClock, durationModels: models }));
			tree.setVisible(true);
			const draw = (): Promise<unknown> => drawList(tree);
			return { store, tree, draw };
		};
		const filled = async (fill: (file: string) => void): Promise<string> => {
			const directory = bench.directory();
			(await bench.open(directory)).dispose();
			const file = readdirSync(directory).find((name) => name.endsWith('.db')) ?? '';
			fill(join(directory, file));
			raw(join(directory, file), (database) => database.exec('UPDATE state SET revision = 1; PRAGMA wal_checkpoint(TRUNCATE)'));
			return directory;
		};

		for (const size of sizes) {
			const now = Date.now();
			{
				const { store, draw } = await window(await filled((file) => addFinished(file, size, now - size)));
				await draw();
				await note('mark all viewed', size, () => store.tasks.markViewed('all', now));
				let removed: readonly ReturnType<typeof key>[] = [];
				await note('untrack all finished', size, async () => (removed = await store.tasks.removeFinished(now)));
				await note('undo', size, () => store.tasks.restore(removed));
				await note('delete all data', size, () => store.tasks.deleteEverything());
				bench.clear();
			}
			{
				const directory = await filled((file) => {
					addFinished(file, size, now - size);
					raw(file, (database) => database.exec('UPDATE tasks SET removed_at = 1'));
				});
				await note('purge at opening', size, async () => {
					const { store } = await window(directory);
					while (raw(join(directory, 'kling-1.db'), (database) => database.prepare('SELECT 1 FROM tasks LIMIT 1').get()) !== undefined) {
						await new Promise((resolve) => void setTimeout(resolve, 50));
					}
					store.dispose();
				});
				bench.clear();
			}
			{
				const directory = await filled((file) => addFinished(file, size, now - size));
				const { tree, draw } = await window(directory);
				await draw();
				await note('reveal the last row', size, async () => {
					await tree.nodeOf(key('e1'));
					await draw();
				});
				for (let shown = finishedPage; shown < size; shown += finishedPage) {
					tree.showMore('older');
				}
				await note('list and draw every row', size, draw);
				bench.clear();
			}
			{
				const { store, draw } = await window(await filled(() => undefined));
				await note('paste 5,000', size, () => store.tasks.add(newTasks(ids(5_000, 'p')), now));
				await store.tasks.add(newTasks(ids(size - 5_000)), now);
				await note('list and draw all active', size, draw);
				await note(`${rounds} checks of active tasks`, size, async () => {
					for (const id of ids(rounds)) {
						await recordCheck(store, key(id), now, {
							snapshot: snapshot('processing', { createdAt: now }),
							nextPollAt: now + 60_000,
							intervalMs: 20_000,
							body: '{}',
						});
						await new Promise((resolve) => void setImmediate(resolve));
					}
				});
				await note('claim what is due', size, () =>
					store.pollQueue.claimDue({
						now,
						until: now + 8_000,
						limitsOf: () => ({ maxConcurrent: 4, maxPerMinute: 40 }),
						owner: undefined,
					}),
				);
				bench.clear();
			}
		}
		{
			const now = Date.now();
			const { store, draw } = await window(await filled(() => undefined));
			const results = Array.from({ length: 1_000 }, (_, index) => ({
				kind: 'image' as const,
				url: `https://media.kling.example/${index}?${'x'.repeat(4_000)}`,
			}));
			await store.tasks.add(newTasks(ids(200)), now);
			await note('200 tasks finish with 1,000 long links', 200, async () => {
				for (const id of ids(200)) {
					await recordCheck(store, key(id), now, { snapshot: snapshot('succeeded', { results }), body: 'x'.repeat(4_000_000) });
					await new Promise((resolve) => void setImmediate(resolve));
				}
			});
			await note('list and draw them', 200, draw);
		}
		const reader = bench.own(new PasteReader(extensionFile('dist', 'paste.js')));
		for (const [what, text] of [
			['read 16 MB of log', '2031-05-04T10:00:00Z INFO task_id=871234567890123456 status=processing\n'.repeat(222_000)],
			[
				'read 16 MB of JSON',
				`[${'{"task_id":"871234567890123456","task_status":"processing","task_result":{"videos":[]}},'.repeat(180_000)}]`,
			],
		] as const) {
			await note(what, text.length, () => reader.read(text, new AbortController().signal));
		}
		report(
			{
				title: 'the longest turn of the event loop',
				head: ['', 'tasks', 'longest turn by processor time, ms', 'by the clock', 'all of it'],
				rows,
			},
			{ stalls: facts },
		);
	});
});
