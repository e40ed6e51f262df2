import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../../src/store/database';
import type { Clock } from '../../../src/tracking/ports/host';
import { realClock } from '../../support/clock';
import { key, newTasks } from '../../support/makers';
import { storeWorkerFile as workerFile } from '../../support/paths';
import { soon } from '../../support/retry';
import { Bench } from '../../support/store';

const t0 = 1_750_000_000_000;

/** An error with a result code of SQLite (https://sqlite.org/rescode.html). */
function sqliteError(errcode: number): Error {
	return Object.assign(new Error(`code ${errcode}`), { code: 'ERR_SQLITE_ERROR', errcode });
}

describe('a read', () => {
	const bench = new Bench();
	afterEach(() => bench.clear());

	/** A database whose timers run only when the test fires them. */
	async function opened() {
		const timers: { readonly ms: number; readonly callback: () => void }[] = [];
		const clock: Clock = {
			now: () => t0,
			after: (ms, callback) => {
				timers.push({ ms, callback });
				return { dispose: () => undefined };
			},
		};
		const database = bench.own(await Database.open({ directory: bench.directory(), clock, log: bench.log, workerFile }));
		let replaced = 0;
		database.onDidReplace(() => replaced++);
		timers.length = 0;
		return { database, timers, replaced: () => replaced };
	}

	it('that meets another process’s lock is repeated at once', async () => {
		const { database, timers } = await opened();
		let attempts = 0;
		const read = database.read(() => {
			if (++attempts < 3) {
				throw sqliteError(5);
			}
			return 'read';
		}, 'nothing');
		assert.equal(read, 'read');
		assert.equal(attempts, 3);
		assert.equal(timers.length, 0);
	});

	it('gives up after three locks; soon after, everything is read again, once however many reads failed', async () => {
		const { database, timers, replaced } = await opened();
		let attempts = 0;
		const fail = () =>
			database.read((): string => {
				attempts++;
				throw sqliteError(5);
			}, 'nothing');
		assert.deepEqual([fail(), fail()], ['nothing', 'nothing']);
		assert.equal(attempts, 6);
		assert.deepEqual(
			timers.map(({ ms }) => ms),
			[150],
		);
		assert.equal(replaced(), 0);
		timers[0]?.callback();
		assert.equal(replaced(), 1);
		fail();
		assert.equal(timers.length, 2);
	});

	for (const [name, code, condition] of [
		['a disk error', 10, 'diskError'],
		['a full disk', 13, 'diskFull'],
	] as const) {
		it(`that meets ${name} is shown as that, and repeated soon`, async () => {
			const { database, timers, replaced } = await opened();
			const read = database.read((): string => {
				throw sqliteError(code);
			}, 'nothing');
			assert.equal(read, 'nothing');
			assert.equal(database.condition, condition);
			assert.deepEqual(
				timers.map(({ ms }) => ms),
				[150],
			);
			timers[0]?.callback();
			assert.equal(replaced(), 1);
		});
	}

	it('that is wrong fails', async () => {
		const { database } = await opened();
		assert.throws(() => database.read((sql) => sql.first('SELECT id FROM nowhere'), undefined), /no such table/);
	});
});

describe('a folder in which no write-ahead log can be made', function () {
	this.timeout(20_000);
	const bench = new Bench();
	afterEach(() => bench.clear());

	it('is read, and written as soon as that is possible', async () => {
		const directory = bench.directory();
		const first = await bench.open(directory);
		await first.tasks.add(newTasks(['one']), t0);
		await first.close();
		const log = join(directory, 'kling-1.db-wal');
		mkdirSync(log);
		const store = await bench.open(directory, { clock: realClock(300) });
		assert.equal(store.health.condition, 'readOnlyDisk');
		assert.equal(store.tasks.get(key('one'))?.status, 'submitted');
		await assert.rejects(store.tasks.rename(key('one'), 'x'), { kind: 'readOnly' });
		rmdirSync(log);
		await soon('the folder is written again', () => store.health.condition === 'ok');
		await store.tasks.rename(key('one'), 'Sea');
		assert.equal(store.tasks.get(key('one'))?.name, 'Sea');
	});
});
