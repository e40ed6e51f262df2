import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskStore } from '../../../../src/store/taskStore';
import { claimDownloads, downloadChange, idOf, images, keptFile, plan, statesOf } from '../../../support/downloads';
import { key, newTask, snapshot } from '../../../support/makers';
import { soon } from '../../../support/retry';
import { Bench, eachStore, raw, recordCheck } from '../../../support/store';

const t0 = 1_750_000_000_000;
const [one, two, three] = [key('one'), key('two'), key('three')];

describe('downloads, after a recovery', function () {
	this.timeout(30_000);
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});
	const file = () => join(directory, 'kling-1.db');

	/** `one` has four results: kept, failed, running and queued; `two` was kept by hand; `three` is active. */
	beforeEach(async () => {
		await store.tasks.add([newTask('one', { keep: plan }), newTask('two'), newTask('three', { keep: plan })], t0);
		await recordCheck(store, one, t0 + 1, { snapshot: snapshot('succeeded', { results: images(4) }) });
		await recordCheck(store, two, t0 + 1, { snapshot: snapshot('succeeded', { results: images(1) }) });
		const [kept, failed] = await claimDownloads(store, t0 + 1);
		assert.ok(kept && failed);
		await store.downloads.record(kept, downloadChange('kept', { file: keptFile(1, { facts: { width: 640 }, hasPoster: true }) }));
		await store.downloads.record(failed, downloadChange('failed', { reason: { kind: 'playlist' } }));
		const [running, last] = await claimDownloads(store, t0 + 2);
		assert.ok(running && last);
		await store.downloads.step(running, downloadChange('running', { part: { path: '/results/one.part' }, received: 5 }));
		await store.downloads.record(last, downloadChange('queued', { nextAt: t0 + 5_000 }));
		await store.downloads.recordFile(idOf(two), keptFile(2), t0 + 3);
		await store.downloads.claimOffer();
		await store.downloads.claimExpiryNotice(t0 + 3, 1_000);
	});
	const states = ['one 0 kept', 'one 1 failed', 'one 2 running', 'one 3 queued', 'two 0 kept'];

	async function assertComplete(of: TaskStore): Promise<void> {
		assert.deepEqual(statesOf(of, one, two), states);
		assert.deepEqual(of.downloads.get(idOf(one))?.file, keptFile(1, { facts: { width: 640 }, hasPoster: true }));
		assert.deepEqual(of.downloads.get(idOf(one, 1))?.reason, { kind: 'playlist' });
		assert.deepEqual(of.downloads.get(idOf(one, 2))?.part, { path: '/results/one.part' });
		assert.deepEqual(of.downloads.keptTotals(), { files: 2, bytes: 2_003 });
		assert.deepEqual([of.downloads.planOf(one), of.downloads.planOf(two), of.downloads.planOf(three)], [plan, undefined, plan]);
		assert.equal(await of.downloads.claimOffer(), false);
		assert.equal(await of.downloads.claimExpiryNotice(t0 + 4, 1_000), false);
		assert.equal(of.downloads.nextDueAt(t0 + 3), 0, 'no window that is gone has a claim');
	}

	it('of a copy are as they were', async () => {
		assert.equal(await store.copyIfDue(), true);
		await assertComplete(await bench.reopenDamaged(store, directory));
	});

	it('of a file that was deleted while it was open are as they were', async () => {
		rmSync(file());
		await soon('the other file', () => {
			store.changes.checkForOthers();
			return store.health.condition === 'ok' && store.downloads.keptTotals().files === 2;
		});
		await assertComplete(store);
	});

	it('of a file that another program has changed are the newest, and a row that is gone is queued again', async () => {
		assert.equal(await store.copyIfDue(), true);
		await store.downloads.recordFile(idOf(one, 1), keptFile(3), t0 + 4);
		await store.close();
		// The row of the result kept before is gone; what was kept since the copy is not.
		raw(file(), (database) =>
			database.exec(
				"DELETE FROM downloads WHERE sha256 = '0000000000000000000000000000000000000000000000000000000000000001'; CREATE TABLE foreign_table (x)",
			),
		);
		const restored = await bench.open(directory);
		assert.deepEqual(statesOf(restored, one), ['one 0 queued', 'one 1 kept', 'one 2 running', 'one 3 queued']);
	});

	it('without their table are queued again, for tasks that have a plan', async () => {
		await store.close();
		raw(file(), (database) => database.exec('DROP TABLE downloads'));
		const restored = await bench.open(directory);
		assert.deepEqual(statesOf(restored, one, two), ['one 0 queued', 'one 1 queued', 'one 2 queued', 'one 3 queued']);
	});

	it('are not upset by results that are no JSON', async () => {
		await store.close();
		raw(file(), (database) =>
			database.exec(`
				DROP TRIGGER results_queued_later;
				UPDATE tasks SET results = '[{]' WHERE id = 'one';
				UPDATE tasks SET results = '{"a":1}', keep = '{}' WHERE id = 'two'`),
		);
		const restored = await bench.open(directory);
		assert.deepEqual(statesOf(restored, one, two), states);
		assert.equal(restored.tasks.get(one)?.results.length, 0);
	});
});
