import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../../../src/store/storeError';
import { Bench } from '../../support/store';
import { ids, key, newTasks } from '../../support/makers';
import { realClock } from '../../support/clock';
import { sleep, soon } from '../../support/retry';

const t0 = 1_750_000_000_000;

/** Whether this process has a file of a folder open; undefined except on Linux. */
function hasOpenFiles(directory: string): boolean | undefined {
	if (process.platform !== 'linux') {
		return undefined;
	}
	return readdirSync('/proc/self/fd').some((descriptor) => {
		try {
			return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(directory);
		} catch {
			// The descriptor of this listing is already closed.
			return false;
		}
	});
}

describe('a database file that another program holds', function () {
	this.timeout(20_000);
	const bench = new Bench();
	afterEach(() => bench.clear());

	/** A folder with one task, and a program that has its file locked exclusively. */
	async function held(): Promise<{ readonly directory: string; readonly holder: ReturnType<Bench['child']> }> {
		const directory = bench.directory();
		const store = await bench.open(directory);
		await store.tasks.add(newTasks(['one']), t0);
		await store.close();
		const holder = bench.child('support/lockHolder', [join(directory, 'kling-1.db'), '60000', 'exclusive']);
		await holder.message(1);
		return { directory, holder };
	}

	it('is reported once after ten seconds, with the program that holds it, and opens when that program releases it', async () => {
		const { directory, holder } = await held();
		const waits: (string | undefined)[] = [];
		let isOpen = false;
		const opening = bench.open(directory, { clock: realClock(20), onWaiting: (by) => waits.push(by) }).then((store) => {
			isOpen = true;
			return store;
		});
		await soon('the message', () => waits.length > 0);
		await sleep(100);
		assert.equal(isOpen, false);
		assert.equal(waits.length, 1);
		assert.equal(waits[0], process.platform === 'linux' ? `node (${holder.pid})` : undefined);
		holder.kill();
		const store = await opening;
		assert.equal(store.health.condition, 'ok');
		assert.equal(store.tasks.counts().active, 1);
		await store.tasks.rename(key('one'), 'Sea');
		assert.equal(waits.length, 1);
	});

	it('is not reported when it is released within ten seconds', async () => {
		const { directory, holder } = await held();
		const waits: unknown[] = [];
		const opening = bench.open(directory, { clock: realClock(20), onWaiting: (by) => waits.push(by) });
		await sleep(150);
		holder.kill();
		await opening;
		await sleep(500);
		assert.deepEqual(waits, []);
	});

	it('is waited for until the caller’s signal; the error names the program, and opening again later works', async () => {
		const { directory, holder } = await held();
		const started = Date.now();
		const error: unknown = await bench.open(directory, { signal: AbortSignal.timeout(300) }).catch((reason: unknown) => reason);
		assert.ok(error instanceof StoreError);
		assert.equal(error.kind, 'busy');
		assert.equal(error.holder, process.platform === 'linux' ? `node (${holder.pid})` : undefined);
		assert.ok(Date.now() - started < 2_000, 'it rejects soon after the signal');
		assert.notEqual(hasOpenFiles(directory), true);
		holder.kill();
		await holder.exited();
		const store = await bench.open(directory, { signal: AbortSignal.timeout(5_000) });
		assert.equal(store.condition, 'ok');
		assert.equal(store.tasks.counts().active, 1);
	});

	it('that is no longer held opens although the signal was aborted', async () => {
		const { directory, holder } = await held();
		holder.kill();
		await holder.exited();
		const store = await bench.open(directory, { signal: AbortSignal.abort() });
		assert.equal(store.tasks.counts().active, 1);
	});

	it('sets a condition after a write has waited more than ten seconds, until the write succeeds', async () => {
		const directory = bench.directory();
		const store = await bench.open(directory, { clock: realClock(50) });
		await store.tasks.add(newTasks(ids(2)), t0);
		const conditions: string[] = [];
		store.health.onDidChangeCondition(() => conditions.push(store.health.condition));
		const holder = bench.child('support/lockHolder', [join(directory, 'kling-1.db'), '60000']);
		await holder.message(1);
		const started = Date.now();
		const writes = [store.tasks.rename(key('t0'), 'Sea'), store.tasks.rename(key('t1'), 'Sky')];
		await soon('the condition', () => store.health.condition === 'locked');
		assert.ok(Date.now() - started >= 200, 'ten seconds, fifty times as fast');
		assert.equal(store.tasks.counts().active, 2);
		assert.equal(store.health.readOnly, false);
		holder.kill();
		await Promise.all(writes);
		assert.equal(store.tasks.get(key('t0'))?.name, 'Sea');
		assert.equal(store.tasks.get(key('t1'))?.name, 'Sky');
		assert.deepEqual(conditions, ['locked', 'ok']);
	});

	it('sets no condition when it is held for moments, repeatedly', async () => {
		const directory = bench.directory();
		const store = await bench.open(directory, { clock: realClock(20) });
		await store.tasks.add(newTasks(['one']), t0);
		let changes = 0;
		store.health.onDidChangeCondition(() => changes++);
		for (let turn = 0; turn < 3; turn++) {
			const holder = bench.child('support/lockHolder', [join(directory, 'kling-1.db'), '150']);
			await holder.message(1);
			await store.tasks.rename(key('one'), `turn ${turn}`);
			await holder.exited();
		}
		assert.equal(changes, 0);
	});
});
