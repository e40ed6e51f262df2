import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DownloadReason } from '../../../../src/core/download';
import type { TaskStore } from '../../../../src/store/taskStore';
import { claimDownloads, digest, downloadChange, idOf, images, keptFile, labelOf, plan, statesOf } from '../../../support/downloads';
import { key, newTask, snapshot } from '../../../support/makers';
import { Bench, eachStore, events, raw, recordCheck } from '../../../support/store';

const t0 = 1_750_000_000_000;
const day = 24 * 60 * 60_000;
const [one, two] = [key('one'), key('two')];
const otherPlan = { folder: '/elsewhere', fileName: '{name}' };

describe('kept files', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});
	beforeEach(async () => {
		await store.tasks.add([newTask('one')], t0);
		await recordCheck(store, one, t0 + 1, { snapshot: snapshot('succeeded', { results: images(2) }) });
	});
	const orders = (...indexes: readonly number[]) => indexes.map((media) => ({ task: one, media, plan }));

	it('are wanted by a person, whatever the plan of the task: each result once', async () => {
		const changes = events(store);
		assert.equal(await store.downloads.queue(orders(0, 1, 2, 0), t0 + 5), 2, 'there are two results');
		assert.deepEqual(changes, [{ keys: new Set([one]), listChanged: false }]);
		assert.deepEqual(statesOf(store, one), ['one 0 queued', 'one 1 queued']);
		assert.equal(await store.downloads.queue(orders(0, 1), t0 + 5), 0);
		assert.equal(store.downloads.nextDueAt(t0), t0 + 5);
		await store.tasks.add([newTask('two', { owner: 'demo' })], t0);
		await recordCheck(store, two, t0 + 1, { snapshot: snapshot('succeeded', { results: images(1) }) });
		assert.equal(await store.downloads.queue([{ task: two, media: 0, plan }], t0), 0);
		assert.equal(await store.downloads.queue([{ task: key('nowhere'), media: 0, plan }], t0), 0);
	});

	it('that failed or are missing can be wanted again, elsewhere too; kept, due and running ones stay', async () => {
		await store.downloads.queue(orders(0, 1), t0 + 5);
		const [first] = await claimDownloads(store, t0 + 5);
		assert.ok(first);
		assert.equal(await store.downloads.queue(orders(0, 1), t0 + 6), 0, 'running');
		await store.downloads.record(
			first,
			downloadChange('failed', { attempts: 3, reason: { kind: 'linkGone', message: 'Request has expired' } }),
		);
		assert.deepEqual(store.downloads.get(idOf(one))?.reason, { kind: 'linkGone', message: 'Request has expired' });
		assert.equal(await store.downloads.queue([{ task: one, media: 0, plan: otherPlan }], t0 + 7), 1);
		assert.deepEqual(store.downloads.get(idOf(one)), {
			task: one,
			media: 0,
			plan: otherPlan,
			state: 'queued',
			attempts: 0,
			nextAt: t0 + 7,
		});

		await store.downloads.recordFile(idOf(one), keptFile(1), t0 + 8);
		assert.equal(await store.downloads.queue(orders(0), t0 + 9), 0, 'kept');
		assert.equal(await store.downloads.recordMissing(idOf(one), '/results/1.mp4', t0 + 9), true);
		assert.equal(await store.downloads.queue(orders(0), t0 + 10), 1);
		assert.deepEqual(store.downloads.get(idOf(one))?.file, keptFile(1, { missingSince: t0 + 9 }), 'the one that is missing stays known');
	});

	it('that wait for another attempt are tried at once when a person wants them, with the bytes that are there', async () => {
		await store.downloads.queue(orders(0), t0 + 5);
		const [first] = await claimDownloads(store, t0 + 5);
		assert.ok(first);
		const part = { path: '/results/1.0a1b2c3d.part', validator: '"one"' };
		const reason = { kind: 'server', httpStatus: 503 } as const;
		await store.downloads.record(first, downloadChange('queued', { attempts: 7, nextAt: t0 + 900_000, reason, part, received: 400 }));
		assert.equal(store.downloads.nextDueAt(t0 + 6), t0 + 900_000);
		assert.equal(await store.downloads.queue([{ task: one, media: 0, plan: otherPlan }], t0 + 6), 1);
		const now = { task: one, media: 0, plan: otherPlan, state: 'queued', attempts: 0, nextAt: t0 + 6, part, received: 400 };
		assert.deepEqual(store.downloads.get(idOf(one)), now);
		assert.equal(await store.downloads.queue(orders(0), t0 + 6), 0, 'it is due');
		assert.deepEqual(store.downloads.get(idOf(one)), now);
	});

	it('end what a window works on, when a person saves or cancels it', async () => {
		await store.downloads.queue(orders(0, 1), t0 + 5);
		const [first, second] = await claimDownloads(store, t0 + 5);
		assert.ok(first && second);
		await store.downloads.step(second, downloadChange('running', { part: { path: '/results/1.part' }, received: 9 }));
		await store.downloads.recordFile(idOf(one), keptFile(1), t0 + 6);
		await store.downloads.cancel([idOf(one), idOf(one, 1)], t0 + 6);
		assert.deepEqual(
			[await store.downloads.record(first, downloadChange('queued')), await store.downloads.renew(second, t0 + 20_000)],
			[false, false],
		);
		assert.deepEqual(store.downloads.of(one), [
			{ task: one, media: 0, plan, state: 'kept', attempts: 0, file: keptFile(1) },
			{ task: one, media: 1, plan, state: 'failed', attempts: 0, reason: { kind: 'cancelled' } },
		]);
	});

	it('have the plan of their task, or one by their path', async () => {
		await store.downloads.recordFile(idOf(one), keptFile(1), t0);
		assert.deepEqual(store.downloads.get(idOf(one))?.plan, { folder: '/results', fileName: '{date}-{name}-{n}' });
		await store.tasks.add([newTask('two', { keep: otherPlan })], t0);
		await store.downloads.recordFile(idOf(two), keptFile(2), t0);
		assert.deepEqual(store.downloads.get(idOf(two))?.plan, otherPlan);
		await store.downloads.recordFile(idOf(key('nowhere')), keptFile(3), t0);
		assert.deepEqual(store.downloads.of(key('nowhere')), []);
	});

	it('are counted while they are there', async () => {
		const totals = (): readonly number[] => Object.values(store.downloads.keptTotals());
		const counted: (readonly number[])[] = [totals()];
		for (const change of [
			() => store.downloads.recordFile(idOf(one), keptFile(1), t0),
			() => store.downloads.recordFile(idOf(one, 1), keptFile(2), t0),
			() => store.downloads.recordFile(idOf(one, 1), keptFile(7), t0),
			() => store.downloads.recordMissing(idOf(one), '/results/1.mp4', t0),
			() => store.downloads.recordFile(idOf(one), keptFile(3, { path: '/found/1.mp4' }), t0),
			() => store.downloads.forgetFiles([idOf(one)]),
			() => store.tasks.remove([one], t0),
			() => store.tasks.purge(t0),
		]) {
			await change();
			counted.push(totals());
		}
		assert.deepEqual(counted, [
			[0, 0],
			[1, 1_001],
			[2, 2_003],
			[2, 2_008],
			[1, 1_007],
			[2, 2_010],
			[1, 1_007],
			[1, 1_007],
			[0, 0],
		]);
	});

	it('that are not there any more are noticed by one window', async () => {
		const other = await bench.open(directory);
		await store.downloads.recordFile(idOf(one), keptFile(1), t0);
		const noticed = await Promise.all([store, other, store].map((of) => of.downloads.recordMissing(idOf(one), '/results/1.mp4', t0 + 5)));
		assert.deepEqual(noticed.filter(Boolean), [true]);
		assert.equal(await store.downloads.recordMissing(idOf(one), '/results/2.mp4', t0 + 6), false);
		assert.equal(store.downloads.get(idOf(one))?.file?.missingSince, t0 + 5);
		assert.deepEqual(store.downloads.newestKept(5), []);
		// Another path is not the one that is known.
		await store.downloads.recordFile(idOf(one), keptFile(1, { path: '/found/1.mp4' }), t0 + 7);
		assert.equal(await store.downloads.recordMissing(idOf(one), '/results/1.mp4', t0 + 8), false);
	});

	it('that a person has deleted are not kept, and not queued again by a response', async () => {
		await store.tasks.add([newTask('two', { keep: plan })], t0);
		await recordCheck(store, two, t0 + 1, { snapshot: snapshot('succeeded', { results: images(1) }) });
		await store.downloads.recordFile(idOf(two), keptFile(1, { hasPoster: true, facts: { width: 640 } }), t0 + 2);
		await store.downloads.forgetFiles([idOf(two), idOf(one)]);
		await recordCheck(store, two, t0 + 3, { snapshot: snapshot('succeeded', { results: images(1) }) });
		const deleted = { task: two, media: 0, plan, state: 'failed', attempts: 0, reason: { kind: 'cancelled' } };
		assert.deepEqual(store.downloads.of(two), [deleted]);
		assert.deepEqual(statesOf(store, one), []);
		assert.equal(await store.downloads.queue([{ task: two, media: 0, plan }], t0 + 4), 1);
	});

	it('keep their facts and posters as long as the content is the same', async () => {
		const facts = { width: 640, height: 360, framesPerSecond: 23.976, seconds: 5.04, videoCodec: 'avc1.64001f', audioCodec: 'mp4a.40.2' };
		await store.downloads.recordFile(idOf(one), keptFile(1), t0);
		await store.downloads.recordFile(idOf(one, 1), keptFile(1, { path: '/results/twice.mp4' }), t0);
		const changes = events(store);
		await store.downloads.recordFacts(idOf(one), digest(2), facts);
		assert.deepEqual(changes, [], 'of another content');
		await store.downloads.recordFacts(idOf(one), digest(1), facts);
		await store.downloads.recordFacts(idOf(one), digest(1), facts);
		await store.downloads.recordPosters([digest(1), digest(5)], true);
		await store.downloads.recordPosters([digest(1)], true);
		assert.deepEqual(changes.length, 2);
		assert.deepEqual(
			store.downloads.of(one).map(({ file }) => [file?.facts, file?.hasPoster]),
			[
				[facts, true],
				[undefined, true],
			],
		);
		await store.downloads.recordFile(idOf(one), keptFile(1, { path: '/found/1.mp4' }), t0);
		assert.deepEqual(store.downloads.get(idOf(one))?.file, keptFile(1, { path: '/found/1.mp4', facts, hasPoster: true }));
		await store.downloads.recordFile(idOf(one), keptFile(2), t0);
		assert.deepEqual(store.downloads.get(idOf(one))?.file, keptFile(2));
		await store.downloads.recordPosters([digest(1)], false);
		assert.equal(store.downloads.get(idOf(one, 1))?.file?.hasPoster, undefined);
	});

	it('are found by their content, of every result that has it, by any path', async () => {
		await store.tasks.add([newTask('two')], t0);
		await store.downloads.recordFile(idOf(one), keptFile(1), t0);
		await store.downloads.recordFile(idOf(one, 1), keptFile(2), t0);
		await store.downloads.recordFile(idOf(two), keptFile(1, { path: '/elsewhere/1.mp4' }), t0);
		assert.deepEqual(store.downloads.ofContent(keptFile(1).sha256).map(labelOf), ['one 0 kept', 'two 0 kept']);
		await store.downloads.forgetFiles([idOf(one)]);
		assert.deepEqual(store.downloads.ofContent(keptFile(1).sha256).map(labelOf), ['two 0 kept']);
		assert.deepEqual(store.downloads.ofContent(digest(9)), []);
	});

	it('are listed newest first, without those of untracked tasks', async () => {
		await store.tasks.add([newTask('two')], t0);
		for (const [id, number, keptAt] of [
			[idOf(one), 1, t0 + 1],
			[idOf(two), 2, t0 + 3],
			[idOf(one, 1), 3, t0 + 2],
		] as const) {
			await store.downloads.recordFile(id, keptFile(number, { keptAt }), t0);
		}
		assert.deepEqual(store.downloads.newestKept(2).map(labelOf), ['two 0 kept', 'one 1 kept']);
		await store.tasks.remove([two], t0);
		assert.deepEqual(store.downloads.newestKept(2).map(labelOf), ['one 1 kept', 'one 0 kept']);
		await store.tasks.restore([two]);
		assert.equal(store.downloads.newestKept(5).length, 3);
	});

	it('outlive an untracked task on the disk alone: tracked again, it is queued if it has a plan', async () => {
		await store.downloads.recordFile(idOf(one), keptFile(1), t0);
		await store.tasks.remove([one], t0);
		await store.tasks.purge(t0);
		await store.tasks.add([newTask('one')], t0 + 1);
		await recordCheck(store, one, t0 + 2, { snapshot: snapshot('succeeded', { results: images(1) }) });
		assert.deepEqual(statesOf(store, one), []);
		await store.tasks.add([newTask('one', { keep: plan })], t0 + 3);
		assert.deepEqual(statesOf(store, one), ['one 0 queued'], 'a task gets a plan when it is tracked once more');
		await store.tasks.add([newTask('one', { keep: otherPlan })], t0 + 4);
		assert.deepEqual(store.downloads.planOf(one), plan, 'and keeps it');
	});

	it('are forgotten with everything else', async () => {
		await store.downloads.recordFile(idOf(one), keptFile(1), t0);
		await store.posters.put(digest(1), new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]));
		assert.equal(await store.downloads.claimOffer(), true);
		await store.tasks.deleteEverything();
		const rows = raw(join(directory, 'kling-1.db'), (database) => database.prepare('SELECT count(*) AS n FROM downloads').get()?.['n']);
		assert.deepEqual([rows, store.downloads.keptTotals(), store.downloads.of(one)], [0, { files: 0, bytes: 0 }, []]);
		assert.equal(existsSync(join(directory, 'posters')), false);
		assert.equal(await store.downloads.claimOffer(), false, 'once ever');
	});

	it('give every reason back as it was', async () => {
		const reasons: readonly DownloadReason[] = [
			{ kind: 'linkRefused' },
			{ kind: 'tooManyRedirects' },
			{ kind: 'unreachable', code: 'ECONNRESET', message: 'socket hang up' },
			{ kind: 'expired', httpStatus: 400, message: 'Request has expired' },
			{ kind: 'wantsKey', why: 'refused', httpStatus: 401 },
			{ kind: 'server', httpStatus: 503, message: 'Busy', retryAfterMs: 5_000 },
			{ kind: 'webPage', message: 'Sign in' },
			{ kind: 'document' },
			{ kind: 'playlist' },
			{ kind: 'compressed' },
			{ kind: 'empty' },
			{ kind: 'unknownFormat' },
			{ kind: 'wrongKind', expected: 'video', found: 'image' },
			{ kind: 'truncated', received: 5, total: 10 },
			{ kind: 'overlong' },
			{ kind: 'tooLarge', most: 4_294_967_296 },
			{ kind: 'digest' },
			{ kind: 'diskFull', code: 'ENOSPC' },
			{ kind: 'notWritable', code: 'EACCES' },
			{ kind: 'folderMissing', code: 'ENOENT' },
			{ kind: 'linkGone' },
			{ kind: 'cancelled' },
		];
		const verified = { size: 5, sha256: digest(1), format: 'mp4' } as const;
		await store.downloads.queue(orders(0), t0);
		const [claim] = await claimDownloads(store, t0);
		assert.ok(claim);
		for (const reason of reasons) {
			await store.downloads.step(claim, downloadChange('running', { reason, part: { path: '/results/1.part', verified } }));
			const { reason: stored, part } = store.downloads.get(idOf(one)) ?? {};
			assert.deepEqual([stored, part?.verified], [reason, verified]);
		}
	});

	it('with JSON that is not ours lose what it was about, or count as none', async () => {
		await store.downloads.recordFile(idOf(one), keptFile(1, { facts: { width: 5 } }), t0);
		await store.downloads.queue(orders(1), t0);
		raw(join(directory, 'kling-1.db'), (database) =>
			database.exec(
				`UPDATE downloads SET facts = '{', reason = '{"kind":"constructor"}', part = '[]'; UPDATE downloads SET keep = '{}' WHERE media = 1`,
			),
		);
		const opened = await bench.open(directory);
		assert.deepEqual(
			opened.downloads.of(one).map(({ file }) => file),
			[keptFile(1, { facts: {} })].map(({ facts: _facts, ...file }) => file),
		);
		assert.deepEqual(await claimDownloads(opened, t0), [], 'nobody can work on it');
		assert.equal(opened.downloads.nextDueAt(t0), undefined);
		assert.equal([...opened.downloads.unkept(t0)].length, 1);
	});
});

describe('results that are not kept', () => {
	const bench = new Bench();
	let directory: string;
	let store: TaskStore;
	eachStore(bench, (opened) => {
		({ directory, store } = opened);
	});
	const finished = async (id: string, at: number, results = images(1), more: Parameters<typeof newTask>[1] = {}): Promise<void> => {
		await store.tasks.add([newTask(id, more)], t0);
		await recordCheck(store, key(id), at, {
			snapshot: snapshot(id === 'failed' ? 'failed' : 'succeeded', { results, updatedAt: at - 1_000 }),
		});
	};
	const unkept = (from: number): readonly string[] =>
		[...store.downloads.unkept(from)].map(({ task, media, expiresAt }) => `${task.split(' ')[1]} ${media} ${(expiresAt - t0) / day}`);

	it('are those of succeeded tasks, the last finished first, with when their links expire', async () => {
		await finished('old', t0 + 1_000);
		await finished('signed', t0 + day + 1_000, [
			{ kind: 'video', url: `https://media.kling.example/1.mp4?ksSecret=x&ksTime=${((t0 + 3 * day) / 1_000).toString(16)}` },
		]);
		await finished('many', t0 + 2 * day + 1_000, images(6));
		await finished('failed', t0 + 2 * day + 1_000);
		await finished('sidecar', t0 + 2 * day + 1_000, [{ kind: 'video', url: '' }]);
		await finished('empty', t0 + 2 * day + 1_000, []);
		await store.tasks.add([newTask('active')], t0);
		await store.tasks.add([newTask('demo', { owner: 'window' })], t0);
		await finished('untracked', t0 + 2 * day + 2_000);
		await store.tasks.remove([key('untracked')], t0);
		const many = key('many');
		await store.downloads.recordFile(idOf(many), keptFile(1), t0);
		await store.downloads.queue(
			[1, 2, 4].map((media) => ({ task: many, media, plan })),
			t0,
		);
		await store.downloads.cancel([idOf(many, 2)], t0);
		await store.downloads.recordFile(idOf(many, 3), keptFile(4), t0);
		await store.downloads.recordMissing(idOf(many, 3), '/results/4.mp4', t0);
		const [running] = await claimDownloads(store, t0);
		assert.ok(running);
		await store.downloads.record(running, downloadChange('failed', { reason: { kind: 'playlist' } }));
		assert.deepEqual(unkept(t0), ['many 1 32', 'many 3 32', 'many 5 32', 'signed 0 3', 'old 0 30']);
		assert.deepEqual(unkept(t0 + day), ['many 1 32', 'many 3 32', 'many 5 32', 'signed 0 3']);
	});

	it('say how large they are where a download was told, or a file that is missing was', async () => {
		await finished('one', t0 + 1_000, images(4));
		const one = key('one');
		await store.downloads.queue(
			[0, 1, 2].map((media) => ({ task: one, media, plan })),
			t0,
		);
		for (const claim of await claimDownloads(store, t0)) {
			const part = { path: '/results/1.part', ...(claim.download.media === 0 && { total: 5_000 }) };
			await store.downloads.record(claim, downloadChange('failed', { reason: { kind: 'playlist' }, part }));
		}
		await store.downloads.recordFile(idOf(one, 2), keptFile(3), t0);
		await store.downloads.recordMissing(idOf(one, 2), keptFile(3).path, t0);
		assert.deepEqual(
			[...store.downloads.unkept(t0)].map(({ media, size }) => [media, size]),
			[
				[0, 5_000],
				[1, undefined],
				[2, keptFile(3).size],
				[3, undefined],
			],
		);
	});

	it('are read in pages, as far as they are needed', () => {
		raw(join(directory, 'kling-1.db'), (database) =>
			database.exec(`
				WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
				INSERT INTO tasks (key, origin, action, action2, id, status, results, tracked_at, finished_at, revision, list_revision)
				SELECT 'https://api.kling.example e' || i, 'https://api.kling.example', 'videos', 'text2video', 'e' || i, 'succeeded',
					'[{"kind":"video","url":"https://media.kling.example/1.mp4"}]', ${t0}, ${t0} + i / 10, 1, 1 FROM n`),
		);
		const found = [...store.downloads.unkept(0)].map(({ task }) => task);
		assert.deepEqual([found.length, new Set(found).size, found[0], found.at(-1)], [250, 250, key('e250'), key('e1')]);
		const [first] = store.downloads.unkept(0);
		assert.equal(first?.task, key('e250'));
	});
});
