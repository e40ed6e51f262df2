import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskStore } from '../../../src/store/taskStore';
import { ids, key, newTask, newTasks, snapshot } from '../../support/makers';
import { soon } from '../../support/retry';
import { storeWorkerFile as workerFile } from '../../support/paths';
import { Bench, raw, recordCheck } from '../../support/store';

const t0 = 1_750_000_000_000;
const searchWords = () => ({ operations: { 'videos/text2video': 'Text to Video' }, statuses: { failed: 'Failed' } as const });

describe('the search over the stored tasks', function () {
	this.timeout(60_000);
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	beforeEach(async () => {
		directory = bench.directory();
		store = await bench.open(directory, { searchWords });
	});
	afterEach(() => bench.clear());

	it('finds names, prompts, IDs, external IDs, operations, statuses and APIs', async () => {
		await store.tasks.add([newTask('a1', { name: 'Sunset', prompt: 'waves on a beach' }), newTask('b2')], t0);
		await recordCheck(store, key('b2'), t0, { snapshot: snapshot('failed', { externalTaskId: 'clip-77' }) });
		const found = async (text: string) => store.search.find(text, 10);
		assert.deepEqual(await found('sunset'), [key('a1')]);
		assert.deepEqual(await found('beach'), [key('a1')]);
		assert.deepEqual(await found('b2'), [key('b2')]);
		assert.deepEqual(await found('CLIP-77'), [key('b2')]);
		assert.deepEqual(await found('failed text to video'), [key('b2')]);
		assert.deepEqual(await found('kling.example'), [key('a1'), key('b2')]);
		assert.deepEqual(await found('kling.example nothing'), []);
	});

	it('follows what this window and another one change', async () => {
		const other = await bench.open(directory);
		await store.tasks.add(newTasks(['one', 'two', 'three']), t0);
		assert.deepEqual(await store.search.find('cat', 10), []);
		await other.tasks.rename(key('two'), 'cat');
		await store.tasks.rename(key('three'), 'cat');
		assert.deepEqual((await store.search.find('cat', 10)).toSorted(), [key('three'), key('two')]);
		await other.tasks.remove([key('two')], t0);
		assert.deepEqual(await store.search.find('cat', 10), [key('three')]);
		await store.tasks.restore([key('two')]);
		assert.equal((await store.search.find('cat', 10)).length, 2);
		// Deleted for good: no row is left to read.
		await store.tasks.remove([key('two')], t0);
		await store.tasks.purge(t0);
		assert.deepEqual(await store.search.find('cat', 10), [key('three')]);
	});

	it('reads many changed tasks, and pages of them', async () => {
		await store.tasks.add(newTasks(ids(2_500)), t0);
		assert.equal((await store.search.find('', 10_000)).length, 2_500);
		raw(join(directory, 'kling-1.db'), (sql) =>
			sql.exec("UPDATE tasks SET name = 'cat', revision = (SELECT revision + 1 FROM state); UPDATE state SET revision = revision + 1"),
		);
		assert.equal((await store.search.find('cat', 10_000)).length, 2_500);
	});

	it('rejects when it is cancelled, before and while it searches; the next one replies', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		const reason = new Error('cancelled by the test');
		await assert.rejects(store.search.find('one', 1, AbortSignal.abort(reason)), reason);
		const abort = new AbortController();
		const cancelled = store.search.find('one', 1, abort.signal);
		const next = store.search.find('one', 1);
		abort.abort(reason);
		await assert.rejects(cancelled, reason);
		assert.deepEqual(await next, [key('one')]);
	});

	it('replies although its thread dies', async () => {
		const program = join(directory, 'dying.js');
		const first = join(directory, 'first');
		writeFileSync(
			program,
			`const fs = require('node:fs');
			if (fs.existsSync(${JSON.stringify(first)})) { require(${JSON.stringify(workerFile)}); } else { fs.writeFileSync(${JSON.stringify(first)}, ''); process.exit(); }`,
		);
		const other = await bench.open(directory, { searchWords, workerFile: program });
		await store.tasks.add(newTasks(['one']), t0);
		assert.deepEqual(await other.search.find('one', 1), [key('one')]);
		assert.equal(existsSync(first), true, 'a thread has died');
	});

	it('leaves nothing on the disk, also after all data were deleted', async () => {
		await store.tasks.add([newTask('one', { name: 'Lighthouse', prompt: 'the harbour at dusk' })], t0);
		assert.equal((await store.search.find('lighthouse', 1)).length, 1);
		assert.deepEqual(
			readdirSync(directory).filter((name) => !/^kling-1\.db(?:-wal|-shm)?$/.test(name)),
			[],
		);
		await store.tasks.deleteEverything();
		assert.deepEqual(await store.search.find('lighthouse', 1), []);
		for (const name of readdirSync(directory)) {
			assert.equal(/lighthouse|harbour/i.test(readFileSync(join(directory, name), 'latin1')), false, name);
		}
	});

	it('goes on after the file was damaged and recovered', async () => {
		// No checkpoints: a thread could overwrite the damage.
		store.dispose();
		store = await bench.open(directory, { checkpointEvery: Infinity });
		await store.tasks.add([newTask('one', { name: 'Lighthouse' }), ...newTasks(ids(600))], t0);
		assert.equal((await store.search.find('lighthouse', 1)).length, 1);
		assert.equal(await store.copyIfDue(), true);
		const child = bench.child('support/damage', [join(directory, 'kling-1.db'), 'truncate']);
		await child.message(1);
		await child.exited();
		store.tasks.active();
		await soon('the recovery', () => store.health.condition === 'ok' && readdirSync(directory).includes('kling-2.db'));
		assert.deepEqual(await store.search.find('lighthouse', 1), [key('one')]);
	});

	it('reads no view in place of the table: it could run code or never end', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		raw(join(directory, 'kling-1.db'), (sql) => sql.exec('ALTER TABLE tasks RENAME TO others; CREATE VIEW tasks AS SELECT * FROM others'));
		await assert.rejects(store.search.find('one', 1), { name: 'ThreadError', failure: 'damaged' });
	});

	it('rejects once the store is disposed, also a search that runs', async () => {
		await store.tasks.add(newTasks(['one']), t0);
		const running = store.search.find('one', 1);
		running.catch(() => undefined);
		await store.close();
		await assert.rejects(running);
		await assert.rejects(store.search.find('one', 1), { name: 'StoreError', kind: 'disposed' });
	});
});
