// How long finding and exporting take at 100,000 tasks, and how long they hold up the thread that they run on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operations } from '../../src/core/operation';
import { daysAt, finishedGroups } from '../../src/core/taskGroup';
import { SearchIndex } from '../../src/store/searchIndex';
import { TaskStore } from '../../src/store/taskStore';
import { listFile } from '../../src/ui/commands/taskList/content';
import { realClock } from '../support/clock';
import { MemoryLog } from '../support/log';
import { key, origin, ref } from '../support/makers';
import { storeWorkerFile as workerFile } from '../support/paths';
import { raw } from '../support/store';
import type { FinishedPart } from '../../src/tracking/ports/tasks';
import type { Table } from './table';

const size = 100_000;
const rounds = 20;
type Facts = Readonly<Record<string, number>>;

/** Words of the names and prompts: most tasks have each of them, some two hundred of the prompt's characters. */
const words =
	'sunset harbour cat running slow camera pan golden light city neon rain forest river mountain drone shot portrait woman smiling robot dancing ocean waves cinematic detailed dramatic clouds night street market old town bridge fog 海边 日落 猫';

/** Runs `work` on a list of 100,000 finished tasks with names, prompts and results. */
async function withList<T>(work: (store: TaskStore) => Promise<T>): Promise<T> {
	const directory = mkdtempSync(join(tmpdir(), 'kling-bench-'));
	const open = (): Promise<TaskStore> => TaskStore.open({ directory, clock: realClock(), log: new MemoryLog(), workerFile });
	await (await open()).close();
	raw(join(directory, 'kling-1.db'), (sql) => {
		const list = words.split(' ');
		let seed = 1;
		const word = (): string => list[(seed = (seed * 48_271) % 2_147_483_647) % list.length] ?? '';
		const insert = sql.prepare(
			`INSERT INTO tasks (key, origin, action, action2, id, status, name, prompt, facts, results, tracked_at, finished_at, revision, list_revision)
				VALUES (:origin || ' ' || :id, :origin, 'videos', 'text2video', :id, 'succeeded', :name, :prompt, '{"rawStatus":"succeed","unitsDeducted":"3.5"}', :results, :at, :at, 1, 1)`,
		);
		sql.exec('BEGIN');
		for (let index = 0; index < size; index++) {
			const id = String(878_400_000_000_000_000n + BigInt(index) * 7_919n);
			insert.run({
				origin,
				id,
				name: `shot ${index} ${word()}`,
				prompt: Array.from({ length: 30 }, word).join(' '),
				results: JSON.stringify([{ kind: 'video', url: `https://media.kling.example/${id}.mp4`, id, durationSeconds: 5 }]),
				at: Date.now() - index * 1_000,
			});
		}
		sql.exec('COMMIT; UPDATE state SET revision = revision + 1');
	});
	const store = await open();
	try {
		return await work(store);
	} finally {
		await store.close();
		rmSync(directory, { recursive: true, force: true });
	}
}

/** The result of work, its duration, and the longest time that this thread was held up meanwhile, ms. */
export async function measured<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number; readonly stall: number }> {
	let stall = 0;
	let before = performance.now();
	const beat = (): void => {
		const now = performance.now();
		stall = Math.max(stall, now - before);
		before = now;
		next = setImmediate(beat);
	};
	let next = setImmediate(beat);
	const start = performance.now();
	const value = await work();
	const ms = performance.now() - start;
	clearImmediate(next);
	return { value, ms, stall: Math.max(stall, performance.now() - before) };
}

/** What is typed, by what it stands for. */
const queries: Readonly<Record<string, string>> = {
	'one character': 's',
	'two characters': 'su',
	'a word that most tasks have': 'sunset',
	'two such words': 'neon rain',
	'the end of an ID': '791900',
	'a Chinese word': '日落',
	'the operation and a word': 'videos/text2video fog',
	'no task': 'xylophone',
};

/** A task that changes. */
const forgotten = {
	key: key('forgotten'),
	...ref('forgotten'),
	status: 'processing' as const,
	names: ['forgotten'],
	prompt: undefined,
	finishedAt: undefined,
};

/** An index of the tasks, as the thread has it. */
function indexOf(store: TaskStore): SearchIndex {
	const index = new SearchIndex({ operations: {}, statuses: {} });
	store.tasks.finished(size).forEach(({ key, ref, name, prompt, status, trackedAt, finishedAt }, number) => {
		index.set(number, { key, ...ref, status, names: [name ?? '', ref.id], prompt, trackedAt, finishedAt });
	});
	return index;
}

/** Processor time of work, ms: what other programs do on this machine does not count. */
function processorTime(work: () => unknown): number {
	const start = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(start);
	return (user + system) / 1_000;
}

export async function measureFind(): Promise<{ readonly table: Table; readonly facts: Readonly<Record<string, Facts>> }> {
	return withList(async (store) => {
		const facts: Record<string, Facts> = {};
		const before = process.memoryUsage().rss;
		const first = await measured(() => store.search.find('sunset', 100));
		const megabytes = (process.memoryUsage().rss - before) / 1e6;
		const index = indexOf(store);
		index.find('', 1);
		for (const [what, text] of Object.entries(queries)) {
			const processor: number[] = [];
			const keys: number[] = [];
			let stall = 0;
			for (let round = 0; round < rounds; round++) {
				// What was found before is forgotten.
				index.set(size, { ...forgotten, trackedAt: round });
				index.find('', 1);
				processor.push(processorTime(() => index.find(text, 100)));
			}
			for (let round = 0; round < 3; round++) {
				for (let length = 1; length <= text.length; length++) {
					const reply = await measured(() => store.search.find(text.slice(0, length), 100));
					keys.push(reply.ms);
					stall = Math.max(stall, reply.stall);
				}
			}
			facts[what] = { processor: share(processor, 0.5), keyMedian: share(keys, 0.5), key99: share(keys, 0.99), stall };
		}
		const head = [
			'what is typed',
			'processor time at once',
			'typed: each key, median',
			'99 of 100 keys',
			'longest hold-up of the extension host',
		];
		const columns = ['processor', 'keyMedian', 'key99', 'stall'] as const;
		const rows = Object.entries(facts).map(([what, one]) => [what, ...columns.map((column) => (one[column] ?? 0).toFixed(1))]);
		const reading = { ms: first.ms, stall: first.stall, megabytes };
		return {
			table: {
				title: `finding the best 100 of ${size} tasks (ms); the first search reads them all in ${first.ms.toFixed(0)} ms, ${megabytes.toFixed(0)} MB`,
				head,
				rows,
			},
			facts: { ...facts, reading },
		};
	});
}

/** @param part 0.5: the median */
function share(values: readonly number[], part: number): number {
	return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;
}

export async function measureExport(): Promise<{ readonly table: Table; readonly facts: Readonly<Record<string, Facts>> }> {
	return withList(async (store) => {
		const facts: Record<string, Facts> = {};
		for (const format of ['JSON', 'CSV']) {
			const options = { isTable: format === 'CSV', now: Date.now(), signal: new AbortController().signal, onProgress: () => undefined };
			const { value, ms, stall } = await measured(() => listFile(store.tasks, options));
			facts[format] = { ms, stall, megabytes: value.bytes.length / 1e6 };
		}
		return {
			table: {
				title: `exporting ${size} tasks, without writing the file`,
				head: ['format', 'ms', 'longest hold-up of the extension host, ms', 'MB'],
				rows: Object.entries(facts).map(([format, { ms = 0, stall = 0, megabytes = 0 }]) => [
					format,
					ms.toFixed(0),
					stall.toFixed(1),
					megabytes.toFixed(1),
				]),
			},
			facts,
		};
	});
}

/** How many rows of a group are listed at first. */
const listed = 200;

/** The reads of the list's groups, as `ui/tree/treeContent.ts` makes them: each group's count and its first rows. */
export async function measureGroups(): Promise<{ readonly table: Table; readonly facts: Readonly<Record<string, Facts>> }> {
	return withList(({ tasks }) => {
		const byTime = finishedGroups(daysAt(Date.now()));
		const lists: Readonly<Record<string, readonly FinishedPart[]>> = {
			'by time': byTime,
			'by operation': operations.map((operation) => ({ operation })),
			'not grouped': [{}],
			'failed ones': byTime.map((part) => ({ ...part, only: 'failed' })),
			'not viewed ones': byTime.map((part) => ({ ...part, only: 'unviewed' })),
		};
		const facts: Record<string, Facts> = {};
		for (const [what, parts] of Object.entries(lists)) {
			const totals: number[] = [];
			let longest = 0;
			for (let round = 0; round < rounds; round++) {
				const reads = parts.flatMap((part) => [
					processorTime(() => tasks.countFinished(part)),
					processorTime(() => {
						const [page = []] = tasks.finishedKeys(part);
						return page.slice(0, listed);
					}),
				]);
				totals.push(reads.reduce((sum, ms) => sum + ms, 0));
				// The first round reads the file.
				longest = round === 0 ? 0 : Math.max(longest, ...reads);
			}
			facts[what] = { total: share(totals, 0.5), longest };
		}
		return Promise.resolve({
			table: {
				title: `reading the groups of ${size} finished tasks (processor time, ms)`,
				head: ['list', 'all groups, median', 'longest single read'],
				rows: Object.entries(facts).map(([what, { total = 0, longest = 0 }]) => [what, total.toFixed(1), longest.toFixed(1)]),
			},
			facts,
		});
	});
}
