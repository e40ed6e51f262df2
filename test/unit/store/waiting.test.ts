import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { holderOf } from '../../../src/store/holder';
import { StoreError } from '../../../src/store/storeError';
import type { TaskStore } from '../../../src/store/taskStore';
import { Bench } from '../../support/store';
import { ids, key, newTasks } from '../../support/makers';
import { ManualClock, realClock } from '../../support/clock';
import { soon } from '../../support/retry';

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

	/** Opens a held file on a clock that the test advances, on which attempts are 1.5 s apart: each of them blocks for 50 ms. */
	function openOnClock(directory: string): {
		readonly clock: ManualClock;
		readonly waits: readonly (string | undefined)[];
		readonly opening: Promise<TaskStore>;
		readonly isOpen: () => boolean;
	} {
		const clock = new ManualClock();
		const waits: (string | undefined)[] = [];
		let isOpen = false;
		const opening = bench.open(directory, {
			clock: { now: () => clock.now(), after: (ms, callback) => clock.after(Math.max(ms, 1_500), callback) },
			onWaiting: (by) => waits.push(by),
		});
		void opening.then(() => (isOpen = true));
		return { clock, waits, opening, isOpen: () => isOpen };
	}

	it('is reported once after ten seconds, with the program that holds it, and opens when that program releases it', async () => {
		const { directory, holder } = await held();
		const { clock, waits, opening, isOpen } = openOnClock(directory);
		await clock.advance(12_000);
		await soon('the message', () => waits.length > 0);
		await clock.advance(15_000);
		assert.equal(isOpen(), false);
		assert.deepEqual(waits, [process.platform === 'linux' ? `node (${holder.pid})` : undefined]);
		holder.kill();
		await holder.exited();
		await clock.advance(1_500);
		const store = await opening;
		assert.equal(store.health.condition, 'ok');
		assert.equal(store.tasks.counts().active, 1);
		await store.tasks.rename(key('one'), 'Sea');
		assert.equal(waits.length, 1);
	});

	it('is not reported when it is released within ten seconds', async () => {
		const { directory, holder } = await held();
		const { clock, waits, opening, isOpen } = openOnClock(directory);
		await clock.advance(9_900);
		// A report would find this out first.
		await holderOf(join(directory, 'kling-1.db'), bench.log);
		assert.deepEqual([isOpen(), waits], [false, []]);
		holder.kill();
		await holder.exited();
		await clock.advance(1_500);
		await opening;
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
