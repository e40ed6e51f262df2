import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../../../src/store/connection';
import { StoreFiles } from '../../../../src/store/files';
import { openFile } from '../../../../src/store/openFile';
import { Sources } from '../../../../src/store/recovery/sources';
import { Timers } from '../../../../src/store/timers';
import { Bench } from '../../../support/store';

describe('the write lock on a file that is recovered', () => {
	const bench = new Bench();
	afterEach(() => bench.clear());

	/** A file, its sources, and the waits (ms) between attempts; `onWait` runs during each. */
	function prepared(onWait: (waits: number) => void = () => undefined) {
		const directory = bench.directory();
		const waits: number[] = [];
		const clock = {
			now: () => 0,
			after: (ms: number, callback: () => void) => {
				waits.push(ms);
				onWait(waits.length);
				queueMicrotask(callback);
				return { dispose: () => undefined };
			},
		};
		const sources = new Sources({ files: new StoreFiles(directory), log: bench.log, timers: new Timers(clock) });
		const open = (): Connection => {
			const connection = openFile(join(directory, 'kling-1.db'), 'make');
			connection.exec('PRAGMA busy_timeout = 0');
			bench.own({ dispose: () => connection.close() });
			return connection;
		};
		return { directory, sources, waits, open };
	}

	it('is taken at once when nobody has it', async () => {
		const { sources, waits, open } = prepared();
		const sql = open();
		assert.equal(await sources.lock(sql), true);
		assert.throws(() => open().exec('BEGIN IMMEDIATE'), /locked/);
		assert.deepEqual(waits, []);
	});

	it('is waited for while another process has it', async () => {
		const { sources, waits, open } = prepared((count) => {
			if (count === 3) {
				holder.rollback();
			}
		});
		const holder = open();
		holder.exec('BEGIN IMMEDIATE');
		assert.equal(await sources.lock(open()), true);
		assert.deepEqual(waits, [150, 150, 150]);
	});

	it('is given up after twenty attempts: that process is suspended or stuck', async () => {
		const { sources, waits, open } = prepared();
		const holder = open();
		holder.exec('BEGIN IMMEDIATE');
		assert.equal(await sources.lock(open()), false);
		assert.equal(waits.length, 20);
		assert.deepEqual(bench.log.lines.slice(-1), ['warn Failed to lock a file in time: another process holds it']);
	});

	it('is not waited for on a file that is no database', async () => {
		const { directory, sources, waits, open } = prepared();
		const sql = open();
		writeFileSync(join(directory, 'kling-1.db'), 'no database at all'.repeat(100));
		assert.equal(await sources.lock(sql), false);
		assert.deepEqual(waits, []);
	});
});
