import assert from 'node:assert/strict';
import type { TaskStore } from '../../../../src/store/taskStore';
import type { DownloadClaim } from '../../../../src/tracking/ports/downloads';
import { claimDownloads, downloadChange, idOf, images, keptFile, labelOf, plan, statesOf } from '../../../support/downloads';
import { key, newTask, snapshot } from '../../../support/makers';
import { Bench, eachStore, events, recordCheck } from '../../../support/store';

const t0 = 1_750_000_000_000;
const [one, two] = [key('one'), key('two')];
const labels = (claims: readonly DownloadClaim[]): readonly string[] => claims.map(({ download }) => labelOf(download));

describe('claims on downloads', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	let other: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});
	beforeEach(async () => {
		other = await bench.open(directory);
		await store.tasks.add([newTask('one', { keep: plan }), newTask('two', { keep: plan })], t0);
		await recordCheck(store, two, t0 + 1, { snapshot: snapshot('succeeded', { results: images(1) }) });
		await recordCheck(store, one, t0 + 2, { snapshot: snapshot('succeeded', { results: images(3) }) });
	});

	/** Claims one, or fails the test. */
	async function claimed(of: TaskStore, now: number): Promise<DownloadClaim> {
		const [claim] = await claimDownloads(of, now);
		assert.ok(claim, 'nothing is due');
		return claim;
	}

	it('are given to two at once over all windows, the oldest first', async () => {
		assert.deepEqual(labels(await claimDownloads(store, t0)), [], 'nothing is due yet');
		assert.deepEqual(labels(await claimDownloads(store, t0 + 2)), ['two 0 running', 'one 0 running']);
		assert.deepEqual(labels(await claimDownloads(other, t0 + 3)), []);
		assert.equal(other.downloads.nextDueAt(t0 + 3), t0 + 8_002, 'when the first claim expires');
		assert.deepEqual(other.downloads.pending().map(labelOf), ['two 0 running', 'one 0 running', 'one 1 queued', 'one 2 queued']);
	});

	it('go to what has waited longest: one that failed goes to the back', async () => {
		const claim = await claimed(store, t0 + 1);
		assert.equal(labelOf(claim.download), 'two 0 running');
		await store.downloads.record(claim, downloadChange('queued', { nextAt: t0 + 3 }));
		assert.deepEqual(labels(await claimDownloads(store, t0 + 3)), ['one 0 running', 'one 1 running']);
	});

	it('are given once each to windows that ask at the same time', async () => {
		const claims = await Promise.all([store, other, store, other, await bench.open(directory)].map((of) => claimDownloads(of, t0 + 2)));
		assert.deepEqual(claims.flatMap(labels).sort(), ['one 0 running', 'two 0 running']);
		assert.equal(new Set(claims.flat().map(({ claimId }) => claimId)).size, 2);
	});

	it('give way one by one, and go to what a dead window was working on before anything else', async () => {
		const [first, second] = await claimDownloads(store, t0 + 2);
		assert.ok(first && second);
		assert.equal(await store.downloads.record(first, downloadChange('kept', { file: keptFile(1) })), true);
		assert.deepEqual(labels(await claimDownloads(other, t0 + 3)), ['one 1 running']);
		// The other window renews its claim, this one has died.
		assert.equal(other.downloads.nextDueAt(t0 + 4), t0 + 8_002);
		assert.deepEqual(labels(await claimDownloads(other, t0 + 8_002)), ['one 0 running']);
		assert.equal(await store.downloads.renew(second, t0 + 20_000), false, 'the claim was lost');
	});

	it('that were lost record nothing, and renewed ones do not expire', async () => {
		const claim = await claimed(store, t0 + 1);
		assert.equal(await store.downloads.renew(claim, t0 + 12_000), true);
		assert.deepEqual(labels(await claimDownloads(other, t0 + 8_500)), ['one 0 running']);
		const [taken] = await claimDownloads(other, t0 + 12_000);
		assert.equal(taken && labelOf(taken.download), 'two 0 running');
		const change = downloadChange('failed', { reason: { kind: 'playlist' } });
		assert.deepEqual(
			[
				await store.downloads.renew(claim, t0 + 30_000, 5),
				await store.downloads.step(claim, change),
				await store.downloads.record(claim, change),
				await store.downloads.release(claim),
			],
			[false, false, false, false],
		);
		assert.deepEqual(statesOf(store, two), ['two 0 running']);
	});

	it('carry every step: all fields are replaced, and every window draws the row again', async () => {
		const claim = await claimed(store, t0 + 1);
		other.changes.checkForOthers();
		const changes = events(other);
		const part = { path: '/results/two.part', validator: '"v1"', total: 900 };
		await store.downloads.step(
			claim,
			downloadChange('running', {
				attempts: 2,
				reason: { kind: 'server', httpStatus: 503, retryAfterMs: 5 },
				isRefreshed: true,
				part,
				received: 10,
			}),
		);
		other.changes.checkForOthers();
		assert.deepEqual(changes, [{ keys: new Set([two]), listChanged: false }]);
		assert.deepEqual(other.downloads.get(idOf(two)), {
			task: two,
			media: 0,
			plan,
			state: 'running',
			attempts: 2,
			reason: { kind: 'server', httpStatus: 503, retryAfterMs: 5 },
			isRefreshed: true,
			part,
			received: 10,
		});
		await store.downloads.record(claim, downloadChange('queued', { nextAt: t0 + 60_000 }));
		assert.deepEqual(store.downloads.get(idOf(two)), { task: two, media: 0, plan, state: 'queued', attempts: 0, nextAt: t0 + 60_000 });
	});

	it('show other windows how many bytes are there, when that has changed', async () => {
		const claim = await claimed(store, t0 + 1);
		other.changes.checkForOthers();
		const [own, others] = [events(store), events(other)];
		await store.downloads.renew(claim, t0 + 9_000, 500);
		await store.downloads.renew(claim, t0 + 10_000, 500);
		await store.downloads.renew(claim, t0 + 11_000);
		other.changes.checkForOthers();
		const change = { keys: new Set([two]), listChanged: false };
		assert.deepEqual([own, others], [[change], [change]]);
		assert.equal(other.downloads.get(idOf(two))?.received, 500);
	});

	it('that are released leave everything else as it is, and the download due', async () => {
		const claim = await claimed(store, t0 + 1);
		await store.downloads.step(claim, downloadChange('running', { part: { path: '/results/two.part' }, received: 7 }));
		other.changes.checkForOthers();
		const noticed = events(other);
		assert.equal(await store.downloads.release(claim), true);
		assert.equal(store.downloads.nextDueAt(t0 + 1), 0);
		other.changes.checkForOthers();
		assert.deepEqual(noticed, [{ keys: new Set([two]), listChanged: false }], 'another window takes over at once');
		const again = await claimed(other, t0 + 1);
		assert.deepEqual(
			[labelOf(again.download), again.download.received, again.download.part],
			['two 0 running', 7, { path: '/results/two.part' }],
		);
	});

	it('leave tasks out that were untracked; Undo makes them due again', async () => {
		const claim = await claimed(store, t0 + 1);
		await store.tasks.remove([two], t0 + 2);
		assert.equal(await store.downloads.renew(claim, t0 + 20_000), false, 'nobody wants it');
		assert.deepEqual(labels(await claimDownloads(other, t0 + 9_000)), ['one 0 running', 'one 1 running']);
		assert.deepEqual(other.downloads.pending().map(labelOf), ['one 0 running', 'one 1 running', 'one 2 queued']);
		await store.tasks.remove([one], t0 + 9_000);
		assert.equal(store.downloads.nextDueAt(t0 + 20_000), undefined);
		await store.tasks.restore([two]);
		assert.deepEqual(labels(await claimDownloads(other, t0 + 20_000)), ['two 0 running']);
	});

	it('do not wait for a clock that was ahead', async () => {
		const day = 24 * 60 * 60_000;
		const claim = await claimed(store, t0 + day);
		await store.downloads.record(claim, downloadChange('queued', { nextAt: t0 + day + 60_000 }));
		await store.tasks.remove([one], t0 + day);
		assert.equal(store.downloads.nextDueAt(t0), 0);
		await claimed(store, t0 + day + 60_000);
		// Valid for hours, by this clock: nobody renews it.
		assert.deepEqual(labels(await claimDownloads(other, t0)), ['two 0 running']);
	});
});
