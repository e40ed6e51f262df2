import assert from 'node:assert/strict';
import { join } from 'node:path';
import { finishedStatements } from '../../../src/store/groupReads';
import type { TaskStore } from '../../../src/store/taskStore';
import type { FinishedPart } from '../../../src/tracking/ports/tasks';
import { addFinished, Bench, eachStore, raw, recordCheck } from '../../support/store';
import { key, newTask, newTasks, origin, snapshot } from '../../support/makers';

const t0 = 1_750_000_000_000;
const operation = { action: 'videos', action2: 'text2video' };
const parts: readonly FinishedPart[] = [
	{},
	{ from: t0 + 11, before: t0 + 21 },
	{ operation },
	{ only: 'failed' },
	{ only: 'unviewed' },
	{ operation, only: 'failed' },
	{ operation, only: 'unviewed', from: t0 + 11 },
];

describe('reads of groups', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;

	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});

	it('list and count the same finished tasks of every part, without those of a demo', async () => {
		store.dispose();
		addFinished(join(directory, 'kling-1.db'), 30, t0);
		raw(join(directory, 'kling-1.db'), (database) =>
			database.exec("UPDATE tasks SET status = 'failed' WHERE id = 'e5'; UPDATE tasks SET owner = 'demo' WHERE id IN ('e6', 'e15')"),
		);
		store = await bench.open(directory);
		await store.tasks.add([newTask('hum', { ref: { origin, action: 'audio', action2: 'tts', id: 'hum' } })], t0);
		await recordCheck(store, key('hum'), t0, { snapshot: snapshot('failed', { updatedAt: t0 + 40 }) });
		const listed = parts.map((part) => [...store.tasks.finishedKeys(part)].flat());
		assert.deepEqual(
			listed.map(({ length }) => length),
			[29, 9, 28, 2, 15, 1, 10],
		);
		assert.deepEqual(
			parts.map((part) => store.tasks.countFinished(part)),
			[29, 9, 28, 2, 15, 1, 10],
		);
		assert.deepEqual(listed[1]?.slice(0, 3), [key('e20'), key('e19'), key('e18')], 'last finished first');
		assert.deepEqual(store.tasks.finishedOperations(), [{ action: 'audio', action2: 'tts' }, operation]);
		assert.deepEqual(store.tasks.demoKeys(), [key('e15'), key('e6')]);
		assert.deepEqual(store.tasks.demoCounts(), { active: 0, finished: 2, unviewed: 1, unviewedFailed: 0 });
	});

	it('tell active tasks that only a person can help, and leave out those of a demo', async () => {
		await store.tasks.add([...newTasks(['fine', 'given-up', 'quota']), newTask('toy', { owner: 'demo' })], t0);
		await recordCheck(store, key('given-up'), t0, { problem: { kind: 'notFound', failures: 3, at: t0 } });
		await recordCheck(store, key('quota'), t0, { problem: { kind: 'quota', failures: 1, at: t0 }, nextPollAt: t0 + 1 });
		const attention = (): unknown =>
			Object.fromEntries([...store.tasks.activeEntries()].flat().map((entry) => [entry.key, entry.needsAttention]));
		assert.deepEqual(attention(), { [key('fine')]: false, [key('given-up')]: true, [key('quota')]: true });
		await store.origins.pause(origin, 'noKey', t0);
		assert.deepEqual(attention(), { [key('fine')]: true, [key('given-up')]: true, [key('quota')]: true });
	});

	it('count in an index alone, and read pages in its order', () => {
		const indexes = [
			'tasks_finished',
			'tasks_finished',
			'tasks_by_operation',
			'tasks_failed',
			'tasks_finished',
			'tasks_failed',
			'tasks_by_operation',
		];
		for (const [at, part] of parts.entries()) {
			const { keys, count, owned } = finishedStatements(part);
			const index = indexes[at] ?? '';
			const planOf = (sql: string): string =>
				raw(join(directory, 'kling-1.db'), (database) =>
					database
						.prepare(`EXPLAIN QUERY PLAN ${sql}`)
						.all()
						.map((row) => String(row['detail']))
						.join('; '),
				);
			assert.match(planOf(count), new RegExp(`^SEARCH tasks USING COVERING INDEX ${index} \\([^;]*\\)$`), count);
			assert.match(planOf(keys), new RegExp(`^SEARCH tasks USING INDEX ${index} \\([^;]*\\)$`), keys);
			assert.match(planOf(owned), /^SEARCH tasks USING INDEX tasks_owned/, owned);
		}
	});

	it('are measured with 100,000 tasks', async () => {
		store.dispose();
		addFinished(join(directory, 'kling-1.db'), 100_000, t0);
		store = await bench.open(directory);
		for (const part of parts) {
			const started = performance.now();
			store.tasks.countFinished(part);
			const counted = performance.now();
			for (const page of store.tasks.finishedKeys(part)) {
				assert.ok(page.length > 0);
				break;
			}
			console.log(
				`      ${JSON.stringify(part)}: count ${(counted - started).toFixed(1)} ms, page ${(performance.now() - counted).toFixed(1)} ms`,
			);
			assert.ok(counted - started < 1_000, 'only a hang takes that long');
		}
	}).timeout(60_000);
});
